"""Generations of an index on disk: each in a directory of its own, one of them current by an atomic swap.

Stock Whoosh unpickles its files, so an index that somebody else made would run their commands: a directory that
others can write, or that was copied, cloned or unpacked from elsewhere, is never read. What is read is as it was
written: a manifest names every file with its size, and the sums of all their pages stand beside it.

This module reads; :mod:`kbctl.search.publishing` writes.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from kbctl.search.pages import PAGE, PagedFile

CURRENT = "current"
MANIFEST = "manifest.json"
SUMS = "pages.bin"
PREFIX = "generation-"
# A reader that meets a generation that is just being replaced looks again.
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Generation:
    """A sound generation: where it is, what its manifest says of its content and of its files, and their pages' sums."""

    path: Path
    content: Mapping[str, Any]
    sizes: Mapping[str, int]
    sums: Mapping[str, array[int]]

    def open(self, name: str) -> PagedFile:
        """Open the file *name*."""
        return PagedFile(self.path / name, self.sizes[name], self.sums[name])


def current(directory: Path, expected: Mapping[str, Any]) -> Generation | None:
    """The current generation of *directory*; ``None`` if there is none that is whole, ours and as *expected*.

    :param expected: what the manifest must say: format, versions, and the snapshot if a certain one is wanted.
    """
    if directory.is_symlink() or not is_own(directory) or not is_private(directory):
        return None
    for _ in range(_ATTEMPTS):
        pointer = read_json(directory / CURRENT)
        if pointer is None:
            return None
        generation = _sound(directory, pointer, expected)
        if generation is not None or read_json(directory / CURRENT) == pointer:
            return generation
    return None


def _sound(directory: Path, pointer: Mapping[str, Any], expected: Mapping[str, Any]) -> Generation | None:
    path = directory / str(pointer.get("generation", "")).replace("/", "").replace("\\", "")
    if not path.name.startswith(PREFIX) or path.is_symlink() or not is_own(path):
        return None
    try:
        data = (path / MANIFEST).read_bytes()
        sums = (path / SUMS).read_bytes()
        made_here = identity(path)
    except OSError:
        return None
    if pointer.get("made") != made_here or pointer.get("manifest") != crc32(data):
        return None
    manifest = json.loads(data)
    content, sizes = manifest["content"], manifest["files"]
    if any(content.get(key) != value for key, value in expected.items()) or manifest["sums"] != crc32(sums):
        return None
    return Generation(path, content, sizes, _by_file(sums, sizes))


def _by_file(data: bytes, sizes: Mapping[str, int]) -> dict[str, array[int]]:
    """The sums of each file's pages, which stand one after the other in the order of *sizes*."""
    every = array("I")
    every.frombytes(data)
    if sys.byteorder != "little":
        every.byteswap()
    found = {}
    at = 0
    for name, size in sizes.items():
        pages = -(-size // PAGE)
        found[name] = every[at : at + pages]
        at += pages
    return found


def is_own(path: Path) -> bool:
    """Whether *path* is a directory of this user's, and no link."""
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and (sys.platform == "win32" or status.st_uid == os.getuid())


def is_private(path: Path) -> bool:
    """Whether nobody but the owner can look into *path*."""
    return sys.platform == "win32" or not stat.S_IMODE(path.lstat().st_mode) & 0o077


def identity(path: Path) -> list[int]:
    """What nobody can give to a directory from elsewhere: its number on this disk, and when it last changed there."""
    status = path.lstat()
    return [status.st_ino, status.st_ctime_ns]


def read_json(path: Path) -> dict[str, Any] | None:
    """The mapping in the JSON file *path*; ``None`` if there is none."""
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None
