"""Leaving out the block rules that cannot fire never changes what is parsed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from kbctl.store.markdown import block_tokens

_FULL = MarkdownIt("commonmark").enable("table")
_FULL.core.ruler.disable("inline")
_PIECES = st.sampled_from(
    ["\n", "\n\n", " ", "    ", "\t", "#", "## 内容", "```", "~~~", ">", "- ", "* ", "+", "1. ", "12)", "---", "===", "=", "-", "_ _ _",
     "|", "| a | b |", "|---|---|", ":-:", "<div>", "<!-- x -->", "[a]: b", "[a]:\n/u", "账户", "a", "\\", "*", "**", "\r", "\u00a0"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES, max_size=25).map("".join) | st.text(max_size=80))
def test_same_blocks_as_the_full_parser(body: str) -> None:
    expected = [(token.type, token.map, token.content, token.level) for token in _FULL.parse(body)]
    assert [(token.type, token.map, token.content, token.level) for token in block_tokens(body)] == expected
