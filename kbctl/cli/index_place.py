"""Where the search index is kept: ``.kbctl/`` in the knowledge base, or the user's cache where that cannot be written."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from platformdirs import user_cache_path


def index_directory(root: Path) -> Path:
    """The directory of the index of the knowledge base at *root*; ``KBCTL_CACHE_DIR`` beats both places."""
    own = os.environ.get("KBCTL_CACHE_DIR")
    if own is None:
        place = root / ".kbctl"
        if os.access(place if place.exists() else root, os.W_OK | os.X_OK):
            return place / "index"
    cache = Path(own) if own else user_cache_path("kbctl", appauthor=False)
    return cache / hashlib.sha256(str(root.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16] / "index"
