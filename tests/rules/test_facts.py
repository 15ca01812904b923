"""Figures that contradict each other (KB402, KB403)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbctl.model.entry import Fact
from kbctl.output.messages import message
from kbctl.rules.facts import normalise
from kbctl.rules.run import Report
from tests.helpers import QUESTION, check, codes, only, overlay, place_of, places

PICKUP = "kb/entries/retail-banking/card-pickup.md"
BRANCH = "kb/entries/dongcheng-business/dongcheng-card-loss.md"


def fact(value: str, unit: str = "元", key: str = "补卡工本费") -> str:
    return f'facts: [{{key: {key}, value: "{value}", unit: {unit}, source: 价目}}]\n'


def contradictions(report: Report) -> list[str]:
    """The codes about two facts; that the borrowed texts do not state them is no matter here."""
    return [code for code in codes(report) if code != "KB404"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("20万", "元"), ("200000", "元")),
        (("20", "万元"), ("200,000", "元")),
        (("2", "亿元"), ("20000", "万元")),
        (("1.5", "百万元"), ("1500000", "元")),
        (("3", "千元"), ("3000", "元")),
        (("0.5%", ""), ("0.005", "")),
        (("0.5", "%"), ("0.50", "％")),
        (("5", "‰"), ("0.5", "%")),
        (("２０万", "元"), ("20万", "元")),
        (("1,000.00", "元"), ("1000", "元")),
        (("20 万", " 元"), ("20万", "元")),
        (("+5", "天"), ("5", "天")),
        (("實時", ""), ("实时", "")),
        (("T+1", ""), ("t+1", "")),
    ],
)
def test_equal(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert normalise(Fact("k", *one, "")) == normalise(Fact("k", *other, ""))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("20万", "元"), ("20", "元")),
        (("3", "天"), ("3", "工作日")),
        (("0.5", "%"), ("0.5", "‰")),
        (("-5", "元"), ("5", "元")),
        (("3", "千克"), ("3000", "克")),
        (("1-3", "天"), ("1", "天")),
        (("二十万", "元"), ("20万", "元")),
    ],
)
def test_different(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert normalise(Fact("k", *one, "")) != normalise(Fact("k", *other, ""))


@given(st.text(max_size=40), st.text(max_size=10))
def test_any_value_can_be_compared(value: str, unit: str) -> None:
    fact = Fact("k", value, unit, "")
    assert normalise(fact) == normalise(fact)


@given(st.decimals(0, 10**9, places=4, allow_nan=False))
def test_ten_thousands(number: object) -> None:
    assert normalise(Fact("k", f"{number}万", "元", "")) == normalise(Fact("k", f"{number}", "万元", ""))


def test_both_entries_are_reported_at_the_value() -> None:
    files = overlay(f"==> {QUESTION} <==\n{fact('10')}==> {PICKUP} <==\n{fact('15')}")
    report = check(files)
    assert places(report, "KB402") == [place_of(files, QUESTION, '"10"'), place_of(files, PICKUP, '"15"')]
    assert report.findings[0].params == {
        "key": "补卡工本费",
        "value": "10元",
        "other": PICKUP,
        "other_value": "15元",
        "other_source": "价目",
    }
    assert [path for path, _, _ in places(check(files, asked={PICKUP}), "KB402")] == [PICKUP]


def test_keys_are_compared_in_one_form() -> None:
    files = overlay(
        f"==> {QUESTION} <==\n{fact('10', key='ATM取款限额')}==> {PICKUP} <==\n{fact('15', key='ＡＴＭ取款限額')}"
    )
    assert contradictions(check(files)).count("KB402") == 2


def test_one_entry_may_not_contradict_itself() -> None:
    rows = 'facts: [{key: 费, value: "1", source: 甲}, {key: 费, value: "2", source: 乙}]'
    files = overlay(rows)
    assert places(check(files), "KB402") == [place_of(files, QUESTION, '"1"'), place_of(files, QUESTION, '"2"')]


@pytest.mark.parametrize(
    "apart",
    [
        "valid_until: 2026-11-20\n",
        "valid_from: 2028-01-01\nvalid_until: 2028-12-31\n",
        "withdrawn: {on: 2026-11-21, reason: 停办}\n",
    ],
)
def test_entries_that_never_answer_together_may_differ(apart: str) -> None:
    assert (
        contradictions(check(overlay(f"==> {QUESTION} <==\n{fact('10')}==> {PICKUP} <==\n{fact('15')}{apart}"))) == []
    )


def test_a_new_version_may_change_a_figure() -> None:
    later = f"==> kb/entries/retail-banking/card-loss@2027-01-01.md <==\n{fact('15')}"
    assert contradictions(check(overlay(f"==> {QUESTION} <==\n{fact('10')}{later}"))) == []


def test_another_entry_must_follow_from_the_day_of_the_new_version() -> None:
    later = f"==> kb/entries/retail-banking/card-loss@2027-01-01.md <==\n{fact('15')}"
    report = check(overlay(f"==> {QUESTION} <==\n{fact('10')}{later}==> {PICKUP} <==\n{fact('10')}"))
    assert {path for path, _, _ in places(report, "KB402")} == {
        "kb/entries/retail-banking/card-loss@2027-01-01.md",
        PICKUP,
    }


VARIANT = f"==> {BRANCH} <==\ncontact: [yuan-mei]\nscope: [dongcheng-branch]\n"


def test_a_branch_that_differs_from_the_whole_bank_is_noted() -> None:
    report = check(overlay(f"==> {QUESTION} <==\n{fact('10')}{VARIANT}{fact('5')}"))
    assert contradictions(report) == ["KB403", "KB403"]


def test_a_branch_that_agrees_is_not() -> None:
    assert contradictions(check(overlay(f"==> {QUESTION} <==\n{fact('10')}{VARIANT}{fact('10')}"))) == []


def test_within_one_branch_it_is_an_error() -> None:
    other = VARIANT.replace("dongcheng-card-loss", "dongcheng-card-fee")
    report = check(overlay(f"==> {QUESTION} <==\nfacts: []\n{VARIANT}{fact('10')}{other}{fact('5')}"))
    assert contradictions(report) == ["KB402", "KB402"]


def test_two_branches_may_differ() -> None:
    institutions = (
        "==> kb/organization/institutions.yaml <==\ninstitutions:\n  - {id: head-office, name: 总行}\n"
        "  - {id: dongcheng-branch, name: 东城分行, parent: head-office}\n"
        "  - {id: xicheng-branch, name: 西城分行, parent: head-office}\n"
    )
    east = f"==> {QUESTION} <==\nscope: [dongcheng-branch]\n{fact('10')}"
    west = f"==> {PICKUP} <==\nscope: [xicheng-branch]\n{fact('5')}"
    assert contradictions(check(overlay(institutions + east + west))) == []


def test_facts_of_the_wrong_shape_are_left_out() -> None:
    assert only(check(overlay("facts: 十元")), "KB018").subject == "facts"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("200000", "元", "20万元起"),
        ("200000", "元", "起点为200,000元"),
        ("20", "万元", "起点为２０００００元"),
        ("200000", "元", "分10、20、50万三档"),
        ("100000", "元", "10-20万元"),
        ("1.2", "亿元", "1.2亿"),
        ("0.50", "%", "按0.5%收取"),
        ("0.1", "%", "0.1%-0.3%"),
        ("0.005", "", "百分之0.5"),
        ("5", "‰", "千分之五"),
        ("75", "%", "四分之三以上"),
        ("50", "%", "按面额的一半"),
        ("2", "个工作日", "两个工作日内"),
        ("30", "天", "三十天"),
        ("120000", "元", "十二万元"),
        ("105", "天", "一百零五天"),
        ("0", "元", "免费"),
        ("随时", "", "任何时候"),
    ],
)
def test_a_figure_that_the_text_states_in_its_own_way(value: str, unit: str, text: str) -> None:
    excerpt = f'facts: [{{key: 某数, value: "{value}", unit: "{unit or "-"}", source: 手册}}]\n## 答复\n{text}。\n'
    report = check(overlay(excerpt.replace(', unit: "-"', "")), select=["KB4"])
    assert codes(report) == []


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("200000", "元", "30万元起"),
        ("200000", "元", "20元起"),
        ("0.5", "%", "按0.6%收取"),
        ("5", "个工作日", "15个工作日，三个自然日"),
        ("100", "元", "工本费10元，共1100元"),
    ],
)
def test_a_figure_that_the_text_no_longer_states(value: str, unit: str, text: str) -> None:
    excerpt = f'facts: [{{key: 某数, value: "{value}", unit: {unit!r}, source: 手册}}]\n## 答复\n{text}。\n'
    report = check(overlay(excerpt))
    assert codes(report) == ["KB404"]
    assert value + unit in message(only(report, "KB404"))
