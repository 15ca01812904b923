"""The knowledge base that a command works on: its repository, its snapshots, its rulebook."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from kbctl.cli.common import Options
from kbctl.cli.root import find_root
from kbctl.errors import KbctlError, NotFoundError
from kbctl.i18n import N_
from kbctl.model.entry import Entry
from kbctl.model.rulebook import Rulebook
from kbctl.store.entries import LoadedEntries, load_entries, parse_entry
from kbctl.store.git.repository import Repository
from kbctl.store.git.revision import Commit, NoRepositoryError
from kbctl.store.rulebook import load_rulebook
from kbctl.store.shipped import shipped_snapshot
from kbctl.store.snapshot import LayeredSnapshot, Snapshot, WorktreeSnapshot


class Workspace:
    """A knowledge base on this computer; everything is read when it is first asked for."""

    def __init__(self, options: Options) -> None:
        self.root: Path = find_root(options.root)

    @cached_property
    def repository(self) -> Repository:
        """The git repository; :class:`KbctlError` if there is none."""
        return Repository(self.root)

    @cached_property
    def desk(self) -> Snapshot:
        """The work tree, with the shipped schemas and templates beneath it."""
        return LayeredSnapshot(WorktreeSnapshot(self.root), shipped_snapshot())

    @cached_property
    def desk_rulebook(self) -> Rulebook:
        """The rulebook on the desk."""
        return load_rulebook(self.desk)

    def desk_entries(self) -> LoadedEntries:
        """The entries on the desk."""
        return load_entries(self.desk, self.desk_rulebook)

    @cached_property
    def base(self) -> Commit | None:
        """What is published; ``None`` where there is no repository or no commit yet.

        :raises KbctlError: if git is missing or refuses: nobody knows then what is published.
        """
        try:
            repository = self.repository
        except NoRepositoryError:
            return None
        return repository.base(self.desk_rulebook.settings.base)

    def commit_snapshot(self, revision: str) -> Snapshot:
        """The knowledge base in a commit or tree object."""
        return LayeredSnapshot(self.repository.snapshot(revision), shipped_snapshot())

    @cached_property
    def published(self) -> Snapshot:
        """The base's snapshot; the desk where nothing is published yet."""
        return self.commit_snapshot(self.base.id) if self.base else self.desk

    @property
    def prefix(self) -> str:
        """The knowledge base's folder within its repository, empty or ending in ``/``; empty too without git."""
        try:
            return self.repository.prefix
        except KbctlError:
            return ""

    def published_entry(self, revision: str | None = None) -> Callable[[str], Entry | None] | None:
        """A look-up of single entries of the base by path; ``None`` where nothing is published, or git cannot say.

        :param revision: the commit that counts as published, if it is not the base.
        """
        try:
            published = revision or (self.base.id if self.base else None)
        except KbctlError:
            # The desk can be checked without git.
            return None
        if published is None:
            return None
        snapshot = self.commit_snapshot(published)

        def look_up(path: str) -> Entry | None:
            try:
                return parse_entry(path, snapshot.read(path))[0]
            except OSError:
                return None

        return look_up

    def relative(self, path: str) -> str:
        """Return *path*, given relative to the current directory, relative to the knowledge base's root.

        :raises NotFoundError: if it does not exist or lies outside.
        """
        absolute = Path.cwd() / path
        if not absolute.exists() and not absolute.is_symlink():
            raise NotFoundError(
                N_("there is no file {path}"), hint=N_("check the name; `kbctl search` finds entries"), path=path
            )
        found = self.below(path)
        if found is None:
            raise NotFoundError(
                N_("{path} lies outside the knowledge base {root}"),
                hint=N_("name files below it, or give another --root"),
                path=path,
                root=self.root,
            )
        return found

    def below(self, path: str) -> str | None:
        """*path*, given relative to the current directory, relative to the root, there or not; ``None`` if it is outside."""
        absolute = Path.cwd() / path
        # The file itself, not what it links to.
        resolved = absolute.resolve() if absolute.name == ".." else absolute.parent.resolve() / absolute.name
        try:
            return resolved.relative_to(self.root.resolve()).as_posix()
        except ValueError:
            return None


def from_here(path: Path) -> Path:
    """Return *path* as it is typed in the current directory: relative where it lies below, else absolute."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
