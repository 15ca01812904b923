"""Comments that hold back a finding (KB901-KB903), and the choice of codes."""

from __future__ import annotations

import pytest

from tests.helpers import PRODUCT, QUESTION, check, codes, overlay, place_of, places

COMMA = "报文为卡号,金额。"  # KB804


def answer(text: str) -> dict[str, bytes]:
    return overlay(f"## 答复\n{text}\n")


def test_the_finding_itself() -> None:
    assert codes(check(answer(COMMA))) == ["KB804"]


@pytest.mark.parametrize(
    "text",
    [
        f"<!-- kbctl: allow KB804 引用原文 -->\n{COMMA}",
        f"{COMMA}<!-- kbctl: allow KB804 引用原文 -->",
        f"<!--kbctl:allow KB804：引用原文-->\n{COMMA}",
        f"<!-- kbctl: allow KB802, KB804 引用原文 -->\n挂(guà)失，{COMMA}",
        f"{COMMA}\n\n<!-- kbctl: allow-file KB804 引用原文 -->",
        f"<!-- kbctl: allow-file KB804 引用原文 -->\n\n{COMMA}\n\n{COMMA}",
    ],
)
def test_held_back_with_a_reason(text: str) -> None:
    assert codes(check(answer(text))) == []


@pytest.mark.parametrize(
    "text",
    [
        f"<!-- kbctl: allow KB804 引用原文 -->\n\n{COMMA}",
        f"{COMMA}\n<!-- kbctl: allow KB804 引用原文 -->",
        f"<!-- kbctl: allow KB802 引用原文 -->\n{COMMA}",
    ],
)
def test_not_held_back_elsewhere(text: str) -> None:
    assert codes(check(answer(text))) == ["KB804", "KB903"]


@pytest.mark.parametrize(
    "comment", ["allow KB804", "allow", "allow 引用原文", "allow KB804 -- ", "allow-file KB804", "allow kb804 引用原文"]
)
def test_a_suppression_needs_code_and_reason(comment: str) -> None:
    files = answer(f"<!-- kbctl: {comment} -->\n{COMMA}")
    report = check(files)
    assert codes(report) == ["KB804", "KB901"]
    assert places(report, "KB901") == [(QUESTION, place_of(files, QUESTION, "<!--")[1], 1)]


@pytest.mark.parametrize("code", ["KB017", "KB005", "KB903", "KB999", "KB000"])
def test_what_cannot_be_held_back(code: str) -> None:
    report = check(answer(f"<!-- kbctl: allow {code} 引用原文 -->\n请挂失。"))
    assert codes(report) == ["KB902"]


def test_a_firm_finding_stays() -> None:
    assert codes(check(overlay("# kbctl: allow KB016 试用\nmy_key: 1"))) == ["KB016", "KB902"]


def test_in_the_front_matter() -> None:
    files = overlay("# kbctl: allow KB123 五年一次\nreview_by: 2036-01-01")
    assert codes(check(files)) == []
    files = overlay("review_by: 2036-01-01 # kbctl: allow KB123 五年一次")
    assert codes(check(files)) == []


def test_an_idle_one_is_noted_at_its_line() -> None:
    files = answer("请挂失。\n<!-- kbctl: allow KB804 引用原文 -->\n再补卡。")
    assert places(check(files), "KB903") == [(QUESTION, place_of(files, QUESTION, "<!--")[1], 1)]


def test_of_two_codes_only_the_idle_one_is_noted() -> None:
    report = check(answer(f"<!-- kbctl: allow KB802 KB804 引用原文 -->\n{COMMA}"))
    assert [(finding.code, finding.subject) for finding in report.findings] == [("KB903", "KB802")]


def test_one_file_says_nothing_of_another() -> None:
    comment = "<!-- kbctl: allow-file KB804 引用原文 -->"
    files = overlay(f"==> {QUESTION} <==\n## 答复\n{comment}\n{COMMA}\n==> {PRODUCT} <==\n## 风险提示\n提前,支取。\n")
    assert places(check(files), "KB804") == [place_of(files, PRODUCT, ",支取")]


def test_two_comments_that_hold_back_one_finding_are_both_used() -> None:
    comment = "<!-- kbctl: allow KB804 引用原文 -->"
    assert codes(check(answer(f"{comment}\n{COMMA}{comment}"))) == []


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        ([], [], ["KB016", "KB802", "KB804"]),
        (["KB8"], [], ["KB802", "KB804"]),
        (["KB804"], [], ["KB804"]),
        (["KB8"], ["KB804"], ["KB802"]),
        ([], ["KB8"], ["KB016"]),
        (["KB0", "KB802"], [], ["KB016", "KB802"]),
        (["KB8"], ["KB"], []),
    ],
)
def test_codes_are_chosen_by_prefix(select: list[str], ignore: list[str], expected: list[str]) -> None:
    files = overlay(f"my_key: 1\n## 答复\n挂(guà)失。\n\n{COMMA}\n")
    assert codes(check(files, select=select, ignore=ignore)) == expected


def test_with_a_choice_of_codes_no_suppression_counts_as_idle() -> None:
    files = answer("<!-- kbctl: allow KB804 引用原文 -->\n请挂失。")
    assert codes(check(files)) == ["KB903"]
    assert codes(check(files, select=["KB9"])) == []
    assert codes(check(files, ignore=["KB8"])) == []
