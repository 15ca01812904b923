"""A comparison laid out for reading: the same page for a terminal and for HTML (R44)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kbctl.model.token_diff import Mark, Piece


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One line: its pieces, its number in the new file (``None`` if it has none), and its level if it is a heading."""

    pieces: tuple[Piece, ...]
    number: int | None = None
    level: int = 0

    @property
    def changed(self) -> bool:
        """Whether anything in it is new or gone."""
        return any(piece.mark is not Mark.SAME for piece in self.pieces)

    @property
    def text(self) -> str:
        """What it reads, new and gone alike."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def blank(self) -> bool:
        """Whether there is nothing to be read in it."""
        return not self.text.strip()


@dataclass(frozen=True, slots=True)
class ChangePart:
    """A file, or a group of facts, with a remark on what became of it."""

    heading: str
    remark: str
    lines: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Everything that changes in one entry."""

    title: str
    remark: str
    parts: tuple[ChangePart, ...]


def excerpt(page: ChangePage) -> ChangePage:
    """Only the changed lines of *page*, each below the headings that it stands under."""
    parts = (replace(part, lines=tuple(_excerpt(part.lines))) for part in page.parts)
    return replace(page, parts=tuple(parts))


def _excerpt(lines: tuple[ChangeLine, ...]) -> Iterator[ChangeLine]:
    above: list[ChangeLine] = []
    for line in lines:
        if line.level:
            above = [heading for heading in above if heading.level < line.level]
        if line.changed and not line.blank:
            yield from above
            above = []
            yield line
        elif line.level:
            above.append(line)


def without_gone(page: ChangePage) -> ChangePage:
    """*page* as it reads from now on: what is gone is left out, what is new stays marked."""
    parts = (replace(part, lines=tuple(_without_gone(part.lines))) for part in page.parts)
    return replace(page, parts=tuple(parts))


def _without_gone(lines: tuple[ChangeLine, ...]) -> Iterator[ChangeLine]:
    for line in lines:
        kept = tuple(piece for piece in line.pieces if piece.mark is not Mark.GONE)
        if kept or not line.pieces:
            yield replace(line, pieces=kept)


def unmarked(page: ChangePage) -> ChangePage:
    """*page* of something all of which is new: without marks, and without the comments, which no reader ever sees."""
    parts = (replace(part, lines=tuple(_unmarked(part.lines))) for part in page.parts)
    return replace(page, parts=tuple(parts))


def _unmarked(lines: tuple[ChangeLine, ...]) -> Iterator[ChangeLine]:
    hidden = False
    for line in lines:
        opens = line.text.lstrip().startswith("<!--")
        if not hidden and not opens:
            yield replace(line, pieces=(Piece(Mark.SAME, line.text),))
        hidden = (hidden or opens) and "-->" not in line.text
