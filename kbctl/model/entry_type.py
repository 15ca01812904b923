"""A knowledge type: what a schema file says that an entry of this type must hold (R37-R50)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# The elements that a customer must be told at once (一次性告知, R33).
ELEMENTS = ("documents", "conditions", "process", "time_limit", "cautions")

CATEGORIES = ("launch", "promotion", "bulletin", "operations", "reference")
CARRIERS = ("word", "excel")
COLUMN_KINDS = ("key", "text", "phone", "hours", "date", "choice", "number", "institution")


@dataclass(frozen=True, slots=True)
class Item:
    """A ``###`` heading within a section; ``source`` names the front-matter key it is rendered from, if any."""

    heading: str
    required: bool
    source: str | None
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A ``##`` heading of an entry, in the words of the regulation's template.

    ``source`` names the front-matter key (or ``validity``) that it is rendered from; such a section is not typed.
    ``answers`` are the elements of :data:`ELEMENTS` that it answers; ``screenshot`` says that it owes a picture.
    """

    heading: str
    required: bool
    source: str | None
    screenshot: bool
    answers: tuple[str, ...]
    items: tuple[Item, ...]

    @property
    def derived(self) -> bool:
        """Whether nothing of the section is typed in the body: it, or all its items, come from the front matter."""
        return self.source is not None or (bool(self.items) and all(item.source for item in self.items))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an operating table; ``internal`` columns never leave the bank (R67)."""

    name: str
    titles: Mapping[str, str]
    kind: str
    required: bool
    choices: tuple[str, ...]
    internal: bool


@dataclass(frozen=True, slots=True)
class TableShape:
    """The rows that an entry of an operating type keeps in ``table.csv`` (R20, R49).

    ``key`` and ``verified`` name the key column and the column with the day of the last check;
    ``verify_every_days`` is how old that day may be.
    """

    key: str
    verified: str
    verify_every_days: int
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class ValidityLimits:
    """What the type allows: long-term or not, the longest window and the longest time to the next review, in days."""

    long_term: bool = True
    max_days: int | None = None
    review_within_days: int | None = None


@dataclass(frozen=True)
class EntryType:
    """One knowledge type. ``path`` is its schema file's, for messages."""

    id: str
    names: Mapping[str, str]
    words: tuple[str, ...]
    category: str
    carrier: str
    tested: str
    validity: ValidityLimits
    lead_time_days: int
    reviewers: tuple[str, ...]
    front_matter: Mapping[str, Any]
    sections: tuple[Section, ...]
    attachment_kinds: Mapping[str, str]
    required_attachments: tuple[str, ...]
    table: TableShape | None
    path: str = ""

    def name(self, language: str) -> str:
        """The type's name in *language* (``zh_CN`` or ``en``), or its id."""
        return self.names.get(language) or self.id

    @property
    def contact_keys(self) -> tuple[str, ...]:
        """The keys of the front matter that hold a contact's id, or a list of them; who tested is not among them."""
        own = self.front_matter.get("properties", {})
        shapes = {key: shape for key, shape in own.items() if isinstance(shape, Mapping)}
        return (
            "contact",
            *(key for key, shape in shapes.items() if "contact" in (shape.get("format"), _item_format(shape))),
        )

    def section(self, heading: str) -> Section | None:
        """The section with this heading."""
        return next((section for section in self.sections if section.heading == heading), None)

    def answered(self) -> Iterator[tuple[str, Section, Item | None]]:
        """Every (element, section, item) that answers an element of 一次性告知, in order; item is ``None`` for a whole section."""
        for section in self.sections:
            for element in section.answers:
                yield element, section, None
            for item in section.items:
                for element in item.answers:
                    yield element, section, item


def _item_format(shape: Mapping[str, Any]) -> object:
    """The format of the items of a list that *shape* describes."""
    items = shape.get("items")
    return items.get("format") if isinstance(items, Mapping) else None
