"""Links of the body (KB305, KB307-KB311)."""

from __future__ import annotations

from datetime import date

import pytest

from kbctl.output.messages import hint
from tests.helpers import PRODUCT, QUESTION, check, codes, only, overlay, place_of

PICKUP = "kb/entries/retail-banking/card-pickup.md"


def answer(text: str) -> str:
    return f"==> {QUESTION} <==\n## 答复\n请挂失。\n\n{text}\n"


def found(text: str) -> list[tuple[str, int]]:
    """Codes and lines, counted from the line of *text*."""
    files = overlay(answer(text))
    first = place_of(files, QUESTION, text)[1]
    return [(finding.code, finding.line - first) for finding in check(files).findings]


@pytest.mark.parametrize(
    "target",
    [
        "card-pickup.md",
        "./card-pickup.md#服务流程",
        "../retail-banking/hongyun-cd.md",
        "../../entries/operations/head-office-outlets.md",
        "card-pickup/流程截图.png",
        "card-pickup/%E6%B5%81%E7%A8%8B%E6%88%AA%E5%9B%BE.png",
        "https://www.example.com/a?b=c",
        "HTTPS://www.example.com",
        "mailto:zhang.wei@example.com",
        "tel:0379-01000000",
        "#问题",
        "",
    ],
)
def test_good_targets(target: str) -> None:
    assert found(f"见[这里]({target})。") == []


@pytest.mark.parametrize(
    "target",
    [
        "../../../../x.md",
        "../../../x.md",
        "../../../schemas/faq.yaml",
        "%2e%2e/%2e%2e/%2e%2e/%2e%2e/x.md",
        "..%2F..%2F..%2F..%2Fx.md",
        "/etc/passwd",
        "%2Fetc/passwd",
        "//example.com/x.md",
        r"..\..\x.md",
        "..%5c..%5cx.md",
        r"\\server\share\x.docx",
        "../../..",
    ],
)
def test_targets_that_leave_the_knowledge_base(target: str) -> None:
    assert found(f"见[这里]({target})。") == [("KB305", 0)]


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("card-picked.md", "KB307"),
        ("../operations/nothing.md", "KB307"),
        ("card-pickup.pdf", "KB310"),
        ("../operations/", "KB310"),
        ("../operations/card-pickup.md", "KB310"),
        ("%252e%252e/x.png", "KB310"),
        ("javascript:alert(1)", "KB311"),
        ("javascript&#58;alert(1)", "KB311"),
        ("JavaScript:alert(1)", "KB311"),
        ("vbscript:x", "KB311"),
        ("data:text/html,x", "KB311"),
        ("file:///D:/表.docx", "KB311"),
        ("D:/桌面/表.docx", "KB311"),
        ("ftp://example.com/x", "KB311"),
    ],
)
def test_bad_targets(target: str, code: str) -> None:
    assert found(f"见[这里]({target})。") == [(code, 0)]
    assert found(f"![图]({target})") == [(code, 0)]


def test_a_version_that_is_not_there() -> None:
    assert "KB310" in codes(check(overlay(answer("见[新版](card-pickup@2026-12-15.md)。"))))


def test_a_target_is_shown_as_it_was_typed() -> None:
    finding = only(check(overlay(answer("[表](card-loss/挂失 申请书.pdf)[表](card-loss/挂失申请书.pdf)"))), "KB310")
    assert finding.params["target"] == "card-loss/挂失申请书.pdf"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第一行\n第二行[甲](a.md)\n第三行[乙](b.md)", [("KB307", 1), ("KB307", 2)]),
        ("- 一\n- 二\n  续[甲](a.md)", [("KB307", 2)]),
        ("> 引文\n> [甲](a.md)", [("KB307", 1)]),
        ("| 甲 | 乙 |\n| --- | --- |\n| 一 | 二 |\n| 三 | [四](a.md) |", [("KB307", 3)]),
        ("见[甲][1]。\n\n[1]: a.md", [("KB307", 0)]),
        ("见[甲]。\n\n[甲]: <javascript:alert(1)>", [("KB311", 0)]),
        ("[![图](a.png)](a.md)", [("KB307", 0), ("KB310", 0)]),
        ("<file:///etc/passwd>", [("KB311", 0)]),
    ],
)
def test_places(text: str, expected: list[tuple[str, int]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text", ["`[甲](a.md)`", "```\n[甲](a.md)\n```", "<!-- [甲](a.md) -->", "\\[甲](a.md)", "[甲] (a.md)"]
)
def test_what_is_no_link(text: str) -> None:
    assert found(text) == []


LAPSED = f"==> {PICKUP} <==\nvalid_until: 2026-11-20\n"
LATER = f"==> {PICKUP} <==\nvalid_from: 2026-12-15\n"


@pytest.mark.parametrize(
    ("other", "state"),
    [
        (LAPSED, "expired"),
        (f"==> {PICKUP} <==\nwithdrawn: {{on: 2026-11-21, reason: 停办}}\n", "withdrawn"),
        (LATER, "upcoming"),
    ],
)
def test_a_link_to_what_does_not_answer_today(other: str, state: str) -> None:
    finding = only(check(overlay(other + answer("见[取卡](card-pickup.md)。"))), "KB308")
    assert finding.params["state"] == state


def test_that_both_answered_when_the_entry_began_does_not_help_today() -> None:
    other = LAPSED.replace("<==\n", "<==\nvalid_from: 2025-01-01\n")
    assert "KB308" in codes(check(overlay(other + answer("见[取卡](card-pickup.md)。"))))


def test_a_link_to_the_last_day_of_an_answer_is_fine() -> None:
    assert codes(check(overlay(LAPSED + answer("见[取卡](card-pickup.md)。")), today=date(2026, 11, 20))) == []


def test_a_lapsed_entry_may_link_to_lapsed_ones() -> None:
    excerpt = LAPSED + answer("见[取卡](card-pickup.md)。").replace("<==\n", "<==\nvalid_until: 2026-11-20\n", 1)
    assert "KB308" not in codes(check(overlay(excerpt)))


@pytest.mark.parametrize(("begins", "fine"), [("2026-12-15", True), ("2026-12-14", False)])
def test_an_entry_that_begins_later_may_link_to_what_begins_with_it(begins: str, fine: bool) -> None:
    excerpt = LATER + answer("见[取卡](card-pickup.md)。").replace("<==\n", f"<==\nvalid_from: {begins}\n", 1)
    assert codes(check(overlay(excerpt))) == ([] if fine else ["KB308"])


def test_a_link_leads_to_the_version_that_governs() -> None:
    later = "==> kb/entries/retail-banking/card-pickup@2026-11-21.md <==\nvalid_until: 2027-12-31\n"
    assert codes(check(overlay(LAPSED + later + answer("见[取卡](card-pickup.md)。")))) == []


def test_an_entry_that_cannot_be_read_is_not_called_missing() -> None:
    broken = f"==> {PRODUCT}（全文） <==\n没有内容\n"
    assert codes(check(overlay(broken + answer("见[存单](hongyun-cd.md)。")))) == ["KB010"]


def test_a_picture_on_somebodys_computer() -> None:
    report = check(overlay("## 答复\n![步骤](C:/桌面/步骤.png) 工本费10元\n"))
    assert "into the entry's folder" in hint(only(report, "KB311"))
    report = check(overlay("## 答复\n[站点](ftp://example.com/x)\n"))
    assert "into the entry's folder" not in hint(only(report, "KB311"))
