"""From Markdown to blocks."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kbctl.model.article import Block, Code, Divider, Grid, Heading, Listing, Paragraph, Picture, Quote, Run
from kbctl.store.rich_text import Resolver, parse_blocks

PICTURES = {"a/%E5%9B%BE.png": b"png"}
RESOLVER = Resolver(PICTURES.get, lambda target: target if target.startswith("https:") else "")


def parse(text: str) -> tuple[Block, ...]:
    return parse_blocks(text, RESOLVER)


def test_marks_and_links() -> None:
    (paragraph,) = parse("**粗**、*斜*、`码`、~~删~~、[网](https://example.com)、[别处](javascript:alert(1))")
    assert isinstance(paragraph, Paragraph)
    marked = [run for run in paragraph.runs if run.text != "、"]
    assert marked[:5] == [
        Run("粗", bold=True),
        Run("斜", italic=True),
        Run("码", code=True),
        Run("删", struck=True),
        Run("网", target="https://example.com"),
    ]
    assert not any(run.target for run in marked[5:])


def test_line_breaks() -> None:
    assert parse("一行\n二行") == (Paragraph((Run("一行"), Run("二行"))),)
    assert parse("one\ntwo") == (Paragraph((Run("one"), Run(" "), Run("two"))),)
    assert parse("一  \n二") == (Paragraph((Run("一"), Run("\n"), Run("二"))),)
    assert parse("一<br>二") == (Paragraph((Run("一"), Run("\n"), Run("二"))),)


def test_lists_within_lists() -> None:
    (listing,) = parse("3. 三\n   - 甲\n   - 乙\n4. 四\n\n   又\n")
    assert isinstance(listing, Listing)
    assert (listing.ordered, listing.start, len(listing.items)) == (True, 3, 2)
    inner = listing.items[0][1]
    assert isinstance(inner, Listing)
    assert [len(item) for item in listing.items] == [2, 2]
    assert not inner.ordered


def test_table() -> None:
    (grid,) = parse("| 期限 | 利率 |\n| --- | --- |\n| 1年 | **1.30%** |\n| 2年 |\n")
    assert grid == Grid(
        ((Run("期限"),), (Run("利率"),)),
        (((Run("1年"),), (Run("1.30%", bold=True),)), ((Run("2年"),), ())),
    )


def test_pictures_stand_by_themselves() -> None:
    blocks = parse("前![流程](a/图.png)后\n\n![无](https://example.com/x.png)")
    assert blocks == (
        Paragraph((Run("前"),)),
        Picture("图.png", "流程", b"png"),
        Paragraph((Run("后"),)),
        Picture("x.png", "无", None),
    )


def test_the_rest() -> None:
    blocks = parse("### 项\n\n> 引\n\n---\n\n```\na\n  b\n```\n")
    assert blocks == (Heading(3, (Run("项"),)), Quote((Paragraph((Run("引"),)),)), Divider(), Code("a\n  b"))


def test_html_is_text_and_comments_are_nothing() -> None:
    assert parse("<!-- kbctl: 无 -->") == ()
    assert parse("<div onclick=x>") == (Paragraph((Run("<div onclick=x>"),)),)
    assert parse("前<!-- 注 --><script>") == (Paragraph((Run("前"), Run("<script>"))),)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("#*_-1.>|`~[]()!<>\n 大额a\\:="), max_size=120))
def test_any_text_can_be_parsed(text: str) -> None:
    parse(text)
