"""Writing files whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path


def create_files(files: Mapping[Path, bytes]) -> None:
    """Create every one of *files* with its content, and the folders they need; none of them if one cannot be.

    They appear in order, each complete. A file that is there already with the very same content is left as it is.

    :raises FileExistsError: if one exists with another content; its ``filename`` says which.
    """
    created: list[Path] = []
    folders: list[Path] = []
    try:
        for path, data in files.items():
            folders.extend(_make_folders(path.parent))
            if _create(path, data):
                created.append(path)
    except BaseException:
        for path in reversed(created):
            path.unlink(missing_ok=True)
        for folder in reversed(folders):
            folder.rmdir()
        raise


def replace_file(path: Path, data: bytes) -> None:
    """Give *path* the content *data* in one step, keeping its permissions."""
    mode = path.stat().st_mode
    temporary = _write_beside(path, data)
    try:
        temporary.chmod(mode & 0o7777)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def replace_files(files: Mapping[Path, bytes]) -> None:
    """Give every one of *files*, which are there, its new content; if one cannot be written, all are as they were.

    :raises OSError: if one cannot be written.
    """
    before = {path: path.read_bytes() for path in files}
    replaced: list[Path] = []
    try:
        for path, data in files.items():
            replace_file(path, data)
            replaced.append(path)
    except BaseException:
        for path in reversed(replaced):
            replace_file(path, before[path])
        raise


def put_file(path: Path, data: bytes) -> None:
    """Give *path* the content *data* in one step, whether it is there or not; a link is replaced, not followed."""
    if path.is_file() and not path.is_symlink():
        replace_file(path, data)
    else:
        path.unlink(missing_ok=True)
        create_files({path: data})


def copy_aside(path: Path, copy: Path) -> None:
    """Copy *path*, a link as a link, to the new file *copy*, which is on the disk when this returns."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, copy, follow_symlinks=False)
    if not copy.is_symlink():
        with copy.open("rb") as file:
            os.fsync(file.fileno())


def _make_folders(folder: Path) -> list[Path]:
    """Create *folder* and return what had to be made, outermost first."""
    missing: list[Path] = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    missing.reverse()
    for path in missing:
        path.mkdir(exist_ok=True)
    return missing


def _create(path: Path, data: bytes) -> bool:
    """Create one file; false if it is there already with this content."""
    if path.exists() or path.is_symlink():
        if path.is_file() and not path.is_symlink() and path.read_bytes() == data:
            return False
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    temporary = _write_beside(path, data)
    try:
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        except OSError:
            # A file system without hard links: the name is still taken in one step, the content follows.
            with path.open("xb") as file:
                file.write(data)
    finally:
        temporary.unlink(missing_ok=True)
    return True


def _write_beside(path: Path, data: bytes) -> Path:
    """Write *data* to a hidden file beside *path*, on the disk when this returns; snapshots pass over hidden files."""
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
    with temporary.open("xb") as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    return temporary
