"""Comparing two texts by tokens, a figure being one token: 4.35%→3.45% is one change, not "3." and ".3" (R44)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from functools import lru_cache

# A day in Chinese, a figure with its separators and its unit, a Latin word, or any single character.
_TOKEN = re.compile(
    r"[0-9]{4}年[0-9]{1,2}月(?:[0-9]{1,2}日)?"
    r"|[0-9０-９]+(?:[.,:/．，：-][0-9０-９]+)*(?:[%‰％]|[十百千万亿]*(?:元|美元|个)?)"
    r"|[A-Za-z_]+|[^\S\n]+|.",
    re.DOTALL,
)
# Lines less alike than this are a new line and an old one, not one line changed.
_ALIKE = 0.3
# Beyond so many pairs of lines, or so long lines, only lines in the same place are compared.
_PAIRS, _LONG = 4000, 4000


class Mark(Enum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text with what became of it."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class LineChange:
    """One line of the comparison: its number in the new text (``None`` if it is gone) and its pieces."""

    line: int | None
    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Whether anything in it changed."""
        return any(piece.mark is not Mark.SAME for piece in self.pieces)


def compare(old: str, new: str) -> list[LineChange]:
    """Compare two texts: every line of the new one, and those of the old one that are gone, in order."""
    before, after = old.splitlines(), new.splitlines()
    found: list[LineChange] = []
    for what, a1, a2, b1, b2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            found.extend(LineChange(number + 1, (Piece(Mark.SAME, after[number]),)) for number in range(b1, b2))
        else:
            found.extend(_block(before[a1:a2], after[b1:b2], b1 + 1))
    return found


def _block(before: Sequence[str], after: Sequence[str], first: int) -> Iterator[LineChange]:
    """Changed lines: each new one against the old one that it is most like, the others as gone and as new."""
    reached = 0
    place = 0
    for old, new in [*_pairs(before, after), (len(before), len(after))]:
        yield from (LineChange(None, (Piece(Mark.GONE, line),)) for line in before[reached:old])
        yield from (LineChange(first + number, (Piece(Mark.NEW, after[number]),)) for number in range(place, new))
        if old < len(before) and new < len(after):
            yield LineChange(first + new, tuple(pieces(before[old], after[new])))
        reached, place = old + 1, new + 1


def _pairs(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Which old line became which new one, in order, so that they are as alike as can be in all."""
    if len(before) * len(after) > _PAIRS:
        return [
            (number, number)
            for number in range(min(len(before), len(after)))
            if _likeness(before[number], after[number])
        ]
    best = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for old in reversed(range(len(before))):
        for new in reversed(range(len(after))):
            likeness = _likeness(before[old], after[new])
            paired = likeness + best[old + 1][new + 1] if likeness else 0.0
            best[old][new] = max(paired, best[old + 1][new], best[old][new + 1])
    found = []
    old = new = 0
    while old < len(before) and new < len(after):
        if best[old][new] == best[old + 1][new]:
            old += 1
        elif best[old][new] == best[old][new + 1]:
            new += 1
        else:
            found.append((old, new))
            old, new = old + 1, new + 1
    return found


def _likeness(old: str, new: str) -> float:
    """The share of pairs of neighbouring characters that two lines have in common; 0 where it is too little."""
    if max(len(old), len(new)) > _LONG:
        return 0.0
    one, other = _neighbours(old), _neighbours(new)
    share = 2 * len(one & other) / ((len(one) + len(other)) or 1)
    return share if share >= _ALIKE else 0.0


@lru_cache(maxsize=_PAIRS)
def _neighbours(line: str) -> frozenset[str]:
    padded = f"\n{line.strip()}\n"
    return frozenset(padded[at : at + 2] for at in range(len(padded) - 1))


def tokens(text: str) -> list[str]:
    """The tokens of *text*; together they are the text."""
    return _TOKEN.findall(text)


def pieces(old: str, new: str) -> Iterator[Piece]:
    """The two texts as one, piece by piece; what is kept between two changes and shorter than both goes with them."""
    before, after = tokens(old), tokens(new)
    for kept, gone, added in _grouped(before, after):
        if kept:
            yield Piece(Mark.SAME, kept)
        if gone:
            yield Piece(Mark.GONE, gone)
        if added:
            yield Piece(Mark.NEW, added)


def _grouped(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, str, str]]:
    """What is kept, and what is gone and new after it; scattered characters are put together into readable wholes."""
    steps: list[tuple[str, str, str]] = []
    kept = ""
    for what, a1, a2, b1, b2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            kept = "".join(after[b1:b2])
            continue
        gone, added = "".join(before[a1:a2]), "".join(after[b1:b2])
        while steps and _trifling(kept, steps[-1], gone, added):
            earlier, first_gone, first_added = steps.pop()
            gone, added = first_gone + kept + gone, first_added + kept + added
            kept = earlier
        steps.append((kept, gone, added))
        kept = ""
    return [*steps, (kept, "", "")]


def _trifling(kept: str, before: tuple[str, str, str], gone: str, added: str) -> bool:
    """Whether what is kept between two changes is too little to stand by itself."""
    around = min(max(len(before[1]), len(before[2])), max(len(gone), len(added)))
    return "\n" not in kept and len(kept) <= around
