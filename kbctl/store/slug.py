"""An id proposed from a Chinese title. The reading of a character may be wrong, so a person confirms it."""

from __future__ import annotations

import re
import unicodedata

from pypinyin import lazy_pinyin

MAX_LENGTH = 60
_PARTS = re.compile(r"[a-z0-9]+")


def slug(title: str) -> str:
    """Return *title* as an id (``鸿运大额存单`` → ``hong-yun-da-e-cun-dan``); empty if nothing in it can be written so.

    Long titles are cut after a syllable.
    """
    syllables = lazy_pinyin(unicodedata.normalize("NFKC", title))
    parts: list[str] = []
    length = -1
    for part in _PARTS.findall(" ".join(syllables).lower()):
        length += len(part) + 1
        if length > MAX_LENGTH:
            break
        parts.append(part)
    return "-".join(parts)
