"""Blocks of postings come back as they were written, by slicing here and by unpickling in stock Whoosh."""

from __future__ import annotations

import pickle
from array import array
from itertools import accumulate
from zlib import decompress

from hypothesis import given
from hypothesis import strategies as st

from kbctl.search.whoosh_blocks import BLOCK, blocks, decode, encode_postings

STEPS = st.one_of(st.integers(1, 255), st.integers(1, 65535), st.integers(1, 10_000))
COUNTS = st.one_of(st.just(1), st.integers(1, 255), st.integers(1, 100_000))


@st.composite
def postings(draw: st.DrawFn) -> tuple[array[int], array[int]]:
    first = draw(st.integers(0, 1 << 23))
    steps = draw(st.one_of(st.lists(STEPS, max_size=30), st.lists(st.just(draw(STEPS)), max_size=3 * BLOCK)))
    documents = array("I", accumulate(steps, initial=first))
    often = draw(st.one_of(st.just([1]), st.lists(COUNTS, min_size=1, max_size=5)))
    return documents, array("I", [often[at % len(often)] for at in range(len(documents))])


@given(postings())
def test_what_was_written_is_read(given: tuple[array[int], array[int]]) -> None:
    documents, counts = given
    data = encode_postings(documents, counts, 3, 9)
    found = [(block, *decode(data, block)) for block in blocks(data)]
    assert [number for _, some, _ in found for number in some] == list(documents)
    assert [count for _, _, often in found for count in often] == list(counts)
    assert [block.last for block, _, _ in found] == [*documents[BLOCK - 1 :: BLOCK], documents[-1]][: len(found)]


@given(postings())
def test_stock_pickle_reads_the_same(given: tuple[array[int], array[int]]) -> None:
    documents, counts = given
    data = encode_postings(documents, counts, 3, 9)
    ids: list[int] = []
    often: list[int] = []
    for block in blocks(data):
        content = data[block.start : block.end]
        steps, weights, nothing = pickle.loads(decompress(content) if block.compressed else content)
        ids.extend(accumulate(steps))
        often.extend([1] * len(steps) if weights is None else weights)
        assert nothing is None
    assert (ids, often) == (list(documents), list(counts))
