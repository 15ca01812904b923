"""What a difference between two states of the knowledge base means for the index: which documents leave, which come.

Whether an entry answers depends on the other versions of its id, so all of them are read again with it. Names, contacts,
types and synonyms stand in every document: where they have changed, everything is indexed anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kbctl.model.corpus import Corpus
from kbctl.model.rulebook import Rulebook
from kbctl.search.documents import TABLE, build_documents, light
from kbctl.search.record import SearchDocument
from kbctl.store.entries import ENTRIES, LoadedEntries, entry_folder, is_entry_path, load_entries
from kbctl.store.snapshot import Snapshot, belongs

SnapshotOf = Callable[[Collection[str]], Snapshot]

# Parts of a knowledge base that no document of the index shows.
_APART = ("kb/submissions/", "kb/questions/", "kb/calendar/", "kb/search-tests.yaml", "templates/")


@dataclass(frozen=True, slots=True)
class Unserved:
    """A file that is no answer, but whose id and dates may end another version's time."""

    path: str
    id: str


@dataclass(frozen=True, slots=True)
class Change:
    """What makes an index fresh: its entries in the files *gone* are left out, *documents* come in, in order of path.

    ``unserved`` are the files that cannot be served, of the whole knowledge base.
    """

    gone: frozenset[str]
    documents: Sequence[SearchDocument]
    unserved: Sequence[Unserved]


class Catalogue:
    """The files of entries that an index knows: those that it serves, and those that cannot be served."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.served: dict[str, str] = {path: id_ for path, id_, _ in content["entries"]}
        self.unserved: dict[str, str] = dict(content["unserved"])

    def paths_of(self, ids: Collection[str]) -> set[str]:
        """The files that hold a version of any of *ids*."""
        every = (*self.served.items(), *self.unserved.items())
        return {path for path, id_ in every if id_ in ids}

    def id_of(self, path: str) -> str:
        """The id in the file *path*; empty if there is none."""
        return self.served.get(path) or self.unserved.get(path) or ""


def only_entries(changed: Iterable[str]) -> bool:
    """Whether of the *changed* paths only entries and what belongs to them matter to the index."""
    return all(path.startswith((ENTRIES, *_APART)) or not belongs(path) for path in changed)


def touched(changed: Iterable[str], catalogue: Catalogue) -> set[str]:
    """The files of entries whose documents the *changed* paths can have changed, but for other versions of their ids."""
    changed = set(changed)
    entries = {path for path in changed if is_entry_path(path)}
    tables = {path for path in changed if path.startswith(ENTRIES) and path.endswith("/" + TABLE)}
    if tables:
        known = (*catalogue.served, *catalogue.unserved)
        entries.update(path for path in known if f"{entry_folder(path)}/{TABLE}" in tables)
    return entries


def change_of(paths: Collection[str], snapshot_of: SnapshotOf, rulebook: Rulebook, catalogue: Catalogue) -> Change:
    """The change that makes an index with this *catalogue* one of another snapshot.

    :param paths: the files that :func:`touched` names.
    :param snapshot_of: the snapshot, of which no more is needed than the files that it is asked for.
    """
    keep = light(rulebook)
    first = load_entries(snapshot_of(paths), rulebook, paths, keep)
    ids = {catalogue.id_of(path) for path in paths} | {entry.id for entry in first.corpus}
    others = catalogue.paths_of(ids - {""}) - set(paths)
    read = others.union(paths)
    whole = snapshot_of({*read, *(f"{entry_folder(path)}/{TABLE}" for path in read)})
    second = load_entries(whole, rulebook, others, keep)
    corpus = Corpus((*first.corpus, *second.corpus))
    left = [Unserved(path, id_) for path, id_ in catalogue.unserved.items() if path not in read]
    return Change(
        gone=frozenset(path for path in read if path in catalogue.served),
        documents=list(build_documents(whole, rulebook, corpus)),
        unserved=[*left, *unserved(first), *unserved(second)],
    )


def unserved(loaded: LoadedEntries) -> list[Unserved]:
    """The files of *loaded* that cannot be served, with the ids in them that can be read."""
    ids = {entry.path: entry.id for entry in loaded.corpus}
    return [Unserved(path, ids.get(path, "")) for path in loaded.unserved]
