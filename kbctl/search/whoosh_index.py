"""The index on disk, in Whoosh's files. The only module that imports Whoosh, whose 2.7.4 is the last there is.

It is used below its writer and its matchers: whole postings are handed to its codec and read back from it, and
:mod:`kbctl.search.ranking` does the rest. The files open in stock Whoosh all the same.
"""

from __future__ import annotations

import shutil
import warnings
from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

with warnings.catch_warnings():
    # Escapes in its strings that newer Pythons frown upon: not the user's concern.
    warnings.simplefilter("ignore")
    from whoosh import fields, formats
    from whoosh.codec.whoosh3 import W3Codec, W3Segment, W3TermInfo
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import TOC
    from whoosh.reading import TermNotFound

from kbctl import __version__
from kbctl.search import analysis
from kbctl.search.analysis import FIELDS
from kbctl.search.generation import Generation, building, current, locked, prepare, publish
from kbctl.search.index import IndexContext, Query, Results
from kbctl.search.inverted import InvertedFile
from kbctl.search.record import SearchDocument
from kbctl.search.retrieval import retrieve
from kbctl.search.table import DocumentTable

# Raised when anything in the files changes; an index of another format is built anew.
FORMAT = 2
BLOCK = 1024

_NAME = "MAIN"
_RECORD = "record"
_TABLE = "table.bin"
_VERSIONS = {"format": FORMAT, "analysis": analysis.VERSION, "kbctl": __version__}
_NONE: tuple[Sequence[int], Sequence[float]] = ((), ())


class _Counted(fields.FieldType):  # type: ignore[misc]
    """A field of terms whose weight in a document is how often it stands there."""

    def __init__(self) -> None:
        self.analyzer = None
        self.format = formats.Existence()
        self.scorable = True
        self.stored = False
        self.vector = None


def open_index(directory: Path, identity: str | None = None) -> WhooshIndex | None:
    """Open the current index of *directory*.

    :param identity: the snapshot that is wanted; any if ``None``.
    :returns: ``None`` where there is no index, or it is damaged, stale, foreign or of another version: build it.
    """
    expected: dict[str, Any] = dict(_VERSIONS)
    if identity is not None:
        expected["identity"] = identity
    generation = current(directory, expected)
    if generation is None:
        return None
    try:
        return WhooshIndex(generation)
    except FileNotFoundError:
        # Replaced twice since its manifest was read.
        return None


def build_index(
    directory: Path,
    documents: Iterable[SearchDocument],
    context: IndexContext,
    identity: str,
    *,
    wait: float = 60.0,
    force: bool = False,
) -> WhooshIndex:
    """Write an index of *documents* into *directory* and make it the current one; readers go on with the old one.

    If another process has just built the same one, that is used, unless *force*.

    :param documents: in order of path, each row after its entry.
    :param wait: seconds to wait for another builder; :class:`kbctl.search.generation.IndexBusyError` after that.
    """
    prepare(directory)
    with locked(directory, wait):
        fresh = None if force else open_index(directory, identity)
        if fresh is not None:
            return fresh
        with building(directory) as path:
            content = {**_VERSIONS, "identity": identity, "context": context.to_json(), **_write(path, documents)}
            return WhooshIndex(publish(directory, path, content))


class WhooshIndex:
    """A generation, open for searching."""

    def __init__(self, generation: Generation) -> None:
        content = generation.content
        self.path = generation.path
        self.identity: str = content["identity"]
        self.context = IndexContext.from_json(content["context"])
        self.table = DocumentTable.from_bytes((self.path / _TABLE).read_bytes(), content["names"])
        storage = FileStorage(str(self.path), readonly=True)
        codec = W3Codec(blocklimit=BLOCK)
        segment = W3Segment(codec, _NAME, len(self.table), content["segment"])
        self._terms = codec.terms_reader(storage, segment)
        self._stored = codec.per_document_reader(storage, segment)
        self._field = _Counted()

    def search(self, query: Query) -> Results:
        """Answer *query*."""
        return retrieve(self, self.context, query)

    def close(self) -> None:
        """Close the files."""
        self._terms.close()
        self._stored.close()

    # what retrieval reads

    def postings(self, field: str, term: str) -> tuple[Sequence[int], Sequence[float]]:
        """The documents that have *term* in *field*, and how often; whole blocks at a time."""
        try:
            matcher = self._terms.matcher(field, term.encode(), self._field.format)
        except TermNotFound:
            return _NONE
        documents: list[int] = []
        counts: list[float] = []
        while True:
            matcher._read_ids()
            matcher._read_weights()
            documents.extend(matcher._ids)
            counts.extend(matcher._weights)
            if matcher._lastblock:
                return documents, counts
            matcher._next_block()

    def terms_with_prefix(self, field: str, prefix: str) -> Iterable[str]:
        """The terms of *field* that begin with *prefix*."""
        wanted = prefix.encode()
        for name, term in self._terms.terms_from(field, wanted):
            if name != field or not term.startswith(wanted):
                return
            yield term.decode()

    def record(self, document: int) -> SearchDocument:
        """The record of *document*."""
        return SearchDocument.from_json(self._stored.stored_fields(document)[_RECORD])


def _write(path: Path, documents: Iterable[SearchDocument]) -> dict[str, Any]:
    """Write segment, table of contents and table of numbers into *path*; return what a reader must know of them."""
    storage = FileStorage(str(path))
    codec = W3Codec(blocklimit=BLOCK)
    segment = codec.new_segment(storage, _NAME)
    schema = fields.Schema(**{field: _Counted() for field in FIELDS}, **{_RECORD: fields.STORED()})
    inverted = _write_records(storage, codec, segment, schema, documents)
    segment.set_doc_count(len(inverted.table))
    _write_postings(storage, codec, segment, schema, inverted)
    TOC(schema, [segment], 1).write(storage, _NAME)
    # Where Whoosh collected its columns.
    shutil.rmtree(path / f"{_NAME}.tmp", ignore_errors=True)
    (path / _TABLE).write_bytes(inverted.table.to_bytes())
    return {"segment": segment.segid, "names": {column: list(names) for column, names in inverted.table.names.items()}}


def _write_records(
    storage: Any, codec: Any, segment: Any, schema: Any, documents: Iterable[SearchDocument]
) -> InvertedFile:
    """Write what is stored of each document, and collect its postings."""
    inverted = InvertedFile()
    writer = codec.per_document_writer(storage, segment)
    try:
        for record in documents:
            number = len(inverted.table)
            inverted.add(record)
            writer.start_doc(number)
            for field in FIELDS:
                writer.add_field(field, schema[field], None, inverted.table.lengths(field)[number])
            writer.add_field(_RECORD, schema[_RECORD], record.to_json(), 0)
            writer.finish_doc()
    finally:
        writer.close()
    return inverted


def _write_postings(storage: Any, codec: Any, segment: Any, schema: Any, inverted: InvertedFile) -> None:
    """Hand each term's postings to the codec as whole blocks; its own writer takes them one by one."""
    writer = codec.field_writer(storage, segment)
    for field in sorted(FIELDS):
        postings = inverted.field(field)
        length_of = inverted.table.lengths(field).__getitem__
        writer.start_field(field, schema[field])
        for term in sorted(postings):
            documents, counts = postings[term]
            writer._btext = term.encode()
            blocks = writer._postwriter
            blocks.start_postings(schema[field].format, W3TermInfo())
            for start in range(0, len(documents), BLOCK):
                if start:
                    blocks._write_block()
                block = documents[start : start + BLOCK]
                lengths = list(map(length_of, block))
                blocks._ids = block
                blocks._weights = array("f", counts[start : start + BLOCK])
                blocks._maxweight = max(blocks._weights)
                blocks._minlength, blocks._maxlength = min(lengths), max(lengths)
            writer.finish_term()
        writer.finish_field()
    writer.close()
