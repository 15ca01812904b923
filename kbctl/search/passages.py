"""The passage of a document that answers best, and where in it the question's words stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from kbctl.model.han import fold
from kbctl.search.intents import Intent, in_heading, in_text
from kbctl.search.record import Passage

_VALUE = re.compile(r"(\d+)(?:\.(\d+))?(\D*)", re.ASCII)
# What a word in a heading adds to the passages under it, compared with the same word in their text.
_HEADING_SHARE = 0.6
# What is left of a word that stands in the title: the whole entry is about it.
_TITLE_SHARE = 0.25
# Of the weight of all words: what a passage gains that gives the kind of answer asked for, that stands under a
# heading which promises one, and that holds the figure which is asked for.
_KIND, _PROMISE, _FIGURE = 0.4, 0.4, 0.5
# What renders the front matter is taken only where the body says nothing of the kind.
_RENDERED_SHARE = 0.6
# What asks is no answer.
_QUESTION_SHARE = 0.25


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
    """Return the passage that answers best, and the spans (start, end) of the question's words in its text.

    The first of equals is taken.
    """
    if not passages:
        return Passage("", "", 1, ""), ()
    best = max(passages, key=lambda passage: _worth(passage, sought))
    return best, spans(best.text, (*sought.words, *sought.phrases, *sought.figures))


def _worth(passage: Passage, sought: Sought) -> float:
    text = fold(passage.text)
    # An item's own heading says more than that of its section, which names all of its items.
    heading = fold(passage.item or passage.section)
    whole = sum(sought.words.values())
    worth = 0.0
    for word, weight in sought.words.items():
        share = 1.0 if word in text else _HEADING_SHARE if word in heading else 0.0
        worth += weight * share * (_TITLE_SHARE if word in sought.title else 1.0)
    if sought.intents:
        count = len(sought.intents)
        worth += whole * _KIND * in_text(sought.intents, text) / count
        worth += whole * _PROMISE * in_heading(sought.intents, heading) / count
    if any(figure in text for figure in sought.figures):
        worth += whole * _FIGURE
    if not passage.section:
        worth *= _RENDERED_SHARE
    if text.endswith("?"):
        worth *= _QUESTION_SHARE
    return worth + sum(1 + 2 * whole for phrase in sought.phrases if phrase in text)


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
        if in_text(intents, fold(value)):
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
