"""One answer for one topic and scope (R1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from kbctl.model.entry import Entry
from kbctl.model.finding import Finding
from kbctl.rules.context import Context
from kbctl.store.front_matter import locate


def check(entries: Sequence[Entry], context: Context) -> Iterator[Finding]:
    """Report entries of different ids that answer the same topic for the same institution on the same days."""
    asked = {entry.path for entry in entries}
    groups: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in context.corpus:
        if entry.type and entry.topic:
            groups[entry.type, entry.topic].append(entry)
    for group in groups.values():
        if len(group) < 2:
            continue
        for entry in group:
            if entry.path in asked:
                for other in group:
                    if _conflict(entry, other, context):
                        place = locate(entry, "topic" if "topic" in entry.front_matter else "id")
                        params = {"topic": entry.topic, "other": other.path, "title": other.title}
                        yield Finding("KB401", entry.path, *place, entry.topic, params)


def _conflict(one: Entry, other: Entry, context: Context) -> bool:
    if one.id == other.id or not context.rulebook.organization.scopes_meet(one.scope, other.scope):
        return False
    return context.meet_from_today(one, other)
