"""Layout changes; what an entry says does not."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kbctl.rules.front_matter import COMMON
from kbctl.rules.text import mend
from kbctl.store.layout import LayoutRefusedError, tidy, tidy_block, tidy_body
from kbctl.store.markdown import parse_document, render
from kbctl.store.yaml_text import read_yaml

ORDER = list(COMMON)


def _same(line: str) -> str:
    return line


def test_one_blank_line_stands_around_headings() -> None:
    body = "\n\n## 内容\n### 简介\n正文\n\n\n\n### 特点\n- 一\n- 二\n## 流程\n"
    assert tidy_body(body, _same) == "## 内容\n\n### 简介\n\n正文\n\n### 特点\n\n- 一\n- 二\n\n## 流程\n"


def test_spaces_at_line_ends_go_except_where_they_break_a_line() -> None:
    body = "客户：您好  \n座席：您好 \t\n\n单独一行  \n\n| 表 |  \n| --- |\n| 1 | \n\n尾　\n"
    tidied = tidy_body(body, _same)
    assert tidied == "客户：您好  \n座席：您好\n\n单独一行\n\n| 表 |\n| --- |\n| 1 |\n\n尾\n"
    assert render(tidied).count("<br />") == 1


def test_code_and_comments_are_not_touched() -> None:
    body = (
        "## 甲\n```\n## 不是标题  \n\n\n半角,逗号\n```\n<!-- kbctl: allow KB804 引用,原文 -->  \n\n    缩进的代码,  \n"
    )
    tidied = tidy_body(body, mend)
    assert "```\n## 不是标题  \n\n\n半角,逗号\n```\n<!-- kbctl: allow KB804 引用,原文 -->  \n" in tidied
    assert "    缩进的代码,  \n" in tidied


def test_marks_are_mended_outside_headings_and_kept_lines() -> None:
    body = "## 条件,资料\n\n客户须本人办理,不得代办。\n\n原文:客户须本人办理,不得代办。\n"
    tidied = tidy_body(body, mend, keep={4})
    assert tidied == "## 条件,资料\n\n客户须本人办理，不得代办。\n\n原文:客户须本人办理,不得代办。\n"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda line: line.replace("3", "5"),
        lambda line: line.replace("工", "公"),
        lambda line: line.replace("1,000", "1，000"),
        lambda line: "",
        lambda line: "> " + line,
    ],
)
def test_a_mend_that_changes_what_is_said_is_not_taken(wrong: Callable[[str], str]) -> None:
    body = "3个工作日内退还1,000元。\n"
    assert tidy_body(body, wrong) == body


def test_keys_are_put_in_order_with_their_comments() -> None:
    block = (
        "# 标题的注释\ntitle: 甲  \nlasts: 两天\n\n# kbctl: allow KB403 分行不同\nfacts: []\nid: a   # 编号\n"
        "tested:\n  covers: |\n    行尾有空格  \n\n    # 不是注释\n  by: x\n# 末尾\n"
    )
    assert tidy_block(block, [*ORDER, "lasts"]) == (
        "id: a   # 编号\n# 标题的注释\ntitle: 甲\ntested:\n  covers: |\n    行尾有空格  \n\n    # 不是注释\n  by: x\n"
        "# kbctl: allow KB403 分行不同\nfacts: []\nlasts: 两天\n# 末尾\n"
    )


def test_a_block_that_is_no_plain_list_of_keys_stays() -> None:
    block = "{title: 甲, id: a}\n"
    assert tidy_block(block, ORDER) == block


def test_keys_that_nobody_knows_come_last() -> None:
    assert tidy_block("zzz: 1\naaa: 2\nid: a\n", ORDER) == "id: a\nzzz: 1\naaa: 2\n"


def test_there_is_one_newline_at_the_end() -> None:
    assert tidy("id: a\n", "正文", ORDER, _same) == "---\nid: a\n---\n正文\n"
    assert tidy("id: a\n", "正文\n\n\n", ORDER, _same) == "---\nid: a\n---\n正文\n"
    assert tidy("id: a\n", "\n", ORDER, _same) == "---\nid: a\n---\n"


LINES = st.sampled_from(
    [
        "## 内容",
        "### 简介  ",
        "标题",
        "====",
        "---",
        "正文,有逗号;和1,000元",
        "客户  ",
        "　　缩进的段落",
        "　",
        "    缩进",
        "- 项  ",
        "  续行",
        "1. 步骤  ",
        "2. 步骤",
        "> 引用",
        "```",
        "~~~",
        "<!-- 注释",
        "-->",
        "<div>",
        "</div>",
        "| 甲 | 乙 |  ",
        "| --- | --- |",
        "[链接](other.md),后文",
        "![图](a/b.png)",
        "**粗**体，３个工作日",
        "\u200b零宽",
        "\\",
        "",
        "  ",
        "\t",
    ]
)
bodies = st.one_of(
    st.lists(LINES, max_size=12).map("\n".join), st.text(max_size=80).map(lambda text: text.replace("\r", ""))
)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


@given(bodies)
@example("甲  \n　\n乙")
@example("- 甲\n\n## 乙\n\n\n    代码\n")
@example("<!-- 没有结束\n\n\n## 甲\n\n\n")
@example("```\n没有结束\n\n\n")
def test_a_body_is_tidied_once_and_says_the_same(body: str) -> None:
    try:
        tidied = tidy_body(body, _same)
    except LayoutRefusedError:
        return
    assert tidy_body(tidied, _same) == tidied
    assert _letters(tidied) == _letters(body)
    before, after = parse_document(body, 1), parse_document(tidied, 1)
    assert [section.heading for section in before.sections] == [section.heading for section in after.sections]
    assert [link.target for link in before.links()] == [link.target for link in after.links()]


@given(bodies)
def test_a_mended_body_is_mended_once_and_keeps_its_structure(body: str) -> None:
    try:
        tidied = tidy_body(body, mend)
    except LayoutRefusedError:
        return
    assert tidy_body(tidied, mend) == tidied
    before, after = parse_document(body, 1), parse_document(tidied, 1)
    assert [section.heading for section in before.sections] == [section.heading for section in after.sections]
    assert [link.target for link in before.links()] == [link.target for link in after.links()]


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_bodies_of_usual_lines_are_hardly_ever_refused(body: str) -> None:
    if "　\n" in body + "\n" or "<div>" in body:
        return
    tidy_body(body, mend)


BLOCK_LINES = st.sampled_from(
    [
        "id: a",
        "title: 甲  ",
        "type: faq # x",
        "# 注释",
        "  # 缩进",
        "scope: [a,",
        "  b]",
        "covers: |",
        "  文字  ",
        "",
        "facts:",
        "  - {key: a}",
        "- b",
        "valid_from: 2026-01-01",
        "'on': x",
        'x: "a',
        '  b"',
    ]
)


@given(st.lists(BLOCK_LINES, max_size=10).map(lambda lines: "".join(line + "\n" for line in lines)))
def test_a_block_keeps_its_values_and_comments(block: str) -> None:
    read = read_yaml(block)
    if read.problems or not isinstance(read.value, dict):
        return
    tidied = tidy_block(block, ORDER)
    assert read_yaml(tidied).value == read.value
    assert tidy_block(tidied, ORDER) == tidied
    assert tidied.count("#") == block.count("#")
