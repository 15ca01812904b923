"""The structure of a body: sections, items, blocks, links, and their lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbctl.store.markdown import parse_document

BODY = """\
<!-- 说明 -->
前言

## 内容
### 产品简介
第一段
第二行

- 一
- 二

| 期限 | 利率 |
| --- | --- |
| 一年 | 1.30% |

### 特点
```
## 代码
```

## 其它

    ## 缩进

> ## 引文

#### 小节
"""


def test_sections_and_items() -> None:
    document = parse_document(BODY, 10)
    assert [(section.heading, section.line) for section in document.sections] == [("内容", 13), ("其它", 30)]
    assert [(item.heading, item.line) for item in document.sections[0].items] == [("产品简介", 14), ("特点", 25)]
    assert document.last_line == 36
    assert document.section("其它") is document.sections[1]
    assert document.section("没有") is None


def test_blocks() -> None:
    document = parse_document(BODY, 10)
    assert [(block.kind, block.line, block.text) for block in document.preface] == [
        ("html", 10, "<!-- 说明 -->\n"),
        ("paragraph", 11, "前言"),
    ]
    first, second = document.sections[0].items
    assert [(block.kind, block.line, block.text) for block in first.blocks] == [
        ("paragraph", 15, "第一段\n第二行"),
        ("paragraph", 18, "一"),
        ("paragraph", 19, "二"),
        ("cell", 21, "期限"),
        ("cell", 21, "利率"),
        ("cell", 23, "一年"),
        ("cell", 23, "1.30%"),
    ]
    assert [(block.kind, block.line, block.text) for block in second.blocks] == [("code", 27, "## 代码\n")]
    assert [(block.kind, block.line) for block in document.sections[1].blocks] == [
        ("code", 32),
        ("heading", 34),
        ("heading", 36),
    ]
    assert len(list(document.blocks())) == 2 + 7 + 1 + 3


def test_an_item_before_the_first_section_is_preface() -> None:
    document = parse_document("### 特点\n固定。\n## 内容\n", 1)
    assert [block.kind for block in document.preface] == ["heading", "paragraph"]
    assert [section.heading for section in document.sections] == ["内容"]


@pytest.mark.parametrize(("body", "last"), [("", 5), ("\n", 5), ("a", 5), ("a\n", 5), ("a\nb", 6), ("a\n\n", 6)])
def test_the_last_line(body: str, last: int) -> None:
    assert parse_document(body, 5).last_line == last


def links(body: str) -> list[tuple[str, str, int, bool]]:
    return [(link.target, link.text, link.line, link.image) for link in parse_document(body, 1).links()]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("[甲](a.md)和[乙](b.md)", [("a.md", "甲", 1, False), ("b.md", "乙", 1, False)]),
        ("一\n[甲](a.md)\n![图](流程 图.png)\n![图](<流程 图.png>)", [("a.md", "甲", 2, False), ("流程 图.png", "图", 4, True)]),
        ("[**甲**`乙`](a.md)", [("a.md", "甲乙", 1, False)]),
        ("[![图](a.png)](a.md)", [("a.png", "图", 1, True), ("a.md", "", 1, False)]),
        ("[甲][x]\n\n[x]: 甲.md '题'", [("甲.md", "甲", 1, False)]),
        ("[甲](javascript:x)", [("javascript:x", "甲", 1, False)]),
        ("<https://example.com>", [("https://example.com", "https://example.com", 1, False)]),
        ("一  \n二\\\n[甲](a.md)", [("a.md", "甲", 3, False)]),
        ("| [甲](a.md) |\n| --- |\n| [乙](b.md) |", [("a.md", "甲", 1, False), ("b.md", "乙", 3, False)]),
        ("## 内容\n### 项\n[甲](a.md)", [("a.md", "甲", 3, False)]),
        ("`[甲](a.md)` \\[甲](a.md)", []),
        ("```\n[甲](a.md)\n```\n<!-- [甲](a.md) -->", []),
    ],
)  # fmt: skip
def test_links(body: str, expected: list[tuple[str, str, int, bool]]) -> None:
    assert links(body) == expected


_PIECES = [
    "## ",
    "### ",
    "#",
    "\n",
    "\n\n",
    "- ",
    "1. ",
    "> ",
    "    ",
    "\t",
    "```",
    "~~~",
    "|",
    "| --- |",
    "---",
    "===",
    "<!--",
    "-->",
    "<div>",
    "[",
    "](",
    ")",
    "]: ",
    "![",
    "`",
    "*",
    "\\",
    "<",
    ">",
    "甲",
    "a",
    " ",
    "\r",
    "https://",
]
TEXTS = st.text() | st.lists(st.sampled_from(_PIECES), max_size=40).map("".join)


@given(TEXTS, st.integers(1, 50))
def test_any_text_is_parsed_and_lines_lie_within_it(body: str, first_line: int) -> None:
    document = parse_document(body, first_line)
    # As in a file that has been decoded, a carriage return ends a line too.
    last = first_line + body.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    lines = [block.line for block in document.blocks()]
    lines += [section.line for section in document.sections]
    lines += [item.line for section in document.sections for item in section.items]
    lines += [link.line for link in document.links()]
    assert all(first_line <= line <= last for line in lines)
    assert first_line <= document.last_line <= last


@given(st.text(alphabet="ab甲 \n#-|`", max_size=60))
def test_blocks_are_in_order(body: str) -> None:
    lines = [block.line for block in parse_document(body, 1).blocks()]
    assert lines == sorted(lines)


def test_a_hostile_text_takes_no_time() -> None:
    for body in ("[" * 20_000, "![" * 10_000, "> " * 5_000 + "x", "<!--" * 5_000, "`" * 20_000, "*a **b" * 5_000):
        list(parse_document(body, 1).links())
