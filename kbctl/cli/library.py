"""The index that a search asks. On this path nothing is imported that a search of a fresh index does not need."""

from __future__ import annotations

import importlib
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

from kbctl.cli.common import Options
from kbctl.cli.console import Printer
from kbctl.cli.index_place import index_directory
from kbctl.cli.root import MARK, find_root
from kbctl.search.disk_index import open_index
from kbctl.search.index import IndexContext, Query, Results, SearchIndex
from kbctl.search.pages import DamagedIndexError
from kbctl.store.git.revision import Commit, base_candidates, resolve_first

_BASE = re.compile(r"^[^#\n]*\bbase[\"']?\s*=", re.MULTILINE)


class Library:
    """A fresh index of the base, of the commit *at*, or of the desk; :func:`open_library` opens one.

    ``base`` is the commit that it answers from, ``None`` for the desk; ``drafts`` are paths that differ from the base.
    """

    def __init__(self, options: Options, printer: Printer, at: str | None, worktree: bool) -> None:
        self.root = find_root(options.root)
        self.base: Commit | None = None
        self.drafts: Collection[str] = ()
        self._options = options
        self._printer = printer
        self._at = at
        self._worktree = worktree
        self._index = self._open()

    @property
    def index(self) -> SearchIndex:
        """The open index."""
        return self._index

    @property
    def context(self) -> IndexContext:
        """What the rulebook says of names, synonyms and limits."""
        return self._index.context

    @property
    def size(self) -> int:
        """How many entries and rows it holds."""
        return len(self._index.library.table)

    @property
    def published(self) -> bool:
        """Whether what is published is asked, and no commit or desk that was named."""
        return self._at is None and not self._worktree

    def _open(self) -> SearchIndex:
        if not self.published:
            return self._other()
        base = resolve_first(self.root, base_candidates(_configured_base(self.root)))
        if base is None:
            return self._other()
        self.base = base
        return open_index(index_directory(self.root), base.id) or self._brought_up_to_date(base)

    def _other(self) -> SearchIndex:
        index: SearchIndex
        index, self.base, self.drafts = _indexing().open_other(self._options, self._printer, self._at)
        return index

    def _brought_up_to_date(self, base: Commit) -> SearchIndex:
        index: SearchIndex
        index, self.base = _indexing().bring_up_to_date(self._options, self._printer, base)
        return index

    def search(self, query: Query) -> Results:
        """Answer *query*. An index that turns out to be damaged, or was deleted, is made anew."""
        try:
            return self._index.search(query)
        except (DamagedIndexError, OSError):
            self._index.close()
            self._index = _indexing().rebuild(self._options, self._printer, self.base)
            return self._index.search(query)

    def refresh(self) -> None:
        """Follow what has been published since the index was opened, or has changed on the desk."""
        if self._at is not None:
            return
        before = self._index
        base = None if self._worktree else resolve_first(self.root, base_candidates(_configured_base(self.root)))
        if base is None or self.base is None or base.id != before.identity:
            self._index = self._open()
            before.close()

    def close(self) -> None:
        """Close the index."""
        self._index.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_library(options: Options, printer: Printer, *, at: str | None = None, worktree: bool = False) -> Library:
    """Open a fresh index of the base, of the commit *at*, or of the desk.

    Fresh means of the same commit: that is asked of git on every search. A stale, damaged or foreign index is made anew.
    """
    return Library(options, printer, at, worktree)


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
