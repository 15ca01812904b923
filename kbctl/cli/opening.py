"""Showing an entry that a search has found: only its own files are read, however large the knowledge base is."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from kbctl.cli.common import Options
from kbctl.cli.console import Printer
from kbctl.cli.entry_view import print_entry
from kbctl.cli.workspace import Workspace
from kbctl.errors import NotFoundError
from kbctl.i18n import N_
from kbctl.model.rulebook import Rulebook
from kbctl.output.entry_text import render_entry
from kbctl.search.record import SearchDocument
from kbctl.store.entries import load_entries
from kbctl.store.rulebook import load_rulebook
from kbctl.store.snapshot import Snapshot


class Opener:
    """Opens entries of the commit *revision*, or of the desk if that is ``None``; the rulebook is read once."""

    def __init__(self, options: Options, revision: str | None) -> None:
        self.revision = revision
        self._workspace = Workspace(options)

    @cached_property
    def _snapshot(self) -> Snapshot:
        return self._workspace.desk if self.revision is None else self._workspace.commit_snapshot(self.revision)

    @cached_property
    def _rulebook(self) -> Rulebook:
        return load_rulebook(self._snapshot)

    def show(self, printer: Printer, record: SearchDocument, day: date) -> None:
        """Print the entry of *record*, in the version that it is the record of."""
        corpus = load_entries(self._snapshot, self._rulebook, self._versions(record)).corpus
        for entry in corpus.versions(record.id):
            if entry.valid_from and entry.valid_from.isoformat() == record.valid_from:
                print_entry(printer, render_entry(entry, self._rulebook, corpus, self._snapshot, day))
                return
        raise NotFoundError(N_("there is no entry {id}"), hint=N_("ask again"), id=record.id)

    def _versions(self, record: SearchDocument) -> list[str]:
        """The files of all versions of the entry that *record* belongs to; a row stands in a file in its folder."""
        folder = record.path.rpartition("/")[0] if record.row else record.path.removesuffix(".md").partition("@")[0]
        return [
            path
            for path in self._snapshot.files()
            if path.startswith(folder) and path[len(folder) :].startswith((".md", "@")) and path.endswith(".md")
        ]
