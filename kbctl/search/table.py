"""The numbers of every document, column by column: lengths for ranking, days and names for filtering.

They stand beside the postings, exact, and are read in one piece.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from typing import NamedTuple

from kbctl.search.analysis import FIELDS
from kbctl.search.record import Dates, SearchDocument

_DAYS = ("start", "end", "stated_start", "stated_until", "withdrawn")
# ``entry`` is the document of the entry that a row belongs to, the document itself for an entry.
COLUMNS = (*FIELDS, *_DAYS, "entry", "type", "owner")
_ITEM = "i"


class FieldStatistics(NamedTuple):
    """How many documents have the field, and how many terms it has in all of them."""

    documents: int
    terms: int


class DocumentTable:
    """The columns of :data:`COLUMNS`, by document number from 0; rows come after the entry they belong to."""

    def __init__(self) -> None:
        self._columns: dict[str, array[int]] = {name: array(_ITEM) for name in COLUMNS}
        self._names: dict[str, list[str]] = {"type": [], "owner": []}

    def __len__(self) -> int:
        return len(self._columns["entry"])

    def add(self, record: SearchDocument, terms: Mapping[str, Sequence[str]]) -> int:
        """Append *record*, which has *terms* by field; return its number."""
        number = len(self)
        columns = self._columns
        columns["entry"].append(columns["entry"][-1] if record.row else number)
        for field in FIELDS:
            columns[field].append(len(terms.get(field, ())))
        for day, value in zip(_DAYS, astuple(record.dates), strict=True):
            columns[day].append(value)
        for column, name in (("type", record.type), ("owner", record.owner)):
            names = self._names[column]
            if name not in names:
                names.append(name)
            columns[column].append(names.index(name))
        return number

    # reading

    def statistics(self, field: str) -> FieldStatistics:
        """The size of *field*."""
        lengths = self._columns[field]
        return FieldStatistics(len(lengths) - lengths.count(0), sum(lengths))

    def lengths(self, field: str) -> Sequence[int]:
        """The number of terms in *field* of each document."""
        return self._columns[field]

    def windows(self) -> tuple[Sequence[int], Sequence[int]]:
        """The first and the last day on which each document answers."""
        return self._columns["start"], self._columns["end"]

    def dates(self, document: int) -> Dates:
        """The days of *document*."""
        return Dates(*(self._columns[day][document] for day in _DAYS))

    def entry_of(self, document: int) -> int:
        """The document of the entry that *document* belongs to."""
        return self._columns["entry"][document]

    def where(self, column: str, names: Iterable[str]) -> set[int]:
        """The documents whose ``type`` or ``owner`` is any of *names*."""
        known = self._names[column]
        wanted = {known.index(name) for name in names if name in known}
        return {document for document, value in enumerate(self._columns[column]) if value in wanted}

    # keeping

    @property
    def names(self) -> Mapping[str, Sequence[str]]:
        """The names behind the numbers of the columns ``type`` and ``owner``."""
        return self._names

    def to_bytes(self) -> bytes:
        """All columns, one after the other, low byte first."""
        return b"".join(_low_first(self._columns[name]).tobytes() for name in COLUMNS)

    @classmethod
    def from_bytes(cls, data: bytes, names: Mapping[str, Sequence[str]]) -> DocumentTable:
        """The table that :meth:`to_bytes` wrote, with its :attr:`names`.

        :raises ValueError: if the columns are not of one length.
        """
        table = cls()
        table._names = {column: list(values) for column, values in names.items()}
        size, rest = divmod(len(data), len(COLUMNS))
        if rest:
            raise ValueError("the columns differ in length")
        for number, name in enumerate(COLUMNS):
            column: array[int] = array(_ITEM)
            column.frombytes(data[number * size : (number + 1) * size])
            table._columns[name] = _low_first(column)
        return table


def _low_first(column: array[int]) -> array[int]:
    if sys.byteorder == "little":
        return column
    swapped = column[:]
    swapped.byteswap()
    return swapped
