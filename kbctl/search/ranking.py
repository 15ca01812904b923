"""How well a document answers: BM25 by field, likeness to the title, and how much of the question is covered.

One code for every index: an index hands over its postings and lengths as plain numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from math import log

from kbctl.search.analysis import BODY, FIELDS, KEYS, ROW, TITLE
from kbctl.search.postings import Library, PostingList, Postings
from kbctl.search.question import SYNONYM_WEIGHT, Question
from kbctl.search.table import FieldStatistics

K1 = 1.2
B = 0.75
# Title 3 and body 1 as measured on large knowledge bases; keys and rows so that the sample's questions do best.
WEIGHTS = {TITLE: 3.0, KEYS: 4.0, BODY: 1.0, ROW: 3.5}
LIKENESS_WEIGHT = 0.5
# The least coverage of a hit: measured on the sample between its own questions, some with a wrong character in them or
# cut short, and questions about anything else. Less lets those in that share one word with an entry by chance.
LEAST_COVERAGE = 0.32
# Below this coverage the best hit may be about something else: of 229 questions with known answers 6 are below it, of 7
# questions about anything else that found something all.
SURE_COVERAGE = 0.45
# So many words, or characters, of the rarest kind count as everything found, however long the question is.
ENOUGH_WORDS = 3
ENOUGH_CHARACTERS = 4


def idf(documents: int, having: int) -> float:
    """The weight of a term that *having* of *documents* have."""
    return log(1 + (documents - having + 0.5) / (having + 0.5))


class Reader:
    """Postings as ranking asks for them, each looked up once; a prefix is answered by the terms that begin with it."""

    def __init__(self, library: Library) -> None:
        self.table = library.table
        self._library = library
        self._known: dict[tuple[str, str, bool], PostingList] = {}
        self._statistics = {field: self.table.statistics(field) for field in FIELDS}

    def statistics(self, field: str) -> FieldStatistics:
        """The size of *field*."""
        return self._statistics[field]

    def postings(self, field: str, text: str, prefix: bool = False) -> PostingList:
        """The postings of a term, or those of all terms with this prefix together."""
        key = (field, text, prefix)
        found = self._known.get(key)
        if found is None:
            found = self._merged(field, text) if prefix else self._library.postings(field, text)
            self._known[key] = found
        return found

    def _merged(self, field: str, prefix: str) -> Postings:
        counts: dict[int, int] = {}
        get = counts.get
        for term in self._library.terms_with_prefix(field, prefix):
            for document, count in zip(*self._library.postings(field, term).read(), strict=True):
                counts[document] = get(document, 0) + count
        ordered = sorted(counts)
        return Postings(ordered, [counts[document] for document in ordered])

    def idf(self, field: str, text: str, prefix: bool = False) -> float:
        """The weight of a term in *field*."""
        return idf(self.statistics(field).documents, self.postings(field, text, prefix).df)


def dice(one: Collection[str], other: Collection[str]) -> float:
    """Dice's coefficient of two sets: 1 if they are equal, 0 if they share nothing."""
    if not one or not other:
        return 0.0
    return 2 * len(set(one).intersection(other)) / (len(one) + len(other))


def coverage(reader: Reader, question: Question, documents: Iterable[int]) -> dict[int, float]:
    """How much of the question's weight each of *documents* covers, from 0 to 1, by the wording that it covers best.

    Half of it is the share of the words, each weighed by its rarity, half that of the single characters in
    title, keys or row; without any word of the question, single characters count for nothing. A row is helped
    by its entry.
    """
    wanted = list(documents)
    best = dict.fromkeys(wanted, 0.0)
    for wording in question.wordings:
        words = _Share(reader, wanted)
        for text, weight in wording.words.items():
            words.add(text, weight, (KEYS, BODY, ROW), prefix=len(text) == 1 and not text.isascii())
        characters = _Share(reader, wanted)
        for text in sorted(wording.characters):
            characters.add(text, 1.0, (TITLE, KEYS, ROW), prefix=False)
        rarest = idf(reader.statistics(BODY).documents, 0)
        for document in wanted:
            share = words.of(document, ENOUGH_WORDS * rarest)
            if share:
                share = (share + characters.of(document, ENOUGH_CHARACTERS * rarest)) / 2
            best[document] = max(best[document], share)
    return best


class _Share:
    """Adds up which share of some terms' weight each document has."""

    def __init__(self, reader: Reader, documents: Sequence[int]) -> None:
        self.reader = reader
        self.entries = {document: reader.table.entry_of(document) for document in documents}
        self.wanted = sorted({*self.entries, *self.entries.values()})
        self.whole = 0.0
        self.found = dict.fromkeys(documents, 0.0)

    def add(self, text: str, weight: float, fields: Sequence[str], *, prefix: bool) -> None:
        """Count *text* in any of *fields*; it weighs as much as it is rare where it is commonest."""
        having: set[int] = set()
        commonest = 0
        for field in fields:
            postings = self.reader.postings(field, text, prefix and field != KEYS)
            if postings.df:
                commonest = max(commonest, postings.df)
                counts = zip(self.wanted, postings.counts(self.wanted), strict=True)
                having.update(document for document, count in counts if count)
        size = self.reader.statistics(BODY).documents
        value = weight * idf(size, min(commonest, size))
        self.whole += value
        for document, entry in self.entries.items():
            if document in having or entry in having:
                self.found[document] += value

    def of(self, document: int, enough: float) -> float:
        """The share that *document* has of the whole, or of *enough* if that is less; 1 where nothing is asked for."""
        whole = min(self.whole, enough)
        return min(1.0, self.found[document] / whole) if whole else 1.0


def word_weights(reader: Reader, question: Question) -> dict[str, float]:
    """The weight in a body of each word of the question's matter, for choosing passages; less where a synonym put it in."""
    weights: dict[str, float] = {}
    for number, wording in enumerate(question.wordings):
        matter = [text for text, weight in wording.words.items() if weight == 1.0] or list(wording.words)
        for text in matter:
            rarity = reader.idf(BODY, text, len(text) == 1 and not text.isascii())
            weights.setdefault(text, SYNONYM_WEIGHT * rarity if number else rarity)
    return weights
