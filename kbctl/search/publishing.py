"""Writing generations of an index: under a lock, in a new directory, made current by an atomic swap."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
import time
from array import array
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from zlib import crc32

from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.search.generation import CURRENT, MANIFEST, PREFIX, SUMS, Generation, identity, is_own, is_private, read_json
from kbctl.search.pages import page_sums

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_LOCK = "lock"
_POLL_SECONDS = 0.05


class IndexBusyError(KbctlError):
    """Another process holds the build lock for longer than one is willing to wait."""


def prepare(directory: Path) -> None:
    """Make *directory*, for its owner alone.

    :raises KbctlError: if it is a link or belongs to somebody else.
    """
    if not directory.is_symlink():
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if is_own(directory):
            if not is_private(directory):
                # What lay in it may be anybody's: it is not current any more.
                directory.chmod(0o700)
                (directory / CURRENT).unlink(missing_ok=True)
            return
    raise KbctlError(
        N_("{path} is a link or belongs to another user, so no index is kept there"),
        hint=N_("remove it, then try again"),
        path=directory,
    )


@contextmanager
def building(directory: Path) -> Iterator[Path]:
    """A fresh directory for a new generation; it is removed if the block fails. Only under :func:`locked`."""
    path = directory / f"{PREFIX}{secrets.token_hex(6)}"
    path.mkdir(mode=0o700)
    try:
        yield path
    except BaseException:
        shutil.rmtree(path, ignore_errors=True)
        raise


def carry_over(generation: Generation, name: str, path: Path) -> array[int]:
    """Put the file *name* of *generation* into the directory *path* too, and return its pages' sums.

    They are those of the day when it was written: a byte that has changed since is not taken for sound.
    """
    try:
        os.link(generation.path / name, path / name)
    except OSError:
        shutil.copyfile(generation.path / name, path / name)
    return generation.sums[name]


def publish(
    directory: Path, path: Path, content: Mapping[str, Any], carried: Mapping[str, array[int]] | None = None
) -> Generation:
    """Make the generation in *path* the current one, and keep the one before it; only under :func:`locked`.

    Everything is on the disk before the pointer is swapped, so a reader sees the old generation or the new one.

    :param carried: the sums of the files that were carried over.
    """
    carried = carried or {}
    sums: dict[str, array[int]] = {}
    sizes: dict[str, int] = {}
    for file in sorted(path.iterdir()):
        known = carried.get(file.name)
        if known is None:
            flush(file)
            known = page_sums(file)
        sums[file.name] = known
        sizes[file.name] = file.stat().st_size
    every = b"".join(_low_first(known).tobytes() for known in sums.values())
    _write(path / SUMS, every)
    manifest = {"content": content, "files": sizes, "sums": crc32(every)}
    data = json.dumps(manifest, ensure_ascii=False).encode()
    _write(path / MANIFEST, data)
    flush(path)
    before = read_json(directory / CURRENT) or {}
    pointer = {"generation": path.name, "made": identity(path), "manifest": crc32(data)}
    fresh = directory / f"{CURRENT}.{secrets.token_hex(6)}"
    _write(fresh, json.dumps(pointer).encode())
    fresh.replace(directory / CURRENT)
    flush(directory)
    _clean(directory, {path.name, str(before.get("generation"))})
    return Generation(path, content, sizes, sums)


def _low_first(sums: array[int]) -> array[int]:
    if sys.byteorder == "little":
        return sums
    swapped = sums[:]
    swapped.byteswap()
    return swapped


def _clean(directory: Path, kept: set[str]) -> None:
    for entry in directory.iterdir():
        if entry.name.startswith(PREFIX) and entry.name not in kept:
            shutil.rmtree(entry, ignore_errors=True)
        elif entry.name.startswith(CURRENT + "."):
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


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def flush(path: Path) -> None:
    """Force *path*, a file or directory, onto the disk; not every system can do that with a directory."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
