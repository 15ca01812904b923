"""Where a branch's answer differs from the head office's on the same topic (R18): in figures, else in sections."""

from __future__ import annotations

import re
from typing import NamedTuple

from kbctl.model.han import fold
from kbctl.search.passages import written
from kbctl.search.record import SearchDocument

_SPACE = re.compile(r"\s+")


class Difference(NamedTuple):
    """A figure that both state, with the value *here* and that of the head office; or a *section* that reads otherwise."""

    key: str = ""
    here: str = ""
    head_office: str = ""
    section: str = ""


def differences(here: SearchDocument, head_office: SearchDocument) -> tuple[Difference, ...]:
    """What an agent must not take from the head office's entry for customers of the branch.

    Figures come first, and where they differ nothing else is named; else the sections of both whose text differs.
    """
    known = dict(head_office.facts)
    figures = tuple(
        Difference(key=key, here=value, head_office=known[key])
        for key, value in here.facts
        if key in known and set(written(fold(value))).isdisjoint(written(fold(known[key])))
    )
    if figures:
        return figures
    own, others = _sections(here), _sections(head_office)
    return tuple(Difference(section=name) for name in own if name in others and own[name] != others[name])


def _sections(record: SearchDocument) -> dict[str, str]:
    """The text of each section of the body, folded, without space."""
    parts: dict[str, list[str]] = {}
    for passage in record.passages:
        if passage.section:
            parts.setdefault(passage.section, []).append(passage.text)
    return {name: _SPACE.sub("", fold("".join(texts))) for name, texts in parts.items()}
