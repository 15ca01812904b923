"""Where derived state goes that cannot lie in the knowledge base: one directory for each, in the user's cache."""

from __future__ import annotations

import hashlib
from pathlib import Path

from platformdirs import user_cache_path


def cache_directory(own: str | None, root: Path) -> Path:
    """The directory for the knowledge base at *root*: below *own* if that is given, else below the user's cache."""
    cache = Path(own) if own else user_cache_path("kbctl", appauthor=False)
    return cache / hashlib.sha256(str(root.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
