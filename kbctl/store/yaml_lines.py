"""YAML as lines: which lines hold a key of a front matter, and how a value is written.

Reading values is :mod:`kbctl.store.yaml_text`'s; this module is for those who change a file and leave the rest alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

# YAML counts these as line ends, the rest of kbctl does not: line numbers would not agree.
_ODD_LINE_ENDS = re.compile("[\r\x85\u2028\u2029]")
_ENDS_WITH_VALUE = (yaml.ScalarEvent, yaml.SequenceEndEvent, yaml.MappingEndEvent)
_TIMESTAMP = "tag:yaml.org,2002:timestamp"


@dataclass(frozen=True, slots=True)
class KeySpan:
    """The lines ``start`` to ``end`` (exclusive, counted from 0) of one top-level key with its value.

    ``tail`` is what follows the value on its last line, such as a comment.
    """

    key: str
    start: int
    end: int
    tail: str


class _Writer(yaml.SafeDumper):
    """Writes values as people write front matter: plain where that is safe, else in double quotes."""

    def choose_scalar_style(self) -> str:
        """Double quotes where single ones would do: one kind of quotes in all files."""
        style: str = super().choose_scalar_style()
        return '"' if style == "'" else style

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent the items of a list below its key."""
        super().increase_indent(flow, False)


# Days and the key `on` stay without quotes; what other readers would take for a number or a truth value gets them.
_Writer.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != _TIMESTAMP]
    for first, pairs in yaml.SafeDumper.yaml_implicit_resolvers.items()
    if first not in ("o", "O")
}


def write_key(key: str, value: Any) -> str:
    """Return the lines of *key* with *value* (texts, lists and mappings of texts).

    A list of texts and a mapping stand on the key's line, a list of mappings below it, one a line.
    """
    flow = False if isinstance(value, str) else None
    return str(
        yaml.dump(
            {key: value}, Dumper=_Writer, default_flow_style=flow, allow_unicode=True, width=1_000_000, sort_keys=False
        )
    )


def key_spans(block: str) -> list[KeySpan] | None:
    """Return the span of each top-level key of *block*, in order.

    ``None`` where the keys do not each begin a line of their own, or *block* is not readable YAML.
    """
    if _ODD_LINE_ENDS.search(block):
        return None
    lines = block.split("\n")
    try:
        spans = list(_spans(block, lines))
    except (yaml.YAMLError, _NotPlain):
        return None
    between = _outside(lines, spans)
    return None if any(line.strip() and not line.lstrip().startswith("#") for line in between) else spans


class _NotPlain(Exception):
    """The block is a list, is written as ``{…}``, or has a key that does not begin its line."""


def _spans(block: str, lines: list[str]) -> Iterator[KeySpan]:
    depth = 0
    key: Any = None
    end: Any = None
    for event in yaml.parse(block, Loader=yaml.CSafeLoader):
        begun: Any = event.start_mark
        ended: Any = event.end_mark
        if isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            depth -= 1
        if depth == 1 and key is None and isinstance(event, yaml.ScalarEvent):
            if begun.column or ended.line != begun.line:
                raise _NotPlain
            key, end = event, None
            continue
        if depth == 0 and isinstance(event, yaml.SequenceStartEvent | yaml.ScalarEvent):
            raise _NotPlain
        if isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
            if depth == 0 and event.flow_style:
                raise _NotPlain
            depth += 1
        # A block collection ends where the next key begins, so the end of the last thing in it counts.
        if isinstance(event, _ENDS_WITH_VALUE) and ended.index > begun.index:
            end = ended
        if depth == 1 and key is not None:
            yield _span(key, end, lines)
            key = None


def _span(key: Any, end: Any, lines: list[str]) -> KeySpan:
    start = key.start_mark.line
    if end is None:
        return KeySpan(key.value, start, start + 1, lines[start].partition(":")[2])
    if end.column == 0 and end.line > start:
        return KeySpan(key.value, start, end.line, "")
    return KeySpan(key.value, start, end.line + 1, lines[end.line][end.column :])


def _outside(lines: list[str], spans: list[KeySpan]) -> Iterator[str]:
    inside = {number for span in spans for number in range(span.start, span.end)}
    return (line for number, line in enumerate(lines) if number not in inside)
