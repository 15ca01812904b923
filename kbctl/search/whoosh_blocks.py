"""The forms of pickle in which postings and records stand in Whoosh's files, written and read as plain bytes.

Whoosh pickles what it writes, and stock Whoosh unpickles what is written here. Each value has one of a few forms whose
numbers stand in fixed places, so that reading is slicing: faster, and nothing that a file holds is ever carried out.

A block of postings is its length (negative in the last block of a term), a pickle of what can be known without its
data, and the data: a pickle of (differences between document numbers, occurrences, nothing), compressed if long.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator, Sequence
from itertools import accumulate
from operator import sub
from struct import Struct
from typing import NamedTuple
from zlib import compress, decompress

# So many postings stand in a block.
BLOCK = 1024
# Before the blocks of a term.
MARK = b"W3Bl"
_COMPRESSION = 3
# Shorter data are not worth compressing.
_SHORT = 48

_LENGTH = Struct("!i")
# (documents, last document, highest count, compressed, bytes for shortest and longest)
_INFO = Struct("<3scicic8scBcBcB2s")
_HIGHEST = Struct("!d")
_START, _END = b"\x80\x02(", b"t."
_NUMBER, _BYTE, _SHORT_NUMBER, _FLOAT = b"J", b"K", b"M", b"G"

_DATA_START, _DATA_END = b"\x80\x03", b"N\x87."
_LITTLE = Struct("<I")

# A mapping with one text in it.
_RECORD_START, _RECORD_END = b"\x80\x02}q\x00X\x06\x00\x00\x00recordq\x01X", b"q\x02s."


class Block(NamedTuple):
    """A block of postings in a run of bytes: its size, its last document, and where its data stand."""

    documents: int
    last: int
    compressed: int
    start: int
    end: int


def encode_postings(documents: array[int], counts: array[int], shortest: int, longest: int) -> bytes:
    """The postings of one term as they stand in the file.

    :param shortest: what Whoosh makes of the length of the shortest document, and likewise of the *longest*.
    """
    parts = [MARK]
    for start in range(0, len(documents), BLOCK):
        block, often = documents[start : start + BLOCK], counts[start : start + BLOCK]
        data = b"".join((_DATA_START, _encode_ascending(block), _encode_counts(often), _DATA_END))
        packed = len(data) >= _SHORT
        if packed:
            data = compress(data, _COMPRESSION)
        highest = _HIGHEST.pack(max(often))
        numbers = (
            _NUMBER,
            len(block),
            _NUMBER,
            block[-1],
            _FLOAT,
            highest,
            _BYTE,
            packed,
            _BYTE,
            shortest,
            _BYTE,
            longest,
        )
        length = _INFO.size + len(data)
        last = start + BLOCK >= len(documents)
        parts += [_LENGTH.pack(-length if last else length), _INFO.pack(_START, *numbers, _END), data]
    return b"".join(parts)


def _encode_ascending(documents: array[int]) -> bytes:
    """A tuple of the first number and of the differences between neighbours, in as few bytes each as the largest needs."""
    first = _NUMBER + _LITTLE.pack(documents[0])
    steps = list(map(sub, documents[1:], documents))
    largest = max(steps, default=0)
    if largest < 1 << 8:
        rest = _spread(_BYTE, array("B", steps))
    elif largest < 1 << 16:
        rest = _spread(_SHORT_NUMBER, array("H", steps))
    else:
        rest = _spread(_NUMBER, array("I", steps))
    return b"(" + first + rest + b"t"


def _spread(code: bytes, numbers: array[int]) -> bytes:
    """*numbers*, each after *code*."""
    width = numbers.itemsize + 1
    spread = bytearray(code * (width * len(numbers)))
    data = _low_first(numbers).tobytes()
    for at in range(numbers.itemsize):
        spread[at + 1 :: width] = data[at :: numbers.itemsize]
    return bytes(spread)


def _encode_counts(counts: array[int]) -> bytes:
    """Nothing if all are 1; bytes if all fit; else a tuple."""
    highest = max(counts)
    if highest == 1:
        return b"N"
    if highest < 1 << 8:
        return b"B" + _LITTLE.pack(len(counts)) + array("B", counts).tobytes()
    return b"(" + _spread(_NUMBER, array("I", counts)) + b"t"


def blocks(data: bytes) -> Iterator[Block]:
    """The blocks of the postings in *data*."""
    at = len(MARK)
    last = False
    while not last:
        length = _LENGTH.unpack_from(data, at)[0]
        last = length < 0
        at += _LENGTH.size
        info = _INFO.unpack_from(data, at)
        yield Block(info[2], info[4], info[8], at + _INFO.size, at + abs(length))
        at += abs(length)


def decode(data: bytes, block: Block) -> tuple[array[int], Sequence[int]]:
    """The documents of *block*, which stands in *data*, and how often each has the term."""
    content = data[block.start : block.end]
    if block.compressed:
        content = decompress(content)
    size = block.documents
    # After the start and "(" come the first number, and the differences, each behind its code.
    at = len(_DATA_START) + 1
    first = _LITTLE.unpack_from(content, at + 1)[0]
    at += 1 + _LITTLE.size
    steps, at = _decode_steps(content, at, size - 1)
    documents = array("I", accumulate(steps, initial=first))
    kind = content[at + 1 : at + 2]
    at += 2
    if kind == b"N":
        return documents, b"\1" * size
    if kind == b"B":
        return documents, content[at + _LITTLE.size : at + _LITTLE.size + size]
    return documents, _together(content[at:], "I", size)


def _decode_steps(content: bytes, at: int, size: int) -> tuple[Sequence[int], int]:
    """*size* numbers behind their code in *content* from *at* on, and where they end."""
    code = content[at : at + 1]
    if size == 0:
        return (), at
    if code == _BYTE:
        return content[at + 1 : at + 2 * size : 2], at + 2 * size
    kind = "H" if code == _SHORT_NUMBER else "I"
    end = at + size * (array(kind).itemsize + 1)
    return _together(content[at:end], kind, size), end


def _together(spread: bytes, kind: str, size: int) -> array[int]:
    """The first *size* numbers of array type *kind* in *spread*, in which each stands behind its code."""
    width = array(kind).itemsize + 1
    data = bytearray(spread[: size * width])
    del data[::width]
    numbers = array(kind)
    numbers.frombytes(data)
    return _low_first(numbers)


def encode_record(text: str) -> bytes:
    """What is stored of a document that has the record *text*."""
    data = text.encode("utf-8", "surrogatepass")
    return compress(_RECORD_START + _LITTLE.pack(len(data)) + data + _RECORD_END, _COMPRESSION)


def decode_record(data: bytes) -> str:
    """The record that :func:`encode_record` wrote."""
    start = len(_RECORD_START) + _LITTLE.size
    return decompress(data)[start : -len(_RECORD_END)].decode("utf-8", "surrogatepass")


def _low_first(numbers: array[int]) -> array[int]:
    if sys.byteorder == "little":
        return numbers
    swapped = numbers[:]
    swapped.byteswap()
    return swapped
