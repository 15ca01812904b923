"""表2 总（分）行各部门业务联系人: who answers for what, and where nobody does (R12, R19, R51)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kbctl.model.corpus import Corpus
from kbctl.model.entry import Entry
from kbctl.model.organization import Contact, Department, Organization
from kbctl.model.rulebook import Rulebook
from kbctl.reports.selection import belongs, department_rank, governing

TITLE = "总（分）行各部门业务联系人"
# The regulation's columns; the last two never leave the bank (R67).
COLUMNS = ("序号", "机构", "部门名称", "联系人", "负责业务范围", "联系电话", "手机", "邮箱")
_INTERNAL = 2
# More titles than this make a cell that nobody reads.
_TITLES = 3


def columns(*, external: bool) -> tuple[str, ...]:
    """The regulation's columns, without the internal ones for what leaves the bank (R67)."""
    return COLUMNS[:-_INTERNAL] if external else COLUMNS


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A row of 表2: names as they are read; ``entries`` are the ids that the contact answers for today."""

    id: str
    institution: str
    department_id: str
    department: str
    name: str
    scope: str
    phone: str
    mobile: str
    email: str
    entries: tuple[str, ...]

    def cells(self, number: int, *, external: bool) -> tuple[str, ...]:
        """The row's cells as :data:`COLUMNS` names them, without the internal ones for what leaves the bank."""
        cells = (str(number), self.institution, self.department, self.name, self.scope, self.phone)
        return cells if external else (*cells, self.mobile, self.email)


@dataclass(frozen=True, slots=True)
class ContactReport:
    """The table of one day, and what is missing from it.

    ``idle`` are contacts who answer for no entry, ``silent`` those without a phone, ``orphans`` entries without a
    contact who holds the post today, ``empty`` departments without one.
    """

    today: date
    rows: tuple[ContactRow, ...]
    idle: tuple[ContactRow, ...]
    silent: tuple[ContactRow, ...]
    orphans: tuple[Entry, ...]
    empty: tuple[Department, ...]


def contact_report(
    corpus: Corpus,
    rulebook: Rulebook,
    today: date,
    department: str | None = None,
    institution: str | None = None,
    *,
    external: bool = False,
) -> ContactReport:
    """Build the table of those who hold a post on *today*, by institution, then department, in the files' order.

    :param external: what is internal is not named in the business scope (R67).
    """
    organization = rulebook.organization
    serving = [entry for entry, state in governing(corpus, today, rulebook.settings.expiring_days) if state.serves]
    by_contact: dict[str, list[Entry]] = defaultdict(list)
    for entry in serving:
        for id_ in entry.contact:
            by_contact[id_].append(entry)
    departments = [one for one in _in_order(organization) if _asked(one, department, institution, organization)]
    asked = {one.id for one in departments}
    rows = tuple(
        _row(contact, one, by_contact[contact.id], organization, external)
        for one in departments
        for contact in one.contacts
        if contact.live_on(today)
    )
    return ContactReport(
        today=today,
        rows=rows,
        idle=tuple(row for row in rows if not row.entries),
        silent=tuple(row for row in rows if not row.phone),
        orphans=tuple(entry for entry in serving if _orphan(entry, asked, organization, today)),
        empty=tuple(one for one in departments if not any(contact.live_on(today) for contact in one.contacts)),
    )


def _in_order(organization: Organization) -> list[Department]:
    rank = department_rank(organization)
    return sorted(organization.departments.values(), key=lambda one: rank[one.id])


def _asked(one: Department, department: str | None, institution: str | None, organization: Organization) -> bool:
    if department is not None and one.id != department:
        return False
    return institution is None or belongs(one, institution, organization)


def _row(
    contact: Contact, department: Department, entries: Iterable[Entry], organization: Organization, external: bool
) -> ContactRow:
    answers = list(entries)
    named = [entry for entry in answers if entry.public] if external else answers
    known = organization.institutions.get(department.institution)
    return ContactRow(
        id=contact.id,
        institution=known.name if known else department.institution,
        department_id=department.id,
        department=department.name,
        name=contact.name,
        scope=_scope(contact.scope, [entry.title for entry in named]),
        phone=contact.phone,
        mobile=contact.mobile,
        email=contact.email,
        entries=tuple(entry.id for entry in answers),
    )


def _scope(own: str, titles: list[str]) -> str:
    """The contact's own scope, then the first titles that it does not name; Chinese in any language, as the form is."""
    more = [title for title in titles if title not in own]
    shown = "、".join(more[:_TITLES]) + (f"等{len(more)}项" if len(more) > _TITLES else "")
    return "；".join(part for part in (own, shown) if part)


def _orphan(entry: Entry, asked: set[str], organization: Organization, today: date) -> bool:
    if entry.owner not in asked:
        return False
    contacts = (organization.contacts.get(id_) for id_ in entry.contact)
    return not any(contact is not None and contact.live_on(today) for contact in contacts)
