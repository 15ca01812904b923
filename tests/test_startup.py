"""What a quick command does not load."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {"whoosh", "git", "openpyxl", "docx", "jinja2", "yaml", "markdown_it", "jsonschema_rs", "pypinyin", "stdnum"}


def loaded(*arguments: str) -> tuple[subprocess.CompletedProcess[str], set[str]]:
    """Run kbctl as a user does; return the process and the top-level packages that it loaded."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "kbctl", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,
    )
    names = re.findall(r"^import time:\s+\d+ \|\s+\d+ \|\s+(\S+)$", done.stderr, re.MULTILINE)
    return done, {name.split(".")[0] for name in names}


@pytest.mark.parametrize("arguments", [("--help",), ("--version",)])
def test_help_and_version_load_nothing_heavy(arguments: tuple[str, ...]) -> None:
    done, packages = loaded(*arguments)
    assert done.returncode == 0
    assert done.stdout
    assert "kbctl" in packages
    assert packages & HEAVY == set()
