"""Emphasis that CommonMark does not render, so that a reader sees the asterisks (R72)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from kbctl.rules.letters import HAN
from kbctl.rules.protected import masked

_RUN = re.compile(r"\*+")
_HAN = re.compile(f"[{HAN}]")
# A phrase that is meant to be bold does not begin with these; a masked name (张**，) is followed by them.
_NO_BEGINNING = frozenset("，。、；：？！）】》”’」』,.;:?!)")


class Emphasis(NamedTuple):
    """Emphasis that stays asterisks: its offset in the text, what stands there, and what would be rendered."""

    offset: int
    found: str
    better: str


class _Run(NamedTuple):
    start: int
    end: int
    opens: bool
    closes: bool


def unrendered(text: str) -> Iterator[Emphasis]:
    """Yield the pairs of asterisks in the Markdown *text* of one block that were meant as emphasis and are none.

    Bold (two or three asterisks) is read in pairs, in order; an odd number of marks tells nothing and is passed over.
    Single asterisks also multiply and mark notes, so they count only around a phrase that begins like one.
    """
    prose = masked(text)
    runs = [_run(text, match.start(), match.end()) for match in _RUN.finditer(prose)]
    for length in (1, 2, 3):
        chosen = [run for run in runs if run.end - run.start == length]
        if len(chosen) % 2 == 0:
            for opening, closing in list(pairwise(chosen))[::2]:
                if _meant(text, opening, closing) and not (opening.opens and closing.closes):
                    yield _emphasis(text, opening, closing)


def _run(text: str, start: int, end: int) -> _Run:
    """Whether the asterisks of *text* from *start* to *end* can open and close emphasis, by CommonMark's flanking rules."""
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    mark_before, mark_after = _is_mark(before), _is_mark(after)
    opens = not after.isspace() and (not mark_after or before.isspace() or mark_before)
    closes = not before.isspace() and (not mark_before or after.isspace() or mark_after)
    return _Run(start, end, opens, closes)


def _is_mark(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


def _meant(text: str, opening: _Run, closing: _Run) -> bool:
    """Whether the two runs look like the ends of a phrase that somebody wanted to stress."""
    phrase = text[opening.end : closing.start]
    if not _HAN.search(phrase) or phrase.lstrip()[:1] in _NO_BEGINNING:
        return False
    if opening.end - opening.start > 1:
        return True
    begins = opening.start == 0 or text[opening.start - 1].isspace() or _is_mark(text[opening.start - 1])
    return begins and not phrase[0].isspace() and not phrase[-1].isspace()


def _emphasis(text: str, opening: _Run, closing: _Run) -> Emphasis:
    """The finding for a pair: what is rendered has no spaces inside, and one outside where a mark touches a word."""
    stars = text[opening.start : opening.end]
    phrase = text[opening.end : closing.start]
    found = f"{stars}{phrase}{stars}"
    left = "" if opening.opens or phrase[0].isspace() else " "
    right = "" if closing.closes or phrase[-1].isspace() else " "
    return Emphasis(opening.start, found, f"{left}{stars}{phrase.strip()}{stars}{right}")
