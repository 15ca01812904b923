"""A search of a fresh index loads what it needs and no more, and asks git once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
HEAVY = "whoosh yaml git jinja2 markdown_it openpyxl jsonschema_rs docx rich typer click platformdirs tomllib hashlib pickle"
CODE = f"""
import sys
sys.argv = ["kbctl", "search", "借记卡挂失"]
from kbctl.__main__ import main
try:
    main()
except SystemExit as end:
    assert end.code == 0, end.code
loaded = [name for name in {HEAVY.split()!r} if name in sys.modules]
assert not loaded, loaded
"""


def _run(code: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr


def test_searching_a_fresh_index_loads_no_heavy_library(sample: Path) -> None:
    subprocess.run([sys.executable, "-m", "kbctl", "index"], check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    _run(CODE)


@pytest.mark.skipif(sys.platform == "win32", reason="a script stands in for git")
def test_git_is_asked_once(sample: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "kbctl", "index"], check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    real = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout.strip()
    script = tmp_path / "bin" / "git"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\nexec {real} "$@"\n')
    script.chmod(0o755)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": f"{script.parent}:{os.environ['PATH']}"}
    subprocess.run([sys.executable, "-m", "kbctl", "search", "挂失"], check=True, env=environment, capture_output=True)
    assert len((tmp_path / "calls").read_text().splitlines()) == 1
