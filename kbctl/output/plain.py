"""Data made fit for a terminal, and for one line."""

from __future__ import annotations

import re

# Controls, and characters that turn the direction of text: in data they could rewrite what is on the screen.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SPACE = re.compile(r"[\s\u2028\u2029]+")


def clean(text: str) -> str:
    """Return *text* without the characters that a terminal would act upon; tab and newline stay."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def one_line(text: str) -> str:
    """Return *text* on one line, without the characters that a terminal would act upon."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", _SPACE.sub(" ", text)).strip()
