"""Text with styles, written with escape sequences where they are understood: what a search prints with.

A search must be quick to start, so it does not load rich, which draws the tables and progress bars of other commands.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import TextIO

_CODES = {"bold": 1, "dim": 2, "italic": 3, "underline": 4, "reverse": 7, "strike": 9}
_COLORS = {name: 30 + number for number, name in enumerate("black red green yellow blue magenta cyan white".split())}
_RESET = "\x1b[0m"
_OPENING = "（“《「【"
_CLOSING = "，。：；、！？）”》」】…"
_WIDE = "\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003fffd"


@cache
def _piece() -> re.Pattern[str]:
    """What stays on one line: a command in backticks, a Chinese character or a run of others, with its punctuation."""
    # Made when it is needed, which is on a terminal only: this class of characters takes milliseconds.
    run = rf"[^\s`{_WIDE}{_OPENING}{_CLOSING}]+|`(?:[^`\n]+`[,.;:!?)\]]*)?"
    one = rf"[{_OPENING}\[(]*(?:[{_WIDE}]|{run})[{_CLOSING}\])]*[^\S\n]*"
    return re.compile(rf"{one}|[{_OPENING}{_CLOSING}]+[^\S\n]*|[^\S\n]+|\n")


def cells(text: str) -> int:
    """How many columns *text* takes: two for a Chinese character, none for what is put upon another."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def widest_piece(text: str) -> int:
    """The columns that the longest piece of *text* takes which a line does not divide."""
    return max((cells(piece.rstrip()) for piece in _piece().findall(text)), default=0)


class Line:
    """Text whose parts have styles: words such as ``bold red``."""

    def __init__(self, text: str = "", style: str = "") -> None:
        self.text = text
        self._styles: list[tuple[int, int, str]] = [(0, len(text), style)] if style else []

    def append(self, text: str, style: str = "") -> Line:
        """Add *text* at the end."""
        if style:
            self._styles.append((len(self.text), len(self.text) + len(text), style))
        self.text += text
        return self

    def stylize(self, style: str, start: int, end: int) -> None:
        """Give the characters from *start* up to *end* this style too."""
        self._styles.append((start, end, style))

    def rendered(self, start: int, end: int, *, colors: bool) -> str:
        """The characters from *start* up to *end* with escape sequences, without colours if not *colors*."""
        edges = sorted({start, end, *(min(max(at, start), end) for one in self._styles for at in one[:2])})
        parts = []
        for left, right in pairwise(edges):
            words = " ".join(style for first, last, style in self._styles if first <= left and right <= last)
            codes = [str(code) for code in _codes(words, colors=colors)]
            text = self.text[left:right]
            parts.append(f"\x1b[{';'.join(codes)}m{text}{_RESET}" if codes else text)
        return "".join(parts)

    def wrapped(self, width: int) -> Iterator[tuple[int, int]]:
        """The lines (start, end) in which the text fits into *width* columns; a longer word is divided."""
        start = end = used = 0
        for piece in _pieces(self.text, width):
            size = cells(piece.rstrip())
            if piece == "\n" or (end > start and used + size > width):
                yield start, start + len(self.text[start:end].rstrip())
                start, used = end + (piece == "\n"), 0
            end += len(piece)
            used += cells(piece) if piece != "\n" else 0
        yield start, start + len(self.text[start:end].rstrip())


def _pieces(text: str, width: int) -> Iterator[str]:
    for piece in _piece().findall(text):
        while cells(piece.rstrip()) > width > 1:
            at = next(at for at in range(len(piece), 0, -1) if cells(piece[:at]) <= width)
            # A command is divided at its blanks, a path between its folders.
            at = (piece.rfind(" ", 0, at) + 1) or (piece.rfind("/", 0, at) + 1) or at
            yield piece[:at]
            piece = piece[at:]  # noqa: PLW2901 - what is left of it
        yield piece


def _codes(words: str, *, colors: bool) -> Iterator[int]:
    for word in dict.fromkeys(words.split()):
        if word in _CODES:
            yield _CODES[word]
        elif colors and word in _COLORS:
            yield _COLORS[word]


class Screen:
    """A stream that lines are written to, with or without styles.

    :param color: ``auto``, ``always`` or ``never``; NO_COLOR and FORCE_COLOR are obeyed.
    """

    def __init__(self, stream: TextIO, color: str) -> None:
        self.stream = stream
        forced = color == "always" or bool(os.environ.get("FORCE_COLOR"))
        plain = os.environ.get("TERM", "") in ("dumb", "unknown")
        self.is_terminal = forced or stream.isatty()
        self._styles = forced or (stream.isatty() and not plain and _understands(stream))
        self._colors = color != "never" and not os.environ.get("NO_COLOR")

    @property
    def width(self) -> int:
        """How many columns a line has; a very long line where nobody looks."""
        columns = os.environ.get("COLUMNS", "")
        if columns.isdecimal() and columns.isascii() and int(columns) > 0:
            return int(columns)
        try:
            return os.get_terminal_size(self.stream.fileno()).columns or 80
        except (OSError, ValueError):
            return 80 if self.stream.isatty() else 100_000

    def write(self, line: Line, indent: str = "", *, wrap: bool = False, hanging: str = "") -> None:
        """Write *line* behind *indent*; on a terminal in as many lines as it takes, if *wrap*.

        :param hanging: stands behind the indent of all lines but the first.
        """
        spans = [(0, len(line.text))]
        if wrap and self.is_terminal:
            width = max(self.width - cells(indent + hanging), 20)
            fits = "\n" not in line.text and cells(line.text) <= width
            spans = spans if fits else list(line.wrapped(width))
        for number, (start, end) in enumerate(spans):
            text = line.rendered(start, end, colors=self._colors) if self._styles else line.text[start:end]
            self.stream.write(f"{indent}{hanging if number else ''}{text}\n")
        self.stream.flush()


if sys.platform == "win32":
    import ctypes
    import msvcrt

    _VIRTUAL_TERMINAL = 4

    def _understands(stream: TextIO) -> bool:
        """Whether the console takes escape sequences: it does from Windows 10 on, once it is asked to."""
        kernel = ctypes.windll.kernel32
        handle = msvcrt.get_osfhandle(stream.fileno())
        mode = ctypes.c_uint()
        if not kernel.GetConsoleMode(handle, ctypes.byref(mode)):
            # No console but a terminal all the same (mintty).
            return True
        return bool(kernel.SetConsoleMode(handle, mode.value | _VIRTUAL_TERMINAL))

else:

    def _understands(stream: TextIO) -> bool:
        """Whether the terminal takes escape sequences."""
        return True
