"""Which entries a report is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kbctl.model.corpus import Corpus
from kbctl.model.entry import Entry
from kbctl.model.organization import HEAD_OFFICE, Department, Organization
from kbctl.model.validity import State


@dataclass(frozen=True, slots=True)
class Selection:
    """Department ids, type ids and an institution; what is empty or ``None`` leaves nothing out."""

    owners: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    branch: str | None = None

    def takes(self, entry: Entry, organization: Organization) -> bool:
        """Whether *entry* is of these departments, types and this branch."""
        if self.owners and entry.owner not in self.owners:
            return False
        if self.types and entry.type not in self.types:
            return False
        return self.branch is None or belongs(organization.departments.get(entry.owner), self.branch, organization)

    def may_take(self, owner: str, type_: str, organization: Organization) -> bool:
        """Whether an entry that cannot be read whole may be of these: what is not known of it speaks for it.

        :param type_: empty if it is not known.
        """
        if self.types and type_ and type_ not in self.types:
            return False
        department = organization.departments.get(owner)
        if department is None:
            return True
        if self.owners and owner not in self.owners:
            return False
        return self.branch is None or belongs(department, self.branch, organization)


def belongs(department: Department | None, institution: str, organization: Organization) -> bool:
    """Whether *department* is of *institution* or of a unit below it; the head office stands for itself alone."""
    if department is None:
        return False
    if institution == HEAD_OFFICE:
        return organization.branch_of(department.institution) == HEAD_OFFICE
    return organization.within(department.institution, institution)


def governing(corpus: Corpus, today: date, expiring_days: int) -> Iterator[tuple[Entry, State]]:
    """The version of each id that governs on *today*, with its state, in order of id.

    Left out is what is withdrawn, and what cannot be served because its file cannot be read.
    """
    for id_ in corpus.ids:
        entry = corpus.governing(id_, today)
        if entry is None or not entry.served or corpus.effective(entry) is None:
            continue
        state = entry.state(today, expiring_days)
        if state is not None and state is not State.WITHDRAWN:
            yield entry, state


def department_rank(organization: Organization) -> dict[str, tuple[int, str]]:
    """The place of each department in a report: by institution as the organization lists them, then by id."""
    institutions = {id_: number for number, id_ in enumerate(organization.institutions)}
    last = len(institutions)
    return {
        department.id: (institutions.get(department.institution, last), department.id)
        for department in organization.departments.values()
    }
