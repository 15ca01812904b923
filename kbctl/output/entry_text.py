"""An entry as it is read: body, with what the front matter holds (contacts, validity, rows) filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from kbctl.i18n import _, language
from kbctl.model.corpus import Corpus
from kbctl.model.entry import Entry
from kbctl.model.entry_type import EntryType, Section
from kbctl.model.organization import HEAD_OFFICE, Contact, Organization
from kbctl.model.rulebook import Rulebook
from kbctl.model.validity import State
from kbctl.output.states import STATE_NAMES, review_overdue
from kbctl.store.markdown import SectionText, parse_document
from kbctl.store.snapshot import Snapshot
from kbctl.store.tables import load_table

# Guidance of the template and suppressions: for the author, not for the reader.
_COMMENT = re.compile(r"[ \t]*<!--.*?-->[ \t]*\n?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class RenderedSection:
    """A section, or one item of it, with its text, and the rows of an operating table as label and value.

    ``typed`` says that the text is Markdown which somebody wrote; else it is filled in, a line for each thing.
    """

    heading: str
    text: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    items: tuple[RenderedSection, ...] = ()
    typed: bool = True


@dataclass(frozen=True, slots=True)
class RenderedEntry:
    """An entry ready to be shown. ``warnings`` are what an agent must see before reading on."""

    entry: Entry
    title: str
    state: State | None
    type_name: str
    owner_name: str
    scope_names: tuple[str, ...]
    contacts: tuple[Contact, ...]
    sections: tuple[RenderedSection, ...]
    warnings: tuple[str, ...]
    attachment_kinds: Mapping[str, str]

    def parts(self, word: str) -> list[RenderedSection]:
        """The section called *word*, else the items; else what has *word* in its name, sections before items."""
        items = [item for part in self.sections for item in part.items]
        kinds = (list(self.sections), items)
        named = [[part for part in kind if part.heading == word] for kind in kinds]
        like = [[part for part in kind if word in part.heading] for kind in kinds]
        return next((found for found in (*named, *like) if found), [])

    def only(self, sections: Iterable[RenderedSection]) -> RenderedEntry:
        """The same entry with just these sections or items."""
        return replace(self, sections=tuple(sections))

    def facts(self) -> Iterator[tuple[str, str]]:
        """Label and value of what stands above the text."""
        entry = self.entry
        yield _("id"), entry.id
        yield _("type"), self.type_name
        yield _("owner"), self.owner_name
        yield _("scope"), "、".join(self.scope_names)
        yield _("valid"), validity_text(entry)
        for contact in self.contacts:
            yield _("contact"), contact_text(contact)

    def attachments(self) -> Iterator[tuple[str, str]]:
        """Name with kind, and path, of each attachment."""
        for part in self.entry.attachments:
            kind = _("({note})").format(note=self.attachment_kinds.get(part.kind, part.kind))
            yield f"{part.file}{kind}", f"{self.entry.attachment_folder}/{part.file}"

    def as_dict(self) -> dict[str, Any]:
        """Everything for JSON."""
        entry = self.entry
        return {
            "id": entry.id,
            "title": entry.title,
            "type": entry.type,
            "owner": entry.owner,
            "scope": list(entry.scope),
            "state": self.state.value if self.state else None,
            "valid_from": entry.valid_from.isoformat() if entry.valid_from else None,
            "valid_until": entry.valid_until_text,
            "review_by": entry.review_by.isoformat() if entry.review_by else None,
            "audience": entry.audience,
            "path": entry.path,
            "contact": [{"id": contact.id, "name": contact.name, "phone": contact.phone} for contact in self.contacts],
            "attachments": [
                {"file": part.file, "kind": part.kind, "path": f"{entry.attachment_folder}/{part.file}"}
                for part in entry.attachments
            ],
            "warnings": list(self.warnings),
            "sections": [{"heading": part.heading, "text": part.text, "rows": part.rows} for part in self.sections],
        }


def validity_text(entry: Entry) -> str:
    """The validity window in words."""
    until = _("long-term") if entry.long_term else entry.valid_until_text
    text = _("{start} to {until}").format(start=entry.valid_from or "?", until=until or "?")
    if entry.review_by:
        text += _(", review by {day}").format(day=entry.review_by)
    return text


def contact_text(contact: Contact) -> str:
    """A contact with phone and what they answer for."""
    text = f"{contact.name} {contact.phone}".strip()
    return _("{contact} ({scope})").format(contact=text, scope=contact.scope) if contact.scope else text


def render_entry(entry: Entry, rulebook: Rulebook, corpus: Corpus, snapshot: Snapshot, day: date) -> RenderedEntry:
    """Put the entry together as it is read on *day*."""
    organization = rulebook.organization
    entry_type = rulebook.types.get(entry.type)
    return RenderedEntry(
        entry=entry,
        title=entry.title,
        state=entry.state(day, rulebook.settings.expiring_days),
        type_name=entry_type.name(language()) if entry_type else entry.type,
        owner_name=organization.department_name(entry.owner),
        scope_names=tuple(_scope_name(id_, organization) for id_ in entry.scope),
        contacts=tuple(organization.contacts[id_] for id_ in entry.contact if id_ in organization.contacts),
        sections=tuple(_sections(entry, entry_type, rulebook, snapshot)),
        warnings=tuple(_warnings(entry, corpus, rulebook, day)),
        attachment_kinds=entry_type.attachment_kinds if entry_type else {},
    )


def _scope_name(id_: str, organization: Organization) -> str:
    """The name of an institution; the head office stands for the whole bank, branches included (R18)."""
    if id_ == HEAD_OFFICE:
        return _("the whole bank")
    known = organization.institutions.get(id_)
    return known.name if known else id_


def _sections(
    entry: Entry, entry_type: EntryType | None, rulebook: Rulebook, snapshot: Snapshot
) -> Iterator[RenderedSection]:
    """The sections in the template's order, derived ones included; then what the template does not know."""
    document = parse_document(entry.body, entry.body_line)
    lines = entry.body.split("\n")
    starts = [section.line - entry.body_line for section in document.sections]
    ends = [*starts, len(lines)][1:]
    typed = {
        section.heading: _typed(section, lines, entry.body_line, end)
        for section, end in zip(document.sections, ends, strict=True)
    }
    for section in entry_type.sections if entry_type else ():
        if section.derived:
            yield _derived(section, entry, rulebook)
        elif section.heading in typed:
            yield typed.pop(section.heading)
    if entry_type is not None and entry_type.table is not None:
        titles = {column.name: column.titles.get(language(), column.name) for column in entry_type.table.columns}
        rows = [
            {titles.get(name, name): value for name, value in row.cells.items() if value}
            for row in load_table(snapshot, entry).rows
        ]
        yield RenderedSection(entry_type.name(language()), "", rows, typed=False)
    yield from typed.values()


def _typed(section: SectionText, lines: Sequence[str], first: int, end: int) -> RenderedSection:
    """A section of the body, which begins at line *first* of its file; *end* is where the next section begins."""

    def text(start: int, stop: int) -> str:
        return _COMMENT.sub("", "\n".join(lines[start + 1 : stop])).strip()

    starts = [item.line - first for item in section.items]
    ends = [*starts, end][1:]
    items = zip(section.items, starts, ends, strict=True)
    return RenderedSection(
        section.heading,
        text(section.line - first, end),
        items=tuple(RenderedSection(item.heading, text(start, stop)) for item, start, stop in items),
    )


def _derived(section: Section, entry: Entry, rulebook: Rulebook) -> RenderedSection:
    """A section that the front matter holds."""
    named = [(item.heading, item.source) for item in section.items if item.source]
    texts = {
        source: derived_text(entry, source, rulebook) for source in (section.source, *dict(named).values()) if source
    }
    text = texts[section.source] if section.source else "\n".join(texts.values())
    items = tuple(RenderedSection(heading, texts[source], typed=False) for heading, source in named)
    return RenderedSection(section.heading, text, items=items, typed=False)


def derived_text(entry: Entry, source: str, rulebook: Rulebook) -> str:
    """What the front matter says for a section that is declared ``from: source``."""
    if source == "validity":
        until = _("long-term") if entry.long_term else entry.valid_until_text
        return _("{start} to {until}").format(start=entry.valid_from or "?", until=until or "?")
    value = entry.front_matter.get(source)
    values = value if isinstance(value, list) else [value]
    contacts = rulebook.organization.contacts
    texts = [contact_text(contacts[part]) if part in contacts else str(part) for part in values if part is not None]
    return "\n".join(texts)


def _warnings(entry: Entry, corpus: Corpus, rulebook: Rulebook, day: date) -> Iterator[str]:
    state = entry.state(day, rulebook.settings.expiring_days)
    if state is State.EXPIRED:
        yield _("Expired since {day}: not an answer for customers.").format(day=entry.valid_until_text)
    elif state is State.UPCOMING:
        yield _("Takes effect on {day}: not yet an answer for customers.").format(day=entry.valid_from)
    elif state is State.WITHDRAWN and entry.withdrawn:
        yield _("Withdrawn: {reason}").format(reason=entry.withdrawn.reason)
        if entry.withdrawn.replaced_by:
            yield _("Replaced by {id}").format(id=entry.withdrawn.replaced_by)
    elif state is State.EXPIRING and entry.valid_until:
        left = (entry.valid_until - day).days
        yield _("Lapses on {day}, in {left} days.").format(day=entry.valid_until_text, left=left)
    if state is not State.WITHDRAWN and entry.withdrawn and entry.withdrawn.on and entry.withdrawn.on > day:
        text = _("{state} on {day}: {reason}")
        name = _(STATE_NAMES[State.WITHDRAWN])
        yield text.format(state=name, day=entry.withdrawn.on, reason=entry.withdrawn.reason)
        if entry.withdrawn.replaced_by:
            yield _("Replaced by {id}").format(id=entry.withdrawn.replaced_by)
    overdue = review_overdue(entry.review_by.isoformat() if entry.review_by else "", day)
    if overdue:
        yield overdue
    successor = corpus.successor(entry)
    if successor is not None and successor.valid_from and successor.valid_from > day:
        yield _("A new version takes effect on {day}.").format(day=successor.valid_from)
