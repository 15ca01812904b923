"""Which snapshot a command reads: the base, a commit, or the desk; and what it holds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from kbctl.cli.console import Printer
from kbctl.cli.freshness import say_base_time
from kbctl.cli.lookup import find_version
from kbctl.cli.workspace import Workspace
from kbctl.errors import KbctlError, NotFoundError
from kbctl.i18n import N_, _, ngettext
from kbctl.model.corpus import Corpus
from kbctl.model.entry import Entry
from kbctl.model.rulebook import Rulebook
from kbctl.store.entries import LoadedEntries, entry_paths, load_entries
from kbctl.store.git.revision import Commit
from kbctl.store.rulebook import load_rulebook
from kbctl.store.snapshot import Snapshot
from kbctl.store.tables import table_path


@dataclass(frozen=True, slots=True)
class Reading:
    """A snapshot with what it holds; ``commit`` is the one it is of, ``None`` for the desk."""

    workspace: Workspace
    snapshot: Snapshot
    rulebook: Rulebook
    loaded: LoadedEntries
    commit: Commit | None

    @property
    def desk(self) -> bool:
        """Whether it is the work tree rather than what is published."""
        return self.commit is None

    @property
    def corpus(self) -> Corpus:
        """Its entries."""
        return self.loaded.corpus

    def is_draft(self, entry: Entry) -> bool:
        """Whether *entry* lies on the desk otherwise than it is published."""
        if not self.desk:
            return False
        if self.workspace.base is None:
            return True
        published = self.workspace.published
        return any(
            _content(self.snapshot, path) != _content(published, path) for path in (entry.path, table_path(entry))
        )

    def find(self, word: str, day: date, *, drafts: bool = True) -> Entry:
        """The entry that *word* names (:func:`kbctl.cli.lookup.find_version`).

        :param drafts: whether the command reads drafts where it is asked to, with ``--worktree``.
        :raises NotFoundError: if there is none; says so where it lies on the desk only.
        """
        try:
            return find_version(word, self.corpus, day)
        except NotFoundError:
            name = word.rsplit("/", 1)[-1].removesuffix(".md")
            paths = () if self.desk else entry_paths(self.workspace.desk.files())
            if not any(path.endswith(f"/{name}.md") for path in paths):
                raise
            raise NotFoundError(
                N_("{id} is not published"),
                hint=N_("it lies on the desk as a draft: add --worktree")
                if drafts
                else N_("it lies on the desk as a draft: `kbctl diff {id}` shows it"),
                id=word,
            ) from None

    def report(self, printer: Printer, *, at: str | None = None, unread: Collection[str] | None = None) -> None:
        """Say on stderr as of when the content is, and what of it could not be read.

        :param unread: the entry files that are missed, where not all are asked for.
        """
        if self.desk and self.workspace.base is not None:
            printer.note(_("This is the desk: what differs from the base is a draft, not an answer."))
        elif at is None:
            say_base_time(printer, self.workspace.root, self.workspace.base, self.rulebook.settings.stale_clone_hours)
        missed = self.loaded.unserved if unread is None else unread
        count = len(missed)
        if count:
            text = ngettext(
                "{count} entry cannot be read and is left out", "{count} entries cannot be read and are left out", count
            )
            printer.warn(_("{name}: {text}").format(name=text.format(count=count), text=_some(missed)))


def read(workspace: Workspace, *, at: str | None = None, worktree: bool = False) -> Reading:
    """Read the base, the commit *at*, or the desk.

    :raises KbctlError: if both *at* and *worktree* are asked for.
    """
    if at is not None and worktree:
        raise KbctlError(N_("--at and --worktree exclude one another"), hint=N_("choose one of them"))
    commit = workspace.base if at is None else workspace.repository.resolve(at)
    if worktree:
        commit = None
    snapshot = workspace.desk if commit is None else workspace.commit_snapshot(commit.id)
    rulebook = load_rulebook(snapshot)
    return Reading(workspace, snapshot, rulebook, load_entries(snapshot, rulebook), commit)


def _content(snapshot: Snapshot, path: str) -> bytes | None:
    try:
        return snapshot.read(path)
    except OSError:
        return None


def _some(paths: Collection[str]) -> str:
    """The first few of *paths*, for a message."""
    shown = sorted(paths)[:3]
    return _(", ").join(shown) + (" …" if len(paths) > len(shown) else "")
