"""Files that are read by pages, each page compared with a checksum: a byte that was changed is never believed.

The sums are kept apart from the files. Looking at the pages that a search reads costs a millisecond or two; looking
at the whole index for every search would cost more than the search.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

PAGE = 4096
_CHUNK = 256 * PAGE


class DamagedIndexError(Exception):
    """What is on the disk is not what was written."""


def page_sums(path: Path) -> array[int]:
    """The checksum of each page of the file at *path*."""
    sums = array("I")
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            sums.extend(_sums(chunk))
    return sums


def _sums(data: bytes) -> Iterator[int]:
    view = memoryview(data)
    for start in range(0, len(data), PAGE):
        yield crc32(view[start : start + PAGE])


class PagedFile:
    """A file of *size* bytes whose pages have the checksums *sums*; open until :meth:`close`."""

    def __init__(self, path: Path, size: int, sums: array[int]) -> None:
        self.size = size
        self._path = path
        self._sums = sums
        self._file = path.open("rb", buffering=0)
        if os.fstat(self._file.fileno()).st_size != size:
            self._file.close()
            raise DamagedIndexError(path)

    def read(self, offset: int, length: int) -> bytes:
        """Return *length* bytes from *offset* on.

        :raises DamagedIndexError: if a page that holds any of them is not as it was written.
        """
        first = offset // PAGE
        start = first * PAGE
        end = min(-(-(offset + length) // PAGE) * PAGE, self.size)
        if offset < 0 or offset + length > self.size:
            raise DamagedIndexError(self._path)
        data = self._pread(start, end - start)
        if len(data) != end - start or array("I", _sums(data)) != self._sums[first : -(-end // PAGE)]:
            raise DamagedIndexError(self._path)
        return data[offset - start : offset - start + length]

    def read_all(self) -> bytes:
        """All bytes."""
        return self.read(0, self.size)

    def _pread(self, offset: int, length: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(length)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
