"""Comparing two texts by tokens, a figure being one token: 4.35%→3.45% is one change, not "3." and ".3" (R44)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

# A figure with its separators and unit of proportion, a Latin word, or any single character.
_TOKEN = re.compile(r"[0-9]+(?:[.,:/-][0-9]+)*[%‰]?|[A-Za-z_]+|\s+|.", re.DOTALL)
# Lines less alike than this are a new line and an old one, not one line changed.
_ALIKE = 0.4
_LONG = 4000


class Mark(Enum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text with what became of it."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class LineChange:
    """One line of the comparison: its number in the new text (``None`` if it is gone) and its pieces."""

    line: int | None
    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Whether anything in it changed."""
        return any(piece.mark is not Mark.SAME for piece in self.pieces)


def compare(old: str, new: str) -> list[LineChange]:
    """Compare two texts: every line of the new one, and those of the old one that are gone, in order."""
    before, after = old.splitlines(), new.splitlines()
    found: list[LineChange] = []
    for what, a1, a2, b1, b2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            found.extend(LineChange(number + 1, (Piece(Mark.SAME, after[number]),)) for number in range(b1, b2))
        else:
            found.extend(_block(before[a1:a2], after[b1:b2], b1 + 1))
    return found


def _block(before: Sequence[str], after: Sequence[str], first: int) -> Iterator[LineChange]:
    """Changed lines: each new one against the old one in its place where they are alike."""
    for number in range(max(len(before), len(after))):
        old = before[number] if number < len(before) else None
        new = after[number] if number < len(after) else None
        if old is not None and new is not None and _alike(old, new):
            yield LineChange(first + number, tuple(pieces(old, new)))
            continue
        if old is not None:
            yield LineChange(None, (Piece(Mark.GONE, old),))
        if new is not None:
            yield LineChange(first + number, (Piece(Mark.NEW, new),))


def _alike(old: str, new: str) -> bool:
    if max(len(old), len(new)) > _LONG:
        return False
    return SequenceMatcher(None, old, new, autojunk=False).quick_ratio() >= _ALIKE


def pieces(old: str, new: str) -> Iterator[Piece]:
    """The two lines as one, piece by piece."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    for what, a1, a2, b1, b2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            yield Piece(Mark.SAME, "".join(after[b1:b2]))
            continue
        if a1 < a2:
            yield Piece(Mark.GONE, "".join(before[a1:a2]))
        if b1 < b2:
            yield Piece(Mark.NEW, "".join(after[b1:b2]))
