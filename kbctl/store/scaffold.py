"""The first text of a new entry: its front matter, its headings from the schema, guidance from the type's template."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kbctl.model.entry_type import EntryType, Item, Section, TableShape
from kbctl.model.validity import LONG_TERM
from kbctl.store.snapshot import Snapshot
from kbctl.store.templates import find_template, render_template
from kbctl.store.yaml_lines import write_key

# What stands where something is to be filled in; `validate` reports it wherever it was left.
PLACEHOLDER = "待补充"
_USUAL_DAYS = 90
_REVIEW_DAYS = 365
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of an entry before it is written. ``contact`` are its contacts, ``colleagues`` others of the owner."""

    id: str
    title: str
    owner: str
    scope: tuple[str, ...]
    contact: tuple[str, ...]
    valid_from: date
    valid_until: str
    review_by: date | None
    colleagues: tuple[str, ...] = ()


def usual_until(entry_type: EntryType, start: date) -> str:
    """The ``valid_until`` proposed for an entry that begins on *start*: long-term where allowed, else 90 days or fewer."""
    limits = entry_type.validity
    if limits.long_term:
        return LONG_TERM
    days = _USUAL_DAYS if limits.max_days is None else min(_USUAL_DAYS, limits.max_days - 1)
    return (start + timedelta(days=max(days, 0))).isoformat()


def usual_review(entry_type: EntryType, today: date) -> date:
    """The ``review_by`` proposed for a long-term entry: within a year, and within what the type allows."""
    within = entry_type.validity.review_within_days
    return today + timedelta(days=_REVIEW_DAYS if within is None else min(_REVIEW_DAYS, within))


def front_matter_values(
    draft: Draft, entry_type: EntryType, shapes: Mapping[str, Any], required: Sequence[str], today: date
) -> dict[str, Any]:
    """The keys and values that the front matter begins with.

    :param shapes: the JSON Schema of each key, in the order in which keys are written.
    :param required: keys that must be there; one that nothing is known of gets a placeholder of its shape.
    """
    known: dict[str, Any] = {
        "id": draft.id,
        "title": draft.title,
        "type": entry_type.id,
        "owner": draft.owner,
        "scope": list(draft.scope),
        "contact": list(draft.contact),
        "valid_from": draft.valid_from.isoformat(),
        "valid_until": draft.valid_until,
        "audience": "internal",
        "keywords": [],
        "aliases": [],
    }
    if draft.review_by is not None:
        known["review_by"] = draft.review_by.isoformat()
    if entry_type.tested == "required":
        # Nobody has tested anything yet.
        known["tested"] = {"by": draft.contact[0], "on": PLACEHOLDER, "covers": PLACEHOLDER}
    people = (*draft.contact, *draft.colleagues)
    for key in required:
        known.setdefault(key, _placeholder(shapes.get(key, {}), people, today))
    return {key: known[key] for key in [*shapes, *known] if key in known}


def _placeholder(shape: Mapping[str, Any], contacts: Sequence[str], today: date, number: int = 0) -> Any:
    """A value of *shape* that is to be replaced; *number* counts within a list."""
    if "enum" in shape:
        return shape["enum"][0]
    if "const" in shape:
        return shape["const"]
    if shape.get("type") == "array":
        return [
            _placeholder(shape.get("items", {}), contacts, today, place)
            for place in range(max(shape.get("minItems", 0), 1))
        ]
    if shape.get("type") == "object":
        parts = shape.get("properties", {})
        return {key: _placeholder(parts.get(key, {}), contacts, today) for key in shape.get("required", ())}
    if shape.get("format") == "contact" and contacts:
        return contacts[number] if number < len(contacts) else PLACEHOLDER
    if shape.get("format") in ("date", "date-or-long-term"):
        return today.isoformat()
    return PLACEHOLDER


def front_matter(values: Mapping[str, Any], comments: Mapping[str, Sequence[str]], order: Sequence[str]) -> str:
    """The block of the front matter, without fences.

    :param comments: lines that stand before a key; those of a key without a value stand where it belongs by *order*.
    """
    lines: list[str] = []
    for key in dict.fromkeys([*order, *values]):
        lines.extend(f"# {comment}".rstrip() + "\n" for comment in comments.get(key, ()))
        if key in values:
            lines.append(write_key(key, values[key]))
    return "".join(lines)


def body(entry_type: EntryType, draft: Draft, snapshot: Snapshot) -> str:
    """The headings that the type asks for, with the guidance of its template and a placeholder in each.

    Without a template the headings stand alone, so a new type needs no template to be usable.
    """
    path = f"templates/entry/{entry_type.id}.md.j2"
    template = find_template(snapshot, path)
    if template is None:
        return _outline(entry_type, {})
    values = {
        "type": entry_type,
        "sections": [section for section in entry_type.sections if not section.derived],
        "id": draft.id,
        "title": draft.title,
        "placeholder": PLACEHOLDER,
        "outline": lambda guidance: _outline(entry_type, guidance),
    }
    text = _BLANK_LINES.sub("\n\n", render_template(path, template, values)).strip("\n")
    return text + "\n"


def _outline(entry_type: EntryType, guidance: Mapping[str, str]) -> str:
    """The typed sections and items in order. *guidance* maps ``section`` or ``section / item`` to a word for the writer."""
    parts: list[str] = []
    for section in entry_type.sections:
        if section.derived:
            continue
        items = [item for item in section.items if item.source is None]
        parts.append(f"## {section.heading}")
        parts.extend(_guide(guidance.get(section.heading)))
        if not items:
            parts.append(PLACEHOLDER)
        for item in items:
            parts.append(f"### {item.heading}")
            parts.extend(_guide(guidance.get(guidance_key(section, item))))
            parts.append(PLACEHOLDER)
    return "\n\n".join(parts) + "\n"


def guidance_key(section: Section, item: Item | None = None) -> str:
    """The name under which a template gives guidance for a section or an item."""
    return f"{section.heading} / {item.heading}" if item else section.heading


def _guide(text: str | None) -> list[str]:
    return [f"<!-- {' '.join(text.split()).replace('-->', '→')} -->"] if text else []


def table_header(shape: TableShape) -> bytes:
    """The first line of ``table.csv``: the names of the columns."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(column.name for column in shape.columns)
    return text.getvalue().encode("utf-8")
