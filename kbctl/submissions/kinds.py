"""Which kind of submission a change is, and whether its submitter may make it: asked by submit, accept and verify alike.

Rights come from the base's rulebook, never from that of the change (R18, R22, R27, R66, R69).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kbctl.model.entry import Entry
from kbctl.model.finding import Finding
from kbctl.model.organization import HEAD_OFFICE, Contact
from kbctl.model.rulebook import Rulebook
from kbctl.model.submission import REVIEWER, Content, Kind
from kbctl.store.entries import ENTRIES, is_entry_path
from kbctl.store.snapshot import belongs
from kbctl.submissions.content import FILE_MODES, Delta
from kbctl.submissions.problems import (
    BEYOND_BRANCH,
    DELETED,
    NO_ADMINISTRATOR,
    NOT_OWNER,
    UNSEEN,
    WRONG_KIND,
    problem,
)
from kbctl.submissions.view import owner_of, unit_of

MANAGING = "managing"
# What the managing department may change in the entries of others.
VALIDITY_KEYS = frozenset({"valid_until", "review_by", "withdrawn"})
# What changes in an entry that goes over to another department.
_TRANSFER_KEYS = frozenset({"owner", "contact", "scope"})


def kind_of(delta: Delta, content: Content, submitter: Contact, rulebook: Rulebook) -> Kind:
    """The kind that fits what is changed; whether the submitter may is :func:`refusals`' to say."""
    if any(not path.startswith(ENTRIES) for path in delta.paths) or transfers(delta):
        return Kind.ADMINISTRATION
    department = rulebook.organization.departments.get(submitter.department)
    own = all(owner_of(path) == submitter.department for path in delta.paths)
    if not own and department is not None and department.role == MANAGING:
        return Kind.VALIDITY
    return Kind.ENTRIES if content.files else Kind.ROWS


def refusals(delta: Delta, kind: Kind, submitter: Contact, rulebook: Rulebook) -> list[Finding]:
    """Why *submitter* may not make this change as a submission of *kind*; empty if they may."""
    delta.before.prefetch(delta.paths)
    delta.after.prefetch(delta.paths)
    hidden = unseen(delta, delta.paths)
    if hidden:
        return hidden
    if kind is Kind.ADMINISTRATION:
        return list(_administration(delta, submitter, rulebook))
    if kind is Kind.VALIDITY:
        return list(_validity(delta))
    return list(_own_entries(delta, submitter, rulebook))


def unseen(delta: Delta, paths: Iterable[str]) -> list[Finding]:
    """Those of *paths* that no view shows, so that neither reviewer nor digest holds them: hidden, or no plain file."""
    return [
        problem(UNSEEN, path, path)
        for path in paths
        if path in delta.changes and not (belongs(path) and delta.changes[path].mode in FILE_MODES)
    ]


def transfers(delta: Delta) -> dict[str, str]:
    """The folders of entries that go over to another department, with the folder that each comes from."""
    removed = {unit_of(path) for path in delta.paths if is_entry_path(path) and not delta.after.holds(path)}
    added = {unit_of(path) for path in delta.paths if is_entry_path(path) and not delta.before.holds(path)}
    by_id = {unit.rsplit("/", 1)[-1]: unit for unit in removed}
    return {unit: by_id[id_] for unit in added if (id_ := unit.rsplit("/", 1)[-1]) in by_id}


def required_roles(delta: Delta, rulebook: Rulebook) -> tuple[str, ...]:
    """Who must accept: the reviewer, and whom the types of the entries touched demand, as they were and as they are (R22)."""
    roles = {REVIEWER: None}
    for unit in sorted({unit_of(path) for path in delta.paths if path.startswith(ENTRIES)}):
        for entry in (*delta.before.entries_of(unit), *delta.after.entries_of(unit)):
            roles.update(dict.fromkeys(type_roles(entry.type, rulebook)))
    return tuple(roles)


def type_roles(type_: str, rulebook: Rulebook) -> tuple[str, ...]:
    """The further reviewers that a type demands."""
    entry_type = rulebook.types.get(type_)
    return entry_type.reviewers if entry_type is not None else ()


def roles_of(contact: str, rulebook: Rulebook) -> tuple[str, ...]:
    """The roles in which *contact* may review, as ``kb/roles.yaml`` says."""
    roles = rulebook.roles
    further = tuple(role for role, ids in roles.further_reviewers.items() if contact in ids)
    return (*((REVIEWER,) if contact in roles.reviewers else ()), *further)


def _own_entries(delta: Delta, submitter: Contact, rulebook: Rulebook) -> Iterator[Finding]:
    for path in delta.paths:
        if owner_of(path) != submitter.department:
            yield _not_owner(path, path, owner_of(path), submitter, rulebook)
        elif is_entry_path(path):
            yield from _own_entry(path, delta, submitter, rulebook)


def _not_owner(path: str, subject: str, owner: str, submitter: Contact, rulebook: Rulebook) -> Finding:
    def named(id_: str) -> str:
        department = rulebook.organization.departments.get(id_)
        return f"{department.name} ({id_})" if department else id_

    return problem(NOT_OWNER, path, subject, department=named(submitter.department), owner=named(owner) or path)


def _own_entry(path: str, delta: Delta, submitter: Contact, rulebook: Rulebook) -> Iterator[Finding]:
    if not delta.after.holds(path):
        yield problem(DELETED, path, path)
        return
    before, after = delta.before.entry(path), delta.after.entry(path)
    for entry in (before, after):
        if entry is not None and entry.owner != submitter.department:
            yield _not_owner(path, entry.id, entry.owner, submitter, rulebook)
            return
    if after is None:
        yield problem(WRONG_KIND, path, path, cause="unreadable")
        return
    yield from _beyond_branch(path, after, submitter, rulebook)


def _beyond_branch(path: str, entry: Entry, submitter: Contact, rulebook: Rulebook) -> Iterator[Finding]:
    """A branch writes for itself only."""
    organization = rulebook.organization
    department = organization.departments.get(submitter.department)
    branch = organization.branch_of(department.institution) if department else HEAD_OFFICE
    if branch != HEAD_OFFICE and entry.scope != (branch,):
        yield problem(BEYOND_BRANCH, path, entry.id, branch=branch, scope=entry.scope)


def _validity(delta: Delta) -> Iterator[Finding]:
    for path in delta.paths:
        before, after = delta.before.entry(path), delta.after.entry(path)
        if is_entry_path(path) and not delta.after.holds(path):
            yield problem(DELETED, path, path)
        elif before is None or after is None or before.body != after.body:
            yield problem(WRONG_KIND, path, path, cause="validity-only")
        elif other_keys(before, after, VALIDITY_KEYS):
            yield problem(WRONG_KIND, path, before.id, cause="validity-only")


def other_keys(before: Entry, after: Entry, allowed: frozenset[str]) -> list[str]:
    """The keys of the front matter, besides those *allowed*, in which two entries differ."""
    keys = {**before.front_matter, **after.front_matter}
    return [key for key in keys if key not in allowed and before.front_matter.get(key) != after.front_matter.get(key)]


def _administration(delta: Delta, submitter: Contact, rulebook: Rulebook) -> Iterator[Finding]:
    if submitter.id not in rulebook.roles.administrators:
        path = next((path for path in delta.paths if not path.startswith(ENTRIES)), delta.paths[0])
        yield problem(NO_ADMINISTRATOR, path, submitter.id, contact=f"{submitter.name} ({submitter.id})")
    moved = transfers(delta)
    units = {*moved, *moved.values()}
    for path in delta.paths:
        if path.startswith(ENTRIES) and unit_of(path) not in units:
            code = DELETED if is_entry_path(path) and not delta.after.holds(path) else WRONG_KIND
            yield problem(code, path, path, cause="mixed")
    for new, old in moved.items():
        yield from _transfer(delta, new, old)


def _transfer(delta: Delta, new: str, old: str) -> Iterator[Finding]:
    """An entry that goes over keeps its text and its files, and brings no others along."""
    for path in delta.paths:
        if unit_of(path) == new and not delta.before.holds(old + path.removeprefix(new)):
            yield problem(WRONG_KIND, path, path, cause="transfer-changes")
        if unit_of(path) == old and delta.before.holds(path):
            target = new + path.removeprefix(old)
            before, after = delta.before.entry(path), delta.after.entry(target)
            same = delta.before.blob(path) == delta.after.blob(target)
            if before is not None and after is not None:
                same = before.body == after.body and not other_keys(before, after, _TRANSFER_KEYS)
            if not same:
                yield problem(WRONG_KIND, target, target, cause="transfer-changes")
