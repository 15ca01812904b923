"""Bringing a checked-out branch forward without losing a byte of what the user has on the desk.

Files come first, then the index, then the ref: whatever is killed in between is finished by the next run, because a
file that holds the new content already counts as clean.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from git.exc import GitCommandError

from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.store.git.remotes import current_branch
from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import PathChange, blob_id, changes_between, read_objects

_LINK, _SUBMODULE, _PROGRAM = "120000", "160000", "100755"


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to be done so that the desk holds another commit; paths are relative to the repository's top.

    ``writes`` are files as they were before, ``adopted`` those that hold the new content already, ``kept`` those that
    hold something of the user's own; ``staged`` of these were added to the index by the user.
    """

    top: Path
    writes: tuple[PathChange, ...]
    adopted: tuple[PathChange, ...]
    kept: tuple[PathChange, ...]
    staged: frozenset[str]


def plan(repository: Repository, old: str, new: str, ours: Collection[str] = ()) -> Plan:
    """Compare the desk with what changes between two commits.

    :param ours: files that nobody but kbctl writes; what stands there was left by a run that was killed.
    """
    top = Path(repository.run("rev-parse", "--show-toplevel").rstrip("\n"))
    staged = _index_blobs(repository, top)
    writes: list[PathChange] = []
    adopted: list[PathChange] = []
    kept: list[PathChange] = []
    own: set[str] = set()
    for path, change in changes_between(repository, old, new).items():
        found = _desk_blob(repository, top, change)
        if staged.get(path, "") not in (change.old, change.new):
            own.add(path)
        if path in own or (found not in (change.old, change.new) and path not in ours):
            kept.append(change)
        else:
            (adopted if found == change.new else writes).append(change)
    return Plan(top, tuple(writes), tuple(adopted), tuple(kept), frozenset(own))


def carry_out(repository: Repository, plan_: Plan) -> None:
    """Write the files, then the index; what is kept stays on the desk and shows as changed.

    :raises KbctlError: if the index is in use.
    """
    index = _index(repository)
    if index.with_name("index.lock").exists():
        raise _in_use(index)
    contents = read_objects(repository, [change.new for change in plan_.writes if change.new])
    data = iter(contents)
    for change in plan_.writes:
        _write(plan_.top, change, next(data) if change.new else None)
    known = (*plan_.writes, *plan_.adopted, *(change for change in plan_.kept if change.path not in plan_.staged))
    if known:
        _update_index(repository, index, known)


def take_back_in_index(repository: Repository, old: str, new: str) -> None:
    """Let the index hold what *new* holds where it holds what *old* does; no file is touched, what else is staged stays.

    :raises KbctlError: if the index is in use.
    """
    top = Path(repository.run("rev-parse", "--show-toplevel").rstrip("\n"))
    staged = _index_blobs(repository, top)
    changes = changes_between(repository, old, new).values()
    taken = [change for change in changes if staged.get(change.path, "") == change.old]
    if taken:
        _update_index(repository, _index(repository), taken)


def checked_out_elsewhere(repository: Repository, branch: str) -> str:
    """The other work tree in which *branch* is checked out; empty if there is none."""
    here = repository.run("rev-parse", "--show-toplevel").rstrip("\n")
    output = repository.ask("worktree", "list", "--porcelain", "-z").decode("utf-8", "surrogateescape")
    for block in output.split("\0\0"):
        fields = dict(line.partition(" ")[::2] for line in block.split("\0") if line)
        if fields.get("branch") == f"refs/heads/{branch}" and fields.get("worktree") != here:
            return fields.get("worktree", "?")
    return ""


def is_checked_out(repository: Repository, branch: str) -> bool:
    """Whether *branch* is what this work tree stands on."""
    return current_branch(repository) == branch


def _index_blobs(repository: Repository, top: Path) -> dict[str, str]:
    """The blob of each path in the index, a conflict counted as none."""
    output = repository.ask("-C", str(top), "ls-files", "--stage", "-z").decode("utf-8", "surrogateescape")
    found: dict[str, str] = {}
    for row in output.split("\0"):
        if row:
            meta, _, path = row.partition("\t")
            _mode, blob, stage = meta.split(" ")
            found[path] = blob if stage == "0" else "conflict"
    return found


def _desk_blob(repository: Repository, top: Path, change: PathChange) -> str:
    """The id of what stands on the desk: empty if nothing does, ``other`` for what is no file."""
    target = top / change.path
    if any(parent.is_symlink() for parent in target.parents if parent != top and top in parent.parents):
        return "other"
    if target.is_symlink():
        data = os.fsencode(target.readlink())
        return blob_id(data, len(change.new or change.old))
    if change.mode == _SUBMODULE and target.is_dir():
        return change.new
    if target.is_dir():
        return "other"
    try:
        data = target.read_bytes()
    except FileNotFoundError:
        return ""
    except OSError:
        return "other"
    blob = blob_id(data, len(change.new or change.old))
    if blob not in (change.old, change.new):
        # Line ends or filters may make the same content look different.
        blob = repository.ask("hash-object", "--stdin", f"--path={change.path}", data=data).decode().strip()
    return blob


def _write(top: Path, change: PathChange, data: bytes | None) -> None:
    target = top / change.path
    if data is None:
        target.unlink(missing_ok=True)
        for parent in target.parents:
            if parent == top:
                break
            with contextlib.suppress(OSError):
                parent.rmdir()
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        if change.mode == _LINK:
            beside.symlink_to(data.decode("utf-8", "surrogateescape"))
        else:
            beside.write_bytes(data)
            beside.chmod((0o777 if change.mode == _PROGRAM else 0o666) & ~_umask())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _index(repository: Repository) -> Path:
    return repository.root / repository.run("rev-parse", "--git-path", "index").rstrip("\n")


def _in_use(index: Path) -> KbctlError:
    return KbctlError(
        N_("git's index is in use: {path}"),
        hint=N_("another git command is running, or was killed; if none runs, remove the file and try again"),
        path=index.with_name("index.lock"),
    )


def _update_index(repository: Repository, index: Path, changes: Sequence[PathChange]) -> None:
    """Make the new content known to the index, which is replaced in one step under git's own lock."""
    lock = index.with_name("index.lock")
    beside = index.with_name(f"index.{secrets.token_hex(8)}.tmp")
    rows = b"".join(
        f"{change.mode if change.new else '0'} {change.new or '0' * len(change.old)}\t{change.path}".encode(
            "utf-8", "surrogateescape"
        )
        + b"\0"
        for change in changes
    )
    try:
        if index.exists():
            beside.write_bytes(index.read_bytes())
        repository.ask("update-index", "-z", "--index-info", data=rows, environment={"GIT_INDEX_FILE": str(beside)})
        _take(lock, beside)
        lock.replace(index)
    except (FileExistsError, GitCommandError):
        raise _in_use(index) from None
    finally:
        beside.unlink(missing_ok=True)


def _take(lock: Path, content: Path) -> None:
    """Make *lock*, complete from the start where the file system can. :raises FileExistsError: if it is there."""
    try:
        os.link(content, lock)
    except FileExistsError:
        raise
    except OSError:
        with lock.open("xb") as file:
            file.write(content.read_bytes())
