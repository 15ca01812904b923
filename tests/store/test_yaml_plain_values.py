"""Reading without places takes a quick way; it must say exactly what the thorough way says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbctl.store.yaml_text import MAX_DEPTH, read_yaml

_PIECES = (
    "id: a\n",
    "title: 鸿运大额存单\n",
    "id: b\n",
    "scope: [head-office, x]\n",
    "tested: {by: li-na, on: 2026-02-20}\n",
    "facts:\n  - {key: k, value: '1'}\n  - key: l\n",
    "n: &a 0379\n",
    "m: *a\n",
    "t: !!str x\n",
    "u: ! x\n",
    "<<: {a: b}\n",
    "'<<': x\n",
    "? [a]\n: b\n",
    "{a: b}: c\n",
    "---\n",
    "...\n",
    "- x\n",
    "plain\n",
    "text: |\n  one\n  two\n",
    "\x1b: x\n",
    "a: [b\n",
    "\t x: y\n",
    "null\n",
    "~: x\n",
    '"": x\n',
    "v:\n",
    "# comment\n",
    "[" * (MAX_DEPTH - 1),
    "[" * (MAX_DEPTH + 1),
    "]" * (MAX_DEPTH - 1),
    "- " * 5,
    "\n",
)


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=6).map("".join))
def test_quick_reading_agrees_with_thorough_reading(text: str) -> None:
    quick, thorough = read_yaml(text, first_line=2), read_yaml(text, first_line=2, places=True)
    assert (quick.value, quick.problems) == (thorough.value, thorough.problems)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab:-[]{},'\"\n #&*!|>?~<", max_size=30))
def test_quick_reading_agrees_on_any_text(text: str) -> None:
    quick, thorough = read_yaml(text), read_yaml(text, places=True)
    assert (quick.value, quick.problems) == (thorough.value, thorough.problems)


@pytest.mark.parametrize("depth", [MAX_DEPTH - 1, MAX_DEPTH, MAX_DEPTH + 1])
def test_the_depth_limit_is_the_same(depth: int) -> None:
    text = "a: " + "[" * depth + "]" * depth
    quick, thorough = read_yaml(text), read_yaml(text, places=True)
    assert (quick.value, quick.problems) == (thorough.value, thorough.problems)
