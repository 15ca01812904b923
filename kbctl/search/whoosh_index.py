"""Writing the index in Whoosh's files. The only module that imports Whoosh, whose 2.7.4 is the last there is.

It is used below its writer: its codec stores the records and lengths, and its table of contents names the segments;
terms and postings are written in bulk by :mod:`kbctl.search.whoosh_terms`. The files open in stock Whoosh all the same.

An index is one segment, or two: what was built, and over it what has changed since. An update writes the second anew,
with everything that differs from the first, and takes the first over as it is.
"""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

with warnings.catch_warnings():
    # Escapes in its strings that newer Pythons frown upon: not the user's concern.
    warnings.simplefilter("ignore")
    from whoosh import fields, formats
    from whoosh.codec.whoosh3 import W3Codec, W3Segment
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import TOC
    from whoosh.util.numeric import length_to_byte

from kbctl.search.analysis import FIELDS
from kbctl.search.disk_index import CATALOGUE, TABLE, VERSIONS, DiskIndex, open_index
from kbctl.search.generation import Generation
from kbctl.search.index import IndexContext
from kbctl.search.inverted import InvertedFile
from kbctl.search.publishing import building, carry_over, locked, prepare, publish
from kbctl.search.record import SearchDocument
from kbctl.search.table import DocumentTable
from kbctl.search.whoosh_blocks import BLOCK
from kbctl.search.whoosh_terms import write_terms

_NAME = "MAIN"
_RECORD = "record"
_CODEC = W3Codec(blocklimit=BLOCK)


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


def _schema() -> Any:
    counted = {name: fields.FieldType(formats.Existence(), None, scorable=True) for name in FIELDS}
    return fields.Schema(**counted, **{_RECORD: fields.STORED()})


def build_index(
    directory: Path,
    documents: Iterable[SearchDocument],
    context: IndexContext,
    identity: str,
    *,
    unserved: Callable[[], Sequence[Unserved]] = tuple,
    wait: float = 60.0,
    force: bool = False,
) -> DiskIndex:
    """Write an index of *documents* into *directory* and make it the current one; readers go on with the old one.

    If another process has just built the same one, that is used, unless *force*.

    :param documents: in order of path, each row after its entry.
    :param unserved: asked after all documents were taken.
    :param wait: seconds to wait for another builder; :class:`kbctl.search.publishing.IndexBusyError` after that.
    """
    prepare(directory)
    with locked(directory, wait):
        fresh = None if force else open_index(directory, identity)
        if fresh is not None:
            return fresh
        with building(directory) as path:
            segment, table, entries = _write_segment(path, documents)
            _write_contents(path, [segment], table)
            _write_catalogue(path, entries, unserved())
            content = {"identity": identity, "context": context.to_json(), "segments": [segment]}
            return DiskIndex(publish(directory, path, {**VERSIONS, **content, "table": table.description()}))


def update_index(
    directory: Path, old: DiskIndex, change: Change, identity: str, *, wait: float = 60.0
) -> DiskIndex | None:
    """Bring the index *old* to *identity* by *change*, and make the result the current one.

    :returns: ``None`` if *old* is not the current one any more.
    """
    prepare(directory)
    with locked(directory, wait):
        fresh = open_index(directory, identity)
        if fresh is not None:
            return fresh
        now = open_index(directory, old.identity)
        if now is None:
            return None
        now.close()
        with building(directory) as path:
            return DiskIndex(_update(directory, path, old, change, identity))


def _update(directory: Path, path: Path, old: DiskIndex, change: Change, identity: str) -> Generation:
    first = old.generation.content["segments"][0]
    size = first["documents"]
    catalogue = old.catalogue()["entries"]
    gone = {number for entry, _, number in catalogue if entry in change.gone}
    gone.update(number for number in range(len(old.table)) if old.table.entry_of(number) in gone)
    removed = [number for number in sorted(gone | old.table.removed) if number < size]
    kept = [old.library.record(n) for n in range(size, len(old.table)) if n not in gone and n not in old.table.removed]
    second, extra, entries = _write_segment(path, _in_order([*kept, *change.documents]))
    left = [row for row in catalogue if row[2] < size and row[2] not in gone]
    entries = left + [[path_, id_, number + size] for path_, id_, number in entries]
    paths = {number: path_ for path_, _, number in entries}
    table = old.table.first(size).overlaid(removed, extra, paths.__getitem__)
    carried = {
        name: carry_over(old.generation, name, path) for name in old.generation.sizes if name.startswith(first["name"])
    }
    _write_contents(path, [first, second], table)
    _write_catalogue(path, entries, change.unserved)
    content = {"identity": identity, "context": old.generation.content["context"], "segments": [first, second]}
    return publish(directory, path, {**VERSIONS, **content, "table": table.description()}, carried)


def _in_order(documents: Sequence[SearchDocument]) -> Iterator[SearchDocument]:
    """*documents*, in which rows follow their entries, by the path of the entry."""
    groups: list[list[SearchDocument]] = []
    for record in documents:
        if record.row:
            groups[-1].append(record)
        else:
            groups.append([record])
    for group in sorted(groups, key=lambda group: group[0].path):
        yield from group


def _write_segment(
    path: Path, documents: Iterable[SearchDocument]
) -> tuple[dict[str, Any], DocumentTable, list[list[Any]]]:
    """Write a segment of *documents* into *path*; return where things stand in it, its table, and its entries."""
    storage = FileStorage(str(path))
    segment = W3Segment(_CODEC, _NAME)
    inverted, entries = _write_records(storage, segment, documents)
    name = segment.segment_id()
    described = write_terms(path, name, inverted, length_to_byte)
    # Where Whoosh collected its columns.
    shutil.rmtree(path / f"{_NAME}.tmp", ignore_errors=True)
    described.update(name=name, id=segment.segid, documents=len(inverted.table), lengths=dict(segment._fieldlengths))
    return described, inverted.table, entries


def _write_records(
    storage: Any, segment: Any, documents: Iterable[SearchDocument]
) -> tuple[InvertedFile, list[list[Any]]]:
    """Write what is stored of each document, and collect its postings, and the entries' paths, ids and numbers."""
    inverted = InvertedFile()
    entries: list[list[Any]] = []
    schema = _schema()
    stored = schema[_RECORD]
    counted = [(field, schema[field], inverted.table.lengths(field)) for field in FIELDS]
    writer = _CODEC.per_document_writer(storage, segment)
    try:
        for record in documents:
            number = inverted.add(record)
            if not record.row:
                entries.append([record.path, record.id, number])
            writer.start_doc(number)
            for field, kind, lengths in counted:
                writer.add_field(field, kind, None, lengths[number])
            writer.add_field(_RECORD, stored, record.to_json(), 0)
            writer.finish_doc()
    finally:
        writer.close()
    return inverted, entries


def _write_contents(path: Path, segments: list[dict[str, Any]], table: DocumentTable) -> None:
    """Write the table of numbers, and Whoosh's table of contents."""
    known = []
    for segment in segments:
        one = W3Segment(_CODEC, _NAME, segment["documents"], segment["id"])
        one._fieldlengths = segment["lengths"]
        known.append(one)
    known[0]._deleted = set(table.removed) or None
    TOC(_schema(), known, 1).write(FileStorage(str(path)), _NAME)
    (path / TABLE).write_bytes(table.to_bytes())


def _write_catalogue(path: Path, entries: Sequence[Sequence[Any]], unserved: Sequence[Unserved]) -> None:
    content = {"entries": entries, "unserved": [[one.path, one.id] for one in unserved]}
    (path / CATALOGUE).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
