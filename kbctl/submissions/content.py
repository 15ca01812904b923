"""What a submission covers, and the digest that names exactly this content (R68)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kbctl.model.submission import NOTICES, Content
from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import FILE_MODE, PathChange, changes_between
from kbctl.store.rows import changed_rows
from kbctl.store.snapshot import ROOMS, belongs
from kbctl.submissions.view import View

# Questions are asked and answered outside the approval flow.
FREE = ("kb/questions/",)
# What the digest can hold: a plain file, or none (any more).
FILE_MODES = (FILE_MODE, "000000")
_PLACES = frozenset(room.casefold() for room in ROOMS)


@dataclass(frozen=True, slots=True)
class Delta:
    """How the knowledge base differs between two views: the ``paths`` that need approval, and the ``notices``.

    ``changes`` are git's, by path relative to the knowledge base.
    """

    before: View
    after: View
    paths: tuple[str, ...]
    notices: tuple[str, ...]
    changes: Mapping[str, PathChange]


def delta_between(before: View, after: View) -> Delta:
    """Everything of the knowledge base that differs between two trees, hidden files included."""
    repository = after.repository
    changes = knowledge_changes(repository, before.revision, after.revision)
    notices = tuple(sorted(path for path in changes if path.startswith(NOTICES)))
    paths = tuple(sorted(path for path in changes if not path.startswith(NOTICES) and not _is_free(path, changes)))
    return Delta(before, after, paths, notices, changes)


def restricted(delta: Delta, paths: Iterable[str]) -> Delta:
    """The same difference, as far as it concerns *paths*."""
    wanted = set(paths)
    return Delta(delta.before, delta.after, tuple(p for p in delta.paths if p in wanted), delta.notices, delta.changes)


def knowledge_changes(repository: Repository, old: str, new: str) -> dict[str, PathChange]:
    """How two trees differ in the knowledge base's folders, by path relative to its root.

    Something else that stands in such a folder's place counts, and a folder that is the same to Windows.
    """
    prefix = repository.prefix
    return {
        path[len(prefix) :]: change
        for path, change in changes_between(repository, old, new).items()
        if path[: len(prefix)].casefold() == prefix.casefold()
        and path[len(prefix) :].partition("/")[0].casefold() in _PLACES
    }


def _is_free(path: str, changes: Mapping[str, PathChange]) -> bool:
    """Whether what changed at *path* needs no approval: plain questions, or none (any more)."""
    return path.startswith(FREE) and belongs(path) and changes[path].mode in FILE_MODES


def content_of(delta: Delta) -> Content:
    """What the difference covers: of a table of which only rows changed, those rows, else whole files."""
    files: list[str] = []
    rows: dict[str, tuple[str, ...]] = {}
    for path in delta.paths:
        before, after = delta.before.lines(path), delta.after.lines(path)
        keys = changed_rows(before, after) if before and after else None
        if keys:
            rows[path] = keys
        else:
            files.append(path)
    return Content(tuple(files), rows)


def covers(content: Content, delta: Delta) -> list[str]:
    """The paths of *delta* that *content* does not cover, whole or by the rows that changed."""
    return [path for path in delta.paths if path not in content.files and not _rows_covered(content, delta, path)]


def _rows_covered(content: Content, delta: Delta, path: str) -> bool:
    """Whether only rows changed at *path*, not their order either, and all of them are named."""
    if path not in content.rows:
        return False
    before, after = delta.before.lines(path), delta.after.lines(path)
    changed = changed_rows(before, after) if before and after else None
    return changed is not None and set(changed) <= set(content.rows[path])


def content_digest(content: Content, view: View) -> str:
    """The digest of *content* as it stands in *view*: it does not depend on the commit, so squash and rebase keep it."""
    hashed = hashlib.sha256(b"kbctl submission 1\n")
    for line in sorted(content_lines(content, view)):
        hashed.update(line.encode("utf-8", "surrogateescape") + b"\n")
    return "sha256:" + hashed.hexdigest()


def content_lines(content: Content, view: View) -> Iterator[str]:
    """What *view* holds of *content*, a line for each file and each row; the digest is made of them."""
    for path in content.files:
        yield f"file\0{path}\0{view.blob(path)}"
    for path, keys in content.rows.items():
        found = view.lines(path)
        for key in keys:
            line = found.rows.get(key) if found else None
            state = hashlib.sha256(line.encode()).hexdigest() if line is not None else ""
            yield f"row\0{path}\0{key}\0{state}"
