"""What a submission does, in the notice's words: one change an entry or file."""

from __future__ import annotations

from collections.abc import Iterator

from kbctl.model.entry import Entry
from kbctl.model.submission import Change, Kind
from kbctl.store.entries import ENTRIES, is_entry_path
from kbctl.submissions.content import Delta
from kbctl.submissions.kinds import transfers
from kbctl.submissions.view import View, unit_of


def changes_of(delta: Delta, kind: Kind) -> tuple[Change, ...]:
    """The changes of *delta*: first entries by their files, then entries of which only rows or attachments changed."""
    return tuple(sorted(_changes(delta, kind), key=lambda change: change.path))


def _changes(delta: Delta, kind: Kind) -> Iterator[Change]:
    moved = transfers(delta)
    left = set(moved.values())
    told = {unit_of(path) for path in delta.paths if is_entry_path(path)}
    for path in delta.paths:
        unit = unit_of(path)
        if not path.startswith(ENTRIES):
            yield Change(path, _file_change(delta, path), path, "", path)
        elif is_entry_path(path):
            if unit not in left:
                yield _entry_change(delta, path, kind, unit in moved)
        elif unit not in told:
            told.add(unit)
            yield _folder_change(delta, unit, path)


def _file_change(delta: Delta, path: str) -> str:
    if not delta.after.holds(path):
        return "removed"
    return "changed" if delta.before.holds(path) else "new"


def _entry_change(delta: Delta, path: str, kind: Kind, moved: bool) -> Change:
    before, after = delta.before.entry(path), delta.after.entry(path)
    shown = after or before
    if moved:
        word = "transferred"
    elif after and after.withdrawn and (before is None or before.withdrawn is None):
        word = "withdrawn"
    elif kind is Kind.VALIDITY:
        word = "validity"
    else:
        word = "changed" if before or delta.before.entries_of(unit_of(path)) else "new"
    return _change(shown, word, path)


def _folder_change(delta: Delta, unit: str, path: str) -> Change:
    """An entry of which only files beside it changed: its rows, or an attachment."""
    entry = _latest(delta.after, unit) or _latest(delta.before, unit)
    return _change(entry, "rows" if delta.after.key_column(path) else "changed", path)


def _latest(view: View, unit: str) -> Entry | None:
    versions = view.entries_of(unit)
    return max(versions, key=lambda entry: entry.path) if versions else None


def _change(entry: Entry | None, word: str, path: str) -> Change:
    if entry is None:
        return Change(path, word, path, "", path)
    return Change(entry.id or path, word, entry.title or path, entry.type, path)
