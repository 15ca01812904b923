"""A clone that nobody has brought up to date says so; one that was fetched is not old because nothing was published."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Outcome, git

Run = Callable[..., Outcome]
DAY = 24 * 3600


@pytest.fixture
def clone(sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of the sample, whose last commit is a week old."""
    old = f"{int(time.time()) - 7 * DAY} +0800"
    monkeypatch.setenv("GIT_COMMITTER_DATE", old)
    git(sample, "commit", "-q", "--amend", "--no-edit")
    monkeypatch.delenv("GIT_COMMITTER_DATE")
    git(tmp_path, "clone", "-q", str(sample), "clone")
    monkeypatch.chdir(tmp_path / "clone")
    return tmp_path / "clone"


def _age(clone: Path) -> None:
    """Let a day and an hour pass since the clone was made and fetched."""
    before = time.time() - DAY - 3600
    for path in (clone / ".git").rglob("*"):
        os.utime(path, (before, before))


@pytest.mark.parametrize("command", [("search", "借记卡挂失"), ("expire-report", "--quiet")], ids=lambda one: one[0])
def test_a_clone_that_was_not_fetched_for_a_day(clone: Path, kbctl: Run, command: tuple[str, ...]) -> None:
    assert "last fetched" not in kbctl(*command).err
    _age(clone)
    assert "more than 24 hours ago: run `kbctl sync`" in kbctl(*command).err
    git(clone, "fetch", "-q")
    assert "last fetched" not in kbctl(*command).err


def test_sync_brings_it_up_to_date(clone: Path, kbctl: Run) -> None:
    _age(clone)
    assert kbctl("sync").status == 0
    assert "last fetched" not in kbctl("search", "借记卡挂失").err


@pytest.mark.parametrize("command", ["git", "kbctl"])
def test_a_fetch_that_fails_brings_nothing_up_to_date(clone: Path, kbctl: Run, command: str) -> None:
    _age(clone)
    git(clone, "remote", "set-url", "origin", str(clone / "nowhere"))
    if command == "git":
        subprocess.run(["git", "fetch", "-q"], cwd=clone, capture_output=True, check=False)
    else:
        assert kbctl("sync").status == 2
    assert "last fetched" in kbctl("search", "借记卡挂失").err


def test_a_linked_work_tree(clone: Path, kbctl: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(clone, "worktree", "add", "-q", str(tmp_path / "linked"))
    monkeypatch.chdir(tmp_path / "linked")
    assert "last fetched" not in kbctl("search", "借记卡挂失").err
    _age(clone)
    assert "last fetched" in kbctl("search", "借记卡挂失").err


def test_a_base_of_ones_own_is_never_old(sample: Path, kbctl: Run) -> None:
    _age(sample)
    assert "last fetched" not in kbctl("search", "借记卡挂失").err
