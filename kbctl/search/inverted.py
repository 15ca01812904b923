"""Documents turned into postings: what a search in memory reads and a writer puts on disk."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator

from kbctl.search.analysis import FIELDS, document_terms
from kbctl.search.postings import NOTHING, Postings
from kbctl.search.record import SearchDocument
from kbctl.search.table import DocumentTable

# Document and count share four bytes, which halves the memory of a large build; counts that do not fit stand apart.
_COUNT_BITS = 8
_MOST = (1 << _COUNT_BITS) - 1
MAX_DOCUMENTS = 1 << (32 - _COUNT_BITS)


class InvertedFile:
    """The postings of documents, by field and term, and the table of their numbers."""

    def __init__(self) -> None:
        self.table = DocumentTable()
        self._fields: dict[str, dict[str, array[int]]] = {field: {} for field in FIELDS}
        self._beyond: dict[tuple[str, str, int], int] = {}
        self._sorted: dict[str, list[str]] = {}

    def add(self, record: SearchDocument) -> int:
        """Append *record*, and return its number; a row comes after its entry."""
        terms = document_terms(record)
        number = self.table.add(record, {field: len(found) for field, found in terms.items()})
        if number >= MAX_DOCUMENTS:
            raise OverflowError("more documents than an index can hold")
        place = number << _COUNT_BITS
        for field, found in terms.items():
            postings = self._fields[field]
            for term, count in Counter(found).items():
                if count > _MOST:
                    self._beyond[field, term, number] = count
                    count = 0  # noqa: PLW2901 - nobody has a term no time
                known = postings.get(term)
                if known is None:
                    postings[term] = array("I", (place | count,))
                else:
                    known.append(place | count)
        return number

    def terms(self, field: str) -> list[str]:
        """The terms of *field*, sorted."""
        known = self._sorted.get(field)
        if known is None or len(known) != len(self._fields[field]):
            self._sorted[field] = known = sorted(self._fields[field])
        return known

    def with_prefix(self, field: str, prefix: str) -> Iterator[str]:
        """The terms of *field* that begin with *prefix*, in order."""
        terms = self.terms(field)
        at = bisect_left(terms, prefix)
        while at < len(terms) and terms[at].startswith(prefix):
            yield terms[at]
            at += 1

    def postings(self, field: str, term: str) -> Postings:
        """The documents that have *term* in *field*, and how often."""
        return Postings(*self.arrays(field, term)) if term in self._fields[field] else NOTHING

    def arrays(self, field: str, term: str) -> tuple[array[int], array[int]]:
        """The documents that have *term*, which any has, in *field*, and how often each has it."""
        packed = self._fields[field][term]
        documents = array("I", [value >> _COUNT_BITS for value in packed])
        counts: Iterable[int] = [value & _MOST for value in packed]
        if self._beyond:
            counts = [
                count or self._beyond[field, term, document] for document, count in zip(documents, counts, strict=True)
            ]
        return documents, array("I", counts)
