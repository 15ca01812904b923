"""The hooks for pre-commit, run by pre-commit in a repository as it is given to people."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT, git

MANIFEST = ROOT / ".pre-commit-hooks.yaml"
ENTRY = "kb/entries/retail-banking/hongyun-cd.md"


def hooks() -> dict[str, Any]:
    return {hook["id"]: hook for hook in yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))}


@pytest.fixture
def commit(sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Stage everything and run the hooks; returns status and output.

    pre-commit would install kbctl from the repository of the hooks, which needs a package index: `language: system`
    takes the kbctl that is on the PATH instead. Everything else is what a user's configuration does.
    """
    repository = tmp_path / "kbctl hooks"
    repository.mkdir()
    shutil.copy(MANIFEST, repository)
    git(repository, "init", "-q", "-b", "main")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "hooks")
    chosen = [
        {"id": "kbctl-validate", "language": "system"},
        {"id": "kbctl-fmt", "language": "system"},
        {"id": "kbctl-codeowners", "language": "system", "args": ["--org", "bank"]},
    ]
    config = {
        "repos": [{"repo": repository.as_uri(), "rev": git(repository, "rev-parse", "HEAD").strip(), "hooks": chosen}]
    }
    (sample / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    folder = tmp_path / "bin"
    folder.mkdir()
    start = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from kbctl.__main__ import main; main()"
    (folder / "kbctl").write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -c "{start}" "$@"\n', encoding="utf-8")
    (folder / "kbctl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "cache"))

    def run() -> tuple[int, str]:
        git(sample, "add", "-A")
        command = [sys.executable, "-m", "pre_commit", "run", "--color", "never"]
        done = subprocess.run(command, cwd=sample, capture_output=True, text=True, encoding="utf-8", check=False)
        return done.returncode, done.stdout + done.stderr

    return run


def test_the_hooks_call_commands_that_exist() -> None:
    assert set(hooks()) == {"kbctl-validate", "kbctl-fmt", "kbctl-codeowners"}
    assert all(hook["language"] == "python" for hook in hooks().values())
    fmt = re.compile(hooks()["kbctl-fmt"]["files"])
    assert fmt.search(ENTRY) and fmt.search("客服 库/kb/entries/a/b/table.csv")
    assert not fmt.search("kb/entries/a/b/产品说明书.pdf") and not fmt.search("kb/questions/2026/x.md")


def test_staged_content_is_checked_not_the_desk(sample: Path, commit: Any) -> None:
    path = sample / ENTRY
    good = path.read_text(encoding="utf-8")
    path.write_text(good + "\n", encoding="utf-8")
    (sample / "README.md").write_text("x\n", encoding="utf-8")
    status, said = commit()
    assert status == 1
    assert re.search(r"kbctl validate\.+Passed", said), said
    assert re.search(r"kbctl fmt --check\.+Failed", said), said
    assert re.search(r"kbctl codeowners --check\.+\(no files to check\)Skipped", said), said

    path.write_text(good.replace("contact: [zhang-wei]", "contact: [nobody-here]"), encoding="utf-8")
    git(sample, "add", "-A")
    path.write_text(good, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--color", "never"],
        cwd=sample,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1
    assert "KB105" in done.stdout
    assert path.read_text(encoding="utf-8") == good


def test_the_organization_and_codeowners_go_together(sample: Path, commit: Any, tmp_path: Path) -> None:
    department = sample / "kb/organization/retail-banking.yaml"
    department.write_text(department.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    status, said = commit()
    assert status == 1
    assert re.search(r"kbctl codeowners --check\.+Failed", said), said
    (sample / ".github").mkdir()
    subprocess.run(["kbctl", "codeowners", "--org", "bank", "--output", ".github/CODEOWNERS"], cwd=sample, check=True)
    status, said = commit()
    assert status == 0, said


def test_try_repo_finds_the_hooks(sample: Path, commit: Any, tmp_path: Path) -> None:
    """`pre-commit try-repo`, which takes the hooks as they are: here with the kbctl on the PATH, for want of an index."""
    repository = tmp_path / "tried"
    repository.mkdir()
    text = MANIFEST.read_text(encoding="utf-8").replace("language: python", "language: system")
    (repository / MANIFEST.name).write_text(text, encoding="utf-8")
    for command in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-q", "-m", "hooks")):
        git(repository, *command)
    (sample / ".pre-commit-config.yaml").unlink()
    path = sample / ENTRY
    path.write_text(
        path.read_text(encoding="utf-8").replace("contact: [zhang-wei]", "contact: [nobody-here]") + "\n", "utf-8"
    )
    git(sample, "add", "-A")
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "try-repo", repository.as_uri(), "--color", "never"],
        cwd=sample,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert re.search(r"kbctl validate\.+Failed", done.stdout) and "KB105" in done.stdout
    assert re.search(r"kbctl fmt --check\.+Failed", done.stdout)
