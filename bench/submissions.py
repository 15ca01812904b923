"""Measures ``kbctl submit`` and ``kbctl review verify`` against ``kbctl validate`` of the same entries.

python bench/submissions.py [ENTRIES] [ROUNDS]
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
from pathlib import Path

from knowledge_base import make
from measure import Measured, run_once, table

HERE = Path(__file__).parent
KBCTL = [sys.executable, "-I", "-m", "kbctl"]
ENVIRONMENT = {"KBCTL_TODAY": "2026-11-21", "KBCTL_LANG": "en"}
SUBMITTER, REVIEWER = "huang.lei@example.com", "zhao.min@example.com"
DEPARTMENT, CHANGED = "credit-card", 20
NUMBER = f"20261121-{DEPARTMENT}-1"


def git(directory: Path, *arguments: str) -> str:
    """Run git in *directory* and return what it printed."""
    return subprocess.run(["git", *arguments], cwd=directory, check=True, capture_output=True, text=True).stdout


def clone_of(bare: Path, directory: Path, email: str) -> Path:
    """A fresh clone, of the person with this address."""
    git(bare, "clone", "-q", str(bare), str(directory))
    git(directory, "config", "user.name", email)
    git(directory, "config", "user.email", email)
    return directory


def changed(directory: Path, count: int) -> list[str]:
    """Change so many entries of one department; their paths."""
    files = sorted((directory / "kb/entries" / DEPARTMENT).glob("*.md"))[:count]
    for file in files:
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("约", "大约", 1), encoding="utf-8", newline="\n")
    return [file.relative_to(directory).as_posix() for file in files]


class Bench:
    """A bare repository with a knowledge base, and the clones of a submitter and a reviewer."""

    def __init__(self, entries: int, rounds: int) -> None:
        self.rounds = rounds
        folder = HERE / "data" / f"submissions-{entries}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.bare = folder / "bank.git"
        git(folder, "clone", "-q", "--bare", str(make(HERE / "data" / f"kb-{entries}", entries)), str(self.bare))
        self.clerk = clone_of(self.bare, folder / "clerk", SUBMITTER)
        self.reviewer = clone_of(self.bare, folder / "reviewer", REVIEWER)

    def taken(self, *arguments: str) -> tuple[float, float]:
        """Seconds and MiB of one call of kbctl in the clerk's clone."""
        return run_once([*KBCTL, *arguments, "--quiet"], self.clerk, ENVIRONMENT)

    def submit(self) -> dict[str, Measured]:
        """Submitting one entry, here and to a remote on the same disk, against checking it."""
        (path,) = changed(self.clerk, 1)
        calls = {
            "validate, one entry": ("validate", path),
            "submit, one entry": ("submit", path, "--summary", "x", "--no-push"),
            "submit, one entry, pushed": ("submit", path, "--summary", "x"),
        }
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
        for number in range(self.rounds + 1):
            for name, call in calls.items():
                took = self.taken(*call)
                if number:
                    runs[name].append(took)
                self.forget()
        return {name: medians(found) for name, found in runs.items()}

    def forget(self) -> None:
        """Remove what was submitted, so that it can be submitted again."""
        for repository in (self.bare, self.clerk):
            for ref in git(repository, "for-each-ref", "--format=%(refname)").split():
                if "/submission/" in ref:
                    git(repository, "update-ref", "-d", ref)

    def verify(self) -> dict[str, Measured]:
        """Verifying an accepted submission of twenty entries against checking them."""
        paths = changed(self.clerk, CHANGED)
        self.taken("submit", "--summary", "x")
        run_once([*KBCTL, "review", "accept", NUMBER, "--opinion", "x", "--no-merge"], self.reviewer, ENVIRONMENT)
        git(self.clerk, "fetch", "-q")
        calls = {
            f"validate, {CHANGED} entries": ("validate", *paths),
            f"review verify, {CHANGED} entries": ("review", "verify", "--head", f"origin/submission/{NUMBER}"),
        }
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
        for number in range(self.rounds + 1):
            for name, call in calls.items():
                took = self.taken(*call)
                if number:
                    runs[name].append(took)
        return {name: medians(found) for name, found in runs.items()}


def medians(runs: list[tuple[float, float]]) -> Measured:
    """The medians of several runs."""
    return Measured(statistics.median(run[0] for run in runs), statistics.median(run[1] for run in runs))


def main(entries: int = 10_000, rounds: int = 5) -> None:
    """Print the medians and ratios: submit at most 1.5 times, verify at most 3 times the check of the same entries."""
    bench = Bench(entries, rounds)
    print(f"{entries} entries, {rounds} rounds, medians\n")
    for measured in (bench.submit(), bench.verify()):
        print(table(measured, next(iter(measured))).replace("× floor", "× validate"), "\n")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
