"""Institutions, departments and contacts: who owns an entry and whom to call (R5, R7, R12, R19)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

HEAD_OFFICE = "head-office"


@dataclass(frozen=True, slots=True)
class Institution:
    """The head office, a branch (one being set up included) or a subordinate unit."""

    id: str
    name: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Contact:
    """A person who answers for entries (业务联系人); ids are unique in the bank and never reused.

    ``start`` and ``until`` are the first and the last day on which the person holds the post.
    """

    id: str
    name: str
    department: str
    phone: str
    mobile: str
    email: str
    scope: str
    git_emails: tuple[str, ...]
    start: date | None
    until: date | None

    def live_on(self, day: date) -> bool:
        """Whether the person holds the post on *day*."""
        return (self.start is None or self.start <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Department:
    """A department of an institution; ``role`` is managing, business, technology or branch."""

    id: str
    name: str
    institution: str
    role: str
    parent: str | None
    forge_team: str
    contacts: tuple[Contact, ...]
    path: str


@dataclass(frozen=True)
class Organization:
    """All institutions, departments and contacts of the bank."""

    institutions: Mapping[str, Institution] = field(default_factory=dict)
    departments: Mapping[str, Department] = field(default_factory=dict)
    contacts: Mapping[str, Contact] = field(default_factory=dict)

    def ancestors(self, institution: str) -> Iterator[str]:
        """*institution* and everything above it, nearest first; ends at the head office or at a loop."""
        seen: set[str] = set()
        current: str | None = institution
        while current is not None and current not in seen:
            seen.add(current)
            yield current
            known = self.institutions.get(current)
            current = known.parent if known else None

    def within(self, institution: str, other: str) -> bool:
        """Whether *institution* is *other* or lies below it."""
        return other in self.ancestors(institution)

    def scopes_meet(self, one: tuple[str, ...], other: tuple[str, ...]) -> bool:
        """Whether two scopes hold the same institution; the head office is a scope of its own, the whole bank's."""
        return not set(one).isdisjoint(other)

    def branch_of(self, institution: str) -> str:
        """The branch that *institution* belongs to (just below the head office), or the head office itself."""
        chain = list(self.ancestors(institution))
        return chain[-2] if len(chain) > 1 else chain[-1]

    def department_name(self, id_: str) -> str:
        """The name of the department *id_*; the id itself where nobody is called so."""
        department = self.departments.get(id_)
        return department.name if department else id_

    def department_of(self, contact: Contact) -> Department:
        """The department of *contact*."""
        return self.departments[contact.department]


@dataclass(frozen=True, slots=True)
class Roles:
    """Who reviews and who administers: contact ids, from ``kb/roles.yaml`` (R9, R22, R27); ``names`` of the roles, if given."""

    reviewers: tuple[str, ...] = ()
    administrators: tuple[str, ...] = ()
    further_reviewers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
