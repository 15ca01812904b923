from datetime import date

import pytest

from kbctl.errors import KbctlError
from kbctl.search.index import SearchIndex
from kbctl.search.quality import Case, measure, parse_cases
from tests.search.conftest import TODAY


def test_measures_ranks_and_lists_what_is_not_first(index: SearchIndex) -> None:
    quality = measure(
        index,
        [
            Case("借记卡挂失", ("card-loss",)),
            Case("残缺人民币兑换", ("west-notes", "no-such")),
            Case("残缺人民币兑换", ("west-notes",), "west-branch"),
            Case("明天会下雨吗", ()),
            Case("大额存单", ()),
        ],
        TODAY,
    )
    assert quality.queries == 5
    assert quality.hit_at_1 == 0.6
    assert quality.hit_at_10 == 0.8
    assert 0.6 < quality.mrr_at_10 < 0.8
    assert [(failure.query, failure.expected) for failure in quality.failures] == [
        ("残缺人民币兑换", ("west-notes", "no-such")),
        ("大额存单", ()),
    ]
    assert quality.failures[1].got == ("cd",)
    assert set(quality.to_dict()) == {"queries", "hit_at_1", "hit_at_10", "mrr_at_10", "failures"}


def test_no_questions(index: SearchIndex) -> None:
    assert measure(index, [], TODAY).hit_at_1 == 0.0


def test_reads_yaml() -> None:
    text = """\
today: 2026-11-21
fail_under: 0.9
queries:
- {query: 95588, expect: a}
- {query: b, expect: [c, d], branch: x}
- {query: e, expect: []}
"""
    cases = parse_cases(text, "search-tests.yaml")
    assert cases.today == date(2026, 11, 21)
    assert cases.fail_under == 0.9
    assert cases.cases == (Case("95588", ("a",)), Case("b", ("c", "d"), "x"), Case("e", ()))


def test_reads_a_bare_list() -> None:
    assert parse_cases("- {query: a, expect: b}\n", "q.yaml").cases == (Case("a", ("b",)),)


def test_reads_tsv() -> None:
    cases = parse_cases("\ufeff# 问题\n卡丢了\tcard-loss, card-lost\n\n下雨吗\t\n", "q.TSV")
    assert cases.cases == (Case("卡丢了", ("card-loss", "card-lost")), Case("下雨吗", ()))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("queries: {", "q.yaml"),
        ("a: b\n", "q.yaml"),
        ("", "q.yaml"),
        ("today: someday\nqueries: []\n", "q.yaml"),
        ("fail_under: much\nqueries: []\n", "q.yaml"),
        ("- 1\n", "q.yaml"),
        ("- {query: a}\n", "q.yaml"),
        ("- {query: a, expect: {b: c}}\n", "q.yaml"),
        ("- {query: a, expect: b, branch: [c]}\n", "q.yaml"),
        ("no tab\n", "q.tsv"),
    ],
)
def test_says_what_it_cannot_read(text: str, name: str) -> None:
    with pytest.raises(KbctlError) as caught:
        parse_cases(text, name)
    assert name in str(caught.value)
