"""What changes in one entry between two snapshots: keys of the front matter, lines of text, rows by key, files (R44)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kbctl.model.corpus import Corpus
from kbctl.model.entry import Entry
from kbctl.model.rulebook import Rulebook
from kbctl.model.token_diff import LineChange, compare
from kbctl.store.entries import ENTRIES, entry_paths, is_entry_path, parse_entry
from kbctl.store.snapshot import Snapshot
from kbctl.store.tables import TABLE_FILE, parse_table

NEW, CHANGED, REMOVED = "new", "changed", "removed"
WITHDRAWN, ROWS = "withdrawn", "rows"


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A key of the front matter with its values; ``None`` where it is absent."""

    key: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class VersionChange:
    """One version of the entry. ``against`` is the path of the text that it is compared with, empty if there is none."""

    path: str
    change: str
    against: str
    title: str
    keys: tuple[KeyChange, ...]
    lines: tuple[LineChange, ...]


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row of the operating table, with the cells that differ: column, old and new text."""

    key: str
    change: str
    cells: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class FileChange:
    """An attachment with its sizes in bytes; ``None`` where it is absent."""

    path: str
    change: str
    old: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class EntryChange:
    """Everything that changes; ``table`` are the lines of a table whose rows cannot be told apart."""

    id: str
    type: str
    versions: tuple[VersionChange, ...]
    rows: tuple[RowChange, ...]
    table: tuple[LineChange, ...]
    files: tuple[FileChange, ...]
    title: str = ""

    @property
    def any(self) -> bool:
        """Whether there is any change."""
        return bool(self.versions or self.rows or self.table or self.files)

    @property
    def fresh(self) -> bool:
        """Whether all of it is new."""
        return bool(self.versions) and all(one.change == NEW and not one.against for one in self.versions)


@dataclass(frozen=True, slots=True)
class _Side:
    """The entry in one snapshot: its text files by path, and the other files that belong to it."""

    snapshot: Snapshot
    texts: Mapping[str, bytes]
    entries: Mapping[str, Entry | None]
    files: tuple[str, ...]


def entry_change(id_: str, before: Snapshot, after: Snapshot, rulebook: Rulebook, day: date) -> EntryChange | None:
    """Compare the entry *id_*; ``None`` if neither snapshot holds it.

    A version that *before* does not hold is compared with the one that governs there on *day*.
    """
    old, new = _side(id_, before), _side(id_, after)
    known = [entry for side in (new, old) for entry in side.entries.values() if entry is not None]
    if not old.texts and not new.texts:
        return None
    type_ = known[0].type if known else ""
    rows, table = _rows(old, new, _key_column(rulebook, type_))
    versions, files = tuple(_versions(old, new, id_, day)), tuple(_files(old, new))
    titles = [version.title for version in versions] + [entry.title for entry in known]
    return EntryChange(id_, type_, versions, rows, table, files, next(filter(None, titles), ""))


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that differs, with how: new, changed, withdrawn, rows or removed; id and title are the entry's, if it is one's."""

    path: str
    change: str
    id: str
    title: str


def changed_files(paths: Iterable[str], before: Snapshot, after: Snapshot) -> Iterator[ChangedFile]:
    """Those of *paths* that differ between two snapshots, in words."""
    for path in paths:
        old, new = _read(before, path), _read(after, path)
        if old != new:
            id_, title = _whose(path, before, after)
            yield ChangedFile(path, _word(path, old, new), id_, title)


def _word(path: str, old: bytes | None, new: bytes | None) -> str:
    if old is None or new is None:
        return REMOVED if new is None else NEW
    if path.endswith(f"/{TABLE_FILE}"):
        return ROWS
    entries = [parse_entry(path, data)[0] if is_entry_path(path) else None for data in (old, new)]
    withdrawn = [entry is not None and entry.withdrawn is not None for entry in entries]
    return WITHDRAWN if withdrawn == [False, True] else CHANGED


def _whose(path: str, before: Snapshot, after: Snapshot) -> tuple[str, str]:
    """Id and title of the entry to which *path* belongs; empty where it is no entry's."""
    parts = path.split("/")
    if not path.startswith(ENTRIES) or len(parts) < 4:
        return "", ""
    id_ = _stem(parts[3])
    own = path if is_entry_path(path) else "/".join([*parts[:3], f"{id_}.md"])
    for snapshot in (after, before):
        data = _read(snapshot, own)
        entry = parse_entry(own, data)[0] if data is not None else None
        if entry is not None:
            return id_, entry.title
    return id_, ""


def _stem(path: str) -> str:
    return path.rsplit("/", 1)[-1].removesuffix(".md").partition("@")[0]


def _side(id_: str, snapshot: Snapshot) -> _Side:
    files = snapshot.files()
    paths = [path for path in entry_paths(files) if _stem(path) == id_ and files[path].kind == "file"]
    texts = {path: data for path, data in snapshot.read_many(paths) if isinstance(data, bytes)}
    entries = {path: parse_entry(path, data)[0] for path, data in texts.items()}
    folders = tuple({f"{path.rsplit('/', 1)[0]}/{id_}/" for path in paths})
    beside = tuple(sorted(path for path in files if folders and path.startswith(folders)))
    return _Side(snapshot, texts, entries, beside)


def _versions(old: _Side, new: _Side, id_: str, day: date) -> Iterator[VersionChange]:
    governing = Corpus(entry for entry in old.entries.values() if entry is not None).governing(id_, day)
    moved = [path for path in new.texts if path not in old.texts and path.rsplit("/", 1)[-1] in _names(old)]
    for path in sorted({*old.texts, *new.texts}):
        if path in old.texts and path in new.texts:
            if old.texts[path] != new.texts[path]:
                yield _version(path, CHANGED, old, path, new, path)
        elif path in new.texts:
            against = _names(old).get(path.rsplit("/", 1)[-1]) or (governing.path if governing else "")
            yield _version(path, CHANGED if path in moved else NEW, old, against, new, path)
        elif path.rsplit("/", 1)[-1] not in {one.rsplit("/", 1)[-1] for one in moved}:
            yield _version(path, REMOVED, old, path, new, "")


def _names(side: _Side) -> dict[str, str]:
    """The paths by file name: an entry that goes to another department keeps its name."""
    return {path.rsplit("/", 1)[-1]: path for path in side.texts}


def _version(path: str, change: str, old: _Side, old_path: str, new: _Side, new_path: str) -> VersionChange:
    before, after = old.entries.get(old_path), new.entries.get(new_path)
    old_text = before.body if before else _text(old.texts.get(old_path))
    new_text = after.body if after else _text(new.texts.get(new_path))
    if (before is None) != (after is None) and old_path and new_path:
        # One of them cannot be read as an entry: then the whole files are compared.
        old_text, new_text = _text(old.texts[old_path]), _text(new.texts[new_path])
        before = after = None
    offset = after.body_line - 1 if after else 0
    lines = (replace(line, line=line.line + offset if line.line else None) for line in compare(old_text, new_text))
    title = next((entry.title for entry in (after, before) if entry), "")
    return VersionChange(path, change, old_path, title, tuple(_keys(before, after)), tuple(lines))


def _text(data: bytes | None) -> str:
    return (data or b"").decode("utf-8", "replace")


def _keys(before: Entry | None, after: Entry | None) -> Iterator[KeyChange]:
    old: Mapping[str, Any] = before.front_matter if before else {}
    new: Mapping[str, Any] = after.front_matter if after else {}
    for key in dict.fromkeys((*new, *old)):
        # A key without a value says no more than one that is absent.
        if (old.get(key) or None) != (new.get(key) or None):
            yield KeyChange(key, old.get(key), new.get(key))


def _key_column(rulebook: Rulebook, type_: str) -> str:
    known = rulebook.types.get(type_)
    return known.table.key if known and known.table else ""


def _rows(old: _Side, new: _Side, key: str) -> tuple[tuple[RowChange, ...], tuple[LineChange, ...]]:
    """The rows that differ, by key; the lines of the table where rows cannot be told apart."""
    before, after = _table(old), _table(new)
    if before == after:
        return (), ()
    one, other = _by_key(before, key), _by_key(after, key)
    if one is None or other is None:
        return (), tuple(compare(_text(before), _text(after)))
    return tuple(_row_changes(one, other)), ()


def _row_changes(one: Mapping[str, Mapping[str, str]], other: Mapping[str, Mapping[str, str]]) -> Iterator[RowChange]:
    for name in dict.fromkeys((*other, *one)):
        old, new = one.get(name, {}), other.get(name, {})
        cells = tuple(
            (column, old.get(column, ""), new.get(column, ""))
            for column in dict.fromkeys((*new, *old))
            if old.get(column, "") != new.get(column, "")
        )
        if cells:
            yield RowChange(name, CHANGED if old and new else NEW if new else REMOVED, cells)


def _table(side: _Side) -> bytes | None:
    path = next((path for path in side.files if path.endswith(f"/{TABLE_FILE}")), None)
    return _read(side.snapshot, path) if path else None


def _by_key(data: bytes | None, key: str) -> dict[str, dict[str, str]] | None:
    """The rows by their key; ``None`` where a row is broken, has no key or stands twice."""
    if data is None:
        return {} if key else None
    table = parse_table("", data)
    rows = {row.cells.get(key, ""): row.cells for row in table.rows}
    complete = not table.findings and key in table.header and "" not in rows and len(rows) == len(table.rows)
    return rows if complete else None


def _files(old: _Side, new: _Side) -> Iterator[FileChange]:
    for path in sorted({*old.files, *new.files}):
        if path.endswith(f"/{TABLE_FILE}"):
            continue
        before = _read(old.snapshot, path) if path in old.files else None
        after = _read(new.snapshot, path) if path in new.files else None
        if before != after:
            change = CHANGED if before is not None and after is not None else REMOVED if after is None else NEW
            yield FileChange(path, change, _size(before), _size(after))


def _size(data: bytes | None) -> int | None:
    return None if data is None else len(data)


def _read(snapshot: Snapshot, path: str) -> bytes | None:
    try:
        return snapshot.read(path)
    except OSError:
        return None
