"""The knowledge base in one tree object, as the approval flow looks at it: blobs, entries, rows."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from kbctl.model.entry import Entry
from kbctl.model.rulebook import Rulebook
from kbctl.store.entries import ENTRIES, entry_folder, is_entry_path, parse_entry
from kbctl.store.git.remotes import Place
from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import refs
from kbctl.store.rows import TableLines, table_lines
from kbctl.store.rulebook import load_rulebook
from kbctl.store.shipped import shipped_snapshot
from kbctl.store.snapshot import LayeredSnapshot, Snapshot
from kbctl.store.tables import TABLE_FILE


class View:
    """The knowledge base in the commit or tree *revision*.

    :param rulebook: by which it is judged; its own if ``None``.
    """

    def __init__(self, repository: Repository, revision: str, rulebook: Rulebook | None = None) -> None:
        self.repository = repository
        self.revision = revision
        self.own = repository.snapshot(revision)
        self.snapshot: Snapshot = LayeredSnapshot(self.own, shipped_snapshot())
        self._given = rulebook
        self._entries: dict[str, Entry | None] = {}

    @cached_property
    def rulebook(self) -> Rulebook:
        """The rulebook by which this view is judged."""
        return self._given or load_rulebook(self.snapshot)

    def blob(self, path: str) -> str:
        """The id of the file at *path*; empty where there is none."""
        info = self.own.files().get(path)
        return info.fingerprint if info is not None and info.kind == "file" else ""

    def holds(self, path: str) -> bool:
        """Whether anything stands at *path*, a link included."""
        return path in self.own.files()

    def read(self, path: str) -> bytes | None:
        """The bytes of *path*; ``None`` where there is no file."""
        try:
            return self.own.read(path)
        except OSError:
            return None

    def prefetch(self, paths: Iterable[str]) -> None:
        """Read the entries at *paths* together; one by one would be a call of git each."""
        wanted = [path for path in paths if is_entry_path(path) and path not in self._entries]
        for path, data in self.own.read_many(wanted):
            self._entries[path] = None if isinstance(data, OSError) else parse_entry(path, data)[0]

    def entry(self, path: str) -> Entry | None:
        """The entry whose file is *path*; ``None`` where it cannot be read."""
        if path not in self._entries:
            self.prefetch([path])
        return self._entries.get(path)

    @cached_property
    def _units(self) -> dict[str, list[str]]:
        """The entry files by the folder that their versions share."""
        found: dict[str, list[str]] = {}
        for path in self.own.files():
            if is_entry_path(path):
                found.setdefault(unit_of(path), []).append(path)
        return found

    def entries_of(self, unit: str) -> list[Entry]:
        """Every version of the entry whose folder is *unit* (``kb/entries/<department>/<id>``)."""
        paths = self._units.get(unit, [])
        self.prefetch(paths)
        return [entry for path in paths if (entry := self.entry(path)) is not None]

    def key_column(self, path: str) -> str | None:
        """The key column of the operating table whose rows stand at *path*; ``None`` if that is no such file."""
        if not path.startswith(ENTRIES) or not path.endswith("/" + TABLE_FILE):
            return None
        for entry in self.entries_of(unit_of(path)):
            entry_type = self.rulebook.types.get(entry.type)
            if entry_type is not None and entry_type.table is not None:
                return entry_type.table.key
        return None

    def lines(self, path: str) -> TableLines | None:
        """The rows at *path* by key; ``None`` where they cannot be told apart."""
        key = self.key_column(path)
        data = self.read(path) if key else None
        return table_lines(data, key) if key and data is not None else None


def unit_of(path: str) -> str:
    """What *path* is part of: an entry's versions, attachments and rows go together; any other file stands alone."""
    return entry_folder(path) or path


def owner_of(path: str) -> str:
    """The department in whose folder *path* stands; empty for what is no entry's."""
    parts = path.split("/")
    return parts[2] if path.startswith(ENTRIES) and len(parts) > 3 else ""


def base_view(repository: Repository, place: Place) -> View:
    """What is published, as far as this clone knows."""
    return View(repository, refs(repository, place.base_ref)[place.base_ref])
