"""The settings of a knowledge base, as ``kb/kb.toml`` states them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time


@dataclass(frozen=True)
class TimeLimit:
    """How soon a question must be answered and closed, with the source of the figure (R54-R63).

    ``answer`` and ``close`` are texts such as ``2 working days`` or ``24 hours``.
    """

    answer: str
    close: str
    source: str


@dataclass(frozen=True)
class Settings:
    """Everything that ``kb.toml`` can say; each field has the default that applies where it is silent."""

    name: str = "kbctl"
    language: str | None = None
    base: str | None = None
    baseline: str | None = None
    warning_days: tuple[int, ...] = (30, 15, 7)
    stale_clone_hours: int = 24
    entry_kib: int = 256
    attachment_mib: int = 10
    day_start: time = time(8, 30)
    day_end: time = time(17, 30)
    review_hours: dict[str, int] = field(default_factory=lambda: {"normal": 16, "expedited": 8, "urgent": 2})
    time_limits: dict[str, TimeLimit] = field(default_factory=dict)
    search_limit: int = 10

    @property
    def expiring_days(self) -> int:
        """The longest warning, in days: an entry with fewer days left counts as expiring."""
        return max(self.warning_days, default=30)
