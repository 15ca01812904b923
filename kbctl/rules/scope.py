"""A branch owns only entries scoped to itself (R18)."""

from __future__ import annotations

from collections.abc import Iterator

from kbctl.model.entry import Entry
from kbctl.model.finding import Finding
from kbctl.model.organization import HEAD_OFFICE
from kbctl.rules.context import Context
from kbctl.rules.meant import institution_meant
from kbctl.store.front_matter import locate
from kbctl.store.markdown import Document


def check(entry: Entry, document: Document, context: Context) -> Iterator[Finding]:
    """Look up the institutions of the scope, and hold a branch's entry to that branch."""
    organization = context.rulebook.organization
    if not organization.institutions:
        return
    for number, institution in enumerate(entry.scope):
        if institution not in organization.institutions:
            known = sorted(f"{one.id} {one.name}" for one in organization.institutions.values())
            near = institution_meant(institution, context)
            params = {"institution": institution, "known": known, "near": near}
            yield Finding("KB110", entry.path, *locate(entry, "scope", number), institution, params)
    department = organization.departments.get(entry.owner)
    if department is None or not entry.scope:
        return
    branch = organization.branch_of(department.institution)
    if branch != HEAD_OFFICE and entry.scope != (branch,):
        params = {"owner": entry.owner, "branch": branch}
        yield Finding("KB111", entry.path, *locate(entry, "scope"), entry.owner, params)
