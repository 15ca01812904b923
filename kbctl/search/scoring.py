"""The best documents for a question by BM25 over all fields, without adding up what cannot be among them.

An entry takes over its best row's score, and each row its entry's own. Terms are read rarest first. As soon as what
the terms not yet read can add at most would not lift a new document among the best, only the documents already met
are looked at, and those that cannot get there any more are left out. The few that remain are scored term by
term in the question's order, so that the result does not depend on the way that led to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nlargest
from itertools import chain
from typing import NamedTuple

from kbctl.search.analysis import ROW
from kbctl.search.postings import PostingList
from kbctl.search.question import Question
from kbctl.search.ranking import K1, WEIGHTS, B, Reader, idf

# Bounds are added up in another order than scores; what that can make out is far less than this.
_SLACK = 1e-9


class Scores(NamedTuple):
    """``total`` of the best documents; ``own`` without what an entry owes to its rows.

    ``complete`` says that no document which has any term of the question is missing.
    """

    total: dict[int, float]
    own: dict[int, float]
    complete: bool


class _Weighed:
    """A term of the question with its postings; ``bound`` is the most that it can add to a document's score."""

    def __init__(self, postings: PostingList, field: str, weight: float, reader: Reader) -> None:
        size = reader.statistics(field)
        self.postings = postings
        self._lengths = reader.table.lengths(field)
        self._weight = WEIGHTS[field] * weight * idf(size.documents, postings.df) * (K1 + 1)
        self._flat = K1 * (1 - B)
        self._slope = K1 * B * size.documents / size.terms
        peak = postings.peak
        self.bound = self._weight * peak / (peak + self._flat + self._slope * size.shortest)

    def add_all(self, scores: dict[int, float], eligible: Sequence[int]) -> None:
        """Add to the scores of all documents that have the term and are *eligible*."""
        weight, flat, slope, lengths, get = self._weight, self._flat, self._slope, self._lengths, scores.get
        for document, count in zip(*self.postings.read(), strict=True):
            if eligible[document]:
                scores[document] = get(document, 0.0) + weight * count / (count + flat + slope * lengths[document])

    def add_to(self, scores: dict[int, float], documents: Sequence[int]) -> None:
        """Add to the scores of those of *documents*, which ascend, that have the term."""
        for document, count in zip(documents, self.postings.counts(documents), strict=True):
            if count:
                scores[document] += self._weight * count / (count + self._flat + self._slope * self._lengths[document])


def best_scores(reader: Reader, question: Question, eligible: Sequence[int], count: int) -> Scores:
    """The scores of at least the *count* best of the documents that are *eligible* (by number: 1, else 0).

    A row is eligible exactly if its entry is.
    """
    own: list[_Weighed] = []
    rows: list[_Weighed] = []
    for term in question.terms:
        postings = reader.postings(term.field, term.text, term.prefix)
        if postings.df:
            (rows if term.field == ROW else own).append(_Weighed(postings, term.field, term.weight, reader))
    by_row: dict[int, float] = {}
    for weighed in rows:
        weighed.add_all(by_row, eligible)
    search = _Search(reader, own, by_row, count)
    search.run(eligible)
    return search.exact()


class _Search:
    """The entries that may be among the best, with what of their own score is known."""

    def __init__(self, reader: Reader, terms: list[_Weighed], rows: dict[int, float], count: int) -> None:
        self.terms = terms
        self.rows = rows
        self.count = count
        self.entry_of = reader.table.column("entry")
        self.best_row: dict[int, float] = {}
        for row, value in rows.items():
            entry = self.entry_of[row]
            self.best_row[entry] = max(self.best_row.get(entry, 0.0), value)
        self.partial: dict[int, float] = dict.fromkeys(self.best_row, 0.0)
        self.complete = True

    def run(self, eligible: Sequence[int]) -> None:
        """Narrow the entries down."""
        waiting = sorted(self.terms, key=lambda term: (term.postings.df, -term.bound))
        remaining = sum(term.bound for term in waiting)
        at = 0
        # While any entry not met yet could come among the best, all postings are read.
        while at < len(waiting) and self._reachable(remaining):
            waiting[at].add_all(self.partial, eligible)
            remaining -= waiting[at].bound
            at += 1
        self.complete = at == len(waiting)
        for term in waiting[at:]:
            self._drop(remaining)
            if len(self.partial) <= self.count + self.count // 2:
                return
            term.add_to(self.partial, sorted(self.partial))
            remaining -= term.bound
        self._drop(0.0)

    def _reachable(self, remaining: float) -> bool:
        """Whether an entry of which nothing is known could come among the best."""
        if len(self.partial) <= self.count:
            return True
        highest = max(self.partial.values()) + max(self.best_row.values(), default=0.0)
        return remaining * (1 + _SLACK) >= highest or remaining * (1 + _SLACK) >= self._least()

    def _least(self) -> float:
        """What the last of the best has at least."""
        known = self.partial
        if not self.rows:
            return nlargest(self.count, known.values())[-1]
        bonus = self.best_row.get
        of_entries = (value + bonus(entry, 0.0) for entry, value in known.items())
        of_rows = (known[self.entry_of[row]] + value for row, value in self.rows.items())
        return nlargest(self.count, chain(of_entries, of_rows))[-1]

    def _drop(self, remaining: float) -> None:
        """Leave out the entries that cannot come among the best, and their rows."""
        if len(self.partial) <= self.count:
            return
        needed = self._least() * (1 - _SLACK) - remaining
        bonus = self.best_row.get
        kept = {entry: value for entry, value in self.partial.items() if value + bonus(entry, 0.0) >= needed}
        self.complete = self.complete and len(kept) == len(self.partial)
        self.partial = kept
        if self.rows:
            self.rows = {row: value for row, value in self.rows.items() if self.entry_of[row] in kept}

    def exact(self) -> Scores:
        """The scores of what is left."""
        entries = sorted(self.partial)
        found = dict.fromkeys(entries, 0.0)
        for term in self.terms:
            term.add_to(found, entries)
        own = {entry: value for entry, value in found.items() if value}
        total = dict(own)
        for row, value in self.rows.items():
            entry = self.entry_of[row]
            base = own.get(entry, 0.0)
            total[row] = base + value
            total[entry] = max(total.get(entry, 0.0), base + value)
        return Scores(total, {**own, **self.rows}, self.complete)
