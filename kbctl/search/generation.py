"""Generations of an index on disk: each in a directory of its own, one of them current by an atomic swap.

The files of an index are pickles, so an index that somebody else made would run their commands: a directory that
others can write, or that was copied, cloned or unpacked from elsewhere, is never read. What is read is as it was
written: every file stands in a manifest with its size and digest.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import stat
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kbctl.errors import KbctlError
from kbctl.i18n import N_

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_CURRENT = "current"
_MANIFEST = "manifest.json"
_LOCK = "lock"
_PREFIX = "generation-"
# A reader that meets a generation that is just being replaced looks again.
_ATTEMPTS = 3
_POLL_SECONDS = 0.05


class IndexBusyError(KbctlError):
    """Another process holds the build lock for longer than one is willing to wait."""


@dataclass(frozen=True, slots=True)
class Generation:
    """A sound generation: where it is, and what its manifest says of its content."""

    path: Path
    content: Mapping[str, Any]


def prepare(directory: Path) -> None:
    """Make *directory*, for its owner alone.

    :raises KbctlError: if it is a link or belongs to somebody else.
    """
    if not directory.is_symlink():
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _own(directory):
            if not _private(directory):
                # What lay in it may be anybody's: it is not current any more.
                directory.chmod(0o700)
                (directory / _CURRENT).unlink(missing_ok=True)
            return
    raise KbctlError(
        N_("{path} is a link or belongs to another user, so no index is kept there"),
        hint=N_("remove it, then try again"),
        path=directory,
    )


def current(directory: Path, expected: Mapping[str, Any]) -> Generation | None:
    """The current generation of *directory*; ``None`` if there is none that is whole, ours and as *expected*.

    :param expected: what the manifest must say: format, versions, and the snapshot if a certain one is wanted.
    """
    if directory.is_symlink() or not _own(directory) or not _private(directory):
        return None
    for _ in range(_ATTEMPTS):
        pointer = _read_json(directory / _CURRENT)
        if pointer is None:
            return None
        generation = _sound(directory, pointer, expected)
        if generation is not None or _read_json(directory / _CURRENT) == pointer:
            return generation
    return None


def _sound(directory: Path, pointer: Mapping[str, Any], expected: Mapping[str, Any]) -> Generation | None:
    path = directory / str(pointer.get("generation", "")).replace("/", "").replace("\\", "")
    if not path.name.startswith(_PREFIX) or path.is_symlink() or not _own(path):
        return None
    try:
        data = (path / _MANIFEST).read_bytes()
        made_here = _identity(path)
    except OSError:
        return None
    if pointer.get("made") != made_here or pointer.get("manifest") != hashlib.sha256(data).hexdigest():
        return None
    manifest = json.loads(data)
    if any(manifest["content"].get(key) != value for key, value in expected.items()):
        return None
    if not all(_intact(path / name, known) for name, known in manifest["files"].items()):
        return None
    return Generation(path, manifest["content"])


def _intact(path: Path, known: Mapping[str, Any]) -> bool:
    """Whether the file is what was written; its digest is looked at only if it was touched since."""
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size != known["size"]:
            return False
        return bool(status.st_mtime_ns == known["mtime_ns"] or _digest(path) == known["sha256"])
    except OSError:
        return False


@contextmanager
def building(directory: Path) -> Iterator[Path]:
    """A fresh directory for a new generation; it is removed if the block fails. Only under :func:`locked`."""
    path = directory / f"{_PREFIX}{secrets.token_hex(6)}"
    path.mkdir(mode=0o700)
    try:
        yield path
    except BaseException:
        shutil.rmtree(path, ignore_errors=True)
        raise


def publish(directory: Path, path: Path, content: Mapping[str, Any]) -> Generation:
    """Make the generation in *path* the current one, and keep the one before it; only under :func:`locked`.

    Everything is on the disk before the pointer is swapped, so a reader sees the old generation or the new one.
    """
    files = {}
    for file in sorted(path.iterdir()):
        _flush(file)
        status = file.stat()
        files[file.name] = {"size": status.st_size, "mtime_ns": status.st_mtime_ns, "sha256": _digest(file)}
    data = json.dumps({"content": content, "files": files}, ensure_ascii=False, sort_keys=True).encode()
    _write(path / _MANIFEST, data)
    _flush(path)
    before = _read_json(directory / _CURRENT) or {}
    pointer = {"generation": path.name, "made": _identity(path), "manifest": hashlib.sha256(data).hexdigest()}
    fresh = directory / f"{_CURRENT}.{secrets.token_hex(6)}"
    _write(fresh, json.dumps(pointer).encode())
    fresh.replace(directory / _CURRENT)
    _flush(directory)
    _clean(directory, {path.name, str(before.get("generation"))})
    return Generation(path, content)


def _clean(directory: Path, kept: set[str]) -> None:
    for entry in directory.iterdir():
        if entry.name.startswith(_PREFIX) and entry.name not in kept:
            shutil.rmtree(entry, ignore_errors=True)
        elif entry.name.startswith(_CURRENT + "."):
            entry.unlink(missing_ok=True)


@contextmanager
def locked(directory: Path, wait: float) -> Iterator[None]:
    """Hold the build lock of *directory*; the system frees it if the process dies.

    :param wait: seconds to wait for another builder.
    :raises IndexBusyError: if that was not enough.
    """
    with (directory / _LOCK).open("ab") as file:
        until = time.monotonic() + wait
        while not _try_lock(file.fileno()):
            if time.monotonic() >= until:
                raise IndexBusyError(N_("another kbctl is building the search index"), hint=N_("try again in a moment"))
            time.sleep(_POLL_SECONDS)
        yield


if sys.platform == "win32":

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def _own(path: Path) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and (sys.platform == "win32" or status.st_uid == os.getuid())


def _private(path: Path) -> bool:
    return sys.platform == "win32" or not stat.S_IMODE(path.lstat().st_mode) & 0o077


def _identity(path: Path) -> list[int]:
    """What nobody can give to a directory from elsewhere: its number on this disk, and when it last changed there."""
    status = path.lstat()
    return [status.st_ino, status.st_ctime_ns]


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _flush(path: Path) -> None:
    """Force *path*, a file or directory, onto the disk; not every system can do that with a directory."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
