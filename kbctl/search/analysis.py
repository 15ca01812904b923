"""From text to the terms that are indexed and asked for. Changing anything here must raise :data:`VERSION`.

Chinese is not segmented: a title is indexed by its single characters, a body by its bigrams, and words of
other scripts stay whole (``95588``, ``atm``, ``v2.0``, ``3.5%``). Both sides are folded first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kbctl.model.han import fold
from kbctl.search.record import SearchDocument

VERSION = 1

# The fields of the index, each with its own statistics: the title; the words that people use for it (keywords,
# aliases, the id); the body; and the cells of a row, which only documents that are rows have.
TITLE = "title"
KEYS = "keys"
BODY = "body"
ROW = "row"
FIELDS = (TITLE, KEYS, BODY, ROW)

# Scripts written without spaces: ideographs, kana, hangul.
_DENSE = re.compile(
    r"([\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+)"
)
# What else there is between them. The class above is not repeated here: to compile it takes as long as some searches.
_WORD = re.compile(
    r"(?P<grouped>\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?)|(?P<clock>\d{1,2}(?::\d{2})+)"
    r"|[^\W_]+(?:[.\-/+&][^\W_]+)*[%‰]?"
)
_JOINT = re.compile(r"[\-/&]")


class Run(NamedTuple):
    """A stretch of folded text: ideographs without a break (``dense``), or one word of another script."""

    text: str
    dense: bool
    start: int
    end: int


def runs(folded: str) -> Iterator[Run]:
    """The runs of *folded* text, in order; a number's thousands separators are left out."""
    at = 0
    for number, piece in enumerate(_DENSE.split(folded)):
        if number % 2:
            yield Run(piece, True, at, at + len(piece))
        elif piece:
            for match in _WORD.finditer(piece):
                yield Run(_written(match), False, at + match.start(), at + match.end())
        at += len(piece)


def _written(match: re.Match[str]) -> str:
    return match.group().replace(",", "") if match.lastgroup == "grouped" else match.group()


def word_terms(word: str) -> list[str]:
    """*word* whole, and the parts that hyphens, slashes and ampersands join (a telephone number, an id)."""
    parts = _JOINT.split(word)
    return [word, *parts] if len(parts) > 1 else [word]


def characters(folded: str) -> Iterator[str]:
    """Terms of a title: single characters, and words of other scripts."""
    for run in runs(folded):
        if run.dense:
            yield from run.text
        else:
            yield from word_terms(run.text)


def bigrams(folded: str) -> Iterator[str]:
    """Pairs of neighbouring characters, and words of other scripts; a character that stands alone is a term too."""
    for run in runs(folded):
        text = run.text
        if not run.dense:
            yield from word_terms(text)
        elif len(text) == 1:
            yield text
        else:
            for at in range(len(text) - 1):
                yield text[at : at + 2]


def body_terms(folded: str) -> list[str]:
    """Terms of a body: bigrams, and the last character of each run.

    So a single character has all its places as a prefix: each begins a bigram or ends a run.
    """
    terms: list[str] = []
    extend = terms.extend
    for number, piece in enumerate(_DENSE.split(folded)):
        if number % 2:
            extend([piece[at : at + 2] for at in range(len(piece))])
        elif len(piece) > 1 or piece.isalnum():
            for match in _WORD.finditer(piece):
                extend(word_terms(_written(match)))
    return terms


def document_terms(document: SearchDocument) -> dict[str, list[str]]:
    """The terms of *document* by field; a term stands as often as the text has it, but in ``keys`` once."""
    # No run goes beyond the end of a line, so all texts are looked at in one.
    if document.row:
        return {ROW: body_terms(fold("\n".join(document.texts())))}
    title = fold(document.title)
    keys: dict[str, None] = {}
    for word in (*document.keywords, *document.aliases):
        folded = fold(word)
        keys.update(dict.fromkeys(characters(folded)))
        keys.update(dict.fromkeys(bigrams(folded)))
    keys.update(dict.fromkeys(word_terms(fold(document.id))))
    body = body_terms(fold("\n".join((document.title, *document.texts()))))
    return {TITLE: list(characters(title)), KEYS: list(keys), BODY: body}
