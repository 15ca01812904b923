"""Where git cannot say what is published, nothing on the desk passes for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Outcome

Run = Callable[..., Outcome]
READING = (
    ("search", "借记卡挂失"),
    ("show", "card-loss-report"),
    ("expire-report", "--quiet"),
    ("contacts", "--format", "csv"),
    ("table", "list"),
    ("search-test",),
    ("index",),
)


@pytest.mark.parametrize("command", READING, ids=lambda command: command[0])
def test_a_clone_of_another_user(
    sample: Path, kbctl: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    outcome = kbctl(*command)
    assert (outcome.status, outcome.out) == (2, "")
    assert "belongs to another user" in outcome.err
    assert f"git config --global --add safe.directory {sample}" in outcome.err


@pytest.mark.parametrize("command", READING, ids=lambda command: command[0])
def test_no_git_on_the_path(
    sample: Path, kbctl: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("PATH", str(sample / "nowhere"))
    outcome = kbctl(*command)
    assert (outcome.status, outcome.out) == (2, "")
    assert "git is not installed" in outcome.err


@pytest.mark.parametrize("command", READING, ids=lambda command: command[0])
def test_a_repository_that_git_does_not_know_any_more(sample: Path, kbctl: Run, command: tuple[str, ...]) -> None:
    (sample / ".git" / "HEAD").unlink()
    outcome = kbctl(*command)
    assert (outcome.status, outcome.out) == (2, "")
    assert "git cannot read the repository" in outcome.err


def test_the_desk_is_checked_without_git(sample: Path, kbctl: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(sample / "nowhere"))
    assert kbctl("validate", "--fail-on", "error").status == 0
