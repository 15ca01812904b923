"""Everything is told at once (KB501, KB502)."""

from __future__ import annotations

import pytest

from tests.helpers import PRODUCT, QUESTION, check, codes, overlay, place_of, places

FULL = {
    "条件": "本人办理。",
    "所需材料": "身份证。",
    "办理流程": "拨打客服热线。",
    "办理时限": "实时生效。",
    "注意事项": "口头挂失5天内有效。",
}


def points(items: dict[str, str]) -> dict[str, bytes]:
    return overlay("## 办理要点\n" + "".join(f"### {heading}\n{text}\n" for heading, text in items.items()))


def test_complete() -> None:
    assert codes(check(points(FULL))) == []


def test_an_optional_section_that_is_not_there_owes_nothing() -> None:
    assert codes(check(overlay("title: 银行卡丢失怎么办"))) == []


@pytest.mark.parametrize(
    ("heading", "element"),
    [
        ("条件", "conditions"),
        ("所需材料", "documents"),
        ("办理流程", "process"),
        ("办理时限", "time_limit"),
        ("注意事项", "cautions"),
    ],
)
def test_each_element(heading: str, element: str) -> None:
    files = points({key: text for key, text in FULL.items() if key != heading})
    report = check(files)
    assert [(finding.code, finding.subject) for finding in report.findings] == [("KB501", element)]
    assert places(report, "KB501") == [place_of(files, QUESTION, "## 办理要点")]


def test_an_empty_item_does_not_answer() -> None:
    assert codes(check(points({**FULL, "办理时限": "<!-- 待定 -->"}))) == ["KB203", "KB501"]


@pytest.mark.parametrize(
    "text",
    [
        "实时",
        "即时到账",
        "当日",
        "当场办结",
        "次日",
        "3个工作日",
        "三个工作日内",
        "15分钟",
        "24小时",
        "T+1",
        "T + 2日",
        "7天",
        "1至3个月",
        "半年",
        "随到随办",
        "5 个交易日",
    ],
)
def test_words_that_tell_a_time(text: str) -> None:
    assert codes(check(points({**FULL, "办理时限": text}))) == []


@pytest.mark.parametrize("text", ["尽快办理", "以系统为准", "视情况而定", "请耐心等待"])
def test_words_that_do_not(text: str) -> None:
    files = points({**FULL, "办理时限": text})
    assert places(check(files), "KB502") == [place_of(files, QUESTION, "## 办理要点")]


def test_the_time_may_stand_anywhere_in_the_section_that_answers() -> None:
    body = "## 购买或使用流程\n1. 选择期限。\n2. 扣款。\n\n| 步骤 | 时间 |\n| --- | --- |\n| 扣款 | 实时 |\n"
    assert codes(check(overlay(f"==> {PRODUCT} <==\n{body}"))) == []
    assert codes(check(overlay(f"==> {PRODUCT} <==\n## 购买或使用流程\n选择期限，扣款。\n"))) == ["KB502"]


def test_a_required_item_that_is_missing_is_reported_once() -> None:
    body = "## 购买的条件、资料、购买渠道、费用\n### 条件\n20万元。\n### 购买渠道\n网点。\n### 费用\n不收费。\n"
    assert codes(check(overlay(f"==> {PRODUCT} <==\n{body}"))) == ["KB202"]


def test_a_lapsed_entry_is_spared() -> None:
    assert codes(check(overlay("valid_until: 2026-11-20\n## 办理要点\n### 条件\n本人办理。\n"))) == []
