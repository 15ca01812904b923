"""Which commit a name stands for: one plain ``git rev-parse``, without loading a git library."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

# Set by git for its hooks; they would make git look at another repository than the knowledge base's.
_SCRUBBED = ("GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE")
SAFE_OPTIONS = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=", "-c", "core.quotePath=false")
BASES = ("origin/main", "main", "HEAD")


def scrub_environment() -> None:
    """Remove from this process's environment what would make git look at another repository; called once at the start."""
    for name in _SCRUBBED:
        os.environ.pop(name, None)
    os.environ["GIT_OPTIONAL_LOCKS"] = "0"
    os.environ["GIT_TERMINAL_PROMPT"] = "0"


def base_candidates(configured: str | None) -> tuple[str, ...]:
    """The names tried for the base, in order."""
    return (configured,) if configured else BASES


def resolve_first(root: Path, names: Iterable[str]) -> tuple[str, str] | None:
    """Return the first of *names* that names a commit, with its id; ``None`` if none does or *root* has no git.

    :raises FileNotFoundError: if git is not installed.
    """
    wanted = [name for name in names if not name.startswith("-")]
    for name in wanted:
        command = ["git", *SAFE_OPTIONS, "rev-parse", "--quiet", "--verify", "--end-of-options", name + "^{commit}"]
        done = subprocess.run(command, cwd=root, capture_output=True, check=False, stdin=subprocess.DEVNULL)
        if done.returncode == 0:
            return name, done.stdout.decode("ascii").strip()
    return None
