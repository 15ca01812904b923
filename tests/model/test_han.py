"""Folding of Chinese text, and traditional characters in it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbctl.model.han import fold, is_han, traditional_in
from kbctl.model.han_table import SIMPLIFIED, TRADITIONAL

ROOT = Path(__file__).resolve().parents[2]


def test_the_table_pairs_single_characters() -> None:
    assert len(TRADITIONAL) == len(SIMPLIFIED) > 4000
    assert len(set(TRADITIONAL)) == len(TRADITIONAL)
    assert not set(TRADITIONAL) & set(SIMPLIFIED)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("服務費", "服务费"),
        ("ＡＴＭ　２０萬", "atm 20万"),
        ("Ⅱ類戶", "ii类户"),
        ("後台，裏面", "后台,里面"),
        ("Plain ASCII", "plain ascii"),
        ("乾隆", "干隆"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_every_pair_folds() -> None:
    assert fold(TRADITIONAL) == fold(SIMPLIFIED)


def test_traditional_characters_have_their_offsets() -> None:
    assert traditional_in("本行服務的費率") == [(3, "務", "务"), (5, "費", "费")]


@pytest.mark.parametrize(
    "text", ["乾隆年间", "著作权", "瞭望", "狼藉", "覆盖", "大阪分行", "王昇", "本行服务的费率", "后台", "ABC"]
)
def test_characters_that_simplified_text_uses_are_not_traditional(text: str) -> None:
    assert traditional_in(text) == []


@given(st.text(alphabet="服務費后後乾ab１"))
def test_what_is_reported_is_what_folds(text: str) -> None:
    for offset, char, simplified in traditional_in(text):
        assert text[offset] == char != simplified
        assert fold(char) == simplified


@pytest.mark.parametrize(
    ("char", "expected"), [("行", True), ("〇", True), ("𫝈", True), ("㑇", True), ("，", False), ("a", False)]
)
def test_is_han(char: str, expected: bool) -> None:
    assert is_han(char) is expected


def test_the_generator_reads_the_dictionary(tmp_path: Path) -> None:
    dictionary = tmp_path / "TSCharacters.txt"
    dictionary.write_text("務\t务\n覆\t覆 复\n薴\t苧\n苧\t苎\n一目瞭然\t一目了然\n", encoding="utf-8")
    output = tmp_path / "table.py"
    command = [sys.executable, str(ROOT / "tools" / "han_table.py"), str(dictionary), str(output)]
    subprocess.run(command, check=True, capture_output=True)
    names: dict[str, str] = {}
    exec(output.read_text(encoding="utf-8"), names)
    pairs = dict(zip(names["TRADITIONAL"], names["SIMPLIFIED"], strict=True))
    assert pairs == {"務": "务", "薴": "苎", "苧": "苎"}
