"""What is really wrong with a text that is no YAML: the line where the slip was made, and a word for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

# Punctuation as a Chinese keyboard types it, where only the half-width form divides keys and items.
_NARROW = {
    "，": ", ",
    "、": ", ",
    "；": ", ",
    "：": ": ",
    "｛": "{",
    "｝": "}",
    "［": "[",
    "］": "]",
    "【": "[",
    "】": "]",
}
_WIDE = re.compile(
    r"^[^\S\n]*(?:- +|[A-Za-z_]{1,40}: *)*(?P<open>[｛［【])"
    r"|[\[{｛［【,][^\S\n]*[A-Za-z_]{1,40}(?P<colon>：)"
    r"|(?P<comma>[，、；])[^\S\n]*[A-Za-z_]{1,40}[:：]"
    r"|(?P<close>[｝］】])[^\S\n]*$"
)
# A value in quotes; where the line ends before they close, there is no second one.
_QUOTED = re.compile(r"""(?:^|(?<=[\s\[{,]))(?:"(?:[^"\\]|\\.)*(?P<double>"?)|'(?:[^']|'')*(?P<single>'?))""")
_NEXT = re.compile(r"[A-Za-z_]{1,40}:|\s*- ")
_QUOTES = "found unexpected end of stream"

Slip = tuple[int, int, dict[str, Any]]


def slip(text: str, error: yaml.MarkedYAMLError) -> Slip:
    """Line and column, from 0, of what *error* is really about, with the params ``problem`` and ``hint`` of a finding."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.split("\n")
    opened = _opening(error)
    after = "".join(lines[line : line + 1])
    if opened is not None and opened[0] < line and (not after.strip() or _NEXT.match(after)):
        line, column = opened
    return next(_slips(lines, line, column, error.problem or ""))


def _slips(lines: Sequence[str], line: int, column: int, problem: str) -> Iterator[Slip]:
    """What may be wrong, likeliest first: quotes that swallowed what follows, then the line itself, then that before it."""
    for number, one in enumerate(lines[: line + 1]):
        quote = _unclosed_quote(one)
        if quote is not None:
            yield number, quote, {"problem": _QUOTES, "hint": "unclosed"}
    wide = wide_sign(lines[line]) if line < len(lines) else None
    if wide is not None:
        place, sign = wide
        yield line, place, {"problem": problem, "hint": "wide", "wide": sign, "narrow": _NARROW[sign]}
    for back in (0, 1):
        hint = syntax_hint(lines, line - back)
        if hint:
            yield line - back, 0 if back else column, {"problem": problem, "hint": hint}
    yield line, column, {"problem": problem, "hint": ""}


def _opening(error: yaml.MarkedYAMLError) -> tuple[int, int] | None:
    """Where the list or group begins that *error* finds open."""
    mark = error.context_mark
    return (mark.line, mark.column) if mark and "flow" in (error.context or "") else None


def _unclosed_quote(line: str) -> int | None:
    """The column of a quote that opens in *line* and does not close."""
    if line.lstrip().startswith("#"):
        return None
    for match in _QUOTED.finditer(line):
        if not (match["double"] or match["single"]):
            return match.start()
    return None


def wide_sign(line: str) -> tuple[int, str] | None:
    """Column and sign of the full-width punctuation that stands in *line* where YAML knows the half-width form only."""
    match = _WIDE.search(line)
    if match is None or match.lastgroup is None:
        return None
    return match.start(match.lastgroup), match[match.lastgroup]


def syntax_hint(lines: Sequence[str], number: int) -> str:
    """Return a word for what is commonly wrong with this line, or the empty string.

    ``tab``: indented with a tab; ``wide-colon``: a full-width colon after the key; ``no-space``: no space after the colon;
    ``quote``: a value that needs quotes.
    """
    if not 0 <= number < len(lines):
        return ""
    line = lines[number]
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "tab"
    if re.match(r"\s*[A-Za-z_]{1,40}：", line):
        return "wide-colon"
    if re.match(r"\s*[A-Za-z_]{1,40}:[^\s:]", line):
        return "no-space"
    if re.match(r"\s*(- )?[A-Za-z_]{1,40}: +([^\"'\[{|>].*: |[@`%*&!])", line):
        return "quote"
    return ""
