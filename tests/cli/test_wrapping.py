"""Messages on a terminal are divided where a reader divides them; where nobody looks they are one line."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbctl.cli.common import Options
from kbctl.cli.console import Printer
from kbctl.cli.styled import Line, cells
from kbctl.errors import KbctlError

NOTE = (
    "提交20261121-retail-banking-3已退回，请改好后重新提交；已发布的内容在2026-11-20之后有变化，"
    "请先运行`kbctl sync`，再运行`kbctl submit --resubmit 20261121-retail-banking-3 --summary TEXT`。"
)
WHOLE = (
    "20261121-retail-banking-3",
    "2026-11-20",
    "`kbctl sync`",
    "`kbctl submit --resubmit 20261121-retail-banking-3 --summary TEXT`",
)


def make_screen(monkeypatch: pytest.MonkeyPatch, width: int, *, terminal: bool = True) -> io.StringIO:
    target = io.StringIO()
    monkeypatch.setattr(target, "isatty", lambda: terminal)
    monkeypatch.setenv("COLUMNS", str(width))
    for name in ("sys.stdout", "sys.stderr"):
        monkeypatch.setattr(name, target)
    monkeypatch.setenv("TERM", "dumb")
    return target


@pytest.mark.parametrize("width", range(72, 121, 4))
def test_what_belongs_together_stays_on_a_line(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    screen = make_screen(monkeypatch, width)
    printer = Printer(Options())
    for say in (printer.note, printer.warn, printer.alarm, printer.result):
        screen.truncate(screen.seek(0))
        say("  " + NOTE)
        lines = screen.getvalue().splitlines()
        assert len(lines) > 1
        assert all(cells(line) <= width and line.startswith("  ") for line in lines)
        assert all(any(word in line for line in lines) for word in WHOLE)
        assert not any(line.strip().startswith(("，", "；", "。")) for line in lines)


def test_errors_and_their_hints_are_wrapped_too(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = make_screen(monkeypatch, 80)
    Printer(Options()).error(KbctlError(NOTE, hint=NOTE))
    lines = screen.getvalue().splitlines()
    assert all(cells(line) <= 80 for line in lines)
    at = next(number for number, line in enumerate(lines) if line.startswith("  → "))
    assert all(line.startswith("    ") for line in lines[at + 1 :])


def test_what_is_copied_is_left_to_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = make_screen(monkeypatch, 40)
    for text in (
        "  kbctl validate kb/entries/retail-banking/fixed-deposit@2027-01-01.md",
        "/home/li/" + "知识库/" * 20,
    ):
        screen.truncate(screen.seek(0))
        Printer(Options()).result(text)
        assert screen.getvalue() == f"{text}\n"


def test_where_nobody_looks_it_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = make_screen(monkeypatch, 40, terminal=False)
    Printer(Options()).note(NOTE)
    assert screen.getvalue() == f"{NOTE}\n"


@given(st.text(st.sampled_from("ab1-`中文，。（）(), /\n"), max_size=60), st.integers(4, 30))
def test_nothing_is_lost_but_blanks_where_a_line_ends(text: str, width: int) -> None:
    lines = [text[start:end] for start, end in Line(text).wrapped(width)]
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cells(line) <= width for line in lines)
