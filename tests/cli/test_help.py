"""Help pages are laid out by columns, in both languages, and keep what arguments and options are declared with."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from kbctl.cli.help import HelpFormatter, wrap
from tests.conftest import Outcome

TEXT = st.text(alphabet=st.sampled_from("条目有效，。：（）“”、abc-`[] \n"), max_size=200)


@given(TEXT, st.integers(min_value=10, max_value=80))
def test_wrapping_loses_nothing_but_spaces(text: str, width: int) -> None:
    assert "".join("".join(wrap(text, width)).split()) == "".join(text.split())


@given(
    st.lists(st.text(alphabet="条目有效，。", min_size=1, max_size=8).map(lambda part: "条" + part)),
    st.integers(24, 80),
)
def test_no_line_is_wider_than_asked_for(parts: list[str], width: int) -> None:
    assert all(cell_len(line) <= width + 2 * _trailing(line) for line in wrap(" ".join(parts), width))


def _trailing(line: str) -> int:
    return len(line) - len(line.rstrip("，。"))


def test_punctuation_stays_with_the_character_that_it_belongs_to() -> None:
    assert wrap("条目失效，请延长（或撤下）。", 8) == ["条目失", "效，请延", "长（或撤", "下）。"]


def test_words_and_options_are_not_broken() -> None:
    assert wrap("请运行`kbctl fmt`或加上--dry-run试试", 12) == ["请运行`kbctl", "fmt`或加上", "--dry-run试", "试"]


def test_english_breaks_at_spaces() -> None:
    assert wrap("Only what changed since this commit.", 20) == ["Only what changed", "since this commit."]


def test_both_columns_stand_straight() -> None:
    formatter = HelpFormatter(width=42)
    formatter.write_dl(
        [("--a", "知识库所在的文件夹，自当前文件夹向上查找"), ("参数", "b"), ("x" * 35, "c"), ("--d", "")]
    )
    assert formatter.getvalue().split("\n") == [
        "--a" + " " * 29 + "知识库所在",
        " " * 32 + "的文件夹，",
        " " * 32 + "自当前文件",
        " " * 32 + "夹向上查找",
        "参数" + " " * 28 + "b",
        "x" * 35,
        " " * 32 + "c",
        "--d",
        "",
    ]


def test_paragraphs_stay_apart() -> None:
    formatter = HelpFormatter(width=40)
    formatter.write_text("one\ntwo\n\nthree")
    assert formatter.getvalue() == "one two\n\nthree\n"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "COLUMNS": "80", "PYTHONPATH": str(root), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "kbctl", "--lang", "en", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=root)


@pytest.mark.parametrize("command", ["validate", "rule", "show"])
def test_the_help_of_arguments_is_shown_once(command: str) -> None:
    page = run(command, "--help").stdout
    assert page.count("rguments:") == 1
    argument = page.partition("Arguments:\n")[2].partition("\n")[0].split()
    assert len(argument) > 2, "an argument without its help"
    assert "--install-completion" not in page
    assert all(cell_len(line) <= 80 for line in page.split("\n"))


def test_a_mistyped_command_is_compared_with_the_known_ones() -> None:
    done = run("valdate")
    assert done.returncode == 2
    assert done.stderr.count("Did you mean 'validate'?") == 1


def test_a_share_is_no_whole_number(kbctl_process: Callable[..., Outcome]) -> None:
    assert "WHOLE" not in kbctl_process("search-test", "--help").out
    assert "NUMBER FROM 0 TO 1" in kbctl_process("search-test", "--help").out
