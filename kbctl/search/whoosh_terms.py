"""Writes the terms of one Whoosh segment and their postings: the bulk writer.

Stock Whoosh takes postings one by one and sorts them all. Here whole postings, inverted in memory, are written as they
stand; the files are the same kind (see :mod:`kbctl.search.whoosh_files` for how they look).
"""

from __future__ import annotations

import pickle
import sys
from array import array
from collections.abc import Callable
from pathlib import Path
from struct import Struct
from typing import Any, BinaryIO
from zlib import crc32

from kbctl.search.analysis import FIELDS
from kbctl.search.inverted import InvertedFile
from kbctl.search.whoosh_blocks import encode_postings
from kbctl.search.whoosh_files import BUCKET, BUCKETS, FIELD_NUMBER, ITEM, POSTINGS, SLOT, TERM, TERMS

_MAGIC = b"HSH3"
_CRC32 = 1
_UNUSED = b"\0" * 8
_LENGTH = Struct("!i")


def write_terms(path: Path, name: str, inverted: InvertedFile, length_byte: Callable[[int], int]) -> dict[str, Any]:
    """Write the terms and postings of the segment *name* into the directory *path*; return where things stand in them.

    :param length_byte: Whoosh's one-byte form of a length.
    """
    with (path / (name + TERMS)).open("wb") as terms, (path / (name + POSTINGS)).open("wb") as postings:
        table = _HashTable(terms)
        for number, field in enumerate(sorted(FIELDS)):
            lengths = inverted.table.statistics(field)
            # A bound must not be too tight, and Whoosh's own form rounds up.
            shortest = max(length_byte(lengths.shortest) - 1, 0)
            longest = length_byte(max(inverted.table.lengths(field), default=0))
            prefix = FIELD_NUMBER.pack(number)
            at = postings.tell()
            for term in inverted.terms(field):
                documents, counts = inverted.arrays(field, term)
                data = encode_postings(documents, counts, shortest, longest)
                postings.write(data)
                peak = max(counts)
                ends = documents[0], documents[-1]
                value = TERM.pack(0, sum(counts), len(documents), shortest, longest, peak, *ends, at, len(data))
                table.add(prefix + term.encode("utf-8", "surrogatepass"), value)
                at += len(data)
        return table.finish({field: number for number, field in enumerate(sorted(FIELDS))})


class _HashTable:
    """Whoosh's ordered hash table on disk: items in the order of their keys, then where to find each."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._file.write(_MAGIC + bytes([_CRC32]) + _UNUSED)
        self._at = self._file.tell()
        self._positions = array("q")
        self._hashes = array("I")

    def add(self, key: bytes, value: bytes) -> None:
        """Append an item; keys ascend."""
        self._positions.append(self._at)
        self._hashes.append(crc32(key))
        self._at += self._file.write(ITEM.pack(len(key), len(value)) + key + value)

    def finish(self, fields: dict[str, int]) -> dict[str, Any]:
        """Write the tables, and return where they stand."""
        end = self._at
        directory = [self._bucket(numbers) for numbers in self._by_bucket()]
        start = self._file.tell()
        self._file.write(b"".join(BUCKET.pack(*place) for place in directory))
        extras = {"fieldmap": fields, "indextype": "q", "indexlen": len(self._positions)}
        extra = pickle.dumps(extras, 2)
        self._file.write(extra)
        index = self._file.tell()
        positions = self._positions[:]
        if sys.byteorder == "little":
            positions.byteswap()
        positions.tofile(self._file)
        self._file.write(_LENGTH.pack(self._file.tell() - index + len(extra)))
        return {"fields": fields, "terms": len(self._positions), "end": end, "directory": start, "index": index}

    def _by_bucket(self) -> list[list[int]]:
        buckets: list[list[int]] = [[] for _ in range(BUCKETS)]
        for number, value in enumerate(self._hashes):
            buckets[value % BUCKETS].append(number)
        return buckets

    def _bucket(self, numbers: list[int]) -> tuple[int, int]:
        """Write the table of the items *numbers*; each stands in the first free place from where its hash points."""
        start = self._file.tell()
        slots = 2 * len(numbers)
        taken = bytearray(slots)
        table = bytearray(slots * SLOT.size)
        for number in numbers:
            value = self._hashes[number]
            slot = (value >> 8) % slots
            while taken[slot]:
                slot = (slot + 1) % slots
            taken[slot] = 1
            SLOT.pack_into(table, slot * SLOT.size, value, self._positions[number])
        self._file.write(table)
        return start, slots
