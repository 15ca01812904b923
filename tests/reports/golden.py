"""Golden files. After a change that is meant: ``UPDATE_GOLDEN=1 pytest tests/reports tests/cli``, then read the diff."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def check(name: str, content: bytes) -> None:
    """Hold *content* against the golden file *name*."""
    path = FOLDER / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    assert path.read_bytes() == content, f"{name} differs; UPDATE_GOLDEN=1 writes it anew"
