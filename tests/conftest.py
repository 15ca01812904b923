"""What all tests share: a clean environment, the sample knowledge base in a repository of its own, and ways to run kbctl."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kbctl.cli.app import app
from kbctl.i18n import activate
from tests.reports.bank import write as write_bank

ROOT = Path(__file__).resolve().parent.parent
# The day to which the sample and all tests are pinned.
TODAY = "2026-11-21"
IDENTITY = {
    "GIT_AUTHOR_NAME": "张伟",
    "GIT_AUTHOR_EMAIL": "zhang.wei@example.com",
    "GIT_COMMITTER_NAME": "张伟",
    "GIT_COMMITTER_EMAIL": "zhang.wei@example.com",
    "GIT_AUTHOR_DATE": "2026-11-20T10:00:00+08:00",
    "GIT_COMMITTER_DATE": "2026-11-20T10:00:00+08:00",
}


@dataclass(frozen=True)
class Outcome:
    """What a run of kbctl printed, and its exit status."""

    status: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("GIT_", "KBCTL_")) or name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "EDITOR", "VISUAL"):
            monkeypatch.delenv(name)
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KBCTL_TODAY", TODAY)
    monkeypatch.setenv("KBCTL_LANG", "en")
    activate("en")


def git(directory: Path, *arguments: str) -> str:
    """Run git in *directory* and return what it printed."""
    done = subprocess.run(
        ["git", *arguments], cwd=directory, check=True, capture_output=True, text=True, encoding="utf-8"
    )
    return done.stdout


@pytest.fixture(scope="session")
def _sample_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample in a repository with one commit, made once a session and copied for each test."""
    directory = tmp_path_factory.mktemp("sample")
    for room in ("kb", "schemas", "templates"):
        shutil.copytree(ROOT / room, directory / room)
    (directory / ".gitignore").write_text(".kbctl/\n")
    environment = {**os.environ, **IDENTITY, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "知识库"]):
        subprocess.run(["git", *command], cwd=directory, check=True, env=environment)
    return directory


@pytest.fixture
def sample(_sample_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sample knowledge base with one commit; the current directory is changed to it."""
    directory = tmp_path / "知识库"
    shutil.copytree(_sample_template, directory)
    monkeypatch.chdir(directory)
    return directory


@pytest.fixture
def kbctl() -> Iterator[Callable[..., Outcome]]:
    """Run kbctl in this process with the arguments given."""

    def run(*arguments: str, input: str | None = None) -> Outcome:
        result = CliRunner().invoke(app, list(arguments), input=input)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Outcome(result.exit_code, result.stdout, result.stderr)

    yield run


@pytest.fixture
def kbctl_process() -> Callable[..., Outcome]:
    """Run kbctl as a process of its own, as a user does."""

    def run(*arguments: str, **environment: str) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "kbctl", *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **environment},
            stdin=subprocess.DEVNULL,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def report_bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small bank of the reports' tests with one commit; the current directory is changed to it."""
    directory = write_bank(tmp_path / "bank")
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "知识库"]):
        git(directory, *command)
    monkeypatch.chdir(directory)
    return directory
