"""An entry of the knowledge base: one answer, with its owner, contacts and validity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kbctl.model.validity import LONG_TERM, State, Validity, state_on


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that belongs to an entry; ``file`` is relative to the entry's folder, ``kind`` one of its type's."""

    file: str
    kind: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure that must be the same wherever it is stated (R64)."""

    key: str
    value: str
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Tested:
    """The statement that the business was tested before submission (R41): by whom, when, what."""

    by: str
    on: date | None
    covers: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Why an entry is no longer served; ``on`` is the first day on which it is not."""

    on: date | None
    reason: str
    replaced_by: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One version of an entry as a file states it.

    A field that is missing or unreadable in the file is empty or ``None`` here, and a finding says so.
    ``front_matter`` holds every key as text, lists and mappings of text, the type's own keys included.
    ``block`` is the text of the front matter, which begins on line 2; ``body`` the Markdown after it,
    which begins on line ``body_line``.
    """

    path: str
    folder: str
    stem: str
    stem_date: str
    id: str
    title: str
    type: str
    owner: str
    scope: tuple[str, ...]
    topic: str
    contact: tuple[str, ...]
    valid_from: date | None
    valid_until: date | None
    long_term: bool
    review_by: date | None
    audience: str
    keywords: tuple[str, ...]
    aliases: tuple[str, ...]
    tested: Tested | None
    attachments: tuple[Attachment, ...]
    facts: tuple[Fact, ...]
    withdrawn: Withdrawal | None
    front_matter: Mapping[str, Any] = field(repr=False)
    block: str = field(repr=False)
    body: str = field(repr=False)
    body_line: int

    @property
    def validity(self) -> Validity | None:
        """The window that the file states; ``None`` where it cannot be read."""
        if self.valid_from is None or (self.valid_until is None and not self.long_term):
            return None
        return Validity(self.valid_from, self.valid_until)

    @property
    def served(self) -> bool:
        """Whether id, title, type, owner and dates can be read, which is what an answer needs."""
        return bool(self.id and self.title and self.type and self.owner and self.validity is not None)

    @property
    def public(self) -> bool:
        """Whether it may leave the bank (R67, R70)."""
        return self.audience == "public"

    @property
    def valid_until_text(self) -> str:
        """The last day as ISO text, or ``long-term``; empty where it cannot be read."""
        if self.long_term:
            return LONG_TERM
        return self.valid_until.isoformat() if self.valid_until else ""

    @property
    def attachment_folder(self) -> str:
        """Path of the folder with attachments and rows, shared by all versions of the entry."""
        return f"{self.path.rsplit('/', 1)[0]}/{self.stem}"

    def state(self, day: date, expiring_days: int) -> State | None:
        """The state of this version by itself on *day*; ``None`` where its dates cannot be read.

        Whether another version governs on that day is :meth:`kbctl.model.corpus.Corpus.governing`'s to say.
        """
        window = self.validity
        if window is None:
            return None
        return state_on(day, window, self.withdrawn.on if self.withdrawn else None, expiring_days)
