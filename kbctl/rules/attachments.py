"""Attachments are there, of the kinds the type asks for, not too large, and none lies about unlisted."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from kbctl.model.entry import Entry
from kbctl.model.finding import Finding
from kbctl.rules.context import Context
from kbctl.rules.front_matter import named
from kbctl.store.front_matter import locate
from kbctl.store.markdown import Document
from kbctl.store.tables import TABLE_FILE


def check(entry: Entry, document: Document, context: Context) -> Iterator[Finding]:
    """Look up each attachment listed, and the kinds that the type requires."""
    entry_type = context.rulebook.types.get(entry.type)
    for number, attachment in enumerate(entry.attachments):
        yield from _check_file(entry, number, attachment.file, context)
        if entry_type is not None and attachment.kind and attachment.kind not in entry_type.attachment_kinds:
            place = locate(entry, "attachments", number, "kind")
            kinds = entry_type.attachment_kinds
            near = next((id_ for id_, name in kinds.items() if name == attachment.kind), "")
            known = {"kind": attachment.kind, "known": named(kinds), "near": near}
            yield Finding("KB306", entry.path, *place, attachment.kind, known)
    if entry_type is not None and _readable(entry):
        present = {attachment.kind for attachment in entry.attachments}
        for kind in entry_type.required_attachments:
            if kind not in present:
                params = {"kind": kind, "name": entry_type.attachment_kinds[kind]}
                yield Finding("KB302", entry.path, *locate(entry, "attachments"), kind, params)


def _readable(entry: Entry) -> bool:
    """Whether the attachments are a list of files at all; else that is said, and not that some are missing."""
    value = entry.front_matter.get("attachments", [])
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _check_file(entry: Entry, number: int, name: str, context: Context) -> Iterator[Finding]:
    path = _path(entry, name)
    info = context.snapshot.files().get(path)
    limit = context.rulebook.settings.attachment_mib
    if "\\" in name or not path.startswith(entry.attachment_folder + "/"):
        code, params = "KB305", {"target": name}
    elif info is None:
        code, params = "KB301", {"file": name, "folder": entry.attachment_folder}
    elif info.kind != "file":
        code, params = "KB006", {}
    elif info.size > limit * 1024 * 1024:
        size = str(-(-info.size // (1024 * 1024)))
        code, params = "KB303", {"file": name, "size": size, "limit": str(limit)}
    else:
        return
    yield Finding(code, entry.path, *locate(entry, "attachments", number, "file"), name, params)


def _path(entry: Entry, name: str) -> str:
    return posixpath.normpath(posixpath.join(entry.attachment_folder, name))


def check_orphans(entries: Sequence[Entry], context: Context) -> Iterator[Finding]:
    """Every file in an entry's folder is listed by some version of it; rows of an operating type are its own."""
    unreadable = {entry.attachment_folder for entry in context.corpus if not _readable(entry)}
    asked = {entry.attachment_folder for entry in entries} - unreadable
    listed: set[str] = set()
    for entry in context.corpus:
        if entry.attachment_folder in asked:
            listed.update(_path(entry, attachment.file) for attachment in entry.attachments)
            entry_type = context.rulebook.types.get(entry.type)
            if entry_type is not None and entry_type.table is not None:
                listed.add(f"{entry.attachment_folder}/{TABLE_FILE}")
    for folder in sorted(asked):
        for path in context.files_below.get(folder, ()):
            if path not in listed:
                yield Finding("KB304", path, subject=path.rsplit("/", 1)[-1], params={"entry": folder + ".md"})
