"""Which commit a name stands for, and when it was made: one plain git call, without loading a git library."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kbctl.errors import KbctlError
from kbctl.i18n import N_

# Set by git for its hooks; they would make git look at another repository than the knowledge base's.
_SCRUBBED = ("GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE")
SAFE_OPTIONS = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=", "-c", "core.quotePath=false")
BASES = ("origin/main", "main", "HEAD")


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
    # Without git the library would fail on import; we say so in our own words when git is needed.
    os.environ["GIT_PYTHON_REFRESH"] = "quiet"


def base_candidates(configured: str | None) -> tuple[str, ...]:
    """The names tried for the base, in order."""
    return (configured,) if configured else BASES


def resolve_first(root: Path, names: Iterable[str]) -> Commit | None:
    """Return the commit of the first of *names* that names one; ``None`` if none does or *root* has no git.

    :raises KbctlError: if git is not installed, or refuses the directory.
    """
    wanted = [name + "^{commit}" for name in names if not name.startswith("-")]
    if not wanted:
        return None
    # One call for all names: those that name nothing are passed over, and the others come in order.
    which = ("log", "-1", "--no-walk=unsorted", "--ignore-missing", "--no-show-signature", "--format=%H %ct %S")
    done = _git(root, *which, "--end-of-options", *wanted, "--")
    if done.returncode != 0:
        with suppress(NoRepositoryError):
            check_access(root)
    if done.returncode != 0 or not done.stdout:
        return None
    id_, seconds, name = done.stdout.decode("utf-8", "surrogateescape").strip().split(" ", 2)
    return Commit(id_, name.removesuffix("^{commit}"), datetime.fromtimestamp(int(seconds), UTC))


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
