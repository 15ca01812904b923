"""Which commit a name stands for, and when it was made: one plain git call, without loading a git library."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kbctl.errors import KbctlError
from kbctl.i18n import N_

# Set by git for its hooks; they would make git look at another repository than the knowledge base's.
_SCRUBBED = ("GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE")
SAFE_OPTIONS = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=", "-c", "core.quotePath=false")
BASES = ("refs/remotes/origin/main", "refs/heads/main", "HEAD")
_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
# What no name of a branch holds.
_EXPRESSION = re.compile(r"[\x00-\x20~^:?*\[\\]|@\{|\.\.")


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: its id, the name it was asked for by, and when it was committed (UTC)."""

    id: str
    name: str
    time: datetime


class NoRepositoryError(KbctlError):
    """A directory that lies in no git repository."""


def scrub_environment() -> None:
    """Remove from this process's environment what would make git look at another repository; called once at the start."""
    for name in _SCRUBBED:
        os.environ.pop(name, None)
    os.environ["GIT_OPTIONAL_LOCKS"] = "0"
    os.environ["GIT_TERMINAL_PROMPT"] = "0"
    # Refs that anybody may push would show another content than what is reviewed.
    os.environ["GIT_NO_REPLACE_OBJECTS"] = "1"
    # Without git the library would fail on import; we say so in our own words when git is needed.
    os.environ["GIT_PYTHON_REFRESH"] = "quiet"


def base_candidates(configured: str | None) -> tuple[str, ...]:
    """The names tried for the base, in order; a tag is none, whatever it is called."""
    return _branches(configured) or (configured,) if configured else BASES


def resolve_first(root: Path, names: Iterable[str]) -> Commit | None:
    """Return the commit of the first of *names* that names one; ``None`` if none does or *root* has no git.

    :raises KbctlError: if git is not installed, or refuses the directory.
    """
    wanted = [(name, _branches(name)) for name in names if name and not name.startswith("-")]
    branches = _standing(root, [ref for _, refs in wanted for ref in refs])
    for name, refs in wanted:
        for ref in refs:
            if ref in branches:
                return Commit(branches[ref][0], _short(name), branches[ref][1])
        if name not in refs and (found := _expressed(root, name)):
            return found
    if wanted:
        with suppress(NoRepositoryError):
            check_access(root)
    return None


def _branches(name: str) -> tuple[str, ...]:
    """The branches that *name* may stand for, before anything else: git prefers a tag, which anybody may push."""
    if name == "HEAD" or _ID.match(name) or _EXPRESSION.search(name):
        return ()
    if name.startswith(("refs/heads/", "refs/remotes/")):
        return (name,)
    return () if name.startswith("refs/") else (f"refs/remotes/{name}", f"refs/heads/{name}")


def _standing(root: Path, refs: Sequence[str]) -> dict[str, tuple[str, datetime]]:
    """The commit, and its time, of each of *refs* that exists by exactly this name: git's other ways of asking also take
    a tag called ``refs/heads/main`` for it."""
    if not refs:
        return {}
    done = _git(root, "for-each-ref", "--format=%(objectname) %(committerdate:unix) %(refname)", *refs)
    rows = [line.split(" ", 2) for line in done.stdout.decode("utf-8", "surrogateescape").splitlines()]
    return {ref: (id_, _moment(seconds)) for id_, seconds, ref in rows if seconds}


def _expressed(root: Path, name: str) -> Commit | None:
    """The commit that git finds for *name*: an id, a tag, ``HEAD``, or an expression such as ``main~2``."""
    which = ("log", "-1", "--no-walk", "--ignore-missing", "--no-show-signature", "--format=%H %ct")
    done = _git(root, *which, "--end-of-options", name + "^{commit}", "--")
    if done.returncode != 0 or not done.stdout:
        return None
    id_, seconds = done.stdout.decode("ascii").split()
    return Commit(id_, _short(name), _moment(seconds))


def _short(name: str) -> str:
    return name.removeprefix("refs/remotes/").removeprefix("refs/heads/")


def _moment(seconds: str) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def check_access(root: Path) -> str:
    """Return the folder of *root* within its repository, empty or ending in ``/``.

    :raises NoRepositoryError: if it lies in none.
    :raises KbctlError: if git is not installed or refuses the repository, which must not pass for having none: what
        lies on the desk would be served as published.
    """
    done = _git(root, "rev-parse", "--show-prefix")
    if done.returncode == 0:
        return done.stdout.decode("utf-8", "surrogateescape").strip("\n")
    problem = done.stderr.decode("utf-8", "replace").strip()
    if "dubious ownership" in problem:
        raise KbctlError(
            N_("git refuses {path}: the directory belongs to another user"),
            hint=N_("git config --global --add safe.directory {path}"),
            path=root,
        )
    if "not a git repository" in problem and not any((folder / ".git").exists() for folder in (root, *root.parents)):
        raise NoRepositoryError(
            N_("{path} is in no git repository"),
            hint=N_("run `git init` there, or `kbctl init` for a new knowledge base"),
            path=root,
        )
    raise KbctlError(
        N_("git cannot read the repository of {path}: {problem}"),
        hint=N_("see what `git status` says there"),
        path=root,
        problem=problem.split("\n", 1)[0].removeprefix("fatal: "),
    )


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run git, speaking English."""
    try:
        return subprocess.run(
            ["git", *SAFE_OPTIONS, *arguments],
            cwd=root,
            env={**os.environ, "LC_ALL": "C", "LANGUAGE": "C"},
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        raise KbctlError(
            N_("git is not installed, or not on the PATH"), hint=N_("install git, then try again")
        ) from None
