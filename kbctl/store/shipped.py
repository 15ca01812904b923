"""The schemas and templates that come with kbctl, for knowledge bases without their own."""

from __future__ import annotations

from pathlib import Path

from kbctl.store.snapshot import Snapshot, WorktreeSnapshot

_PACKAGE = Path(__file__).parent.parent


def shipped_root() -> Path:
    """The directory above the shipped ``schemas/`` and ``templates/``: in the wheel, or the checkout of an editable install."""
    inside = _PACKAGE / "shipped"
    return inside if inside.is_dir() else _PACKAGE.parent


def shipped_snapshot() -> Snapshot:
    """The shipped schemas and templates as a snapshot."""
    return WorktreeSnapshot(shipped_root(), rooms=("schemas", "templates"))
