"""Sections and items of the template (KB201-KB211): codes and lines."""

from __future__ import annotations

import pytest

from kbctl.output.messages import hint, message
from tests.helpers import CAMPAIGN, PRODUCT, QUESTION, base_files, check, codes, only, overlay, place_of, places

PICKUP = "kb/entries/retail-banking/card-pickup.md"


def question(body: str) -> dict[str, bytes]:
    """The question with this whole body."""
    return overlay(f"valid_until: 2027-12-31\n---\n{body}")


def found(files: dict[str, bytes], path: str = QUESTION) -> list[tuple[str, int]]:
    return [(finding.code, finding.line) for finding in check(files).findings if finding.path == path]


def line_of(files: dict[str, bytes], text: str, path: str = QUESTION) -> int:
    return place_of(files, path, text)[1]


def test_a_missing_section_is_reported_where_it_should_stand() -> None:
    files = question("## 答复\n请挂失。\n")
    assert found(files) == [("KB201", line_of(files, "## 答复"))]
    files = question("## 问题\n怎么挂失？\n\n末行。\n")
    assert found(files) == [("KB201", line_of(files, "末行"))]


def test_an_empty_body_lacks_every_section() -> None:
    assert [code for code, _ in found(question("\n"))] == ["KB201", "KB201"]


def test_a_missing_optional_section_is_no_finding() -> None:
    assert found(question("## 问题\n怎么挂失？\n## 答复\n请挂失。\n")) == []


@pytest.mark.parametrize(
    "hidden",
    [
        "```\n## 答复\n请挂失。\n```\n",
        "~~~~\n## 答复\n请挂失。\n",
        "<!--\n## 答复\n请挂失。\n-->\n",
        "    ## 答复\n    请挂失。\n",
        "> ## 答复\n> 请挂失。\n",
        "- 步骤\n\n  ## 答复\n  请挂失。\n",
        "### 答复\n请挂失。\n",
    ],
)
def test_what_only_looks_like_a_heading_does_not_count(hidden: str) -> None:
    files = question(f"## 问题\n怎么挂失？\n\n{hidden}")
    assert [code for code, _ in found(files)] == ["KB201"]


@pytest.mark.parametrize("heading", ["## 答复 ##", "##   答复", "答复\n---", "##\t答复"])
def test_every_way_to_write_a_heading_counts(heading: str) -> None:
    assert found(question(f"## 问题\n怎么挂失？\n\n{heading}\n请挂失。\n")) == []


def test_a_missing_item_is_reported_at_its_section() -> None:
    files = overlay(f"==> {PRODUCT} <==\n## 内容\n### 产品简介\n存单。\n### 特点\n固定。\n")
    assert found(files, PRODUCT) == [("KB202", line_of(files, "## 内容", PRODUCT))]
    assert only(check(files), "KB202").subject == "面对对象"


@pytest.mark.parametrize("nothing", ["", "\n\n", "<!-- 待答复 -->", "<!-- 一\n二 --> <!-- 三 -->\n", "<!-- 没有完\n"])
def test_a_section_without_text_is_empty(nothing: str) -> None:
    files = question(f"## 问题\n怎么挂失？\n## 答复\n{nothing}")
    assert found(files) == [("KB203", line_of(files, "## 答复"))]


@pytest.mark.parametrize(
    "text", ["无", "- 无", "![图](https://example.com/a.png)", "```\n代码\n```", "| 甲 |\n| --- |\n| 乙 |"]
)
def test_a_section_with_anything_is_not_empty(text: str) -> None:
    assert found(question(f"## 问题\n怎么挂失？\n## 答复\n{text}\n")) == []


def test_an_empty_item_is_reported_at_its_heading_and_an_empty_section_once() -> None:
    body = "## 内容\n### 产品简介\n存单。\n### 特点\n<!-- 略 -->\n### 面对对象\n个人。\n## 风险提示\n"
    files = overlay(f"==> {PRODUCT} <==\n{body}")
    report = check(files)
    assert places(report, "KB203") == [
        place_of(files, PRODUCT, "### 特点"),
        place_of(files, PRODUCT, "## 风险提示"),
    ]
    files = overlay(f"==> {PRODUCT} <==\n## 内容\n### 产品简介\n### 特点\n### 面对对象\n")
    assert found(files, PRODUCT) == [("KB203", line_of(files, "## 内容", PRODUCT))]


def test_order_of_sections_and_items() -> None:
    files = question("## 答复\n请挂失。\n## 问题\n怎么挂失？\n")
    assert found(files) == [("KB204", line_of(files, "## 问题"))]
    body = "## 内容\n### 特点\n固定。\n### 产品简介\n存单。\n### 面对对象\n个人。\n"
    files = overlay(f"==> {PRODUCT} <==\n{body}")
    assert found(files, PRODUCT) == [("KB204", line_of(files, "### 产品简介", PRODUCT))]


def test_further_items_may_stand_anywhere() -> None:
    body = "## 内容\n### 更名说明\n无。\n### 产品简介\n存单。\n### 特点\n固定。\n### 面对对象\n个人。\n"
    assert found(overlay(f"==> {PRODUCT} <==\n{body}"), PRODUCT) == []


def test_an_unknown_section_has_a_suggestion() -> None:
    files = question("## 问题\n怎么挂失？\n## 答复\n请挂失。\n## 办理要点：\n无\n")
    assert found(files) == [("KB205", line_of(files, "## 办理要点："))]
    assert "did you mean 办理要点?" in hint(only(check(files), "KB205"))


@pytest.mark.parametrize("body", ["## 活动时间\n11月。\n", "## 其他事项\n### 业务联系人\n张伟\n"])
def test_what_the_front_matter_says_is_not_typed(body: str) -> None:
    files = overlay(f"==> {CAMPAIGN} <==\n{body}")
    assert places(check(files), "KB206") == [place_of(files, CAMPAIGN, body.split("\n", 1)[0])]


@pytest.mark.parametrize(
    "text",
    [
        "待补充", "待完善", "TODO", "请拨打TODO", "电话XXXX-XXXX", "金额xx元", "ＸＸ支行", "××支行", "[XX]", "工本费____元", "＿＿＿",
        "| 甲 | XXX |\n| --- | --- |\n| 1 | 2 |", "- 一\n- 二 TBD",
    ],
)  # fmt: skip
def test_placeholders(text: str) -> None:
    files = question(f"## 问题\n怎么挂失？\n## 答复\n请挂失。\n\n{text}\n")
    lines = [line for code, line in found(files) if code == "KB207"]
    first = text.rsplit("\n", maxsplit=1)[-1] if text.startswith("-") else text.split("\n", maxsplit=1)[0]
    assert lines == [line_of(files, first)]


@pytest.mark.parametrize(
    "text",
    [
        "TODOS",
        "尺码XL",
        "XIX世纪",
        "iPhone X",
        "9X",
        "AXXB",
        "X光",
        "<!-- XXXX 待补充 -->请",
        "```\nXXXX\n```",
        "_强调_",
        "--__--",
    ],
)
def test_what_is_no_placeholder(text: str) -> None:
    assert "KB207" not in codes(check(question(f"## 问题\n怎么挂失？\n## 答复\n{text}\n")))


def test_a_placeholder_after_a_comment_of_several_lines_and_in_the_title() -> None:
    files = question("## 问题\n怎么挂失？\n## 答复\n请挂失。<!-- 一\n二 -->\n工本费____元。\n")
    assert found(files) == [("KB207", line_of(files, "工本费____"))]
    files = overlay("title: XX分行银行卡丢失怎么办")
    assert places(check(files), "KB207") == [place_of(files, QUESTION, "XX分行")]


def test_a_section_that_stands_twice() -> None:
    files = question("## 问题\n怎么挂失？\n## 答复\n请挂失。\n## 答复\n再补卡。\n")
    assert found(files) == [("KB208", line_of(files, "## 答复\n再"))]


@pytest.mark.parametrize("preface", ["说明。\n", "# 标题\n", "### 小节\n", "| 甲 |\n| --- |\n| 乙 |\n"])
def test_text_before_the_first_section(preface: str) -> None:
    files = question(f"<!-- 说明\n二 -->\n\n{preface}\n## 问题\n怎么挂失？\n## 答复\n请挂失。\n")
    assert found(files) == [("KB209", line_of(files, preface))]


def test_a_comment_before_the_first_section_is_no_text() -> None:
    assert found(question("<!-- 说明 -->\n\n## 问题\n怎么挂失？\n## 答复\n请挂失。\n")) == []


@pytest.mark.parametrize(
    ("body", "owed"),
    [
        ("选择网点，实时生效。\n", True),
        ("选择网点，实时生效。\n![图](card-pickup/流程截图.png)\n", False),
        ('选择网点，实时生效。\n\n<img src="card-pickup/流程截图.png">\n', False),
        ("选择网点，实时生效。\n- ![图](card-pickup/流程截图.png)\n", False),
    ],
)
def test_a_screenshot_is_owed(body: str, owed: bool) -> None:
    files = overlay(f"==> {PICKUP} <==\n## 服务流程\n{body}")
    assert found(files, PICKUP) == ([("KB210", line_of(files, "## 服务流程", PICKUP))] if owed else [])


@pytest.mark.parametrize("heading", ["##答复", "＃＃ 答复", "##　答复", "＃#答复", "##答复  "])
def test_what_was_meant_as_a_heading_is_one_finding_at_its_line(heading: str) -> None:
    files = dict(base_files())
    files[QUESTION] = files[QUESTION].replace("## 答复".encode(), heading.encode())
    report = check(files, ignore=["KB804", "KB806"])
    assert codes(report) == ["KB211"]
    assert places(report, "KB211") == [(QUESTION, 17, 1)]
    assert "`## 答复`" in message(only(report, "KB211"))


@pytest.mark.parametrize(
    "line", ["##话题##", "```\n##答复\n```", "见##答复", "- 步骤\n\n  ##答复", "<!--\n##答复\n-->", "#答复"]
)
def test_what_was_not_meant_as_a_heading(line: str) -> None:
    assert codes(check(overlay(f"## 答复\n挂失。\n\n{line}\n"), select=["KB2"])) == []
