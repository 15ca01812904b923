"""A finding: one thing that is wrong, or worth knowing, at one place of one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any


class Severity(IntEnum):
    """How much a finding weighs; the order is that of ``--fail-on``."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The lower-case name used in machine output and options."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    ``path`` is relative to the knowledge base's root, with ``/``; ``line`` and ``column`` count from 1;
    ``subject`` is the id, key or heading that it is about; ``params`` fill the message of the code.
    The severity is the rule's, stamped by the runner.
    """

    code: str
    path: str
    line: int = 1
    column: int = 1
    subject: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity = Severity.ERROR

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Sort key: by file, then place, then code."""
        return (self.path, self.line, self.column, self.code, self.subject)
