"""Comparing texts by tokens: figures whole, Chinese in readable pieces, and nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbctl.model.token_diff import Mark, compare, pieces

TEXT = st.text(alphabet="利率4.35%3不收取手续费，。年月日2026-1 abc\n", max_size=60)


def marked(old: str, new: str) -> str:
    frames = {Mark.SAME: "{}", Mark.GONE: "[-{}-]", Mark.NEW: "{{+{}+}}"}
    return "".join(frames[piece.mark].format(piece.text) for piece in pieces(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("年利率4.35%起", "年利率3.45%起", "年利率[-4.35%-]{+3.45%+}起"),
        ("自2026-12-31止", "自2027-12-31止", "自[-2026-12-31-]{+2027-12-31+}止"),
        ("至2026年12月31日", "至2027年12月30日", "至[-2026年12月31日-]{+2027年12月30日+}"),
        ("起点20万元", "起点30万元", "起点[-20万元-]{+30万元+}"),
        ("起点200,000元", "起点300,000元", "起点[-200,000元-]{+300,000元+}"),
        ("营业时间09:00-17:00", "营业时间09:30-17:00", "营业时间[-09:00-17:00-]{+09:30-17:00+}"),
        ("收取手续费", "不收取手续费", "{+不+}收取手续费"),
        ("使用 iPhone 手机", "使用 Android 手机", "使用 [-iPhone-]{+Android+} 手机"),
        ("请到柜面办理换卡手续", "请在手机银行办理换卡手续", "请[-到柜面-]{+在手机银行+}办理换卡手续"),
        ("相同", "相同", "相同"),
        ("", "新", "{+新+}"),
        ("旧", "", "[-旧-]"),
    ],
)
def test_pieces(old: str, new: str, expected: str) -> None:
    assert marked(old, new) == expected


def test_a_line_put_in_before_a_changed_one_does_not_hide_the_change() -> None:
    old = "第一条 起点金额20万元。\n第二条 年利率4.35%。\n"
    new = "第一条 起点金额20万元。\n新增的一条说明，请注意。\n第二条 年利率3.45%。\n"
    changed = [line for line in compare(old, new) if line.changed]
    assert [line.line for line in changed] == [2, 3]
    assert [(piece.mark, piece.text) for piece in changed[1].pieces if piece.mark is not Mark.SAME] == [
        (Mark.GONE, "4.35%"),
        (Mark.NEW, "3.45%"),
    ]


@given(TEXT, TEXT)
def test_both_texts_can_be_read_from_the_comparison(old: str, new: str) -> None:
    found = list(pieces(old, new))
    assert "".join(piece.text for piece in found if piece.mark is not Mark.GONE) == new
    assert "".join(piece.text for piece in found if piece.mark is not Mark.NEW) == old
    lines = compare(old, new)
    assert [line.line for line in lines if line.line is not None] == list(range(1, len(new.splitlines()) + 1))
    for line in lines:
        if line.line is not None:
            kept = "".join(piece.text for piece in line.pieces if piece.mark is not Mark.GONE)
            assert kept == new.splitlines()[line.line - 1]
    gone = [
        "".join(p.text for p in line.pieces if p.mark is not Mark.NEW)
        for line in lines
        if any(p.mark is not Mark.NEW for p in line.pieces) or not line.pieces
    ]
    assert [text for text in gone if text] == [text for text in old.splitlines() if text]


@given(TEXT)
def test_equal_texts_do_not_differ(text: str) -> None:
    assert not any(line.changed for line in compare(text, text))
