"""Ranges of characters that the text rules share, as they stand between ``[`` and ``]`` of a regular expression."""

from __future__ import annotations

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# The letters of pinyin with tone marks, in both cases.
TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿĀÁǍÀĒÉĚÈŌÓǑÒ"
