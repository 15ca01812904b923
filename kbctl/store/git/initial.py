"""Making a git repository for a new knowledge base."""

from __future__ import annotations

from pathlib import Path

from git import Git
from git.exc import GitCommandError

from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.store.git.revision import SAFE_OPTIONS


def make_repository(root: Path) -> None:
    """Make *root* a git repository whose first branch is ``main``; nothing is committed.

    :raises KbctlError: if git cannot do so.
    """
    git = Git(str(root))
    try:
        git.execute(["git", *SAFE_OPTIONS, "init", "--quiet"])
        # `init --initial-branch` is unknown to git before 2.28.
        git.execute(["git", *SAFE_OPTIONS, "symbolic-ref", "HEAD", "refs/heads/main"])
    except GitCommandError as error:
        raise KbctlError(
            N_("git cannot make a repository in {path}: {problem}"),
            hint=N_("check the permissions of the directory"),
            path=root,
            # GitPython frames what git said.
            problem=str(error.stderr).strip().removeprefix("stderr: ").strip("'"),
        ) from None
