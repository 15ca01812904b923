"""Measures ``kbctl validate`` against the floor of reading the entries and composing their YAML.

python bench/validate.py [ENTRIES] [ROUNDS]
"""

from __future__ import annotations

import sys
from pathlib import Path

from knowledge_base import make
from measure import interleave, table

HERE = Path(__file__).parent
TODAY = {"KBCTL_TODAY": "2026-11-21", "KBCTL_LANG": "en"}


def main(entries: int = 10_000, rounds: int = 5) -> None:
    """Print the medians and ratios for a knowledge base of *entries*."""
    directory = make(HERE / "data" / f"kb-{entries}", entries)
    one = next(iter(sorted(directory.glob("kb/entries/*/*.md")))).relative_to(directory)
    python = [sys.executable, "-I"]
    commands = {
        "floor: read, compose YAML": [*python, str(HERE / "peers" / "floor.py"), str(directory)],
        "markdown-it-py alone": [*python, str(HERE / "peers" / "markdown.py"), str(directory)],
        "kbctl validate": [*python, "-m", "kbctl", "validate", "--quiet"],
        "kbctl validate, one file": [*python, "-m", "kbctl", "validate", "--quiet", str(one)],
    }
    measured = interleave(commands, directory, rounds, TODAY)
    print(f"{entries} entries, {rounds} rounds, medians\n")
    print(table(measured, "floor: read, compose YAML"))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
