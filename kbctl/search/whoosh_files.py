"""Reads the files of one Whoosh segment: its terms, their postings, and what is stored of each document.

Only the standard library is needed, and nothing is unpickled; see :mod:`kbctl.search.whoosh_blocks`.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from struct import Struct
from typing import Any
from zlib import crc32

from kbctl.search.pages import PagedFile
from kbctl.search.postings import NOTHING, PostingList, looked_up
from kbctl.search.whoosh_blocks import Block, blocks, decode, decode_record

TERMS, POSTINGS, RECORDS = ".trm", ".pst", "._stored.col"

# The file of terms is a hash table on disk. An item is the lengths of key and value, then both.
ITEM = Struct("!ii")
SLOT = Struct("!Iq")
BUCKET = Struct("!qi")
BUCKETS = 256
# A key is the number of the field, and the term.
FIELD_NUMBER = Struct("!H")
# Value: flags, weight, documents, bytes for shortest and longest, highest count, first and last document; where the
# postings stand, and how long they are.
TERM = Struct("!BfIBBfIIqi")
POSITION = Struct("!q")

# Postings that were read are kept for further questions, until there are so many.
_KEPT = 4_000_000


class _StoredPostings:
    """The postings of one term; they are read when they are first asked for, and decoded a block at a time."""

    def __init__(self, df: int, peak: float, read: Callable[[], bytes], decoded: Callable[[int], None]) -> None:
        self.df = df
        self.peak = peak
        self._read = read
        self._count = decoded
        self._data = b""
        self._blocks: list[Block] = []
        self._decoded: dict[int, tuple[array[int], Sequence[int]]] = {}

    def _load(self) -> list[Block]:
        if not self._blocks:
            self._data = self._read()
            self._blocks = list(blocks(self._data))
        return self._blocks

    def _block(self, number: int) -> tuple[array[int], Sequence[int]]:
        found = self._decoded.get(number)
        if found is None:
            found = self._decoded[number] = decode(self._data, self._blocks[number])
            self._count(len(found[0]))
        return found

    def read(self) -> tuple[Sequence[int], Sequence[int]]:
        """All documents, and how often each has the term."""
        found = [self._block(number) for number in range(len(self._load()))]
        if len(found) == 1:
            return found[0]
        documents = array("I")
        counts: list[int] = []
        for some, often in found:
            documents.extend(some)
            counts.extend(often)
        return documents, counts

    def counts(self, documents: Sequence[int]) -> list[int]:
        """How often each of *documents* has the term."""
        found: list[int] = []
        at = 0
        for number, block in enumerate(self._load()):
            end = bisect_left(documents, block.last + 1, at)
            if end > at:
                found.extend(looked_up(*self._block(number), documents[at:end]))
                at = end
        found.extend([0] * (len(documents) - at))
        return found


class SegmentFiles:
    """The terms, postings and records of one segment.

    :param files: the three files by their endings.
    :param description: where things stand in the file of terms, as its writer says.
    """

    def __init__(self, files: Mapping[str, PagedFile], description: Mapping[str, Any]) -> None:
        self._files = files
        self._terms = files[TERMS]
        self._postings = files[POSTINGS]
        self._records = files[RECORDS]
        self._fields: dict[str, int] = description["fields"]
        self._index: int = description["index"]
        self._size: int = description["terms"]
        self._end: int = description["end"]
        directory = self._terms.read(description["directory"], BUCKET.size * BUCKETS)
        self._buckets = list(BUCKET.iter_unpack(directory))
        self._documents: int = description["documents"]
        self._extents: tuple[Sequence[int], Sequence[int]] | None = None
        self._known: dict[tuple[str, str], _StoredPostings] = {}
        self._kept = 0

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            file.close()

    def postings(self, field: str, term: str) -> PostingList:
        """The postings of *term* in *field*."""
        if self._kept > _KEPT:
            self._known.clear()
            self._kept = 0
        known = self._known.get((field, term))
        if known is not None:
            return known
        value = self._value(FIELD_NUMBER.pack(self._fields[field]) + term.encode("utf-8", "surrogatepass"))
        if value is None:
            return NOTHING
        _, _, df, _, _, peak, _, _, offset, length = TERM.unpack(value)
        found = _StoredPostings(df, peak, lambda: self._postings.read(offset, length), self._keep)
        self._known[field, term] = found
        return found

    def _keep(self, count: int) -> None:
        self._kept += count

    def _value(self, key: bytes) -> bytes | None:
        """What is said of *key* in the hash table."""
        number = crc32(key)
        start, slots = self._buckets[number % BUCKETS]
        for probe in range(slots):
            slot = ((number >> 8) + probe) % slots
            found, item = SLOT.unpack(self._terms.read(start + slot * SLOT.size, SLOT.size))
            if not item:
                return None
            if found == number:
                known, value = self._item(item)
                if known == key:
                    return value
        return None

    def _item(self, position: int) -> tuple[bytes, bytes]:
        """Key and value of the item at *position*."""
        lengths = ITEM.unpack(self._terms.read(position, ITEM.size))
        data = self._terms.read(position + ITEM.size, sum(lengths))
        return data[: lengths[0]], data[lengths[0] :]

    def terms_with_prefix(self, field: str, prefix: str) -> Iterator[str]:
        """The terms of *field* that begin with *prefix*, in order."""
        wanted = FIELD_NUMBER.pack(self._fields[field]) + prefix.encode("utf-8", "surrogatepass")
        position = self._first_from(wanted)
        while position < self._end:
            key, value = self._item(position)
            if not key.startswith(wanted):
                return
            yield key[FIELD_NUMBER.size :].decode("utf-8", "surrogatepass")
            position += ITEM.size + len(key) + len(value)

    def _first_from(self, key: bytes) -> int:
        """Where the first item stands whose key is not less than *key*; the end of all items if there is none."""
        low, high = 0, self._size
        while low < high:
            middle = (low + high) // 2
            if self._item(self._position(middle))[0] < key:
                low = middle + 1
            else:
                high = middle
        return self._position(low) if low < self._size else self._end

    def _position(self, number: int) -> int:
        position: int = POSITION.unpack(self._terms.read(self._index + number * POSITION.size, POSITION.size))[0]
        return position

    def record(self, document: int) -> str:
        """What is stored of *document*."""
        starts, lengths = self._stored()
        return decode_record(self._records.read(starts[document], lengths[document]))

    def _stored(self) -> tuple[Sequence[int], Sequence[int]]:
        """Where each document's record stands, and its length; they are told at the end of the file."""
        if self._extents is None:
            end = self._records.size - 1
            kind = self._records.read(end, 1).decode("ascii")
            if kind == "X":
                # Positions follow the lengths in large files, but the lengths are enough.
                kinds = self._records.read(end - 2, 2).decode("ascii")
                kind = kinds[0]
                end -= 2 + self._documents * array(kinds[1]).itemsize
            lengths = array(kind)
            lengths.frombytes(
                self._records.read(end - self._documents * lengths.itemsize, self._documents * lengths.itemsize)
            )
            if sys.byteorder == "little":
                lengths.byteswap()
            self._extents = array("Q", accumulate(lengths, initial=0)), lengths
        return self._extents
