"""Making indexes: of the base on disk, of the desk or an old commit in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kbctl.cli.console import Printer
from kbctl.cli.index_place import index_directory
from kbctl.cli.library import Library
from kbctl.cli.options import Options
from kbctl.cli.progress import progress_bar
from kbctl.cli.workspace import Workspace
from kbctl.i18n import _, ngettext
from kbctl.search.disk_index import DiskIndex
from kbctl.search.documents import build_documents
from kbctl.search.index import IndexContext
from kbctl.search.memory_index import MemoryIndex
from kbctl.search.record import SearchDocument
from kbctl.search.whoosh_index import build_index
from kbctl.store.entries import LoadedEntries, load_entries
from kbctl.store.git.revision import Commit
from kbctl.store.rulebook import load_rulebook
from kbctl.store.snapshot import Snapshot


def build(options: Options, printer: Printer, base: Commit, *, force: bool) -> DiskIndex:
    """Build the index of *base* on disk and return it; with *force* even if there is a fresh one."""
    workspace = Workspace(options)
    snapshot = workspace.commit_snapshot(base.id)
    rulebook = load_rulebook(snapshot)
    loaded = load_entries(snapshot, rulebook)
    _say_unserved(printer, loaded)
    with progress_bar(printer, _("indexing")) as step:
        documents = _counted(build_documents(snapshot, rulebook, loaded.corpus), len(loaded.corpus), step)
        return build_index(index_directory(workspace.root), documents, IndexContext.of(rulebook), base.id, force=force)


def open_other(options: Options, printer: Printer, at: str | None) -> Library:
    """An index in memory: of the commit *at*, or of the desk with its drafts marked."""
    workspace = Workspace(options)
    if at is not None:
        commit = workspace.repository.resolve(at)
        return Library(_in_memory(printer, workspace.commit_snapshot(commit.id)), commit)
    drafts: frozenset[str] = frozenset()
    if workspace.base is not None:
        drafts = frozenset(workspace.repository.changed_since(workspace.base.id))
    return Library(_in_memory(printer, workspace.desk), None, drafts)


def _in_memory(printer: Printer, snapshot: Snapshot) -> MemoryIndex:
    rulebook = load_rulebook(snapshot)
    loaded = load_entries(snapshot, rulebook)
    _say_unserved(printer, loaded)
    with progress_bar(printer, _("indexing")) as step:
        documents = _counted(build_documents(snapshot, rulebook, loaded.corpus), len(loaded.corpus), step)
        return MemoryIndex(documents, IndexContext.of(rulebook), snapshot.identity)


def _counted(
    documents: Iterator[SearchDocument], total: int, step: Callable[[int, int], None]
) -> Iterator[SearchDocument]:
    done = 0
    for record in documents:
        done += not record.row
        step(min(done, total), total)
        yield record


def _say_unserved(printer: Printer, loaded: LoadedEntries) -> None:
    count = len(loaded.unserved)
    if count:
        text = ngettext(
            "{n} entry cannot be read and is not served", "{n} entries cannot be read and are not served", count
        )
        printer.warn(text.format(n=count) + _(": `kbctl validate` says why"))
