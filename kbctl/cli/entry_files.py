"""The files that a user names: by path, or by an entry's id."""

from __future__ import annotations

from pathlib import Path

from kbctl.cli.workspace import Workspace
from kbctl.store.entries import entry_paths


def files_named(workspace: Workspace, word: str) -> list[str]:
    """The file or folder *word*; else the files of the entry with this id: all its versions, or the one named.

    Paths are relative to the knowledge base's root.

    :raises NotFoundError: if there is neither, or the file lies outside.
    """
    if "/" not in word and not Path(word).exists():
        stems = {path: Path(path).stem for path in entry_paths(workspace.desk.files())}
        found = [path for path, stem in stems.items() if word in (stem, stem.partition("@")[0])]
        if found:
            return found
    return [workspace.relative(word)]
