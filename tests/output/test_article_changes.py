"""A changed entry as blocks: what is new and gone is marked where it stands, and nothing of the new text is lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hypothesis import given
from hypothesis import strategies as st

from kbctl.model.article import Block, Code, Grid, Heading, Listing, Paragraph, Quote, Run, Runs
from kbctl.model.token_diff import Mark
from kbctl.output.article_changes import compare_blocks
from kbctl.store.rich_text import Resolver, parse_blocks

PLAIN = Resolver(lambda source: None, lambda target: target)
LINES = st.sampled_from(
    [
        "",
        "- 起点20万元",
        "- 起点30万元，**须**提前预约",
        "  - 下级",
        "1. 第一步",
        "2. 第二步",
        "| 期限 | 利率 |",
        "| --- | --- |",
        "| 1年 | 1.30% |",
        "| 2年 | **1.40%** |",
        "| | |",
        "### 条件",
        "> 引用",
        "```",
        "正文[链接](https://a.example)一段。",
        "正文一段，改了。",
        "![图](a.png)",
        "---",
    ]
)
TEXTS = st.lists(LINES, max_size=12).map("\n".join)


def marked(old: str, new: str, *, gone: bool = False) -> tuple[Block, ...]:
    return compare_blocks(parse_blocks(old, PLAIN), parse_blocks(new, PLAIN), gone=gone)


def lines(blocks: Iterable[Block]) -> Iterator[Runs]:
    for block in blocks:
        if isinstance(block, Paragraph | Heading):
            yield block.runs
        elif isinstance(block, Listing):
            for item in block.items:
                yield from lines(item)
        elif isinstance(block, Grid):
            for row in (block.header, *block.rows):
                yield from row
        elif isinstance(block, Quote):
            yield from lines(block.blocks)
        elif isinstance(block, Code):
            yield (Run(block.text),)


def text(blocks: Iterable[Block], *marks: Mark) -> list[str]:
    found = ("".join(run.text for run in runs if run.mark in marks) for runs in lines(blocks))
    return [line for line in found if line.strip()]


@given(TEXTS, TEXTS)
def test_the_new_text_is_whole_and_the_old_is_what_is_struck_and_kept(old: str, new: str) -> None:
    everything = (Mark.SAME, Mark.NEW, Mark.GONE)
    assert text(marked(old, new), *everything) == text(parse_blocks(new, PLAIN), Mark.SAME)
    both = marked(old, new, gone=True)
    assert text(both, Mark.SAME, Mark.NEW) == text(parse_blocks(new, PLAIN), Mark.SAME)


@given(TEXTS)
def test_of_the_same_text_nothing_is_marked(same: str) -> None:
    assert marked(same, same, gone=True) == tuple(parse_blocks(same, PLAIN))


def test_a_cell_a_row_and_an_item_stay_where_they_belong() -> None:
    old = "| 期限 | 利率 |\n| --- | --- |\n| 6个月 | 1.15% |\n| 1年 | 1.30% |\n| 9年 | 2% |\n\n- 甲条款不变\n- 乙条款去掉\n"
    new = "| 期限 | 利率 |\n| --- | --- |\n| 1年 | 1.25% |\n| 5年 | 1.70% |\n\n- 甲条款不变\n- 丙：另一件事\n"
    grid, listing = marked(old, new)
    assert isinstance(grid, Grid)
    assert grid.rows == (
        ((Run("1年"),), (Run("1.25%", mark=Mark.NEW),)),
        ((Run("5年", mark=Mark.NEW),), (Run("1.70%", mark=Mark.NEW),)),
    )
    assert isinstance(listing, Listing)
    assert text([listing], Mark.NEW) == ["丙：另一件事"]
    grid, listing = marked(old, new, gone=True)
    assert isinstance(grid, Grid)
    assert [[cell[0].text for cell in row] for row in grid.rows if row[0][0].mark is Mark.GONE] == [
        ["6个月", "1.15%"],
        ["9年", "2%"],
    ]
    assert text([listing], Mark.GONE) == ["乙条款去掉"]


def test_a_new_column_marks_only_its_cells() -> None:
    (grid,) = marked("| 甲 | 乙 |\n| - | - |\n| 一 | 二 |", "| 甲 | 丙 | 乙 |\n| - | - | - |\n| 一 | 三 | 二 |")
    assert text([grid], Mark.NEW) == ["丙", "三"]


def test_what_is_gone_altogether_keeps_its_shape() -> None:
    old = "### 旧标题\n\n- 一\n- 二\n\n| 甲 | 乙 |\n| - | - |\n| 1 | 2 |\n"
    shapes = [type(block) for block in marked(old, "", gone=True)]
    assert shapes == [Heading, Listing, Grid]
    assert marked(old, "") == ()
