"""Text made fit for an office file."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kbctl.documents.text import count_lines, limited, plain, split_lines, width
from tests.documents.office import CONTROLS

TEXTS = st.text(st.characters(codec=None), max_size=300)


def test_controls_are_taken_out() -> None:
    assert plain(CONTROLS) == "甲乙丙[31m丁戊己庚\n辛"


@given(TEXTS)
def test_what_is_left_is_xml(text: str) -> None:
    cleaned = plain(text)
    assert all(char in "\t\n" or char >= " " for char in cleaned)
    cleaned.encode("utf-8")
    assert plain(cleaned) == cleaned


def test_a_long_text_is_cut_with_a_word() -> None:
    cut = limited("长" * 40_000, 32_767)
    assert len(cut) == 32_767
    assert cut.startswith("长" * 30_000)
    assert "cut here" in cut[-80:]
    assert limited("长" * 32_767, 32_767) == "长" * 32_767


def test_length_is_counted_as_excel_counts() -> None:
    cut = limited("😀" * 20_000, 32_767)
    assert len(cut.encode("utf-16-le")) // 2 <= 32_767
    assert "\ufffd" not in cut


def test_a_chinese_character_is_as_wide_as_two_letters() -> None:
    assert width("abc") == 3
    assert width("大额CD") == 6


def test_lines() -> None:
    assert count_lines("", 10) == 1
    assert count_lines("一二三四五", 10) == 1
    assert count_lines("一二三四五六", 10) == 2
    assert count_lines("a\n\nb", 10) == 3
    assert count_lines("kbctl extend", 8) == 2
    assert count_lines("x" * 45, 10) == 5


@given(TEXTS, st.integers(4, 60), st.integers(1, 9))
def test_pieces_are_the_text_again(text: str, capacity: int, most: int) -> None:
    pieces = list(split_lines(text, capacity, most))
    assert "".join(pieces).replace("\n", "") == text.replace("\n", "")
