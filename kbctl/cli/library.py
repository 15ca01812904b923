"""Opening the index that a search asks. On this path nothing is imported that a search of a fresh index does not need."""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kbctl.cli.console import Printer
from kbctl.cli.index_place import index_directory
from kbctl.cli.options import Options
from kbctl.cli.root import MARK, find_root
from kbctl.search.disk_index import open_index
from kbctl.search.index import SearchIndex
from kbctl.store.git.revision import Commit, base_candidates, resolve_first


_BASE = re.compile(r"^[^#\n]*\bbase[\"']?\s*=", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Library:
    """An open index, the commit it answers from (``None`` for the desk), and the paths that are drafts."""

    index: SearchIndex
    base: Commit | None
    drafts: frozenset[str] = field(default_factory=frozenset)

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.index.close()


def open_library(options: Options, printer: Printer, *, at: str | None = None, worktree: bool = False) -> Library:
    """Open a fresh index of the base, of the commit *at*, or of the desk.

    Fresh means of the same commit: that is asked of git on every search. A stale, damaged or foreign index is built anew.
    """
    root = find_root(options.root)
    if worktree or at is not None:
        library: Library = _indexing().open_other(options, printer, at)
        return library
    base = resolve_first(root, base_candidates(_configured_base(root)))
    if base is None:
        unpublished: Library = _indexing().open_other(options, printer, None)
        return unpublished
    index: SearchIndex | None = open_index(index_directory(root), base.id)
    if index is None:
        index = _indexing().build(options, printer, base, force=False)
    return Library(index, base)


def _indexing() -> Any:
    """The module that reads entries and writes indexes; loaded only when an index has to be made."""
    return importlib.import_module("kbctl.cli.indexing")


def _configured_base(root: Path) -> str | None:
    """The base that ``kb.toml`` names; settings that cannot be read name none."""
    try:
        text = (root / MARK).read_text(encoding="utf-8")
        # Most name none, and then the parser of such files need not be loaded.
        settings = importlib.import_module("tomllib").loads(text) if _BASE.search(text) else {}
    except (OSError, ValueError):
        return None
    base = settings.get("knowledge-base", {}).get("base")
    return base if isinstance(base, str) and base else None
