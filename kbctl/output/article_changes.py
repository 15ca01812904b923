"""A changed entry as it will read, laid out as for export, with what is new and gone marked (R44)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from kbctl.i18n import _
from kbctl.model.article import (
    Article,
    Block,
    Code,
    Grid,
    Heading,
    Listing,
    Paragraph,
    Part,
    Picture,
    Quote,
    Redline,
    Run,
    Runs,
    plain_text,
)
from kbctl.model.han import is_han
from kbctl.model.token_diff import Mark, Piece, compare, pieces
from kbctl.output.article import Exporter
from kbctl.output.changes import CHANGE_WORDS, key_line
from kbctl.reports.changes import NEW, REMOVED, EntryChange, FileChange, VersionChange

# What the facts and sections of an exported entry show by themselves.
_RENDERED = frozenset(
    "id type owner scope valid_from valid_until review_by contact attachments emergency_contacts lasts".split()
)
# Between the cells of a row in its line of text; no document holds it.
_CELL = "\x1f"
_BREAKS = re.compile("[\n\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
_MARKS = {NEW: Mark.NEW, REMOVED: Mark.GONE}


def redlines(change: EntryChange, before: Exporter, after: Exporter, against: str, *, gone: bool) -> Iterator[Redline]:
    """Each version of the entry that changes; where only rows or files do, the version in force.

    :param against: what it is compared with, in words.
    :param gone: whether what is gone is shown.
    """
    pairs = [(one.against, "" if one.change == REMOVED else one.path, one) for one in change.versions]
    if not pairs:
        governing = after.corpus.governing(change.id, after.day)
        path = governing.path if governing else ""
        pairs = [(path, path, VersionChange(path, "", path, "", (), ()))]
    for old_path, new_path, version in pairs:
        old, new = _article(before, old_path), _article(after, new_path)
        shown = new or (old if gone else None)
        if shown is not None:
            first, *others = _facts(old, new, gone=gone)
            facts = (
                first,
                (_("compared with"), (Run(against if old else _("nothing: the entry is new")),)),
                *others,
                *_keys(version, after, gone=gone),
                *_files(change.files, gone=gone),
            )
            yield Redline(shown.id, shown.title, facts, tuple(_parts(old, new, gone=gone)))


def _article(exporter: Exporter, path: str) -> Article | None:
    entry = next((entry for entry in exporter.corpus if entry.path == path), None)
    return exporter.article(entry) if entry else None


def _facts(old: Article | None, new: Article | None, *, gone: bool) -> Iterator[tuple[str, Runs]]:
    """What stands above the sections; the state of a draft is none."""
    one, other = (dict(article.facts) if article else {} for article in (old, new))
    for label in dict.fromkeys((*other, *one)):
        runs = tuple(_runs(pieces(one.get(label, ""), other.get(label, "")), gone=gone))
        if label != _("state") and runs:
            yield label, runs


def _keys(version: VersionChange, after: Exporter, *, gone: bool) -> Iterator[tuple[str, Runs]]:
    """The changed keys of the front matter that an exported entry does not show."""
    for key in version.keys:
        if key.key not in _RENDERED and (gone or key.new is not None):
            label, *values = key_line(key, after.rulebook).pieces
            # An arrow, or a comma, behind what is gone goes with it.
            joints = (" → ", _(", "))
            kept = [
                piece
                for before, piece in zip((None, *values), values, strict=False)
                if gone or before is None or before.mark is not Mark.GONE or piece.text not in joints
            ]
            runs = tuple(_runs(kept, gone=gone))
            if runs:
                yield label.text.rstrip("：: "), runs


def _marks(values: Iterable[Piece]) -> set[Mark]:
    return {piece.mark for piece in values}


def _files(files: Sequence[FileChange], *, gone: bool) -> Iterator[tuple[str, Runs]]:
    """The attachments that are new, changed or removed, by name."""
    shown = [file for file in files if gone or file.change != REMOVED]
    runs = []
    for number, file in enumerate(shown):
        name = f"{file.path.rsplit('/', 1)[-1]}  {_(CHANGE_WORDS[file.change])}"
        runs.append(Run("\n" * (number > 0) + name, mark=_MARKS.get(file.change, Mark.NEW)))
    if runs:
        yield _("files"), tuple(runs)


def _parts(old: Article | None, new: Article | None, *, gone: bool) -> Iterator[Part]:
    """The sections of *new* against those of *old* with the same headings; those that are gone stand where they stood."""
    one, other = ({part.heading: part for part in article.parts} if article else {} for article in (old, new))
    waiting = list(one)
    for heading, part in other.items():
        if heading in waiting:
            at = waiting.index(heading)
            yield from _gone_parts((one[name] for name in waiting[:at] if name not in other), gone=gone)
            del waiting[: at + 1]
        before = one[heading].blocks if heading in one else ()
        blocks = compare_blocks(before, part.blocks, gone=gone)
        yield Part(heading, blocks, mark=Mark.SAME if heading in one else Mark.NEW)
    yield from _gone_parts((one[name] for name in waiting if name not in other), gone=gone)


def _gone_parts(parts: Iterable[Part], *, gone: bool) -> Iterator[Part]:
    for part in parts:
        if gone:
            yield Part(part.heading, compare_blocks(part.blocks, (), gone=True), mark=Mark.GONE)


def compare_blocks(old: Sequence[Block], new: Sequence[Block], *, gone: bool) -> tuple[Block, ...]:
    """*new* with its pieces marked against *old*; what is gone stands where it stood, if it is shown at all."""
    return tuple(_Marker(list(_leaves(old)), list(_leaves(new)), gone=gone).all(new))


@dataclass(frozen=True, slots=True)
class _Leaf:
    """What is compared as one line: a row's cells, or the text of any other block, with the kind that it is shown as."""

    kind: type[Grid] | type[Listing] | type[Heading] | type[Paragraph]
    cells: tuple[Runs, ...]
    level: int = 0

    @property
    def text(self) -> str:
        text = _CELL.join(_BREAKS.sub(" ", plain_text(runs)) for runs in self.cells)
        return text if text.strip() else ""

    @property
    def anchor(self) -> str:
        """By what it is known again: a row by its first cell."""
        return _CELL + plain_text(self.cells[0]) if self.kind is Grid else self.text


def _leaves(blocks: Iterable[Block], *, item: bool = False) -> Iterator[_Leaf]:
    for block in blocks:
        if isinstance(block, Grid):
            yield from (_Leaf(Grid, row) for row in (block.header, *block.rows))
        elif isinstance(block, Listing):
            for one in block.items:
                yield from _leaves(one or (Paragraph(()),), item=True)
        elif isinstance(block, Quote):
            yield from _leaves(block.blocks)
        elif isinstance(block, Heading):
            yield _Leaf(Heading, (block.runs,), block.level)
        else:
            yield _Leaf(Listing if item else Paragraph, (_text(block),))


def _text(block: Block) -> Runs:
    """The text of a block that holds no others."""
    if isinstance(block, Paragraph):
        return block.runs
    if isinstance(block, Code):
        return (Run(block.text, code=True),)
    if isinstance(block, Picture):
        return (Run(_("[picture: {caption}]").format(caption=block.alt or block.name)),)
    return ()


class _Marker:
    """Walks the new blocks leaf by leaf, with what the comparison says of each, and of what is gone before it."""

    def __init__(self, old: list[_Leaf], new: list[_Leaf], *, gone: bool) -> None:
        self._new = new
        self._shown = gone
        self._at = 0
        self._pieces: list[tuple[Piece, ...]] = []
        self._gone: list[list[_Leaf]] = [[]]
        known, wanted = ([leaf.anchor for leaf in leaves] for leaves in (old, new))
        for what, a1, a2, b1, b2 in SequenceMatcher(None, known, wanted, autojunk=False).get_opcodes():
            if what != "equal":
                self._compare(old[a1:a2], new[b1:b2])
                continue
            for before, after in zip(old[a1:a2], new[b1:b2], strict=True):
                self._add(tuple(pieces(before.text, after.text)))

    def _compare(self, old: Sequence[_Leaf], new: Sequence[_Leaf]) -> None:
        """Take in a stretch that differs: what each new leaf was before, and what is gone."""
        left = iter(old)
        lines = ("".join(f"{leaf.text}\n" for leaf in leaves) for leaves in (old, new))
        for line in compare(*lines):
            known = line.line is None or not line.pieces or _marks(line.pieces) != {Mark.NEW}
            was = next(left, None) if known else None
            if line.line is not None:
                self._add(line.pieces)
            elif was is not None and self._shown:
                self._gone[-1].append(was)

    def _add(self, found: tuple[Piece, ...]) -> None:
        self._pieces.append(found)
        self._gone.append([])

    def all(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """*blocks*, and what is gone behind the last of them."""
        yield from self._blocks(blocks)
        yield from _struck(self._take())

    def _blocks(self, blocks: Iterable[Block]) -> Iterator[Block]:
        for block in blocks:
            if not isinstance(block, Quote):
                yield from _struck(self._take())
            yield self._block(block)

    def _block(self, block: Block) -> Block:
        if isinstance(block, Grid):
            header, *rows = (row for old in (block.header, *block.rows) for row in self._rows(old))
            rows += [_fitted(leaf, len(header)) for leaf in self._take(Grid)]
            return replace(block, header=header, rows=tuple(rows))
        if isinstance(block, Listing):
            items = [item for old in block.items for item in self._items(old)]
            items += [(Paragraph(_gone_runs(leaf)),) for leaf in self._take(Listing)]
            return replace(block, items=tuple(items))
        if isinstance(block, Quote):
            return Quote(tuple(self._blocks(block.blocks)))
        if isinstance(block, Heading):
            return Heading(block.level, self._next()[0])
        (runs,) = self._next()
        changed = any(run.mark is not Mark.SAME for run in runs)
        return Paragraph(runs) if isinstance(block, Paragraph) or (changed and isinstance(block, Code)) else block

    def _rows(self, row: tuple[Runs, ...]) -> Iterator[tuple[Runs, ...]]:
        yield from (_fitted(leaf, len(row)) for leaf in self._take())
        yield self._next()

    def _items(self, item: tuple[Block, ...]) -> Iterator[tuple[Block, ...]]:
        yield from ((Paragraph(_gone_runs(leaf)),) for leaf in self._take())
        yield tuple(self._blocks(item or (Paragraph(()),)))

    def _take(self, kind: type[Block] | None = None) -> list[_Leaf]:
        """What is gone before the next leaf, each once; of this *kind* only, up to the first that is not."""
        waiting = self._gone[self._at]
        count = next((number for number, leaf in enumerate(waiting) if kind and leaf.kind is not kind), len(waiting))
        taken = waiting[:count]
        del waiting[:count]
        return taken

    def _next(self) -> tuple[Runs, ...]:
        """The cells of the next leaf with their marks."""
        leaf, found = self._new[self._at], self._pieces[self._at]
        self._at += 1
        if not leaf.text:
            return leaf.cells
        old, new = (
            "".join(piece.text for piece in found if piece.mark is not mark).split(_CELL)
            for mark in (Mark.NEW, Mark.GONE)
        )
        if _marks(found) == {Mark.NEW}:
            return tuple(tuple(replace(run, mark=Mark.NEW) for run in cell) for cell in leaf.cells)
        if len(old) != len(new):
            # A column came or went: what stands in no cell of the old row is new.
            old = [text if text in old else "" for text in new]
        return tuple(
            tuple(_laid(cell, found if len(new) == 1 else _cell_pieces(one, other), gone=self._shown))
            for cell, one, other in zip(leaf.cells, old, new, strict=True)
        )


def _cell_pieces(old: str, new: str) -> Iterable[Piece]:
    """A cell that became another: prose piece by piece, a figure or an address as a whole."""
    if old == new or any(map(is_han, old)) or any(map(is_han, new)):
        return pieces(old, new)
    return Piece(Mark.GONE, old), Piece(Mark.NEW, new)


def _laid(runs: Runs, found: Iterable[Piece], *, gone: bool) -> Iterator[Run]:
    """*runs*, cut where the pieces of their text begin and end."""
    left = [run for run in runs if run.text]
    for piece in found:
        if piece.mark is Mark.GONE:
            if gone and piece.text:
                yield Run(piece.text, mark=Mark.GONE)
            continue
        room = len(piece.text)
        while room and left:
            run = left.pop(0)
            yield replace(run, text=run.text[:room], mark=piece.mark)
            if len(run.text) > room:
                left.insert(0, replace(run, text=run.text[room:]))
            room -= min(room, len(run.text))


def _runs(found: Iterable[Piece], *, gone: bool) -> Iterator[Run]:
    for piece in found:
        if piece.text and (gone or piece.mark is not Mark.GONE):
            yield Run(piece.text, mark=piece.mark)


def _gone_runs(leaf: _Leaf) -> Runs:
    return (Run("　".join(plain_text(runs) for runs in leaf.cells), mark=Mark.GONE),)


def _fitted(leaf: _Leaf, columns: int) -> tuple[Runs, ...]:
    """A leaf that is gone as a row of a table."""
    if len(leaf.cells) != columns:
        return (_gone_runs(leaf), *((),) * (columns - 1))
    return tuple((Run(plain_text(runs), mark=Mark.GONE),) for runs in leaf.cells)


def _struck(leaves: Iterable[_Leaf]) -> Iterator[Block]:
    """What is gone as blocks of its own; items and rows that stood together stay together."""
    grids: list[tuple[Runs, ...]] = []
    items: list[tuple[Block, ...]] = []
    for leaf in (*leaves, None):
        if grids and (leaf is None or leaf.kind is not Grid or len(leaf.cells) != len(grids[0])):
            yield Grid(grids[0], tuple(grids[1:]))
            grids = []
        if items and (leaf is None or leaf.kind is not Listing):
            yield Listing(False, 1, tuple(items))
            items = []
        if leaf is None:
            return
        if leaf.kind is Grid:
            grids.append(_fitted(leaf, len(leaf.cells)))
        elif leaf.kind is Listing:
            items.append((Paragraph(_gone_runs(leaf)),))
        elif leaf.kind is Heading:
            yield Heading(leaf.level, _gone_runs(leaf))
        else:
            yield Paragraph(_gone_runs(leaf))
