"""From a query to results, over the postings of any index: score, filter, re-rank, and order for a screen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from heapq import nsmallest

from kbctl.model.han import fold
from kbctl.model.validity import State
from kbctl.search.analysis import bigrams
from kbctl.search.grouping import Scopes, arrange, branch_named, compared
from kbctl.search.index import SERVING, Hit, IndexContext, Query, Results
from kbctl.search.intents import intents_of
from kbctl.search.names import names_row, spoken_names
from kbctl.search.passages import Sought, best_passage, figures_asked
from kbctl.search.postings import Library
from kbctl.search.question import Question, analyse
from kbctl.search.ranking import (
    LEAST_COVERAGE,
    LIKENESS_WEIGHT,
    SURE_COVERAGE,
    Reader,
    coverage,
    dice,
    word_weights,
)
from kbctl.search.record import Passage, SearchDocument
from kbctl.search.scoring import Scores, best_scores

# So many of the best by BM25 are read, re-ranked and judged; what comes after them is not looked at.
CANDIDATES = 50
# Beside its entry, a row is a hit of its own only if it adds this share of what the entry scores.
ROW_SHARE = 0.3
NEAR_TERMS = 5
# So many of those that match but do not answer are named.
NAMED_HIDDEN = 5
_NO_PASSAGE = Passage("", "", 1, "")


@dataclass(frozen=True, slots=True)
class _Candidate:
    document: int
    record: SearchDocument
    score: float
    covered: float = 0.0


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
        self.names = spoken_names(context.institutions)
        self.branch = query.branch or branch_named(self.question.folded, self.names)

    def results(self) -> Results:
        """Everything that is asked for."""
        if not self.question.terms:
            return Results(branch=self.branch)
        count = max(CANDIDATES, self.query.limit)
        wanted, others = (best_scores(self.reader, self.question, chosen, count) for chosen in self._eligible())
        best = self._worthy(self._best(wanted.total, count), wanted)
        hits = arrange([self._hit(candidate) for candidate in best], Scopes(self.context.organization, self.branch))
        found = {candidate.record.id for candidate in best}
        hidden: dict[str, _Candidate] = {}
        for candidate in self._worthy(self._best(others.total, count), others):
            if candidate.record.id not in found:
                hidden.setdefault(candidate.record.id, candidate)
        return Results(
            hits=self._shown(hits[: self.query.limit]),
            total=sum(1 for hit in hits for _ in hit.flat()),
            total_exact=all(scores.complete and len(scores.total) <= count for scores in (wanted, others)),
            hidden=len(hidden),
            hidden_hits=tuple(self._hit(candidate) for candidate in list(hidden.values())[:NAMED_HIDDEN]),
            branch=self.branch,
            synonyms_used=self.question.synonyms,
            near_terms=() if hits else self._near_terms(wanted.total),
            unsure=bool(best) and max(candidate.covered for candidate in best) < SURE_COVERAGE,
        )

    def _eligible(self) -> tuple[bytearray, bytearray]:
        """By document, 1 for each that may be a hit, and 1 for each that is only hidden because of its dates."""
        table = self.library.table
        allowed = self._allowed()
        wanted = bytearray(b"\1") * len(table)
        others = bytearray(len(table))
        for document in self._not_serving():
            wanted[document], others[document] = 0, 1
        for document in table.removed if allowed is None else (n for n in range(len(table)) if n not in allowed):
            wanted[document] = others[document] = 0
        return wanted, others

    def _not_serving(self) -> Iterable[int]:
        """The documents that are in none of the states asked for."""
        table, states = self.library.table, self.query.states
        if states == SERVING:
            return table.not_answering(self.day)
        if len(states) == len(State):
            return ()
        as_of, expiring = self.query.as_of, self.context.expiring_days
        return [n for n in range(len(table)) if table.dates(n).state(as_of, expiring) not in states]

    def _allowed(self) -> set[int] | None:
        """The documents that the filters let through; ``None`` for all."""
        table = self.library.table
        sets = [
            table.where(column, names)
            for column, names in (("type", self.query.types), ("owner", self.query.owners))
            if names
        ]
        return set.intersection(*sets).difference(table.removed) if sets else None

    def _best(self, scores: dict[int, float], count: int) -> list[_Candidate]:
        """The best *count* documents, re-ranked by their likeness to the question."""
        ranks = self.library.table.ranks()
        first = nsmallest(count, scores, key=lambda document: (-scores[document], ranks[document]))
        candidates = []
        for document in first:
            record = self.library.record(document)
            factor = 1 + LIKENESS_WEIGHT * likeness(self.question, record)
            candidates.append(_Candidate(document, record, scores[document] * factor))
        return sorted(candidates, key=lambda candidate: (-candidate.score, ranks[candidate.document]))

    def _worthy(self, candidates: list[_Candidate], scores: Scores) -> list[_Candidate]:
        """The candidates that cover enough of the question, or hold its phrases; rows that add to their entry."""
        phrases = self.question.phrases
        if phrases:
            candidates = [candidate for candidate in candidates if holds(candidate.record, phrases)]
            covered = dict.fromkeys((candidate.document for candidate in candidates), 1.0)
        else:
            covered = coverage(self.reader, self.question, [candidate.document for candidate in candidates])
        judged = [replace(candidate, covered=covered[candidate.document]) for candidate in candidates]
        kept = [candidate for candidate in judged if candidate.covered >= LEAST_COVERAGE]
        entries = {candidate.document for candidate in kept}
        named = {candidate.document for candidate in kept if self._named(candidate.record)}
        # Where a row is named, it stands for its entry.
        stood_for = set(map(self.library.table.entry_of, named))
        return [
            candidate
            for candidate in kept
            if candidate.document in named
            or (candidate.document not in stood_for and not self._adds_nothing(candidate, entries, scores.own))
        ]

    def _named(self, record: SearchDocument) -> bool:
        """Whether *record* is a row that the question names, or the branch that asks."""
        texts = (self.question.folded, self.names.get(self.branch or "", ""))
        return bool(record.row) and any(names_row(text, record.label) for text in texts)

    def _adds_nothing(self, candidate: _Candidate, kept: set[int], own: dict[int, float]) -> bool:
        """Whether it is a row that is found for its entry's sake, which is itself among those *kept*."""
        entry = self.library.table.entry_of(candidate.document)
        if not candidate.record.row or entry not in kept:
            return False
        return own.get(candidate.document, 0.0) < ROW_SHARE * own.get(entry, 0.0)

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
        intents = intents_of(self.question.folded)

        def fill(hit: Hit) -> Hit:
            title = fold(hit.document.title)
            figures = figures_asked(weights, title, hit.document.facts, intents)
            sought = Sought(weights, self.question.phrases, title, intents, figures)
            passage, spans = best_passage(hit.document.passages, sought)
            return replace(hit, passage=passage, spans=spans, variants=tuple(map(fill, hit.variants)))

        return tuple(compared(fill(hit)) for hit in hits)

    def _near_terms(self, wanted: dict[int, float]) -> tuple[str, ...]:
        """Titles that share a word of the question's matter, for one that found nothing."""
        matter = {text for wording in self.question.wordings for text, weight in wording.words.items() if weight == 1.0}
        titles = dict.fromkeys(candidate.record.title for candidate in self._best(wanted, CANDIDATES))
        near = [title for title in titles if not matter.isdisjoint(bigrams(fold(title)))]
        near.sort(key=lambda title: -dice(self.question.bigrams, set(bigrams(fold(title)))))
        return tuple(near[:NEAR_TERMS])


def likeness(question: Question, record: SearchDocument) -> float:
    """How like the question is to the title, or to what a row is called."""
    names = (record.title, record.label) if record.label else (record.title,)
    return max(dice(question.bigrams, set(bigrams(fold(name)))) for name in names)


def holds(record: SearchDocument, phrases: Iterable[str]) -> bool:
    """Whether every one of the folded *phrases* stands word for word in the record."""
    texts = [fold(text) for text in (record.title, *record.keywords, *record.aliases, *record.texts())]
    return all(any(phrase in text for text in texts) for phrase in phrases)
