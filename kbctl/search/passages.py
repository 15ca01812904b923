"""The part of a document that answers best, of about three lines, and where in it the question's words stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from kbctl.model.han import fold
from kbctl.search.intents import QUESTION, Intent, in_heading, in_text
from kbctl.search.record import Passage

# So many characters are shown of a passage, if no sentence alone is longer: three lines of 80 columns.
EXCERPT = 110

_SENTENCE = re.compile(r"[^。！？；]+[。！？；”’）」』]*")
_CLOSING = "”’）」』"
_ENDS = "。！？；：，、…!?;:,."
_VALUE = re.compile(r"(\d+)(?:\.(\d+))?(\D*)", re.ASCII)
# What a word in a heading adds to the passages under it, compared with the same word in their text.
_HEADING_SHARE = 0.6
# What is left of a word that stands in the title: the whole entry is about it.
_TITLE_SHARE = 0.25
# Of the weight of all words: what a passage gains that gives the kind of answer asked for, that stands under a
# heading which promises one, and that holds the figure which is asked for.
_KIND, _PROMISE, _FIGURE = 0.5, 0.5, 0.5
# What renders the front matter, on line 1, is taken only where the body says nothing of the kind; so is what ends by
# asking, where the next sentence would answer.
_RENDERED_SHARE = 0.6
_ASKING_SHARE = 0.6


class Sought(NamedTuple):
    """What is sought in a document's passages.

    ``words`` are the question's words, folded, with the weight of each; ``phrases`` folded texts that outweigh all
    words; ``title`` is the folded title; ``intents`` the kinds of answer asked for; ``figures`` the folded texts of
    the figure that the question is about.
    """

    words: Mapping[str, float]
    phrases: Sequence[str] = ()
    title: str = ""
    intents: tuple[Intent, ...] = ()
    figures: tuple[str, ...] = ()


def best_passage(passages: Sequence[Passage], sought: Sought) -> tuple[Passage, tuple[tuple[int, int], ...]]:
    """Return what answers best of *passages*, and the spans (start, end) of the question's words in its text.

    It is a stretch of whole sentences that is as long as :data:`EXCERPT` allows; the first of equals is taken.
    """
    if not passages:
        return Passage("", "", 1, ""), ()
    if not sought.phrases:
        # What asks is no answer; but what stands in quotation marks may be looked for there too.
        passages = [passage for passage in passages if passage.section != QUESTION] or passages
    search = _Search(passages, sought)
    best = max(search.stretches, key=search.worth)
    text = best.text()
    return best.sentences[0].passage._replace(text=text), spans(text, (*sought.words, *sought.phrases, *sought.figures))


class _Sentence(NamedTuple):
    """A sentence, what it has of the question, and which kinds of answer it gives."""

    passage: Passage
    text: str
    words: frozenset[str]
    kinds: frozenset[Intent]
    figure: bool


class _Stretch(NamedTuple):
    """Sentences under one folded *heading*, one after the other."""

    heading: str
    sentences: Sequence[_Sentence]

    def text(self) -> str:
        """The sentences as one text: what ends without a mark, as items of lists and rows do, is set off."""
        text = ""
        for sentence in self.sentences:
            last = text.rstrip(_CLOSING)[-1:]
            text += ("" if not text else "；" if last not in _ENDS else " " if last.isascii() else "") + sentence.text
        return text.removesuffix("；")


class _Search:
    """The stretches of some passages, and what each is worth."""

    def __init__(self, passages: Sequence[Passage], sought: Sought) -> None:
        self._sought = sought
        self.stretches = list(self._stretches(passages))
        # What stands nowhere tells no stretch from another.
        known = frozenset[str]().union(*(one.words for stretch in self.stretches for one in stretch.sentences))
        self._whole = sum(weight for word, weight in sought.words.items() if word in known) or 1.0

    def _stretches(self, passages: Sequence[Passage]) -> Iterator[_Stretch]:
        for (section, item), group in groupby(passages, key=lambda passage: passage[:2]):
            # An item's own heading says more than that of its section, which names all of its items.
            heading = fold(item or section)
            sentences = [one for passage in group for one in self._sentences(passage)]
            reached = 0
            for start, first in enumerate(sentences):
                end, length = start + 1, len(first.text)
                while end < len(sentences) and length + len(sentences[end].text) <= EXCERPT:
                    length += len(sentences[end].text)
                    end += 1
                if end > reached:
                    reached = end
                    yield _Stretch(heading, sentences[start:end])

    def _sentences(self, passage: Passage) -> Iterator[_Sentence]:
        words, intents, figures = self._sought.words, self._sought.intents, self._sought.figures
        for line in passage.text.split("\n"):
            for text in _SENTENCE.findall(line) or [line]:
                folded = fold(text)
                yield _Sentence(
                    passage,
                    text.strip(),
                    frozenset(word for word in words if _holds(folded, word)),
                    frozenset(in_text(intents, folded)),
                    any(figure in folded for figure in figures),
                )

    def worth(self, stretch: _Stretch) -> float:
        """How well *stretch* answers."""
        sought, sentences = self._sought, stretch.sentences
        words = frozenset[str]().union(*(one.words for one in sentences))
        worth = 0.0
        for word, weight in sought.words.items():
            share = 1.0 if word in words else _HEADING_SHARE if word in stretch.heading else 0.0
            worth += weight * share * (_TITLE_SHARE if word in sought.title else 1.0)
        if sought.intents:
            kinds = frozenset[Intent]().union(*(one.kinds for one in sentences))
            promised = in_heading(sought.intents, stretch.heading)
            worth += self._whole * (_KIND * len(kinds) + _PROMISE * promised) / len(sought.intents)
        if any(one.figure for one in sentences):
            worth += self._whole * _FIGURE
        if sentences[0].passage.line == 1:
            worth *= _RENDERED_SHARE
        if sentences[-1].text.endswith(("?", "？")):
            worth *= _ASKING_SHARE
        if sought.phrases:
            text = fold(stretch.text())
            worth += sum(1 + 2 * self._whole for phrase in sought.phrases if phrase in text)
        return worth


def figures_asked(
    words: Mapping[str, float], title: str, facts: Iterable[tuple[str, str]], intents: tuple[Intent, ...]
) -> tuple[str, ...]:
    """How the value of the fact that the question names is written; nothing if it names none.

    :param facts: key and value of each; of those that are of the kind asked for, the one whose key says most of what
        the question says beside the title.
    """
    asked = {word for word in words if word not in title}
    best: tuple[int, str] = (0, "")
    for key, value in facts:
        if any(in_text(intents, fold(value))):
            held = sum(1 for word in asked if word in fold(key))
            best = max(best, (held, value), key=lambda pair: pair[0])
    return written(fold(best[1])) if best[0] else ()


def written(value: str) -> tuple[str, ...]:
    """The ways in which the folded *value* of a fact may stand in a text: 200000元 is 20万元 as well."""
    match = _VALUE.fullmatch(value)
    if match is None:
        return (value,) if value else ()
    whole, part, unit = match.group(1).lstrip("0") or "0", (match.group(2) or "").rstrip("0"), match.group(3)
    forms = [value, _number(whole, part) + unit]
    for digits, name in ((4, "万"), (8, "亿")):
        if len(whole) > digits:
            forms.append(_number(whole[:-digits], (whole[-digits:] + part).rstrip("0")) + name + unit)
    return tuple(dict.fromkeys(forms))


def _number(whole: str, part: str) -> str:
    return f"{whole}.{part}" if part else whole


def spans(text: str, words: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """The places in *text* where any of the folded *words* stands, in order; neighbours are joined."""
    folded, origin = fold_with_origin(text)
    found = sorted(place for word in words for place in _places(folded, word))
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple((origin[start], origin[end - 1] + 1) for start, end in joined)


def _places(folded: str, word: str) -> Iterator[tuple[int, int]]:
    at = folded.find(word) if word else -1
    while at >= 0:
        end = at + len(word)
        if not _cuts(folded, at, end):
            yield at, end
        at = folded.find(word, at + 1)


def _holds(folded: str, word: str) -> bool:
    return word in folded and (not _latin(word[0]) or next(_places(folded, word), None) is not None)


def _cuts(folded: str, start: int, end: int) -> bool:
    """Whether a word of Latin letters or digits would be cut out of a longer one."""
    before = start > 0 and _latin(folded[start - 1]) and _latin(folded[start])
    return before or (end < len(folded) and _latin(folded[end]) and _latin(folded[end - 1]))


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


@lru_cache(maxsize=8192)
def _fold_one(char: str) -> str:
    return fold(char)


def fold_with_origin(text: str) -> tuple[str, list[int]]:
    """*text* folded character by character, and for each character of the result the place it comes from."""
    parts: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        folded = _fold_one(char)
        parts.append(folded)
        origin.extend([at] * len(folded))
    return "".join(parts), origin
