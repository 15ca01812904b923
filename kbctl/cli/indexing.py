"""Making indexes: of the base on disk, of the desk or an old commit in memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from zoneinfo import ZoneInfo

from kbctl.cli.common import TIME_ZONE, Options
from kbctl.cli.console import Printer
from kbctl.cli.index_place import index_directory
from kbctl.cli.progress import progress_bar
from kbctl.cli.workspace import Workspace
from kbctl.errors import KbctlError
from kbctl.i18n import _, ngettext
from kbctl.search.changes import Catalogue, change_of, only_entries, touched, unserved
from kbctl.search.disk_index import DiskIndex, open_index
from kbctl.search.documents import build_documents, light
from kbctl.search.index import IndexContext, SearchIndex
from kbctl.search.memory_index import MemoryIndex, OverlaidIndex
from kbctl.search.pages import DamagedIndexError
from kbctl.search.publishing import IndexBusyError
from kbctl.search.record import SearchDocument
from kbctl.search.whoosh_index import build_index, update_index
from kbctl.store.entries import entry_paths, load_entries
from kbctl.store.git.revision import Commit, resolve_first
from kbctl.store.rulebook import load_rulebook
from kbctl.store.shipped import shipped_snapshot
from kbctl.store.snapshot import LayeredSnapshot, Snapshot

# Where a rulebook stands.
RULEBOOK_PLACES = (
    "kb/kb.toml",
    "kb/roles.yaml",
    "kb/synonyms.yaml",
    "kb/organization",
    "kb/calendar",
    "schemas",
    "templates",
)
# So long a search waits for another process that is writing an index, before it makes do with the one there is.
_PATIENCE = 2.0
_LONG = 60.0
# More files than this are not named to git one by one.
_MANY = 1000


def build(options: Options, printer: Printer, base: Commit, *, force: bool, wait: float = _LONG) -> DiskIndex:
    """Build the index of *base* on disk and return it; with *force* even if there is a fresh one."""
    workspace = Workspace(options)
    snapshot = workspace.commit_snapshot(base.id)
    rulebook = load_rulebook(snapshot)
    loaded = load_entries(snapshot, rulebook, keep=light(rulebook))
    missing = unserved(loaded)
    _say_unserved(printer, len(missing))
    with progress_bar(printer, _("indexing")) as step:
        documents = _counted(build_documents(snapshot, rulebook, loaded.corpus), len(loaded.corpus), step)
        context = IndexContext.of(rulebook)
        place = index_directory(workspace.root)
        return build_index(place, documents, context, base.id, unserved=missing, wait=wait, force=force)


def rebuild(options: Options, printer: Printer, base: Commit) -> SearchIndex:
    """Make the index of *base* anew, because the one there was found to be damaged."""
    printer.note(_("the search index was damaged and is being built anew"))
    return _kept_or_not(options, printer, base, lambda: build(options, printer, base, force=True))


def bring_up_to_date(options: Options, printer: Printer, base: Commit) -> tuple[SearchIndex, Commit]:
    """Make the index of *base*, and return it with the commit that it answers from.

    That is an older one while another process is writing the index: whoever searches does not wait for it.
    """
    workspace = Workspace(options)
    old = open_index(index_directory(workspace.root))
    before = resolve_first(workspace.root, [old.identity]) if old else None
    if old is None or before is None:
        return _kept_or_not(options, printer, base, lambda: build(options, printer, base, force=False)), base

    def make() -> SearchIndex:
        updated = _updated(workspace, printer, old, base)
        return updated or build(options, printer, base, force=False, wait=_PATIENCE)

    try:
        made = _kept_or_not(options, printer, base, make)
    except IndexBusyError:
        local = before.time.astimezone(ZoneInfo(TIME_ZONE)).strftime("%Y-%m-%d %H:%M")
        text = _("another kbctl is building the search index; until then answers are as of {time}")
        printer.alarm(text.format(time=local))
        return old, before
    old.close()
    return made, base


def _kept_or_not(options: Options, printer: Printer, base: Commit, make: Callable[[], SearchIndex]) -> SearchIndex:
    """What *make* makes; where that cannot be kept on the disk, an index in memory: a search answers all the same."""
    try:
        return make()
    except IndexBusyError:
        raise
    except KbctlError as error:
        printer.warn(_(error.message).format(**error.params))
    except OSError as error:
        text = _("the search index cannot be written ({problem}); this search does without, which takes longer")
        printer.warn(text.format(problem=error.strerror or error))
    return _in_memory(printer, Workspace(options).commit_snapshot(base.id))


def _updated(workspace: Workspace, printer: Printer, old: DiskIndex, base: Commit) -> DiskIndex | None:
    """The index *old* brought to *base* by what has changed between; ``None`` where it has to be built anew."""
    changed = workspace.repository.changed_between(old.identity, base.id)
    if not only_entries(changed):
        return None
    try:
        catalogue = Catalogue(old.catalogue())
        rulebook = load_rulebook(_part(workspace, base, RULEBOOK_PLACES))
        paths = touched(changed, catalogue)
        change = change_of(paths, lambda wanted: _part(workspace, base, wanted), rulebook, catalogue)
        _say_unserved(printer, len(change.unserved))
        return update_index(index_directory(workspace.root), old, change, base.id, wait=_PATIENCE)
    except DamagedIndexError:
        return None


def _part(workspace: Workspace, base: Commit, wanted: Collection[str]) -> Snapshot:
    """The knowledge base in *base*, at least the files and directories *wanted* of it."""
    only = sorted(wanted) if len(wanted) <= _MANY else ()
    return LayeredSnapshot(workspace.repository.snapshot(base.id, only), shipped_snapshot())


def open_other(options: Options, printer: Printer, at: str | None) -> tuple[SearchIndex, Commit | None, frozenset[str]]:
    """An index of the commit *at*, or of the desk; the commit, and the paths that are drafts."""
    workspace = Workspace(options)
    if at is not None:
        commit = workspace.repository.resolve(at)
        return _in_memory(printer, workspace.commit_snapshot(commit.id)), commit, frozenset()
    base = workspace.base
    if base is None:
        # Nothing is published, so all of it is a draft.
        return _in_memory(printer, workspace.desk), None, frozenset(workspace.desk.files())
    drafts = workspace.repository.changed_since(base.id)
    return _desk(options, printer, workspace, base, drafts), None, frozenset(drafts)


def _desk(options: Options, printer: Printer, workspace: Workspace, base: Commit, drafts: list[str]) -> SearchIndex:
    """The index of the base, and over it what differs on the desk; of the whole desk if its rulebook differs."""
    if not only_entries(drafts):
        return _in_memory(printer, workspace.desk)
    below = open_index(index_directory(workspace.root), base.id)
    if below is None:
        made, _commit = bring_up_to_date(options, printer, base)
        if not isinstance(made, DiskIndex) or made.identity != base.id:
            return _in_memory(printer, workspace.desk)
        below = made
    try:
        content = below.catalogue()
        catalogue = Catalogue(content)
        # What git is told to ignore is on the desk all the same.
        ignored = set(entry_paths(workspace.desk.files())).difference(catalogue.served, catalogue.unserved)
        paths = touched(ignored.union(drafts), catalogue)
        change = change_of(paths, lambda _wanted: workspace.desk, workspace.desk_rulebook, catalogue)
        _say_unserved(printer, len(change.unserved))
        return OverlaidIndex(below, content["entries"], change, workspace.desk.identity)
    except DamagedIndexError:
        return _in_memory(printer, workspace.desk)


def _in_memory(printer: Printer, snapshot: Snapshot) -> MemoryIndex:
    rulebook = load_rulebook(snapshot)
    loaded = load_entries(snapshot, rulebook, keep=light(rulebook))
    _say_unserved(printer, len(loaded.unserved))
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


def _say_unserved(printer: Printer, count: int) -> None:
    if count:
        text = ngettext(
            "{n} entry cannot be read and is not served", "{n} entries cannot be read and are not served", count
        )
        printer.warn(text.format(n=count) + _(": `kbctl validate` says why"))
