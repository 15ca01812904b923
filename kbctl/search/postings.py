"""The documents that have a term, and how often each has it: in memory, and of an index with later changes over it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from typing import NamedTuple, Protocol

from kbctl.search.record import SearchDocument
from kbctl.search.table import DocumentTable


class PostingList(Protocol):
    """The documents that have a term, ascending, and how often each has it."""

    @property
    def df(self) -> int:
        """How many documents have the term."""
        ...

    @property
    def peak(self) -> float:
        """At least as much as the most that any document has it."""
        ...

    def read(self) -> tuple[Sequence[int], Sequence[int]]:
        """All documents, and how often each has the term."""
        ...

    def counts(self, documents: Sequence[int]) -> list[int]:
        """How often each of *documents*, which ascend, has the term; 0 for one that has not."""
        ...


class Library(Protocol):
    """What a search reads of an index: postings, the numbers of the documents, and their records."""

    @property
    def table(self) -> DocumentTable:
        """The numbers of its documents."""
        ...

    def postings(self, field: str, term: str) -> PostingList:
        """The postings of *term* in *field*; empty ones of a term that no document has."""
        ...

    def terms_with_prefix(self, field: str, prefix: str) -> Iterable[str]:
        """The terms of *field* that begin with *prefix*, in order."""
        ...

    def record(self, document: int) -> SearchDocument:
        """The record of *document*."""
        ...


class Postings(NamedTuple):
    """Postings in memory."""

    documents: Sequence[int]
    occurrences: Sequence[int]

    @property
    def df(self) -> int:
        """How many documents have the term."""
        return len(self.documents)

    @property
    def peak(self) -> float:
        """The most that any document has it."""
        return max(self.occurrences, default=0)

    def read(self) -> tuple[Sequence[int], Sequence[int]]:
        """All documents, and how often each has the term."""
        return self.documents, self.occurrences

    def counts(self, documents: Sequence[int]) -> list[int]:
        """How often each of *documents* has the term."""
        return list(looked_up(self.documents, self.occurrences, documents))


NOTHING = Postings((), ())


def looked_up(known: Sequence[int], occurrences: Sequence[int], documents: Sequence[int]) -> Iterator[int]:
    """What of *occurrences*, which belong to the *known* documents, each of *documents* has; both ascend."""
    at, end = 0, len(known)
    for document in documents:
        at = bisect_left(known, document, at, end)
        yield occurrences[at] if at < end and known[at] == document else 0


class _Overlaid:
    """The postings of *below* without the documents *removed*, then those of *above*, whose documents begin at *start*."""

    def __init__(self, below: PostingList, removed: Sequence[int], above: PostingList, start: int) -> None:
        self._below = below
        self._above = above
        self._start = start
        gone = zip(removed, below.counts(removed), strict=True) if removed and below.df else ()
        self._gone = frozenset(document for document, count in gone if count)
        self.df = below.df - len(self._gone) + above.df
        self.peak = max(below.peak, above.peak)

    def read(self) -> tuple[Sequence[int], Sequence[int]]:
        """All documents, and how often each has the term."""
        documents, occurrences = map(list, self._below.read())
        if self._gone:
            kept = [at for at, document in enumerate(documents) if document not in self._gone]
            documents, occurrences = [documents[at] for at in kept], [occurrences[at] for at in kept]
        later, often = self._above.read()
        documents.extend(document + self._start for document in later)
        occurrences.extend(often)
        return documents, occurrences

    def counts(self, documents: Sequence[int]) -> list[int]:
        """How often each of *documents* has the term."""
        split = bisect_left(documents, self._start)
        found = self._below.counts(documents[:split])
        for at in range(split if self._gone else 0):
            if documents[at] in self._gone:
                found[at] = 0
        return found + self._above.counts([document - self._start for document in documents[split:]])


class OverlaidLibrary:
    """The library *below* with later changes: without its documents *removed*, and with those of *above*.

    :param table: the numbers of both together, those of *below* first, which are *start* documents.
    """

    def __init__(
        self, below: Library, removed: Iterable[int], above: Library, table: DocumentTable, start: int
    ) -> None:
        self.table = table
        self._below = below
        self._above = above
        self._start = start
        self._removed = sorted(number for number in removed if number < start)

    def postings(self, field: str, term: str) -> PostingList:
        """The postings of *term* in *field*."""
        return _Overlaid(
            self._below.postings(field, term), self._removed, self._above.postings(field, term), self._start
        )

    def terms_with_prefix(self, field: str, prefix: str) -> Iterable[str]:
        """The terms of *field* that begin with *prefix*; some may have no document any more."""
        below, above = (library.terms_with_prefix(field, prefix) for library in (self._below, self._above))
        return dict.fromkeys(merge(below, above))

    def record(self, document: int) -> SearchDocument:
        """The record of *document*."""
        if document < self._start:
            return self._below.record(document)
        return self._above.record(document - self._start)
