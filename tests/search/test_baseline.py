from __future__ import annotations

import pytest

from kbctl.errors import KbctlError
from kbctl.output.search_quality import comparison_lines
from kbctl.search.baseline import Comparison, Move, compare, read_baseline, to_baseline
from kbctl.search.index import SearchIndex
from kbctl.search.quality import Case, Outcome, Quality, measure
from tests.search.conftest import TODAY


def _quality(*ranks: int, queries: str = "abcdefgh") -> Quality:
    outcomes = tuple(
        Outcome(Case(query, ("x",)), rank, ("y",) * bool(rank)) for query, rank in zip(queries, ranks, strict=False)
    )
    first = sum(rank == 1 for rank in ranks) / len(ranks)
    return Quality(len(ranks), first, 1.0, sum(1 / rank for rank in ranks if rank) / len(ranks), (), outcomes)


def _compare(now: Quality, before: Quality) -> Comparison:
    return compare(now, read_baseline(to_baseline(before), "b.json"))


def test_what_got_worse_and_better() -> None:
    found = _compare(_quality(2, 0, 1, 5, 2), _quality(1, 1, 3, 0, 2))
    assert found.worse == (Move("b", None, 1, 0, ()), Move("a", None, 1, 2, ("y",)))
    assert found.better == (Move("c", None, 3, 1, ("y",)), Move("d", None, 0, 5, ("y",)))
    assert (found.hit_at_1, found.added, found.removed) == (0.4, 0, 0)


def test_questions_that_came_and_went() -> None:
    found = _compare(_quality(1, 1, queries="bx"), _quality(1, 1, 1))
    assert (found.worse, found.better, found.added, found.removed) == ((), (), 1, 2)


@pytest.mark.parametrize(
    ("before", "now", "fell"),
    [((1, 1, 2), (1, 2, 2), True), ((1, 1, 2), (2, 1, 1), False), ((2, 1), (3, 1), False), ((1,), (1, 0, 0), False)],
)
def test_a_new_question_is_no_loss(before: tuple[int, ...], now: tuple[int, ...], fell: bool) -> None:
    assert _compare(_quality(*now), _quality(*before)).fell is fell


def test_a_clear_picture() -> None:
    now = _quality(2, 1, 1)
    lines = [line for line, _ in comparison_lines(now, _compare(now, _quality(1, 1, 4)))]
    assert lines[:3] == ["worse: 1", "  1 → 2  a", "      found y"]
    assert "better: 1" in lines
    assert "hit_at_1 0.667 → 0.667 (+0.000)" in lines


def test_a_real_measurement_compares_with_itself(index: SearchIndex) -> None:
    quality = measure(index, [Case("借记卡挂失", ("card-loss",)), Case("残缺人民币", ("notes",), "west-branch")], TODAY)
    found = _compare(quality, quality)
    assert (found.worse, found.better) == ((), ())
    assert found.mrr_at_10 == quality.mrr_at_10


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"schema_version": 9, "hit_at_1": 1, "mrr_at_10": 1, "queries": []}']
)
def test_says_what_is_no_baseline(text: str) -> None:
    with pytest.raises(KbctlError):
        read_baseline(text, "b.json")
