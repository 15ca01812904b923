"""Where the data of a report comes from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from kbctl.model.finding import Finding


@dataclass(frozen=True, slots=True)
class Source:
    """The time of the commit that was read, ``None`` for the desk; ``drafts`` are the paths that differ from the base;
    ``unread`` the entry files asked for from which no answer can be read, ``findings`` say why."""

    time: datetime | None = None
    drafts: Collection[str] = field(default_factory=frozenset)
    unread: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
