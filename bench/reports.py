"""Measures the reports against the floor of reading the entries and composing their YAML, from the desk and from git.

python bench/reports.py [ENTRIES] [ROUNDS]
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from knowledge_base import make
from measure import interleave, table

HERE = Path(__file__).parent
TODAY = {"KBCTL_TODAY": "2026-11-21", "KBCTL_LANG": "en"}
FLOOR = "floor: read, compose YAML"


def main(entries: int = 10_000, rounds: int = 5) -> None:
    """Print the medians and ratios for a knowledge base of *entries*; the target is 2.5 times the floor."""
    directory = make(HERE / "data" / f"kb-{entries}", entries)
    python = [sys.executable, "-I"]
    kbctl = [*python, "-m", "kbctl"]
    subprocess.run([*kbctl, "--version"], check=True, stdin=subprocess.DEVNULL)
    commands = {
        FLOOR: [*python, str(HERE / "peers" / "floor.py"), str(directory)],
        "expire-report, base from git": [*kbctl, "expire-report", "--format", "json"],
        "expire-report, text": [*kbctl, "expire-report"],
        "expire-report, html": [*kbctl, "expire-report", "--format", "html"],
        "expire-report --worktree": [*kbctl, "expire-report", "--format", "json", "--worktree"],
        "contacts": [*kbctl, "contacts", "--format", "csv"],
        "contacts --worktree": [*kbctl, "contacts", "--format", "csv", "--worktree"],
        "table list": [*kbctl, "table", "list"],
        "table list --worktree": [*kbctl, "table", "list", "--worktree"],
    }
    measured = interleave(commands, directory, rounds, TODAY)
    print(f"{entries} entries, {rounds} rounds, medians\n")
    print(table(measured, FLOOR))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
