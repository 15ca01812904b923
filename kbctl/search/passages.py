"""The passage of a document that answers best, and where in it the question's words stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from kbctl.model.han import fold
from kbctl.search.record import Passage

# What a word in a heading adds to the passages under it, compared with the same word in their text.
_HEADING_SHARE = 0.5


def best_passage(
    passages: Sequence[Passage], weights: Mapping[str, float], phrases: Sequence[str] = ()
) -> tuple[Passage, tuple[tuple[int, int], ...]]:
    """Return the passage that holds most of the question, and the spans (start, end) of its words in the text.

    :param weights: the question's words, folded, with the weight of each; the first of equals is taken.
    :param phrases: folded texts that outweigh all words.
    """
    if not passages:
        return Passage("", "", 1, ""), ()
    high = 1 + sum(weights.values())
    sought = {**weights, **dict.fromkeys(phrases, high)}
    best = max(passages, key=lambda passage: _worth(passage, sought))
    return best, spans(best.text, sought)


def _worth(passage: Passage, sought: Mapping[str, float]) -> float:
    text = fold(passage.text)
    heading = fold(f"{passage.section} {passage.item}")
    return sum(
        weight * (1.0 if word in text else _HEADING_SHARE if word in heading else 0.0)
        for word, weight in sought.items()
    )


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
