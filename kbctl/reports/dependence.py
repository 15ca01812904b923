"""What depends on one person, and what handing it over to another would change (R12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from kbctl.model.corpus import Corpus
from kbctl.model.entry import Entry
from kbctl.model.organization import Contact, Roles
from kbctl.model.rulebook import Rulebook
from kbctl.reports.tables import OperatingTable, TableRow


@dataclass(frozen=True, slots=True)
class Named:
    """An entry that names the person under ``key``; ``past`` if nobody is called about it any more."""

    entry: Entry
    key: str
    past: bool


@dataclass(frozen=True, slots=True)
class Mention:
    """A row of an operating table with the person's name or number in it."""

    table: OperatingTable
    row: TableRow


@dataclass(frozen=True, slots=True)
class Dependence:
    """Everything that names one contact.

    ``answers`` are entries whose contact or emergency contact it is, ``tested`` those whose test it stated (a record,
    which stays), ``alone`` the ids of entries with no other contact on that day.
    """

    id: str
    contact: Contact | None
    answers: tuple[Named, ...]
    tested: tuple[Named, ...]
    roles: tuple[str, ...]
    mentions: tuple[Mention, ...]
    alone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Handover:
    """One key of one entry that names the new contact in the old one's place; ``value`` is what the key will say."""

    entry: Entry
    key: str
    value: str | list[str]


def dependence(
    id_: str, corpus: Corpus, rulebook: Rulebook, tables: Iterable[OperatingTable], today: date
) -> Dependence:
    """Everything that names the contact *id_*, who may be one that the organization no longer knows."""
    contact = rulebook.organization.contacts.get(id_)
    named = list(_named(id_, corpus, rulebook, today))
    answers = tuple(one for one in named if one.key != "tested")
    live = {one.id for one in rulebook.organization.contacts.values() if one.live_on(today)}
    return Dependence(
        id=id_,
        contact=contact,
        answers=answers,
        tested=tuple(one for one in named if one.key == "tested"),
        roles=tuple(_roles(id_, rulebook.roles)),
        mentions=tuple(_mentions(contact, tables)) if contact else (),
        alone=tuple(
            one.entry.id
            for one in answers
            if one.key == "contact" and not one.past and not (live - {id_}).intersection(one.entry.contact)
        ),
    )


def handover(
    old: str, new: str, corpus: Corpus, rulebook: Rulebook, today: date, department: str | None = None
) -> list[Handover]:
    """What changes if *new* takes over all that *old* answers for, in order of path.

    Entries that are past, and statements of who tested, are records and stay. *new* is never named twice.
    """
    found = []
    for one in _named(old, corpus, rulebook, today):
        if one.key == "tested" or one.past or (department is not None and one.entry.owner != department):
            continue
        now = one.entry.front_matter[one.key]
        many = isinstance(now, list)
        found.append(Handover(one.entry, one.key, _exchanged(now, old, new) if many else new))
    return sorted(found, key=lambda one: (one.entry.path, one.key))


def _exchanged(ids: list[str], old: str, new: str) -> list[str]:
    """*ids* with *new* where *old* stood, each once."""
    return list(dict.fromkeys(new if id_ == old else id_ for id_ in ids))


def _named(id_: str, corpus: Corpus, rulebook: Rulebook, today: date) -> Iterator[Named]:
    for entry in sorted(corpus, key=lambda entry: entry.path):
        entry_type = rulebook.types.get(entry.type)
        past = _past(entry, corpus, today)
        for key in entry_type.contact_keys if entry_type else ("contact",):
            value = entry.front_matter.get(key)
            if value == id_ or (isinstance(value, list) and id_ in value):
                yield Named(entry, key, past)
        if entry.tested is not None and entry.tested.by == id_:
            yield Named(entry, "tested", past)


def _past(entry: Entry, corpus: Corpus, today: date) -> bool:
    """Whether *entry* is withdrawn or has been followed by a newer version; one that only expired can be extended."""
    if entry.withdrawn is not None and entry.withdrawn.on is not None and entry.withdrawn.on <= today:
        return True
    successor = corpus.successor(entry)
    return successor is not None and successor.valid_from is not None and successor.valid_from <= today


def _roles(id_: str, roles: Roles) -> Iterator[str]:
    if id_ in roles.reviewers:
        yield "reviewers"
    if id_ in roles.administrators:
        yield "administrators"
    for role, ids in roles.further_reviewers.items():
        if id_ in ids:
            yield f"further_reviewers.{role}"


def _mentions(contact: Contact, tables: Iterable[OperatingTable]) -> Iterator[Mention]:
    words = [word for word in (contact.name, contact.phone, contact.mobile) if word]
    for table in tables:
        for row in table.rows:
            if any(word in value for value in row.cells.values() for word in words):
                yield Mention(table, row)
