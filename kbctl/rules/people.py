"""Owners and contacts exist, hold their post and can be called (R12)."""

from __future__ import annotations

from collections.abc import Iterator

from kbctl.model.entry import Entry
from kbctl.model.finding import Finding
from kbctl.rules.context import Context
from kbctl.rules.front_matter import contact_paths
from kbctl.rules.meant import contact_meant, department_meant
from kbctl.store.front_matter import locate
from kbctl.store.markdown import Document


def check(entry: Entry, document: Document, context: Context) -> Iterator[Finding]:
    """Look up the owner and every contact; those who answer for the entry must be live and have a phone."""
    organization = context.rulebook.organization
    if entry.owner and entry.owner not in organization.departments:
        near = department_meant(entry.owner, entry, context)
        yield Finding("KB104", entry.path, *locate(entry, "owner"), entry.owner, {"owner": entry.owner, "near": near})
    lapsed = context.lapsed(entry)
    for path, id_ in contact_paths(entry, context.rulebook.types.get(entry.type)):
        contact = organization.contacts.get(id_)
        if contact is None:
            params = {"contact": id_, "near": contact_meant(id_, context)}
            yield Finding("KB105", entry.path, *locate(entry, *path), id_, params)
        elif path[0] == "tested" or lapsed:
            continue  # who tested may have left since, and nobody is called about what is no longer served
        elif not contact.live_on(context.today):
            params = {"contact": id_, "name": contact.name, "until": str(contact.until or contact.start)}
            yield Finding("KB106", entry.path, *locate(entry, *path), id_, params)
        elif not contact.phone:
            yield Finding("KB107", entry.path, *locate(entry, *path), id_, {"contact": id_, "name": contact.name})
