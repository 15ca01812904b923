"""Snapshots: the knowledge base as it stands on the desk, in a commit, or in memory."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

# The folders of a knowledge base that are read; everything else in the repository is none of its business.
ROOMS = ("kb", "schemas", "templates")
_PASSED_OVER = (".", "~$")


def belongs(path: str) -> bool:
    """Whether the file *path* is part of a knowledge base: in one of its folders, neither hidden nor an office lock file."""
    parts = path.split("/")
    return len(parts) > 1 and parts[0] in ROOMS and not any(part.startswith(_PASSED_OVER) for part in parts)


@dataclass(frozen=True, slots=True)
class FileInfo:
    """What is known of a file without reading it.

    ``kind`` is file, symlink or other; ``size`` is in bytes; ``fingerprint`` changes when the content does.
    """

    kind: str
    size: int
    fingerprint: str


class Snapshot(Protocol):
    """Paths, bytes and a fingerprint of each; paths are relative to the knowledge base's root, with ``/``."""

    @property
    def identity(self) -> str:
        """The commit or tree id, or a word for what has none (``worktree``, ``memory``)."""
        ...

    def files(self) -> Mapping[str, FileInfo]:
        """Every file of the knowledge base, links not followed."""
        ...

    def read(self, path: str) -> bytes:
        """The bytes of *path*.

        :raises OSError: if it cannot be read.
        """
        ...

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | OSError]]:
        """The bytes of each of *paths*, in order; the error in their place where one cannot be read."""
        ...


class MemorySnapshot:
    """A snapshot of a mapping from path to bytes."""

    def __init__(self, content: Mapping[str, bytes], identity: str = "memory") -> None:
        self._content = dict(content)
        self.identity = identity

    def files(self) -> Mapping[str, FileInfo]:
        """Every path that belongs to a knowledge base, each a plain file."""
        return {
            path: FileInfo("file", len(data), str(hash(data))) for path, data in self._content.items() if belongs(path)
        }

    def read(self, path: str) -> bytes:
        """The bytes of *path*; :class:`FileNotFoundError` if there is none."""
        try:
            return self._content[path]
        except KeyError:
            raise FileNotFoundError(path) from None

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | OSError]]:
        """The bytes of each path."""
        return _one_by_one(self, paths)


class WorktreeSnapshot:
    """The files on the desk, below the directory *root*."""

    identity = "worktree"

    def __init__(self, root: Path, rooms: tuple[str, ...] = ROOMS) -> None:
        self.root = root
        self.rooms = rooms
        self._files: dict[str, FileInfo] | None = None

    def files(self) -> Mapping[str, FileInfo]:
        """Every file under the knowledge base's folders; hidden and office lock files are passed over."""
        if self._files is None:
            self._files = {}
            for room in self.rooms:
                self._walk(self.root / room, room)
        return self._files

    def _walk(self, top: Path, prefix: str) -> None:
        assert self._files is not None
        pending = [(str(top), prefix)]
        while pending:
            directory, name = pending.pop()
            try:
                entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
            except OSError:
                continue
            for entry in entries:
                if entry.name.startswith(_PASSED_OVER):
                    continue
                path = f"{name}/{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    pending.append((entry.path, path))
                else:
                    self._files[path] = _info(entry)

    def read(self, path: str) -> bytes:
        """The bytes of *path*; a link is not followed."""
        target = self.root / path
        if target.is_symlink() or path.startswith("/") or ".." in path.split("/"):
            raise FileNotFoundError(path)
        return target.read_bytes()

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | OSError]]:
        """The bytes of each path."""
        return _one_by_one(self, paths)


class LayeredSnapshot:
    """*upper*, and beneath it *lower* for each of *rooms* that *upper* has no file of.

    A knowledge base without its own ``schemas/`` or ``templates/`` reads the shipped ones this way.
    """

    def __init__(self, upper: Snapshot, lower: Snapshot, rooms: tuple[str, ...] = ("schemas", "templates")) -> None:
        self.upper = upper
        self.lower = lower
        self.rooms = rooms
        self._files: dict[str, FileInfo] | None = None
        self._borrowed: frozenset[str] = frozenset()

    @property
    def identity(self) -> str:
        """The upper snapshot's."""
        return self.upper.identity

    def files(self) -> Mapping[str, FileInfo]:
        """The files of both layers."""
        if self._files is None:
            self._files = dict(self.upper.files())
            borrowed: set[str] = set()
            for room in self.rooms:
                if not any(path.startswith(room + "/") for path in self.upper.files()):
                    taken = {path: info for path, info in self.lower.files().items() if path.startswith(room + "/")}
                    borrowed.update(taken)
                    self._files.update(taken)
            self._borrowed = frozenset(borrowed)
        return self._files

    def borrowed(self, path: str) -> bool:
        """Whether *path* comes from the lower layer."""
        self.files()
        return path in self._borrowed

    def read(self, path: str) -> bytes:
        """The bytes of *path* from the layer that holds it."""
        return self.lower.read(path) if self.borrowed(path) else self.upper.read(path)

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | OSError]]:
        """The bytes of each path; those of one layer are fetched together."""
        wanted = [(path, self.borrowed(path)) for path in paths]
        upper = self.upper.read_many([path for path, borrowed in wanted if not borrowed])
        lower = self.lower.read_many([path for path, borrowed in wanted if borrowed])
        for _path, borrowed in wanted:
            yield next(lower if borrowed else upper)


def _one_by_one(snapshot: Snapshot, paths: Iterable[str]) -> Iterator[tuple[str, bytes | OSError]]:
    for path in paths:
        try:
            yield path, snapshot.read(path)
        except OSError as error:
            yield path, error


def _info(entry: os.DirEntry[str]) -> FileInfo:
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return FileInfo("other", 0, "")
    fingerprint = f"{status.st_size}-{status.st_mtime_ns}"
    if stat.S_ISLNK(status.st_mode):
        return FileInfo("symlink", status.st_size, fingerprint)
    if not stat.S_ISREG(status.st_mode):
        return FileInfo("other", 0, fingerprint)
    return FileInfo("file", status.st_size, fingerprint)
