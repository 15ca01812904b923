"""Earlier results of a search test, kept in a file, and what has become worse or better since."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.search.quality import Quality

VERSION = 1
# Worse than any place.
_NOWHERE = 1_000_000


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was measured earlier: the shares, and the place of the answer by question and branch."""

    hit_at_1: float
    mrr_at_10: float
    ranks: Mapping[tuple[str, str | None], int]


@dataclass(frozen=True, slots=True)
class Move:
    """A question whose answer stands in another place than before; 0 is nowhere. ``got`` are the first ids now."""

    query: str
    branch: str | None
    was: int
    now: int
    got: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a search test compares with an earlier one.

    ``added`` and ``removed`` count the questions that only one of the two asked.
    """

    hit_at_1: float
    mrr_at_10: float
    worse: tuple[Move, ...]
    better: tuple[Move, ...]
    added: int
    removed: int

    @property
    def fell(self) -> bool:
        """Whether of the questions asked both times fewer find their answer first."""
        return sum(move.was == 1 for move in self.worse) > sum(move.now == 1 for move in self.better)

    def to_dict(self) -> dict[str, Any]:
        """The comparison as machine output."""
        return asdict(self)


def to_baseline(quality: Quality) -> str:
    """*quality* as a baseline file."""
    content = {
        "schema_version": VERSION,
        "hit_at_1": quality.hit_at_1,
        "hit_at_10": quality.hit_at_10,
        "mrr_at_10": quality.mrr_at_10,
        "queries": [{"query": one.case.query, "branch": one.case.branch, "rank": one.rank} for one in quality.outcomes],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def read_baseline(text: str, name: str) -> Baseline:
    """The baseline file *text*, which is called *name*.

    :raises KbctlError: if that is none.
    """
    try:
        content = json.loads(text)
        if content["schema_version"] == VERSION:
            ranks = {(row["query"], row["branch"]): int(row["rank"]) for row in content["queries"]}
            return Baseline(float(content["hit_at_1"]), float(content["mrr_at_10"]), ranks)
    except (ValueError, KeyError, TypeError):
        pass
    raise KbctlError(N_("{path} is no baseline of a search test"), hint=N_("make one with --save-baseline"), path=name)


def compare(quality: Quality, before: Baseline) -> Comparison:
    """Compare *quality* with what was measured *before*."""
    moves = list(_moves(quality, before.ranks))
    asked = {(one.case.query, one.case.branch) for one in quality.outcomes}
    return Comparison(
        hit_at_1=before.hit_at_1,
        mrr_at_10=before.mrr_at_10,
        worse=tuple(sorted((move for move in moves if _place(move.now) > _place(move.was)), key=_loss, reverse=True)),
        better=tuple(sorted((move for move in moves if _place(move.now) < _place(move.was)), key=_loss)),
        added=len(asked - before.ranks.keys()),
        removed=len(before.ranks.keys() - asked),
    )


def _moves(quality: Quality, known: Mapping[tuple[str, str | None], int]) -> list[Move]:
    return [
        Move(one.case.query, one.case.branch, known[key], one.rank, one.got[:3])
        for one in quality.outcomes
        if (key := (one.case.query, one.case.branch)) in known and known[key] != one.rank
    ]


def _place(rank: int) -> int:
    return rank or _NOWHERE


def _loss(move: Move) -> float:
    """How much of the mean reciprocal rank the move has cost."""
    return 1 / _place(move.was) - 1 / _place(move.now)
