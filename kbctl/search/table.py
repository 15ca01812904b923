"""The numbers of every document, column by column: lengths for ranking, days and names for filtering.

They stand beside the postings, exact; a column is read when it is first looked at.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from kbctl.search.analysis import FIELDS
from kbctl.search.record import Dates, SearchDocument

_DAYS = ("start", "end", "stated_start", "stated_until", "withdrawn")
_NAMED = ("type", "owner")
# ``entry`` is the document of the entry that a row belongs to, the document itself for an entry. ``rank`` is the
# document's place among all, each entry in order of path and followed by its rows; -1 for one that was replaced.
COLUMNS = (*FIELDS, *_DAYS, "entry", *_NAMED, "rank")
_ITEM = "i"
ITEM_SIZE = array(_ITEM).itemsize


class FieldStatistics(NamedTuple):
    """How many documents have the field, how many terms it has in all of them, and in the shortest that has any."""

    documents: int
    terms: int
    shortest: int


class DocumentTable:
    """The columns of :data:`COLUMNS`, by document number from 0; rows come after the entry they belong to.

    ``removed`` are the documents that later ones have replaced.
    """

    def __init__(self) -> None:
        self.size = 0
        self.removed: frozenset[int] = frozenset()
        self._columns: dict[str, array[int]] = {name: array(_ITEM) for name in COLUMNS}
        self._names: dict[str, list[str]] = {name: [] for name in _NAMED}
        self._statistics: dict[str, FieldStatistics] = {}
        self._read: Callable[[int, int], bytes] | None = None

    def __len__(self) -> int:
        return self.size

    def add(self, record: SearchDocument, lengths: Mapping[str, int]) -> int:
        """Append *record*, which has *lengths* terms by field; return its number."""
        number = self.size
        columns = self._columns
        columns["entry"].append(columns["entry"][-1] if record.row else number)
        columns["rank"].append(number)
        for field in FIELDS:
            columns[field].append(lengths.get(field, 0))
        for day, value in zip(_DAYS, record.dates, strict=True):
            columns[day].append(value)
        columns["type"].append(self._code("type", record.type))
        columns["owner"].append(self._code("owner", record.owner))
        self.size = number + 1
        return number

    def _code(self, column: str, name: str) -> int:
        names = self._names[column]
        if name not in names:
            names.append(name)
        return names.index(name)

    def first(self, size: int) -> DocumentTable:
        """The table of the first *size* documents, none of them replaced."""
        if size == self.size and not self.removed:
            return self
        table = DocumentTable()
        table.size = size
        table._columns = {name: self.column(name)[:size] for name in COLUMNS}
        table._columns["rank"] = array(_ITEM, range(size))
        table._names = self._names
        return table

    def overlaid(self, removed: Collection[int], extra: DocumentTable, rank: Callable[[int], Any]) -> DocumentTable:
        """A table of these documents but for *removed*, followed by those of *extra*.

        :param rank: what to order the entries by, from their number in the new table.
        """
        table = DocumentTable()
        table.size = self.size + extra.size
        table._names = {name: list(names) for name, names in self._names.items()}
        for name in COLUMNS:
            table._columns[name] = self.column(name)[:]
            table._columns[name].extend(self._moved(table, name, extra))
        for field in FIELDS:
            lengths = self.column(field)
            gone = [lengths[document] for document in removed]
            table._statistics[field] = _added(self.statistics(field), gone, extra.statistics(field))
        table.removed = self.removed.union(removed)
        table._columns["rank"] = table._ranked(rank)
        return table

    def _ranked(self, key: Callable[[int], Any]) -> array[int]:
        """The places of the documents when entries are ordered by *key* and rows follow them."""
        entry = self.column("entry")
        alive = [number for number in range(self.size) if number not in self.removed]
        keys = {number: key(number) for number in alive if entry[number] == number}
        ranks = array(_ITEM, [-1]) * self.size
        for place, number in enumerate(sorted(alive, key=lambda number: (keys[entry[number]], number))):
            ranks[number] = place
        return ranks

    def _moved(self, table: DocumentTable, name: str, extra: DocumentTable) -> Iterable[int]:
        """The column *name* of *extra* in the numbers of *table*, which has these documents first."""
        values = extra.column(name)
        if name == "entry":
            return (value + self.size for value in values)
        if name in _NAMED:
            codes = [table._code(name, known) for known in extra._names[name]]
            return (codes[value] for value in values)
        return values

    # reading

    def column(self, name: str) -> array[int]:
        """The numbers of all documents in column *name*."""
        column = self._columns.get(name)
        if column is None:
            assert self._read is not None
            column = array(_ITEM)
            size = self.size * ITEM_SIZE
            column.frombytes(self._read(COLUMNS.index(name) * size, size))
            self._columns[name] = column = _low_first(column)
        return column

    def statistics(self, field: str) -> FieldStatistics:
        """The size of *field*."""
        known = self._statistics.get(field)
        if known is None:
            lengths = [length for length in self.column(field) if length]
            known = FieldStatistics(len(lengths), sum(lengths), min(lengths, default=0))
            self._statistics[field] = known
        return known

    def lengths(self, field: str) -> Sequence[int]:
        """The number of terms in *field* of each document."""
        return self.column(field)

    def ranks(self) -> Sequence[int]:
        """The place of each document in the order of paths; -1 for one that was replaced."""
        return self.column("rank")

    def not_answering(self, day: int) -> list[int]:
        """The documents that are no answer on *day*."""
        days = zip(self.column("start"), self.column("end"), strict=True)
        return [document for document, (start, end) in enumerate(days) if not start <= day <= end]

    def dates(self, document: int) -> Dates:
        """The days of *document*."""
        return Dates(*(self.column(day)[document] for day in _DAYS))

    def entry_of(self, document: int) -> int:
        """The document of the entry that *document* belongs to."""
        return self.column("entry")[document]

    def where(self, column: str, names: Iterable[str]) -> set[int]:
        """The documents whose ``type`` or ``owner`` is any of *names*."""
        known = self._names[column]
        wanted = {known.index(name) for name in names if name in known}
        return {document for document, value in enumerate(self.column(column)) if value in wanted}

    # keeping

    def to_bytes(self) -> bytes:
        """All columns, one after the other, low byte first."""
        return b"".join(_low_first(self.column(name)).tobytes() for name in COLUMNS)

    def description(self) -> dict[str, Any]:
        """What must be known beside :meth:`to_bytes` to read them."""
        return {
            "size": self.size,
            "removed": sorted(self.removed),
            "names": self._names,
            "statistics": {field: list(self.statistics(field)) for field in FIELDS},
        }

    @classmethod
    def stored(cls, description: Mapping[str, Any], read: Callable[[int, int], bytes]) -> DocumentTable:
        """The table that was kept: its :meth:`description`, and a reader of its bytes by offset and length."""
        table = cls()
        table.size = description["size"]
        table.removed = frozenset(description["removed"])
        table._columns = {}
        table._names = {column: list(values) for column, values in description["names"].items()}
        table._statistics = {field: FieldStatistics(*values) for field, values in description["statistics"].items()}
        table._read = read
        return table


def _added(known: FieldStatistics, gone: Sequence[int], extra: FieldStatistics) -> FieldStatistics:
    """The statistics without documents of the lengths *gone*, and with those of *extra*; ``shortest`` never too long."""
    documents = known.documents - sum(1 for length in gone if length) + extra.documents
    shortest = min((size.shortest for size in (known, extra) if size.documents), default=0)
    return FieldStatistics(documents, known.terms - sum(gone) + extra.terms, shortest if documents else 0)


def _low_first(column: array[int]) -> array[int]:
    if sys.byteorder == "little":
        return column
    swapped = column[:]
    swapped.byteswap()
    return swapped
