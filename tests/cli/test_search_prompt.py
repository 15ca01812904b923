"""``kbctl search --interactive``: over a pipe, one question a line, and on a terminal."""

from __future__ import annotations

import json
import os
import select
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kbctl.cli.hits import window
from kbctl.cli.styled import Line, cells
from tests.conftest import ROOT, Outcome, git

Run = Callable[..., Outcome]
ENTRY = "kb/entries/operations/card-loss-report.md"


def _ask(kbctl: Run, *lines: str, options: tuple[str, ...] = ()) -> Outcome:
    return kbctl("search", "--interactive", *options, input="".join(f"{line}\n" for line in lines))


def test_one_question_a_line(sample: Path, kbctl: Run) -> None:
    outcome = _ask(kbctl, "借记卡挂失", "", "宠物寄养一天多少钱", "q", "never asked")
    assert outcome.status == 0
    assert outcome.out.count("> ") == 2
    assert "> 借记卡挂失" in outcome.out
    assert "card-loss-report" in outcome.out
    assert "Nothing found." in outcome.err
    assert "never asked" not in outcome.out


def test_a_number_shows_the_hit_in_full(sample: Path, kbctl: Run) -> None:
    outcome = _ask(kbctl, "残缺污损人民币兑换", "1", "1.1", "77", "“95588”")
    shown = outcome.out.split("## ")
    assert any(part.startswith("注意事项") for part in shown)
    assert outcome.out.count("## 内容") == 2
    assert "there is no hit 77" in outcome.err


def test_a_row_shows_its_entry(sample: Path, kbctl: Run) -> None:
    first = json.loads(_ask(kbctl, "古城支行电话", options=("--json",)).out)
    row = next(number for number, hit in enumerate(first["hits"], 1) if hit["row"])
    outcome = _ask(kbctl, "古城支行电话", str(row), options=("--branch", "dongcheng-branch"))
    assert outcome.status == 0
    assert "古城支行" in outcome.out.split("> 古城支行电话")[1]


def test_filters_stay_until_cleared(sample: Path, kbctl: Run) -> None:
    lines = ["/branch 西城分行", "残缺污损人民币兑换", "/type outlets", "营业网点", "/clear", "残缺污损人民币兑换"]
    found = [json.loads(line) for line in _ask(kbctl, *lines, options=("--json",)).out.splitlines()]
    assert [result["hits"][0]["id"] for result in found][::2] == ["xicheng-damaged-notes", "damaged-notes"][:2]
    assert {hit["type"] for hit in found[1]["hits"]} == {"outlets"}


def test_mistakes_do_not_end_the_prompt(sample: Path, kbctl: Run) -> None:
    lines = ["/branch nowhere", "/nonsense", "/as-of soon", "/limit 0", "/state gone", "/limit 1", "借记卡挂失"]
    outcome = _ask(kbctl, *lines, "/as-of 2026-12-05", "岁末感恩存款季", "?")
    assert outcome.err.count("Error: ") == 5
    assert "card-loss-report" in outcome.out
    assert "winter-deposit-gift" in outcome.out
    assert "/branch" in outcome.out
    assert "\n2. " not in outcome.out


def test_what_is_published_meanwhile_is_found(sample: Path, kbctl: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def lines() -> Iterator[str]:
        yield "火星移民\n"
        path = sample / ENTRY
        path.write_text(
            path.read_text(encoding="utf-8").replace("title: 借记卡挂失", "title: 火星移民登记"), encoding="utf-8"
        )
        git(sample, "commit", "-qam", "改名")
        yield "火星移民\n"

    monkeypatch.setattr("kbctl.cli.prompt._lines", lambda *_: lines())
    outcome = kbctl("search", "--interactive", "--json")
    before, after = (json.loads(line) for line in outcome.out.splitlines())
    assert all(hit["id"] != "card-loss-report" for hit in before["hits"])
    assert after["hits"][0]["id"] == "card-loss-report"


def test_nothing_that_was_asked_is_kept(sample: Path, kbctl: Run) -> None:
    _ask(kbctl, "客户尾号8812的卡丢了")
    for path in (sample / ".kbctl").rglob("*"):
        assert not path.is_file() or b"8812" not in path.read_bytes()


def test_a_line_without_a_word_gets_a_hint(sample: Path, kbctl: Run) -> None:
    outcome = _ask(kbctl, "？？", "借记卡挂失")
    assert outcome.status == 0
    assert "ask with a word or a number" in outcome.err
    assert "card-loss-report" in outcome.out
    lines = _ask(kbctl, "？？", "借记卡挂失", options=("--json",)).out.splitlines()
    assert [bool(json.loads(line)["hits"]) for line in lines] == [False, True]


def test_filters_take_the_names_that_people_use(sample: Path, kbctl: Run) -> None:
    outcome = _ask(kbctl, "、branch 解放路", "--state in force", "/type 问答", "卡丢了")
    assert "[branch 东城分行解放路支行 · type Question and answer · state in force] > 卡丢了" in outcome.out


def test_names_that_do_not_exist_are_refused_at_once(sample: Path, kbctl: Run) -> None:
    outcome = kbctl("search", "--interactive", "--branch", "nowhere", input="借记卡挂失\n")
    assert (outcome.status, outcome.out) == (2, "")


def test_pasted_lines_are_asked_one_by_one(sample: Path, kbctl: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kbctl.cli.prompt._lines", lambda *_: iter(["借记卡挂失\n存折挂失", "q", "信用卡挂失"]))
    outcome = kbctl("search", "--interactive", "--json")
    assert [json.loads(line)["query"] for line in outcome.out.splitlines()] == ["借记卡挂失", "存折挂失"]


def test_no_question_at_all(sample: Path, kbctl: Run) -> None:
    outcome = kbctl("search")
    assert outcome.status == 2
    assert "--interactive" in outcome.err


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal as on POSIX")
def test_on_a_terminal_of_80_columns(sample: Path) -> None:
    import pty  # noqa: PLC0415 - not on Windows

    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(PYTHONPATH=str(ROOT), TERM="xterm", COLUMNS="80", PYTHONIOENCODING="utf-8")
        os.execv(sys.executable, [sys.executable, "-m", "kbctl", "search", "--interactive"])
    screen = _until(terminal, b"> ")
    os.write(terminal, "借记卡挂失\n".encode())
    screen += _until(terminal, b"\r\n\r\n> ")
    assert b"\r\n2. " in screen
    assert b"\r\n9. " not in screen
    assert b"more: press Enter" in screen
    os.write(terminal, b"\n")
    assert b"\r\n3. " in _until(terminal, b"\r\n\r\n> ")
    os.write(terminal, b"1\n")
    screen += _until(terminal, b"\r\n\r\n> ")
    os.write(terminal, b"\x04")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    os.close(terminal)
    text = screen.decode("utf-8", "replace")
    assert "\x1b[1;33m" in text
    hits = text.split("1. ", 1)[1].split("\r\n\r\n")[0]
    plain = [_without_styles(line) for line in hits.split("\r\n")]
    assert max(cells(line) for line in plain) <= 80


def _until(terminal: int, mark: bytes, seconds: float = 20) -> bytes:
    found = b""
    until = time.monotonic() + seconds
    while mark not in found and time.monotonic() < until:
        if select.select([terminal], [], [], 0.1)[0]:
            found += os.read(terminal, 65536)
    assert mark in found, found.decode("utf-8", "replace")[-500:]
    return found


def _without_styles(text: str) -> str:
    parts = text.split("\x1b[")
    return parts[0] + "".join(part.partition("m")[2] for part in parts[1:])


def test_a_window_holds_what_was_asked_for() -> None:
    text = "无关的话。" * 20 + "起点金额20万元。" + "别的话。" * 20
    place = text.index("起点金额")
    start, end = window(text, [(place, place + 4)], 60)
    assert start <= place < place + 8 <= end
    assert cells(text[start:end]) <= 60
    assert window("短。", [], 60) == (0, 2)


def test_lines_are_wrapped_by_columns() -> None:
    line = Line("客户到网点办理ATM取款，限额5万元。" * 4, "bold")
    pieces = [line.text[start:end] for start, end in line.wrapped(20)]
    assert "".join(pieces) == line.text
    assert all(cells(piece) <= 20 for piece in pieces)
    assert not any(piece.startswith(("，", "。")) for piece in pieces)
    assert [len(piece) for piece in (Line("a" * 50).text[s:e] for s, e in Line("a" * 50).wrapped(20))] == [20, 20, 10]
