"""The git repository of a knowledge base, through GitPython's command runner."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from git import Git
from git.exc import GitCommandError

from kbctl.errors import KbctlError, NotFoundError
from kbctl.i18n import N_
from kbctl.store.git.revision import SAFE_OPTIONS, Commit, base_candidates, check_access, resolve_first
from kbctl.store.snapshot import FileInfo, belongs


class Repository:
    """The repository that holds the knowledge base at *root*, which need not be its top directory.

    :raises KbctlError: if git is missing or refuses, or *root* lies in no repository (:class:`NoRepositoryError`).
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._git = Git(str(root))
        self.prefix = check_access(root)

    def run(self, *arguments: str) -> str:
        """Run git with fixed arguments and return its output as text.

        :raises GitCommandError: if git does not exit with 0.
        """
        return str(self._git.execute(["git", *SAFE_OPTIONS, *arguments], strip_newline_in_stdout=False))

    def ask(self, *arguments: str, data: bytes = b"", environment: Mapping[str, str] | None = None) -> bytes:
        """Run git with fixed arguments, *data* on its standard input, and return its output as bytes.

        :param environment: variables set for this one call, such as a temporary index.
        :raises GitCommandError: if git does not exit with 0.
        """
        with tempfile.TemporaryFile() as source:
            source.write(data)
            source.seek(0)
            output = self._git.execute(
                ["git", *SAFE_OPTIONS, *arguments],
                istream=source,
                stdout_as_string=False,
                strip_newline_in_stdout=False,
                env=dict(environment or {}),
            )
        assert isinstance(output, bytes)
        return output

    def begin(self, *arguments: str) -> Any:
        """Start git with fixed arguments and return the process, with its pipes."""
        return self._git.execute(["git", *SAFE_OPTIONS, *arguments], as_process=True, istream=subprocess.PIPE)

    def setting(self, name: str) -> str:
        """The value of git's setting *name* (``user.email``); empty where it is not set."""
        try:
            return self.run("config", "--get", name).rstrip("\n")
        except GitCommandError:
            return ""

    def author(self) -> tuple[str, str]:
        """Name and e-mail address under which git records this user's commits; empty where none is configured."""
        name = os.environ.get("GIT_AUTHOR_NAME") or self.setting("user.name")
        return name, os.environ.get("GIT_AUTHOR_EMAIL") or self.setting("user.email")

    def resolve(self, name: str) -> Commit:
        """Return the commit that *name* stands for.

        :raises NotFoundError: if there is none.
        """
        found = resolve_first(self.root, [name])
        if found is None:
            raise NotFoundError(
                N_("no commit, branch or tag is called {name}"),
                hint=N_("this clone is shallow: `git fetch --unshallow`, then try again")
                if self.shallow
                else N_("see `git log --oneline` or `git branch -a`"),
                name=name,
            )
        return found

    @property
    def shallow(self) -> bool:
        """Whether this clone holds only the last part of the history."""
        return self.run("rev-parse", "--is-shallow-repository").strip() == "true"

    def base(self, configured: str | None) -> Commit | None:
        """Return what is published: the configured base, else the first of the usual names; ``None`` without a commit.

        :raises NotFoundError: if a base is configured and does not exist.
        """
        found = resolve_first(self.root, base_candidates(configured))
        if found is None:
            if configured:
                raise NotFoundError(
                    N_("the base {name} that kb.toml names does not exist"),
                    hint=N_("fetch it, or correct `base` in kb/kb.toml"),
                    name=configured,
                )
            return None
        return found

    def snapshot(self, revision: str, only: Sequence[str] = ()) -> GitSnapshot:
        """The knowledge base as it stands in *revision*, a commit or tree id; of it *only* these files and directories."""
        return GitSnapshot(self, revision, only)

    def first_parent_before(self, revision: str, moment: datetime) -> str | None:
        """The last commit on the first-parent line of *revision* that was made before *moment*; ``None`` if there is none."""
        output = self.run(
            "rev-list", "-1", "--first-parent", f"--before={int(moment.timestamp())}", "--end-of-options", revision
        ).strip()
        return output or None

    def changed_since(self, revision: str) -> list[str]:
        """Paths (relative to the knowledge base) that differ between *revision* and the work tree, new files included."""
        options = ("--name-only", "-z", "--no-renames", "--relative", "--end-of-options")
        with self._index_copy() as environment:
            changed = _names(self.ask("diff", *options, revision, "--", environment=environment))
        fresh = self._paths("ls-files", "--others", "--exclude-standard", "-z", "--", ".")
        return sorted({*changed, *fresh})

    @contextmanager
    def _index_copy(self) -> Iterator[Mapping[str, str]]:
        """The environment for a call that may write the index: it gets a copy, for the user's stays as it is."""
        index = self.root / self.run("rev-parse", "--git-path", "index").rstrip("\n")
        with tempfile.TemporaryDirectory(prefix="kbctl-") as folder:
            # With its time, by which git tells what was changed since.
            yield {"GIT_INDEX_FILE": str(shutil.copy2(index, folder))} if index.exists() else {}

    def changed_between(self, old: str, new: str) -> list[str]:
        """Paths (relative to the knowledge base) that differ between two commits."""
        return sorted(
            self._paths("diff", "--name-only", "-z", "--no-renames", "--relative", "--end-of-options", old, new, "--")
        )

    def merge_base(self, one: str, other: str) -> str:
        """The best common ancestor of two revisions; *one* itself if they share none."""
        try:
            return self.run("merge-base", "--end-of-options", one, other).strip()
        except GitCommandError:
            return one

    def staged(self) -> list[str]:
        """Paths (relative to the knowledge base) whose content in git's index differs from HEAD."""
        return sorted(
            self._paths("diff", "--cached", "--name-only", "-z", "--no-renames", "--relative", "--diff-filter=d", "--")
        )

    def staged_tree(self) -> str:
        """Write git's index as a tree object and return its id; nothing the user sees is changed.

        :raises KbctlError: while a merge has conflicts.
        """
        try:
            return self.run("write-tree").strip()
        except GitCommandError:
            raise KbctlError(
                N_("git's index holds conflicts"), hint=N_("resolve them and `git add` the files, then try again")
            ) from None

    def tracked(self, path: str) -> bool:
        """Whether git tracks *path* or anything below it."""
        return bool(self._paths("ls-files", "-z", "--", path))

    def ignored(self, path: str) -> bool:
        """Whether git ignores *path*."""
        try:
            self.run("check-ignore", "--quiet", "--", path)
        except GitCommandError:
            return False
        return True

    def _paths(self, *arguments: str) -> list[str]:
        raw = self._git.execute(
            ["git", *SAFE_OPTIONS, *arguments], stdout_as_string=False, strip_newline_in_stdout=False
        )
        assert isinstance(raw, bytes)
        return _names(raw)

    def tree(self, revision: str, only: Sequence[str] = ()) -> dict[str, tuple[str, FileInfo]]:
        """Object id and information of each file of the knowledge base in *revision*, by path.

        :param only: the files, and directories with all below them, to look at; all if empty.
        """
        top = f"{revision}:{self.prefix.rstrip('/')}"
        found: dict[str, tuple[str, FileInfo]] = {}
        try:
            rows = self._paths("ls-tree", "-r", "-z", "-l", "--full-tree", "--end-of-options", top, *only)
        except GitCommandError:
            return found
        for row in rows:
            meta, _, path = row.partition("\t")
            mode, kind, object_id, size = meta.split()
            if kind == "blob" and belongs(path):
                shape = "symlink" if mode == "120000" else "file"
                found[path] = (object_id, FileInfo(shape, int(size), object_id))
        return found

    def blobs(self, object_ids: Iterable[str]) -> Iterator[bytes]:
        """The content of each object, in order, from one ``git cat-file --batch``."""
        wanted = list(object_ids)
        # The ids come from a file, so that git need not answer each one before it reads the next.
        with tempfile.TemporaryFile() as source:
            source.write("".join(f"{object_id}\n" for object_id in wanted).encode("ascii"))
            source.seek(0)
            process: Any = self._git.execute(
                ["git", *SAFE_OPTIONS, "cat-file", "--batch", "--buffer"], as_process=True, istream=source
            )
        try:
            for _ in wanted:
                size = int(process.stdout.readline().split()[2])
                data = process.stdout.read(size + 1)
                yield data[:-1]
        finally:
            process.stdout.close()
            process.stderr.close()
            # Cut short where the caller did not want the rest.
            with suppress(GitCommandError):
                process.wait()


def _names(output: bytes) -> list[str]:
    """The NUL-separated paths that git wrote."""
    return [part.decode("utf-8", "surrogateescape") for part in output.split(b"\0") if part]


class GitSnapshot:
    """The knowledge base in a commit or tree object; nothing is checked out."""

    def __init__(self, repository: Repository, revision: str, only: Sequence[str] = ()) -> None:
        self.identity = revision
        self._repository = repository
        self._only = only

    @cached_property
    def _tree(self) -> dict[str, tuple[str, FileInfo]]:
        return self._repository.tree(self.identity, self._only)

    @cached_property
    def _files(self) -> dict[str, FileInfo]:
        return {path: info for path, (_, info) in self._tree.items()}

    def files(self) -> Mapping[str, FileInfo]:
        """Every file of the knowledge base in this tree."""
        return self._files

    def read(self, path: str) -> bytes:
        """The bytes of *path*; :class:`FileNotFoundError` if the tree does not hold it as a file."""
        object_id = self._object_id(path)
        if object_id is None:
            raise FileNotFoundError(path)
        return next(iter(self._repository.blobs([object_id])))

    def _object_id(self, path: str) -> str | None:
        object_id, info = self._tree.get(path, ("", None))
        return object_id if info is not None and info.kind == "file" else None

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | OSError]]:
        """The bytes of each path, fetched together."""
        wanted = [(path, self._object_id(path)) for path in paths]
        ids = [object_id for _, object_id in wanted if object_id is not None]
        blobs = self._repository.blobs(ids) if ids else iter(())
        for path, object_id in wanted:
            yield path, FileNotFoundError(path) if object_id is None else next(blobs)
