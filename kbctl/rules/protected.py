"""Which characters of a Markdown text are not prose: code spans, addresses, tags, escapes."""

from __future__ import annotations

import re

# Stands for a character that is not prose: a code point that Unicode keeps free of characters.
MASK = "\uffff"

_TICKS = re.compile("`+")
_MARKUP = re.compile("[`<\\\\&:\\[]|www\\.")
_NOT_PROSE = re.compile(
    r"\\[!-/:-@\[-`{-~]"  # an escaped mark
    r"|<[A-Za-z/!?][^<>\n]*>"  # a tag or an address in angle brackets
    r"|\](?=\()\((?:[^()\n]|\([^()\n]*\))*+\)"  # the target of a link or picture
    r"|(?:[A-Za-z][A-Za-z0-9+.\-]{1,15}://|www\.|mailto:)[A-Za-z0-9\-._~:/?#@!$&'*+,;=%]*"  # an address
    r"|&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"  # a character reference
)
_DEFINITION = re.compile(r" {0,3}\[[^\]\n]+\]:[ \t]*\S[^\n]*\Z")


def masked(text: str) -> str:
    """Return *text* with each character that is not prose replaced by :data:`MASK`; the length stays.

    What counts is code spans, comments, tags, link targets, addresses, character references and escaped marks.
    The text of a link is prose. The time is proportional to the length of *text*.
    """
    if not _MARKUP.search(text):
        return text
    if _DEFINITION.match(text):
        return MASK * len(text)
    if "`" in text:
        text = _without_code(text)
    if "<!--" in text:
        text = _without_comments(text)
    return _NOT_PROSE.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    # The bracket that closes a link's text stays: it says that what follows stands behind a link.
    found = match.group()
    return "]" + MASK * (len(found) - 1) if found[0] == "]" else MASK * len(found)


def _without_code(text: str) -> str:
    """Mask code spans: a run of back-ticks up to the next run of the same length."""
    runs = [(match.start(), match.end()) for match in _TICKS.finditer(text)]
    following: dict[int, int] = {}
    closing: list[int | None] = [None] * len(runs)
    for index in range(len(runs) - 1, -1, -1):
        length = runs[index][1] - runs[index][0]
        closing[index] = following.get(length)
        following[length] = index
    parts: list[str] = []
    done = index = 0
    while index < len(runs):
        start, end = runs[index]
        close = closing[index]
        if close is None or _escaped(text, start):
            index += 1
            continue
        end = runs[close][1]
        parts += (text[done:start], MASK * (end - start))
        done, index = end, close + 1
    return "".join((*parts, text[done:]))


def _escaped(text: str, offset: int) -> bool:
    """Whether an odd number of backslashes stands before *offset*."""
    count = 0
    while offset - count > 0 and text[offset - count - 1] == "\\":
        count += 1
    return count % 2 == 1


def _without_comments(text: str) -> str:
    parts: list[str] = []
    done = 0
    while (start := text.find("<!--", done)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        parts += (text[done:start], MASK * (end + 3 - start))
        done = end + 3
    return "".join((*parts, text[done:]))
