"""The files that a user names: by path, or by an entry's id or title."""

from __future__ import annotations

import os
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import PurePosixPath

from kbctl.cli.workspace import Workspace
from kbctl.errors import KbctlError, NotFoundError
from kbctl.i18n import N_, _
from kbctl.model.han import fold
from kbctl.model.submission import NUMBER
from kbctl.store.entries import entry_id, entry_paths, load_entries
from kbctl.store.rulebook import load_rulebook
from kbctl.store.snapshot import Snapshot


def files_named(workspace: Workspace, word: str) -> list[str]:
    """The file or folder *word*; else the files of the entry with this id or title: all its versions, or the one named.

    What is published and not on the desk any more is found too. Paths are relative to the knowledge base's root.

    :raises NotFoundError: if there is neither, or the file lies outside.
    """
    if os.path.lexists(word):
        return [workspace.relative(word)]
    published = _published(workspace)
    for snapshot in (workspace.desk, published):
        if snapshot is not None and "/" not in word and (found := _with_id(word, snapshot)):
            return found
    gone = workspace.below(word)
    if gone is not None and published is not None and _holds(published.files(), gone):
        return [gone]
    for snapshot in (workspace.desk, published):
        if snapshot is not None and (found := _with_title(word, snapshot)):
            return found
    if "/" in word:
        return [workspace.relative(word)]
    if NUMBER.match(word):
        raise NotFoundError(
            N_("{number} is a submission, not an entry"),
            hint=N_("`kbctl review show {number}` shows what is in it"),
            number=word,
        )
    near = get_close_matches(entry_id(word) or word, ids_on_desk(workspace), 3, 0.5)
    hint = N_("did you mean {near}?") if near else N_("`kbctl search` finds entries and their ids")
    raise NotFoundError(N_("there is no entry {id}"), hint=hint, id=word, near=_(", ").join(near))


def ids_on_desk(workspace: Workspace) -> list[str]:
    """The ids of the entries on the desk, as their files are called."""
    return sorted({entry_id(path) for path in entry_paths(workspace.desk.files())})


def _with_id(word: str, snapshot: Snapshot) -> list[str]:
    word = word.removesuffix(".md")
    return [path for path in entry_paths(snapshot.files()) if word in (PurePosixPath(path).stem, entry_id(path))]


def _with_title(word: str, snapshot: Snapshot) -> list[str]:
    corpus = load_entries(snapshot, load_rulebook(snapshot)).corpus
    wanted = fold(word.strip())
    ids = {entry.id for entry in corpus if fold(entry.title) == wanted}
    return sorted(version.path for id_ in ids for version in corpus.versions(id_)) if len(ids) == 1 else []


def _published(workspace: Workspace) -> Snapshot | None:
    """What is published; ``None`` where git cannot say: files on the desk are named without it."""
    try:
        return workspace.published
    except KbctlError:
        return None


def _holds(files: Collection[str], path: str) -> bool:
    return path in files or any(other.startswith(f"{path}/") for other in files)
