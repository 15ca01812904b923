"""The widths of characters in Chinese text, and characters that nobody sees (R72)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kbctl.rules.letters import HAN, TONES
from kbctl.rules.protected import MASK

# Marks that close a Chinese phrase: a comma behind one is a Chinese comma.
_CLOSING = "）】》〉」』”’％"
_OPENING = "（【《〈「『“‘"
HAN_OR_CLOSING = HAN + _CLOSING

# Spaces that look like a plain one, and what has no width at all or steers the direction of the text.
SPACES = "\u00a0\u2000-\u200a\u202f\u205f\u3000"
_BREAKS = "\x0b\x0c\u2028\u2029"
_NOTHING = "\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\u3164\ufeff\uffa0\ufff9-\ufffb"
_CONTROLS = "\x01-\x08\x0e-\x1f\x7f"
# Second controls stand in text that was decoded wrongly: reported, never removed, for they may help to recover it.
_REPORTED = "\x80-\x9f"
INVISIBLE = SPACES + _BREAKS + _NOTHING + _CONTROLS + _REPORTED

_UNSEEN = re.compile(f"[{INVISIBLE}]+")
_RUN = re.compile(r"(.)\1*", re.DOTALL)
_FIGURE = "[0-9０-９.,:%．，：％]"
_IN_FIGURE = re.compile(f"{_FIGURE}[{INVISIBLE}]+{_FIGURE}\\Z")
_AS_SPACE = re.compile(f"[{SPACES}{_BREAKS}]")
_KEPT = re.compile(f"[{_REPORTED}]")
_PICTURE = re.compile("[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]")

_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_WIDEN = {ord(mark): ord(mark) + 0xFEE0 for mark in ",;:?!()"}
_WIDE_WORD = re.compile("[０-９Ａ-Ｚａ-ｚ]+(?:(?<=[０-９])．[０-９]+)*")
_MARKS = re.compile("[,;:?!]+")
_HAN = re.compile(f"[{HAN}]")
_AFTER_HAN = re.compile(f"[{HAN_OR_CLOSING}]\\*{{0,3}}\\Z")
_AFTER_WORD = re.compile(f"[A-Za-z0-9%{MASK}]\\Z")
_BRACKETS = re.compile("[()（）]")
# Between brackets these say that it is a formula, or pinyin, which is another finding.
_FORMULA = re.compile(f"[+×÷*=−<>≤≥{TONES}]")
# (1) and (a) number the parts of a sentence, and are left to their author.
_NUMBERING = re.compile("[0-9]{1,3}|[A-Za-z]")
_FILE_ENDING = re.compile(r"\.[A-Za-z]")
_LONGEST_PAIR = 200
_EDGE = re.compile(f"[{HAN}{_OPENING}{_CLOSING}]")

_WAVE = re.compile("(?<![~～])[~～](?![~～])")
_HAN_BEFORE = re.compile(f"[{HAN}]*\\Z")
_HAN_AFTER = re.compile(f"[{HAN}]*")
# Beside these a wave joins the ends of a range: 周一～周五, 三月～五月, 一级～三级.
_RANGE = "一二三四五六日天月年号时点分半秒午晚晨间季度周期旬初末底级类层楼室档次元万亿岁人名笔份倍百千十个户甲乙丙丁站省市县区"
_CLAUSE = 6


class Width(NamedTuple):
    """A mark of the wrong width: its offset, what stands there, what should, and the edits where that is certain.

    An edit is (start, end, text).
    """

    offset: int
    found: str
    better: str
    edits: tuple[tuple[int, int, str], ...]


class Unseen(NamedTuple):
    """A run of one invisible character: its offset and length, its name, and the text for it; ``None`` leaves it."""

    offset: int
    length: int
    name: str
    better: str | None


def unseen(text: str) -> Iterator[Unseen]:
    """Yield the invisible characters of a line; not those that indent it or join the parts of one emoji.

    Whether two digits are one figure is for people to say, so nothing is taken away between them.
    """
    indent = len(text) - len(text.lstrip(" \u3000"))
    visible_end = len(text.rstrip())
    for group in _UNSEEN.finditer(text, indent):
        in_figure = _IN_FIGURE.match(text, max(0, group.start() - 1), group.end() + 1) is not None
        for run in _RUN.finditer(group.group()):
            char, start = run.group(1), group.start() + run.start()
            if char == "\u200d" and start and _PICTURE.match(text[start - 1]):
                continue
            better: str | None = None
            if _AS_SPACE.match(char):
                better = " " if start < visible_end else ""
            elif not in_figure and not _KEPT.match(char):
                better = ""
            yield Unseen(start, run.end() - run.start(), f"U+{ord(char):04X}", better)


def wide_words(text: str) -> Iterator[Width]:
    """Yield the runs of full-width letters and digits of a masked line."""
    for match in _WIDE_WORD.finditer(text):
        better = match.group().translate(_NARROW)
        yield Width(match.start(), match.group(), better, ((match.start(), match.end(), better),))


def narrow_marks(text: str) -> Iterator[Width]:
    """Yield the half-width commas, colons and the like of a masked line that end a Chinese phrase, or come before one.

    Times, ratios and thousands stand between digits, and are none.
    """
    for match in _MARKS.finditer(text):
        found, start, end = match.group(), match.start(), match.end()
        if found[-1] == "!" and text[end : end + 1] == "[":
            found, end = found[:-1], end - 1
        if not found or "??" in found or "::" in found:
            continue
        if _AFTER_HAN.search(text, max(0, start - 4), start) or _before_han(text, found, start, end):
            better = found.translate(_WIDEN)
            yield Width(start, found, better, ((start, _without_gap(text, end), better),))


def _before_han(text: str, found: str, start: int, end: int) -> bool:
    """Whether *found* is one mark, not a colon, between a word and a Chinese character."""
    if len(found) != 1 or found == ":" or not start or end >= len(text):
        return False
    return _AFTER_WORD.match(text[start - 1]) is not None and _HAN.match(text[end]) is not None


def _without_gap(text: str, end: int) -> int:
    """Where the next word begins if plain spaces separate it; a full-width mark needs none. Line ends and cells stay."""
    after = end
    while text[after : after + 1] == " ":
        after += 1
    return end if text[after : after + 1] in ("", "|") else after


def narrow_brackets(text: str) -> Iterator[Width]:
    """Yield the pairs of brackets of a masked line of which one is half-width and which belong to Chinese text."""
    opened: list[int] = []
    for match in _BRACKETS.finditer(text):
        if match.group() in "(（":
            opened.append(match.start())
            continue
        if not opened:
            continue
        start, end = opened.pop(), match.start()
        if (text[start] == "(" or text[end] == ")") and _is_chinese_pair(text, start, end):
            edits = tuple(
                (place, place + 1, text[place].translate(_WIDEN)) for place in (start, end) if text[place] in "()"
            )
            found = text[start : end + 1] if end - start < 24 else f"{text[start]}…{text[end]}"
            yield Width(edits[0][0], found.replace(MASK, "…"), found.replace(MASK, "…").translate(_OUTER), edits)


_OUTER = {ord("("): "（", ord(")"): "）"}


def _is_chinese_pair(text: str, start: int, end: int) -> bool:
    """Whether the brackets at *start* and *end* stand in Chinese text, and are neither a formula's nor a link's."""
    if not 1 < end - start <= _LONGEST_PAIR or _FILE_ENDING.match(text, end + 1):
        return False
    if _NUMBERING.fullmatch(text, start + 1, end):
        return False
    before = text[start - 1] if start else ""
    if before == "]" or _FORMULA.match(before) or _FORMULA.search(text, start + 1, end):
        return False
    if before and _AFTER_HAN.match(before):
        return True
    return _EDGE.match(text[start + 1]) is not None or _EDGE.match(text[end - 1]) is not None


def waves(text: str) -> Iterator[Width]:
    """Yield the waves of a masked line that stand for a comma or a full stop; which of the two is for people to say."""
    for match in _WAVE.finditer(text):
        start, end = match.start(), match.end()
        before = _run(_HAN_BEFORE, text, max(0, start - 40), start)
        after = _run(_HAN_AFTER, text, end, end + 40)
        if len(before) < 2 or before[-1] in _RANGE:
            continue
        following = text[end : end + 1]
        if following in ("", *"”」』）|"):
            yield Width(start, match.group(), "。", ())
        elif (
            len(after) >= 2
            and after[0] not in _RANGE
            and max(len(before), len(after)) >= _CLAUSE
            and "从" not in before
        ):
            yield Width(start, match.group(), "，", ())


def _run(pattern: re.Pattern[str], text: str, start: int, end: int) -> str:
    found = pattern.search(text, start, end) if pattern is _HAN_BEFORE else pattern.match(text, start, end)
    return found.group() if found else ""
