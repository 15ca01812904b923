"""Writing git objects and refs without the user's checkout: blobs, trees, commits, one compare-and-swap at the end.

Nothing here touches HEAD, the index, the work tree or the stash: trees are built in an index file of their own, and
what is killed half way leaves objects that nothing refers to.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from git.exc import GitCommandError

from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.store.git.locks import wait_for_lock
from kbctl.store.git.repository import Repository
from kbctl.store.git.said import text_of

FILE_MODE = "100644"
SHA1_LENGTH = 40
# A .gitmodules, which anybody may push, would else leave submodules out of what differs.
NOTHING_HIDDEN = "--ignore-submodules=none"


@dataclass(frozen=True, slots=True)
class Person:
    """Name and e-mail address as git writes them."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class PathChange:
    """How one path differs between two trees; *path* is relative to the repository's top, ids are empty where it is absent."""

    path: str
    old: str
    new: str
    mode: str


class RefMovedError(Exception):
    """A ref no longer stands where it was expected: somebody else was quicker."""


def blob_id(data: bytes, length: int) -> str:
    """The id that git gives *data*. :param length: of the repository's ids."""
    make = hashlib.sha1 if length == SHA1_LENGTH else hashlib.sha256
    return make(b"blob %d\0" % len(data) + data).hexdigest()


def write_blobs(repository: Repository, contents: Sequence[bytes]) -> list[str]:
    """Store each of *contents* as it is, without filters, and return their ids."""
    return [
        repository.ask("hash-object", "-w", "-t", "blob", "--no-filters", "--stdin", data=content)
        .decode("ascii")
        .strip()
        for content in contents
    ]


class FolderInTheWayError(Exception):
    """A tree cannot be written, because a file would stand where a folder is, or the other way round."""


def write_tree(repository: Repository, start: str, changes: Iterable[tuple[str, str, str]]) -> str:
    """Return the tree of the commit or tree *start* with *changes*: (path from the top, mode, blob id or empty to remove).

    :raises FolderInTheWayError: if a file would stand where a folder is.
    """
    rows = [
        f"{mode if blob else '0'} {blob or '0' * len(start)}\t{path}".encode("utf-8", "surrogateescape") + b"\0"
        for path, mode, blob in changes
    ]
    with tempfile.TemporaryDirectory(prefix="kbctl-") as folder:
        environment = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        repository.ask("read-tree", start, environment=environment)
        try:
            repository.ask("update-index", "-z", "--index-info", data=b"".join(rows), environment=environment)
        except GitCommandError:
            raise FolderInTheWayError from None
        return repository.ask("write-tree", environment=environment).decode("ascii").strip()


def write_commit(
    repository: Repository, tree: str, parents: Sequence[str], message: str, author: Person, committer: Person
) -> str:
    """Store a commit and return its id; signed where the user's settings ask for signed commits.

    :raises KbctlError: if git cannot write or sign it; nothing refers to what was made so far.
    """
    signed = ["-S"] if repository.setting("commit.gpgsign").lower() in ("true", "yes", "on", "1") else []
    before = [argument for parent in parents for argument in ("-p", parent)]
    environment = {
        "GIT_AUTHOR_NAME": author.name,
        "GIT_AUTHOR_EMAIL": author.email,
        "GIT_COMMITTER_NAME": committer.name,
        "GIT_COMMITTER_EMAIL": committer.email,
    }
    arguments = ("-c", "i18n.commitEncoding=utf-8", "commit-tree", *signed, *before, tree)
    data = message.encode("utf-8", "replace")
    try:
        return repository.ask(*arguments, data=data, environment=environment).decode("ascii").strip()
    except GitCommandError as error:
        raise _unwritten(error, signed=bool(signed)) from None


def _unwritten(error: GitCommandError, *, signed: bool) -> KbctlError:
    """Why there is no commit: most often a key that git cannot sign with."""
    lines = [line.strip() for line in text_of(error).splitlines()]
    told = [
        line for line in lines if line and not line.startswith(("[GNUPG:]", "fatal: failed to write commit object"))
    ]
    if signed:
        return KbctlError(
            N_("git cannot sign the commit: {reason}"),
            hint=N_(
                "nothing was changed. Your git signs commits (commit.gpgsign): see that the key which "
                "`git config user.signingkey` names is on this computer and not expired, or ask whoever gave it to you"
            ),
            reason="; ".join(told[:3]) or "?",
        )
    return KbctlError(
        N_("git cannot write the commit: {reason}"),
        hint=N_("nothing was changed: see that the disk is not full, and that the repository is yours"),
        reason="; ".join(told[:3]) or "?",
    )


def move_ref(repository: Repository, ref: str, new: str, old: str, why: str) -> None:
    """Let *ref* stand at *new* if it stands at *old* (empty: if it does not exist yet).

    :raises RefMovedError: if it stands elsewhere.
    """
    move_refs(repository, [(ref, new, old)], why)


def move_refs(repository: Repository, moves: Sequence[tuple[str, str, str]], why: str) -> None:
    """Let every ref of *moves* (ref, new, old) stand at its new commit, or none of them.

    :raises RefMovedError: if one of them stands elsewhere than at its old commit.
    """
    with moving_refs(repository, moves, why):
        pass


@contextmanager
def moving_refs(repository: Repository, moves: Sequence[tuple[str, str, str]], why: str) -> Iterator[None]:
    """Lock the refs of *moves*, each where it is expected, and move them when the block ends; an error leaves them.

    What the block does is done while nobody else can move them. A kill releases them where they were.

    :raises RefMovedError: before the block, if one of them stands elsewhere than at its old commit.
    :raises KbctlError: if they cannot be moved at all.
    """
    while True:
        process = repository.begin("update-ref", "-m", why, "--no-deref", "--stdin", "-z")
        try:
            said = _prepare(process, moves)
            if not said:
                yield
                failed = _order(process, "commit\0", b"commit: ok")
                if failed:
                    raise _unmoved(repository, moves, failed)
                return
        finally:
            _end(process)
        if not wait_for_lock(repository, said):
            raise _unmoved(repository, moves, said)


def _unmoved(repository: Repository, moves: Sequence[tuple[str, str, str]], said: str) -> Exception:
    """Why git did not move the refs: one stands elsewhere, or something else, which trying again does not mend."""
    standing = refs(repository, *(ref for ref, _, _ in moves))
    if any(standing.get(ref, "") != old for ref, _, old in moves):
        return RefMovedError(said)
    return KbctlError(
        N_("the branch {branch} cannot be made or moved: {reason}"),
        hint=N_("see `git branch --list 'submission*'`: a branch in its way has to be renamed"),
        branch=moves[0][0].removeprefix("refs/heads/"),
        reason=said.removeprefix("fatal: "),
    )


def _prepare(process: Any, moves: Sequence[tuple[str, str, str]]) -> str:
    """Lock the refs; what git says where it cannot."""
    updates = "".join(f"update {ref}\0{new}\0{old or '0' * len(new)}\0" for ref, new, old in moves)
    return _order(process, f"start\0{updates}prepare\0", b"prepare: ok")


def _order(process: Any, order: str, answer: bytes) -> str:
    """Give git an order; empty if it gives the answer, else what it says instead."""
    with suppress(BrokenPipeError):
        process.stdin.write(order.encode("utf-8"))
        process.stdin.flush()
    if any(line.strip() == answer for line in process.stdout):
        return ""
    return process.stderr.read().decode("utf-8", "replace").strip() or "?"


def _end(process: Any) -> None:
    """Close the pipes; git gives up what was not committed."""
    with suppress(OSError):
        process.stdin.close()
    process.stdout.close()
    process.stderr.close()
    with suppress(GitCommandError):
        process.wait()


def changes_between(repository: Repository, old: str, new: str) -> dict[str, PathChange]:
    """How two trees differ, by path from the repository's top; the files of the whole repository, renames not guessed."""
    output = repository.ask(
        "diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", NOTHING_HIDDEN, "--end-of-options", old, new
    )
    fields = output.decode("utf-8", "surrogateescape").split("\0")
    found = {}
    for meta, path in zip(fields[0::2], fields[1::2], strict=False):
        _, mode, before, after, _status = meta.split(" ")
        found[path] = PathChange(path, _id(before), _id(after), mode)
    return found


def _id(text: str) -> str:
    return "" if not text.strip("0") else text


def read_objects(repository: Repository, names: Sequence[str]) -> list[bytes | None]:
    """The content of each object named (an id or ``<revision>:<path>``); ``None`` where there is none."""
    wanted = [name for name in names if "\n" not in name]
    output = repository.ask("cat-file", "--batch", data="".join(f"{name}\n" for name in wanted).encode("utf-8"))
    found: dict[str, bytes | None] = {}
    at = 0
    for name in wanted:
        end = output.index(b"\n", at)
        head = output[at:end].rsplit(b" ", 2)
        at = end + 1
        if head[-1] == b"missing" or not head[-1].isdigit():
            found[name] = None
            continue
        size = int(head[-1])
        found[name] = output[at : at + size]
        at += size + 1
    return [found.get(name) for name in names]


def refs(repository: Repository, *prefixes: str) -> Mapping[str, str]:
    """The ref names below *prefixes* with the commits that they stand at."""
    output = repository.ask("for-each-ref", "--format=%(objectname) %(refname)", "--", *prefixes)
    rows = (line.split(" ", 1) for line in output.decode("utf-8").splitlines())
    return {name: id_ for id_, name in rows}


def is_ancestor(repository: Repository, old: str, new: str) -> bool:
    """Whether the commit *old* is *new* or lies in its history."""
    try:
        repository.ask("merge-base", "--is-ancestor", old, new)
    except GitCommandError:
        return False
    return True


def common_ancestor(repository: Repository, one: str, other: str) -> str | None:
    """The best common ancestor of two commits; ``None`` where they share none, as in a shallow clone."""
    return next(iter(common_ancestors(repository, one, other)), None)


def common_ancestors(repository: Repository, one: str, other: str) -> list[str]:
    """The best common ancestors of two commits: several where each holds parts of the other by different merges."""
    try:
        return repository.ask("merge-base", "--all", "--end-of-options", one, other).decode("ascii").split()
    except GitCommandError:
        return []
