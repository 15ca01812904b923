"""Text for an office file: characters that XML cannot hold taken out, lengths limited, lines counted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from kbctl.i18n import _

# The fonts of every document, by the names that Chinese systems know.
SONG, HEI, FANG = "宋体", "黑体", "仿宋"
# What XML 1.0 cannot hold, other controls, and characters that turn the direction of text.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_NEWLINES = re.compile("\r\n?|[\u2028\u2029]")
# A run that is not broken at the end of a line, or one character that may be.
_PIECES = re.compile(r"[!-~\u00a1-\u02af]+|.", re.DOTALL)


def plain(text: str) -> str:
    """*text* without the characters that a document cannot or should not hold; every line break is ``\\n``."""
    return _FORBIDDEN.sub("", _NEWLINES.sub("\n", text))


def limited(text: str, limit: int) -> str:
    """*text* cut to *limit* UTF-16 units (as Excel counts), with a word at the end that says so."""
    if _units(text) <= limit:
        return text
    word = _(" … (cut here: the text is longer than a cell can hold)")
    data = text.encode("utf-16-le")[: 2 * (limit - _units(word))]
    return data.decode("utf-16-le", errors="ignore") + word


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def width(text: str) -> int:
    """How many half-width characters *text* takes: a Chinese character takes two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def count_lines(text: str, capacity: float) -> int:
    """How many lines *text* takes where a line holds *capacity* half-width characters; at least one."""
    return sum(_wrapped(line, max(capacity, 2)) for line in text.split("\n"))


def _wrapped(line: str, capacity: float) -> int:
    if width(line) <= capacity:
        return 1
    lines, used = 1, 0.0
    for piece in _PIECES.findall(line):
        size = width(piece)
        if used + size > capacity and used:
            lines, used = lines + 1, 0.0
        # A word longer than a line is broken wherever the line ends.
        while size > capacity:
            lines, size = lines + 1, size - int(capacity)
        used += size
    return lines


def split_lines(text: str, capacity: float, most: int) -> Iterator[str]:
    """Cut *text* into pieces that take at most *most* lines of *capacity* half-width characters each."""
    piece: list[str] = []
    used = 0
    for line in text.split("\n"):
        for part in _slices(line, int(capacity * most / 2)):
            needed = count_lines(part, capacity)
            if used + needed > most and piece:
                yield "\n".join(piece)
                piece, used = [], 0
            piece.append(part)
            used += needed
    yield "\n".join(piece)


def _slices(line: str, size: int) -> Iterator[str]:
    """*line* in slices of at most *size* characters; an empty line is one slice."""
    yield line[:size]
    for start in range(size, len(line), size):
        yield line[start : start + size]
