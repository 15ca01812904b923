"""The change as a reviewer reads it: each entry against what is in force, each row and file against what stood there."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from kbctl.model.corpus import Corpus
from kbctl.model.rulebook import Rulebook
from kbctl.model.token_diff import LineChange, compare
from kbctl.reports.changes import EntryChange, entry_change
from kbctl.store.entries import entry_id, is_entry_path
from kbctl.store.snapshot import MemorySnapshot
from kbctl.submissions.content import Delta
from kbctl.submissions.view import View, unit_of

_TEXTS = (".md", ".csv", ".yaml", ".toml", ".j2")


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of a submission. ``change`` is new, changed or removed.

    ``against`` is the path of the published text that ``lines`` compare with; there are none for what is no text.
    """

    path: str
    change: str
    size: int
    against: str
    lines: tuple[LineChange, ...]

    @property
    def binary(self) -> bool:
        """Whether it is no text."""
        return not self.path.endswith(_TEXTS)

    @property
    def plain(self) -> bool:
        """Whether all of it is new, so that nothing needs to be marked."""
        return self.change == "new" and not self.against and not self.binary


def entry_changes(delta: Delta, rulebook: Rulebook, today: date) -> Iterator[EntryChange]:
    """Every entry of *delta* as ``kbctl diff`` compares it: keys, text, rows, files."""
    ids = dict.fromkeys(id_ for path in delta.paths if (id_ := entry_id(path)))
    before, after = (_files_of(view, ids) for view in (delta.before, delta.after))
    for id_ in ids:
        change = entry_change(id_, before, after, rulebook, today)
        if change is not None:
            yield change


def _files_of(view: View, ids: Collection[str]) -> MemorySnapshot:
    """The files of these entries alone, read together: each comparison looks through all that there are."""
    paths = [path for path in view.own.files() if entry_id(path) in ids]
    return MemorySnapshot({path: data for path, data in view.own.read_many(paths) if isinstance(data, bytes)})


def file_changes(delta: Delta, base: View, today: date) -> Iterator[FileChange]:
    """Every file of *delta* against what *base* holds today, entries first."""
    for path in sorted(delta.paths, key=lambda path: (not is_entry_path(path), path)):
        before, after = delta.before.holds(path), delta.after.holds(path)
        change = "removed" if not after else "changed" if before else "new"
        info = delta.after.own.files().get(path)
        against = _against(path, base, today)
        lines: tuple[LineChange, ...] = ()
        if path.endswith(_TEXTS):
            lines = tuple(compare(_text(base, against), _text(delta.after, path)))
        yield FileChange(path, change, info.size if info else 0, against, lines)


def _against(path: str, base: View, today: date) -> str:
    """The same file on the base; of a later version of an entry, the version that governs today."""
    if base.holds(path) or not is_entry_path(path):
        return path if base.holds(path) else ""
    versions = base.entries_of(unit_of(path))
    governing = Corpus(versions).governing(versions[0].id, today) if versions else None
    return governing.path if governing else ""


def _text(view: View, path: str) -> str:
    data = view.read(path) if path else None
    return data.decode("utf-8", "replace") if data is not None else ""
