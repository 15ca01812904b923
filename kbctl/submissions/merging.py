"""Putting a submission onto a base that has moved: file by file, operating tables row by row, never line by line.

Two changes of one entry are a conflict even where git could splice them: nobody would have reviewed the result.
"""

from __future__ import annotations

from dataclasses import dataclass

from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import (
    FILE_MODE,
    FolderInTheWayError,
    PathChange,
    changes_between,
    write_blobs,
    write_tree,
)
from kbctl.store.rows import RowsConflictError, merge_rows
from kbctl.submissions.content import FREE, knowledge_changes
from kbctl.submissions.view import View


@dataclass(frozen=True, slots=True)
class Clash:
    """A file that both sides changed; of a table the ``rows``, none where its columns differ."""

    path: str
    rows: tuple[str, ...] = ()


class ConflictError(Exception):
    """The submission and the base contradict each other in these files."""

    def __init__(self, clashes: list[Clash]) -> None:
        super().__init__(", ".join(clash.path for clash in clashes))
        self.clashes = clashes


def merge_trees(repository: Repository, start: View, ours: View, theirs: View) -> str:
    """Return the tree of *ours* with what *theirs* changed since *start* in the knowledge base's folders.

    Anything else that a branch holds (a pipeline, a hook, questions) was shown to no reviewer, and stays as it is in
    *ours*.

    :raises ConflictError: where both changed the same thing to something different.
    """
    changes, tables = _merged_files(repository, start, ours, theirs)
    edits = [(change.path, change.mode, change.new) for change in changes]
    blobs = write_blobs(repository, list(tables.values()))
    edits.extend((path, FILE_MODE, blob) for path, blob in zip(tables, blobs, strict=True))
    try:
        return write_tree(repository, ours.revision, edits)
    except FolderInTheWayError:
        # A file here where there is a folder there.
        raise ConflictError([Clash(path.removeprefix(repository.prefix)) for path, _mode, _blob in edits]) from None


def contradictions(repository: Repository, start: View, ours: View, theirs: View) -> list[Clash]:
    """What both changed since *start* to something different; nothing is written."""
    try:
        _merged_files(repository, start, ours, theirs)
    except ConflictError as error:
        return error.clashes
    return []


def _merged_files(
    repository: Repository, start: View, ours: View, theirs: View
) -> tuple[list[PathChange], dict[str, bytes]]:
    """What *theirs* alone changed, and the tables in which both changed rows, by path from the repository's top.

    :raises ConflictError: where both changed the same thing to something different.
    """
    mine = changes_between(repository, start.revision, ours.revision)
    changes: list[PathChange] = []
    tables: dict[str, bytes] = {}
    clashes: list[Clash] = []
    for short, change in knowledge_changes(repository, start.revision, theirs.revision).items():
        own = mine.get(change.path)
        if short.startswith(FREE) or (own is not None and own.new == change.new):
            continue
        if own is None:
            changes.append(change)
            continue
        try:
            merged = _merge_table(short, start, ours, theirs)
        except RowsConflictError as error:
            clashes.append(Clash(short, error.keys))
            continue
        if merged is None:
            clashes.append(Clash(short))
        else:
            tables[change.path] = merged
    if clashes:
        raise ConflictError(clashes)
    return changes, tables


def _merge_table(path: str, start: View, ours: View, theirs: View) -> bytes | None:
    """The merged rows; ``None`` where *path* is no table that can be taken apart by rows."""
    before, own, other = start.lines(path), ours.lines(path), theirs.lines(path)
    if before is None or own is None or other is None:
        return None
    return merge_rows(before, own, other).text()
