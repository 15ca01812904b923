"""Where the search index is kept: ``.kbctl/`` in the knowledge base, or the user's cache where that cannot be written."""

from __future__ import annotations

import importlib
import os
from pathlib import Path


def index_directory(root: Path) -> Path:
    """The directory of the index of the knowledge base at *root*; ``KBCTL_CACHE_DIR`` beats both places."""
    own = os.environ.get("KBCTL_CACHE_DIR")
    if own is None:
        place = root / ".kbctl"
        if os.access(place if place.exists() else root, os.W_OK | os.X_OK):
            return place / "index"
    # Not on the usual path, on which every import counts.
    elsewhere: Path = importlib.import_module("kbctl.cli.cache_place").cache_directory(own, root)
    return elsewhere / "index"
