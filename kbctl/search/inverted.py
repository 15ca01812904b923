"""Documents turned into postings: what a search in memory reads and a writer puts on disk."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict

from kbctl.search.analysis import FIELDS, document_terms
from kbctl.search.record import SearchDocument
from kbctl.search.table import DocumentTable


class InvertedFile:
    """The postings of documents, by field and term, and the table of their numbers."""

    def __init__(self) -> None:
        self.table = DocumentTable()
        self._fields: dict[str, dict[str, tuple[array[int], array[int]]]] = {
            field: defaultdict(lambda: (array("i"), array("i"))) for field in FIELDS
        }

    def add(self, record: SearchDocument) -> None:
        """Append *record*; a row comes after its entry."""
        terms = document_terms(record)
        number = self.table.add(record, terms)
        for field, found in terms.items():
            postings = self._fields[field]
            for term, count in Counter(found).items():
                documents, counts = postings[term]
                documents.append(number)
                counts.append(count)

    def field(self, field: str) -> dict[str, tuple[array[int], array[int]]]:
        """Documents and counts by term of *field*."""
        return self._fields[field]
