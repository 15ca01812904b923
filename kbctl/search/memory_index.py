"""An index in memory: of a work tree or an old revision, and the yardstick for the one on disk."""

from __future__ import annotations

from collections.abc import Iterable

from kbctl.search.index import IndexContext, Query, Results
from kbctl.search.inverted import InvertedFile
from kbctl.search.postings import Postings
from kbctl.search.record import SearchDocument
from kbctl.search.retrieval import retrieve
from kbctl.search.table import DocumentTable


class MemoryLibrary:
    """*documents* in memory, in the order in which they come: each row after its entry."""

    def __init__(self, documents: Iterable[SearchDocument]) -> None:
        self._records: list[SearchDocument] = []
        self._inverted = InvertedFile()
        for record in documents:
            self._records.append(record)
            self._inverted.add(record)

    @property
    def table(self) -> DocumentTable:
        """The numbers of the documents."""
        return self._inverted.table

    def postings(self, field: str, term: str) -> Postings:
        """The postings of *term* in *field*."""
        return self._inverted.postings(field, term)

    def terms_with_prefix(self, field: str, prefix: str) -> Iterable[str]:
        """The terms of *field* that begin with *prefix*, in order."""
        return self._inverted.with_prefix(field, prefix)

    def record(self, document: int) -> SearchDocument:
        """The record of *document*."""
        return self._records[document]


class MemoryIndex:
    """An index of *documents* in memory."""

    def __init__(self, documents: Iterable[SearchDocument], context: IndexContext, identity: str = "memory") -> None:
        self.identity = identity
        self.context = context
        self.library = MemoryLibrary(documents)

    def search(self, query: Query) -> Results:
        """Answer *query*."""
        return retrieve(self.library, self.context, query)

    def close(self) -> None:
        """Nothing is held open."""
