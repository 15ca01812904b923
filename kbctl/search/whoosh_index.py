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
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
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
from kbctl.search.changes import Change, Unserved
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


def _schema() -> Any:
    counted = {name: fields.FieldType(formats.Existence(), None, scorable=True) for name in FIELDS}
    return fields.Schema(**counted, **{_RECORD: fields.STORED()})


def build_index(
    directory: Path,
    documents: Iterable[SearchDocument],
    context: IndexContext,
    identity: str,
    *,
    unserved: Sequence[Unserved] = (),
    wait: float = 60.0,
    force: bool = False,
) -> DiskIndex:
    """Write an index of *documents* into *directory* and make it the current one; readers go on with the old one.

    If another process has just built the same one, that is used, unless *force*.

    :param documents: in order of path, each row after its entry.
    :param unserved: the files that cannot be served.
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
            _write_catalogue(path, entries, unserved)
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
    left = [row for row in old.catalogue()["entries"] if row[0] not in change.gone]
    below, over = [row for row in left if row[2] < size], [row for row in left if row[2] >= size]
    carried = {}
    if len(over) + len(change.documents) + len(_without(old.table, size, below)) > _most_changes(size):
        described, table, entries = _write_segment(path, _in_order(old, left, change.documents))
        segments = [described]
    else:
        described, extra, added = _write_segment(path, _in_order(old, over, change.documents))
        segments = [first, described]
        entries = below + [[path_, id_, number + size] for path_, id_, number in added]
        paths = {number: path_ for path_, _, number in entries}
        table = old.table.first(size).overlaid(_without(old.table, size, below), extra, paths.__getitem__)
        files = [name for name in old.generation.sizes if name.startswith(first["name"] + ".")]
        carried = {name: carry_over(old.generation, name, path) for name in files}
    _write_contents(path, segments, table)
    _write_catalogue(path, entries, change.unserved)
    content = {"identity": identity, "context": old.generation.content["context"], "segments": segments}
    return publish(directory, path, {**VERSIONS, **content, "table": table.description()}, carried)


def _most_changes(size: int) -> int:
    """How many documents may be over a first segment of *size*: more are written with it into a new one."""
    return min(max(size // 10, 64), 1000)


def _without(table: DocumentTable, size: int, entries: Iterable[Sequence[Any]]) -> set[int]:
    """Which of the first *size* documents belong to none of *entries* (path, id, number)."""
    left = {number for _, _, number in entries}
    return {number for number, entry in enumerate(table.column("entry")[:size]) if entry not in left}


def _in_order(
    old: DiskIndex, kept: Iterable[Sequence[Any]], documents: Sequence[SearchDocument]
) -> Iterator[SearchDocument]:
    """The entries *kept* of *old* (path, id, number) and the new *documents*, each with its rows, in order of path."""
    groups: list[tuple[str, int, list[SearchDocument]]] = []
    for record in documents:
        if record.row:
            groups[-1][2].append(record)
        else:
            groups.append((record.path, -1, [record]))
    groups.extend((path, number, []) for path, _, number in kept)
    for _, number, records in sorted(groups, key=lambda group: group[0]):
        yield from records
        if number >= 0:
            yield from map(old.library.record, _family(old.table.column("entry"), number))


def _family(entry: Sequence[int], number: int) -> Iterator[int]:
    """The numbers of an entry's document and of its rows."""
    return takewhile(lambda at: entry[at] == number, range(number, len(entry)))


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
