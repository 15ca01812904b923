"""The index on disk, open for searching. On this path nothing is imported that a search does not need; no Whoosh."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kbctl import __version__
from kbctl.search import analysis
from kbctl.search.generation import Generation, current
from kbctl.search.index import IndexContext, Query, Results
from kbctl.search.pages import DamagedIndexError, PagedFile
from kbctl.search.postings import Library, OverlaidLibrary, PostingList
from kbctl.search.record import SearchDocument
from kbctl.search.retrieval import retrieve
from kbctl.search.table import DocumentTable
from kbctl.search.whoosh_files import POSTINGS, RECORDS, TERMS, SegmentFiles

# Raised when anything in the files changes; an index of another format is built anew.
FORMAT = 4
TABLE = "table.bin"
CATALOGUE = "entries.json"
VERSIONS = {"format": FORMAT, "analysis": analysis.VERSION, "kbctl": __version__}


def open_index(directory: Path, identity: str | None = None) -> DiskIndex | None:
    """Open the current index of *directory*.

    :param identity: the snapshot that is wanted; any if ``None``.
    :returns: ``None`` where there is no index, or it is damaged, stale, foreign or of another version: build it.
    """
    expected: dict[str, Any] = dict(VERSIONS)
    if identity is not None:
        expected["identity"] = identity
    generation = current(directory, expected)
    if generation is None:
        return None
    try:
        return DiskIndex(generation)
    except (FileNotFoundError, DamagedIndexError):
        # Replaced twice since its manifest was read, or not as it was written.
        return None


class _Segment:
    """One segment as a library; its documents have the numbers from *start* on in *table*."""

    def __init__(self, files: SegmentFiles, table: DocumentTable) -> None:
        self.files = files
        self.table = table

    def postings(self, field: str, term: str) -> PostingList:
        return self.files.postings(field, term)

    def terms_with_prefix(self, field: str, prefix: str) -> Iterable[str]:
        return self.files.terms_with_prefix(field, prefix)

    def record(self, document: int) -> SearchDocument:
        return SearchDocument.from_json(self.files.record(document))


class DiskIndex:
    """A generation, open for searching.

    :raises DamagedIndexError: here or from a search, if the files are not as they were written.
    """

    def __init__(self, generation: Generation) -> None:
        content = generation.content
        self.generation = generation
        self.path = generation.path
        self.identity: str = content["identity"]
        self.context = IndexContext.from_json(content["context"])
        self._files: list[PagedFile] = []
        try:
            table = DocumentTable.stored(content["table"], self._open(TABLE).read)
            self.library: Library = self._library(content["segments"], table)
        except BaseException:
            self.close()
            raise

    def _open(self, name: str) -> PagedFile:
        file = self.generation.open(name)
        self._files.append(file)
        return file

    def _library(self, segments: list[dict[str, Any]], table: DocumentTable) -> Library:
        """The first segment, and the second over it where there is one."""
        libraries: list[_Segment] = []
        for segment in segments:
            files = {ending: self._open(segment["name"] + ending) for ending in (TERMS, POSTINGS, RECORDS)}
            libraries.append(_Segment(SegmentFiles(files, segment), table))
        if len(libraries) == 1:
            return libraries[0]
        below, above = libraries
        return OverlaidLibrary(below, table.removed, above, table, segments[0]["documents"])

    @property
    def table(self) -> DocumentTable:
        """The numbers of the documents."""
        return self.library.table

    def search(self, query: Query) -> Results:
        """Answer *query*."""
        return retrieve(self.library, self.context, query)

    def catalogue(self) -> dict[str, Any]:
        """The paths and ids of all entries, for bringing the index up to date."""
        file = self.generation.open(CATALOGUE)
        try:
            found: dict[str, Any] = json.loads(file.read_all())
        finally:
            file.close()
        return found

    def close(self) -> None:
        """Close the files."""
        for file in self._files:
            file.close()
