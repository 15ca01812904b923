"""An index in memory: of a work tree or an old revision, and the yardstick for the one on disk."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from kbctl.search.analysis import FIELDS
from kbctl.search.index import IndexContext, Query, Results
from kbctl.search.inverted import InvertedFile
from kbctl.search.record import SearchDocument
from kbctl.search.retrieval import retrieve
from kbctl.search.table import DocumentTable

_NONE: tuple[Sequence[int], Sequence[int]] = ((), ())


class MemoryIndex:
    """An index of *documents*, in the order in which they come: each row after its entry."""

    def __init__(self, documents: Iterable[SearchDocument], context: IndexContext, identity: str = "memory") -> None:
        self.identity = identity
        self.context = context
        self._records: list[SearchDocument] = []
        self._inverted = InvertedFile()
        for record in documents:
            self._records.append(record)
            self._inverted.add(record)
        self._sorted = {field: sorted(self._inverted.field(field)) for field in FIELDS}

    def search(self, query: Query) -> Results:
        """Answer *query*."""
        return retrieve(self, self.context, query)

    def close(self) -> None:
        """Nothing is held open."""

    # what retrieval reads

    @property
    def table(self) -> DocumentTable:
        """The numbers of the documents."""
        return self._inverted.table

    def postings(self, field: str, term: str) -> tuple[Sequence[int], Sequence[int]]:
        """The documents that have *term* in *field*, and how often."""
        return self._inverted.field(field).get(term, _NONE)

    def terms_with_prefix(self, field: str, prefix: str) -> Iterable[str]:
        """The terms of *field* that begin with *prefix*."""
        terms = self._sorted[field]
        at = bisect_left(terms, prefix)
        while at < len(terms) and terms[at].startswith(prefix):
            yield terms[at]
            at += 1

    def record(self, document: int) -> SearchDocument:
        """The record of *document*."""
        return self._records[document]
