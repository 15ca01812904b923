"""Changing one key of a front matter and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.store.front_matter import read_block, split
from kbctl.store.yaml_lines import KeySpan, key_spans, write_key
from kbctl.store.yaml_text import Path, read_yaml

BOM = "\ufeff"


class EditRefusedError(KbctlError):
    """A file whose front matter is not written in a way that lets one key be changed safely."""


def set_key(text: str, key: str, value: Any, after: Sequence[str] = ()) -> str:
    """Return the file *text* with *key* of its front matter set to *value*; every other byte stays.

    A key that is there is replaced where it stands, and keeps a comment at the end of its line. A new one is
    inserted after the last of the keys *after* that the file has, else after its last key. Mappings and lists of
    texts are written on one line.

    :raises EditRefusedError: if it cannot be shown that only this key changes.
    """
    before, block, spans = _read(text, key)
    written = write_key(key, value).removesuffix("\n").split("\n")
    span = next((span for span in spans if span.key == key), None)
    if span is not None:
        start, end = span.start, span.end
        if "#" in span.tail and span.tail[0] in " \t":
            written[0] += span.tail
    else:
        known = [other.end for other in spans if other.key in after] or [other.end for other in spans]
        start = end = max(known, default=0)
    changed = _splice(text, start, end, written)
    _prove(changed, before, {**before, key: value}, key, len(block.split("\n")) - (end - start) + len(written))
    return changed


def put_values(block: str, values: Mapping[Path, str]) -> str:
    """Return the front matter *block* with the texts at these paths replaced where they stand; every other byte stays.

    Whatever cannot be shown to change nothing else stays as it is: a text of several lines, or one with escapes.
    """
    for path, value in values.items():
        read = read_yaml(block, places=True)
        line, column = read.places.get(path, (0, 0))
        old = _at(read.value, path)
        lines = block.split("\n")
        before, rest = lines[line - 1][: column - 1], lines[line - 1][column - 1 :]
        written = next((text for text in (old, f'"{old}"', f"'{old}'") if old and rest.startswith(text)), None)
        if not line or written is None:
            continue
        lines[line - 1] = before + value + rest.removeprefix(written)
        changed = "\n".join(lines)
        after = read_yaml(changed)
        if not after.problems and after.value == _with(read.value, path, value):
            block = changed
    return block


def _at(value: Any, path: Path) -> str:
    for part in path:
        value = value[part]
    return value if isinstance(value, str) else ""


def _with(value: Any, path: Path, new: str) -> Any:
    """*value* with *new* at *path*."""
    if not path:
        return new
    if isinstance(value, list):
        return [_with(item, path[1:], new) if number == path[0] else item for number, item in enumerate(value)]
    return {key: _with(item, path[1:], new) if key == path[0] else item for key, item in value.items()}


def _read(text: str, key: str) -> tuple[Mapping[str, Any], str, list[KeySpan]]:
    """The values, the block and the spans of a file; ``\\r\\n`` counts as a line end here."""
    parts = split("", _plain(text))
    values, problems = read_block("", parts.block) if parts.block is not None else (None, [])
    spans = key_spans(parts.block) if parts.block is not None else None
    if parts.block is None or values is None or problems or spans is None:
        raise _refusal(key)
    return values, parts.block, spans


def _plain(text: str) -> str:
    return text.removeprefix(BOM).replace("\r\n", "\n")


def _splice(text: str, start: int, end: int, written: Sequence[str]) -> str:
    """Put *written* in the place of the block's lines *start* to *end*, with the line ends that the file has."""
    lines = text.split("\n")
    ending = "\r" if lines[0].endswith("\r") else ""
    # The block's first line is the file's second.
    lines[start + 1 : end + 1] = [line + ending for line in written]
    return "\n".join(lines)


def _prove(changed: str, before: Mapping[str, Any], wanted: Mapping[str, Any], key: str, lines: int) -> None:
    """Hold the changed file against what it should say: *wanted*, with the other keys in the order of *before*."""
    after, block, _ = _read(changed, key)
    same_order = [name for name in after if name != key] == [name for name in before if name != key]
    if dict(after) != dict(wanted) or not same_order or len(block.split("\n")) != lines:
        raise _refusal(key)


def _refusal(key: str) -> EditRefusedError:
    return EditRefusedError(
        N_("the key {key} cannot be changed safely: the front matter is not a plain list of `key: value` lines"),
        hint=N_("run `kbctl validate` on the file, or change the key by hand"),
        key=key,
    )
