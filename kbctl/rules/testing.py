"""What is put online was tested before it was submitted (R41)."""

from __future__ import annotations

from collections.abc import Iterator

from kbctl.model.entry import Entry
from kbctl.model.finding import Finding
from kbctl.rules.context import Context
from kbctl.store.front_matter import locate
from kbctl.store.markdown import Document


def check(entry: Entry, document: Document, context: Context) -> Iterator[Finding]:
    """The test statement stands where the type requires it, and its day lies before the first day of validity."""
    entry_type = context.rulebook.types.get(entry.type)
    if entry_type is not None and entry_type.tested == "required" and "tested" not in entry.front_matter:
        yield Finding("KB130", entry.path, subject=entry.id, params={"type": entry.type})
    if entry.tested is None or entry.tested.on is None:
        return
    if entry.tested.on > context.today:
        yield Finding("KB132", entry.path, *locate(entry, "tested", "on"), entry.id, {"on": str(entry.tested.on)})
    elif entry.valid_from is not None and entry.tested.on > entry.valid_from:
        params = {"on": str(entry.tested.on), "valid_from": str(entry.valid_from)}
        yield Finding("KB131", entry.path, *locate(entry, "tested", "on"), entry.id, params)
