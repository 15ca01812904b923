"""From a query to results, over the postings of any index: score, filter, re-rank, and order for a screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from heapq import nsmallest
from typing import Protocol

from kbctl.model.han import fold
from kbctl.search.analysis import bigrams
from kbctl.search.grouping import Scopes, arrange, branch_named
from kbctl.search.index import SERVING, Hit, IndexContext, Query, Results
from kbctl.search.passages import best_passage
from kbctl.search.question import Question, analyse
from kbctl.search.ranking import (
    LEAST_COVERAGE,
    LIKENESS_WEIGHT,
    Postings,
    Reader,
    coverage,
    dice,
    score,
    word_weights,
)
from kbctl.search.record import Passage, SearchDocument

# So many of the best by BM25 are read, re-ranked and judged; what comes after them is not looked at.
CANDIDATES = 50
# A row is a hit of its own only if it adds this share of what its entry scores.
ROW_SHARE = 0.3
NEAR_TERMS = 5
_NO_PASSAGE = Passage("", "", 1, "")
_SUFFIX = re.compile(r"(?:分行|支行|营业部)?(?:\(.*\))?\Z")


class Library(Postings, Protocol):
    """Postings, with the records of the documents."""

    def record(self, document: int) -> SearchDocument:
        """The record of *document*."""
        ...


@dataclass(frozen=True, slots=True)
class _Candidate:
    document: int
    record: SearchDocument
    score: float


def retrieve(library: Library, context: IndexContext, query: Query) -> Results:
    """Answer *query* from *library*."""
    return _Retrieval(library, context, query).results()


class _Retrieval:
    def __init__(self, library: Library, context: IndexContext, query: Query) -> None:
        self.library = library
        self.context = context
        self.query = query
        self.question = analyse(query.text, context.synonyms)
        self.reader = Reader(library)
        self.day = query.as_of.toordinal()

    def results(self) -> Results:
        """Everything that is asked for."""
        branch = self.query.branch or branch_named(self.question.folded, _spoken_names(self.context))
        if not self.question.terms:
            return Results(branch=branch)
        scores = score(self.reader, self.question)
        wanted, others = self._split(scores.total)
        count = max(CANDIDATES, self.query.limit)
        best = self._worthy(self._best(wanted, count), scores.own)
        hits = arrange([self._hit(candidate) for candidate in best], Scopes(self.context.organization, branch))
        found = {candidate.record.id for candidate in best}
        hidden = {candidate.record.id for candidate in self._worthy(self._best(others, count), scores.own)} - found
        return Results(
            hits=self._shown(hits[: self.query.limit]),
            total=sum(1 for hit in hits for _ in hit.flat()),
            total_exact=len(wanted) <= count and len(others) <= count,
            hidden=len(hidden),
            branch=branch,
            synonyms_used=self.question.synonyms,
            near_terms=() if hits else self._near_terms(wanted),
        )

    def _split(self, scores: dict[int, float]) -> tuple[dict[int, float], dict[int, float]]:
        """The scored documents that may be hits, and those that are only hidden because of their dates."""
        allowed = self._allowed()
        serves = self._serves()
        wanted: dict[int, float] = {}
        others: dict[int, float] = {}
        for document, value in scores.items():
            if allowed is None or document in allowed:
                (wanted if serves(document) else others)[document] = value
        return wanted, others

    def _serves(self) -> Callable[[int], bool]:
        table, day = self.library.table, self.day
        if self.query.states == SERVING:
            starts, ends = table.windows()
            return lambda document: starts[document] <= day <= ends[document]
        states, as_of, expiring = self.query.states, self.query.as_of, self.context.expiring_days
        return lambda document: table.dates(document).state(as_of, expiring) in states

    def _allowed(self) -> set[int] | None:
        """The documents that the filters let through; ``None`` for all."""
        sets = []
        if self.query.types:
            sets.append(self.library.table.where("type", self.query.types))
        if self.query.owners:
            sets.append(self.library.table.where("owner", self.query.owners))
        return set.intersection(*sets) if sets else None

    def _best(self, scores: dict[int, float], count: int) -> list[_Candidate]:
        """The best *count* documents, re-ranked by their likeness to the question."""
        first = nsmallest(count, scores, key=lambda document: (-scores[document], document))
        candidates = []
        for document in first:
            record = self.library.record(document)
            factor = 1 + LIKENESS_WEIGHT * likeness(self.question, record)
            candidates.append(_Candidate(document, record, scores[document] * factor))
        return sorted(candidates, key=lambda candidate: (-candidate.score, candidate.document))

    def _worthy(self, candidates: list[_Candidate], own: dict[int, float]) -> list[_Candidate]:
        """The candidates that cover enough of the question, or hold its phrases; rows that add to their entry."""
        phrases = self.question.phrases
        if phrases:
            candidates = [candidate for candidate in candidates if holds(candidate.record, phrases)]
            covered = dict.fromkeys((candidate.document for candidate in candidates), 1.0)
        else:
            covered = coverage(self.reader, self.question, [candidate.document for candidate in candidates])
        kept = []
        for candidate in candidates:
            if covered[candidate.document] < LEAST_COVERAGE:
                continue
            if candidate.record.row:
                entry = self.library.table.entry_of(candidate.document)
                if own.get(candidate.document, 0.0) < ROW_SHARE * own.get(entry, 0.0):
                    continue
            kept.append(candidate)
        return kept

    def _hit(self, candidate: _Candidate) -> Hit:
        """The hit without its passage, which is looked for only in what is shown."""
        record = candidate.record
        day = self.query.as_of
        contacts = tuple(person for person in record.contacts if person.live_on(day.isoformat()))
        state = record.dates.state(day, self.context.expiring_days)
        return Hit(record, candidate.score, state, _NO_PASSAGE, (), contacts)

    def _shown(self, hits: Iterable[Hit]) -> tuple[Hit, ...]:
        """*hits* and their variants, each with its best passage."""
        weights = word_weights(self.reader, self.question)

        def fill(hit: Hit) -> Hit:
            passage, spans = best_passage(hit.document.passages, weights, self.question.phrases)
            return replace(hit, passage=passage, spans=spans, variants=tuple(map(fill, hit.variants)))

        return tuple(map(fill, hits))

    def _near_terms(self, wanted: dict[int, float]) -> tuple[str, ...]:
        """Titles that share anything with the question, for one that found nothing."""
        titles = dict.fromkeys(candidate.record.title for candidate in self._best(wanted, CANDIDATES))
        near = sorted(titles, key=lambda title: -dice(self.question.bigrams, set(bigrams(fold(title)))))
        return tuple(title for title in near if not self.question.bigrams.isdisjoint(bigrams(fold(title))))[:NEAR_TERMS]


def likeness(question: Question, record: SearchDocument) -> float:
    """How like the question is to the title, or to what a row is called."""
    names = (record.title, record.label) if record.label else (record.title,)
    return max(dice(question.bigrams, set(bigrams(fold(name)))) for name in names)


def holds(record: SearchDocument, phrases: Iterable[str]) -> bool:
    """Whether every one of the folded *phrases* stands word for word in the record."""
    texts = [fold(text) for text in (record.title, *record.keywords, *record.aliases, *record.texts())]
    return all(any(phrase in text for text in texts) for phrase in phrases)


def _spoken_names(context: IndexContext) -> dict[str, str]:
    """What people call each institution: its name without 分行 and the like; shorter ones would mean anything."""
    names = {}
    for institution in context.institutions.values():
        folded = fold(institution.name)
        short = _SUFFIX.sub("", folded)
        names[institution.id] = short if len(short) > 1 else folded
    return names
