"""Tables on a terminal: nothing is cut, and numbers, dates and addresses stay in one piece, however narrow it is."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbctl.cli import styled
from kbctl.cli.common import Options
from kbctl.cli.console import Printer
from kbctl.cli.grid import Column, Record, print_grid
from kbctl.cli.styled import cells
from tests.conftest import Outcome

Run = Callable[..., Outcome]
COLUMNS = [Column("编号"), Column("姓名"), Column("负责业务范围"), Column("电话"), Column("天数", right=True)]
ROWS = [
    Record(("1", "张伟", "个人存款、大额存单；个人通知存款、活期储蓄存款等7项", "0379-01001005", "9")),
    Record(("2", "李娜", "", "zhang.wei@example.com", "131"), "yellow"),
]


def drawn(monkeypatch: pytest.MonkeyPatch, width: int, records: list[Record], *, terminal: bool = True) -> list[str]:
    target = io.StringIO()
    monkeypatch.setattr("sys.stdout", target)
    monkeypatch.setattr(target, "isatty", lambda: terminal)
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "dumb")
    print_grid(Printer(Options()), COLUMNS, records, head=2)
    return target.getvalue().splitlines()


def test_a_table_where_it_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    head, one, two = drawn(monkeypatch, 120, ROWS)
    assert head.split() == [column.title for column in COLUMNS]
    assert one.split() == list(ROWS[0].cells)
    places = {cells(line[: line.index(word)]) for line, word in ((head, "电话"), (one, "0379"), (two, "zhang"))}
    assert len(places) == 1
    assert {cells(line) for line in (head, one, two)} == {cells(head)}


def test_a_column_of_prose_is_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = drawn(monkeypatch, 72, ROWS)
    assert len(lines) > 3
    assert all(cells(line) <= 72 for line in lines)
    assert "0379-01001005" in lines[1] and "zhang.wei@example.com" in lines[-1]


def test_a_block_for_each_record_where_it_is_too_narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = drawn(monkeypatch, 50, ROWS)
    assert lines[0] == "1  张伟"
    assert all(cells(line) <= 50 for line in lines)
    assert "  电话: zhang.wei@example.com  天数: 131" in lines
    # What is empty is not named.
    assert sum("负责业务范围" in line for line in lines) == 1


def test_one_line_a_record_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = drawn(monkeypatch, 20, ROWS, terminal=False)
    assert len(lines) == 3
    assert all(cell in lines[1] for cell in ROWS[0].cells)


@given(
    st.integers(24, 200),
    st.lists(st.lists(st.text("中文，。；（）ab1-@. \n\x1b", max_size=60), min_size=5, max_size=5), max_size=4),
)
def test_nothing_is_lost_at_any_width(width: int, rows: list[list[str]]) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        lines = drawn(monkeypatch, width, [Record(row) for row in rows])
    shown = "".join(lines)
    assert "\x1b" not in shown
    for char in "中文，。；（ab1-@.":
        assert shown.count(char) >= sum(row_text.count(char) for row in rows for row_text in row)


@pytest.mark.parametrize("width", [60, 80, 100, 120, 160])
@pytest.mark.parametrize(
    "arguments",
    [
        ("contacts",),
        ("contacts", "impact", "zhang-wei"),
        ("table", "list"),
        ("table", "show", "outlets"),
        ("expire-report",),
        ("show", "dongcheng-outlets"),
        ("show", "hongyun-cd"),
    ],
)
def test_numbers_stay_whole_and_lines_keep_within_the_terminal(
    sample: Path, kbctl: Run, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], width: int
) -> None:
    whole = kbctl("--lang", "zh_CN", *arguments).out
    monkeypatch.setattr(styled.Screen, "width", property(lambda screen: width))
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    shown = re.sub(r"\x1b\[[0-9;]*m", "", kbctl(*arguments).out)
    words = re.compile(r"[\w.]+@[\w.]+|\d[\d:]*(?:-[\d:]+)+|\d{11}")
    assert set(words.findall(shown)) == set(words.findall(whole))
    # Commands are for copying: the terminal may break them.
    assert all(cells(line) <= width for line in shown.splitlines() if "→" not in line)
