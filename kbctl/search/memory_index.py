"""An index in memory: of a work tree or an old revision, and the yardstick for the one on disk."""

from __future__ import annotations

from collections.abc import Iterable

from kbctl.search.changes import Change
from kbctl.search.index import IndexContext, Query, Results, SearchIndex
from kbctl.search.inverted import InvertedFile
from kbctl.search.postings import OverlaidLibrary, Postings
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


class OverlaidIndex:
    """The index *below* with *change* over it in memory: what differs on the desk from what is published.

    :param entries: path, id and number of every entry of *below*.
    """

    def __init__(
        self, below: SearchIndex, entries: Iterable[tuple[str, str, int]], change: Change, identity: str
    ) -> None:
        self.identity = identity
        self.context = below.context
        self._below = below
        above = MemoryLibrary(change.documents)
        known = below.library.table
        size = len(known)
        paths = {number: path for path, _, number in entries if path not in change.gone}
        removed = {number for number, entry in enumerate(known.column("entry")) if entry not in paths}
        added = (record for record in change.documents if not record.row)
        numbers = (number for number, entry in enumerate(above.table.column("entry")) if entry == number)
        paths.update((number + size, record.path) for number, record in zip(numbers, added, strict=True))
        table = known.overlaid(removed - known.removed, above.table, paths.__getitem__)
        self.library = OverlaidLibrary(below.library, removed - known.removed, above, table, size)

    def search(self, query: Query) -> Results:
        """Answer *query*."""
        return retrieve(self.library, self.context, query)

    def close(self) -> None:
        """Close the index below."""
        self._below.close()


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
