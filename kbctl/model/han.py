"""Chinese characters: one form for comparing and searching, and traditional characters in a text (R72)."""

from __future__ import annotations

import unicodedata

from kbctl.model.han_table import SIMPLIFIED, TRADITIONAL

_FOLD = str.maketrans(TRADITIONAL, SIMPLIFIED)
# Keys of the table that simplified text uses as well: in words of their own (乾隆, 夥同, 宫商角徵羽, 瞭望, 狼藉, 覆盖,
# 蒜薹, 大阪) or, since the list of standard characters of 2013, in names of persons and places (昇, 甯, 氾, 逕, 麴).
_CURRENT = "乾剋夥徵麽瞭藉覆囉吒甯捱昇氾甦祇脩薹逕醣阪頫麴榘彷牴衹"
_FOLDED = frozenset(TRADITIONAL)
_TELLTALE = _FOLDED.difference(_CURRENT)


def fold(text: str) -> str:
    """Return the form of *text* by which texts are compared: NFKC, lower case, simplified characters.

    The length may change (``㎡`` becomes ``m2``); folding twice changes nothing more.
    """
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).lower()
    if not unicodedata.is_normalized("NFKC", folded):
        folded = unicodedata.normalize("NFKC", folded)
    # Most texts hold none of them, and looking is much cheaper than translating.
    return folded if _FOLDED.isdisjoint(folded) else folded.translate(_FOLD)


def traditional_in(text: str) -> list[tuple[int, str, str]]:
    """Return (offset, character, simplified form) of the characters that simplified text does not use, in order."""
    if _TELLTALE.isdisjoint(text):
        return []
    return [(offset, char, char.translate(_FOLD)) for offset, char in enumerate(text) if char in _TELLTALE]


def is_han(char: str) -> bool:
    """Whether *char* is one Chinese character (ideograph, ``〇`` included; no punctuation)."""
    return (
        "\u4e00" <= char <= "\u9fff"
        or char == "〇"
        or "\u3400" <= char <= "\u4dbf"
        or "\uf900" <= char <= "\ufaff"
        or "\U00020000" <= char <= "\U000323af"
    )
