"""An entry's id, its file and its folder agree, and no version stands twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kbctl.model.entry import Entry
from kbctl.model.finding import Finding
from kbctl.rules.context import Context
from kbctl.store.front_matter import locate
from kbctl.store.markdown import Document

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}\Z")


def check(entry: Entry, document: Document, context: Context) -> Iterator[Finding]:
    """Compare id, owner and valid_from with the file's name and folder."""
    if not _ID.match(entry.stem) or entry.path.endswith("@.md"):
        yield Finding("KB007", entry.path, subject=entry.stem, params={"name": entry.stem})
    elif entry.id and entry.id != entry.stem:
        yield Finding("KB101", entry.path, *locate(entry, "id"), entry.id, {"id": entry.id, "stem": entry.stem})
    departments = context.rulebook.organization.departments
    # That an owner is nobody at all is KB104.
    if entry.owner and entry.owner != entry.folder and (entry.owner in departments or not departments):
        params = {"owner": entry.owner, "folder": entry.folder}
        yield Finding("KB103", entry.path, *locate(entry, "owner"), entry.owner, params)
    if entry.stem_date:
        yield from _check_version(entry, context)


def _check_version(entry: Entry, context: Context) -> Iterator[Finding]:
    entry_type = context.rulebook.types.get(entry.type)
    if entry_type is not None and entry_type.table is not None:
        yield Finding("KB118", entry.path, subject=entry.id, params={"type": entry.type})
    if entry.valid_from is not None and entry.stem_date != entry.valid_from.isoformat():
        params = {"stem_date": entry.stem_date, "valid_from": entry.valid_from.isoformat()}
        yield Finding("KB116", entry.path, *locate(entry, "valid_from"), entry.id, params)


def check_unique(entries: Sequence[Entry], context: Context) -> Iterator[Finding]:
    """No two files state the same id with the same first day, and the versions of an id share folder and type."""
    types = context.rulebook.types
    for entry in entries:
        for other in context.corpus.versions(entry.id):
            if other.path == entry.path:
                continue
            if other.folder != entry.folder or other.valid_from == entry.valid_from:
                params = {"id": entry.id, "other": other.path}
                yield Finding("KB102", entry.path, *locate(entry, "id"), entry.id, params)
                # Of many copies one is enough to see what happened.
                break
            # A type that cannot be read, or is none, is a finding of its own.
            elif entry.type in types and other.type in types and other.type != entry.type:
                params = {"type": entry.type, "other": other.path, "other_type": other.type}
                yield Finding("KB117", entry.path, *locate(entry, "type"), entry.id, params)
