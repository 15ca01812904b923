"""Keys of the front matter: known, present, of the right shape, with dates that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from kbctl.model.entry import Entry
from kbctl.model.entry_type import EntryType
from kbctl.model.finding import Finding
from kbctl.model.validity import LONG_TERM
from kbctl.rules.context import Context
from kbctl.rules.dates import mended_day
from kbctl.rules.meant import contact_meant, institution_meant, type_meant, word_meant
from kbctl.rules.sections import PLACEHOLDER
from kbctl.store.front_matter import locate, locate_key, places
from kbctl.store.json_schema import ID_PATTERN, LINE_PATTERN, SchemaProblem, SchemaValidator
from kbctl.store.markdown import Document

_TEXT = {"type": "string", "minLength": 1}
_LINE = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": LINE_PATTERN}
_ID = {"type": "string", "pattern": ID_PATTERN}
_DATE = {"type": "string", "format": "date"}
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WIDE_COMMA = re.compile("[，、；]")
_COMMA = re.compile("[,，、;；]")
_WORDS = {"type": "array", "items": _LINE, "uniqueItems": True}


def _closed(required_keys: list[str], /, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required_keys, "properties": properties, "additionalProperties": False}


# The keys that every entry may have, in the order in which `kbctl fmt` writes them.
COMMON: dict[str, Any] = {
    "id": _ID,
    "title": _LINE,
    "type": _ID,
    "owner": _ID,
    "scope": {"type": "array", "items": _ID, "minItems": 1, "uniqueItems": True},
    "topic": _ID,
    "contact": {"type": "array", "items": {"type": "string", "format": "contact"}, "minItems": 1, "uniqueItems": True},
    "valid_from": _DATE,
    "valid_until": {"type": "string", "format": "date-or-long-term"},
    "review_by": _DATE,
    "audience": {"enum": ["internal", "public"]},
    "keywords": _WORDS,
    "aliases": _WORDS,
    "tested": _closed(["by", "on", "covers"], by={"type": "string", "format": "contact"}, on=_DATE, covers=_TEXT),
    "attachments": {"type": "array", "items": _closed(["file", "kind"], file=_LINE, kind=_LINE)},
    "facts": {
        "type": "array",
        "items": _closed(["key", "value", "source"], key=_LINE, value=_LINE, unit=_LINE, source=_LINE),
    },
    "withdrawn": _closed(["on", "reason"], on=_DATE, reason=_TEXT, replaced_by=_ID),
}
REQUIRED = ("id", "title", "type", "owner", "scope", "contact", "valid_from", "valid_until")


def entry_schema(entry_type: EntryType | None) -> dict[str, Any]:
    """The JSON Schema of an entry's front matter: the common keys with the type's own fragment over them."""
    fragment: Mapping[str, Any] = entry_type.front_matter if entry_type else {}
    own: dict[str, Any] = {key: {} for key in fragment.get("properties", {}) if key not in COMMON}
    schema: dict[str, Any] = {
        "type": "object",
        "required": list(REQUIRED),
        "properties": {**COMMON, **own},
        "allOf": [dict(fragment)],
    }
    if entry_type is not None:
        schema["additionalProperties"] = False
    return schema


def key_shapes(entry_type: EntryType | None) -> dict[str, dict[str, Any]]:
    """The JSON Schema of each key that an entry of this type may have, in the order in which keys are written."""
    own: Mapping[str, Any] = entry_type.front_matter.get("properties", {}) if entry_type else {}
    return {key: {**COMMON.get(key, {}), **own.get(key, {})} for key in (*COMMON, *own)}


def required_keys(entry_type: EntryType) -> tuple[str, ...]:
    """The keys that every entry of this type has."""
    own = [key for key in entry_type.front_matter.get("required", ()) if key not in REQUIRED]
    return (*REQUIRED, *own)


def contact_paths(entry: Entry, entry_type: EntryType | None) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every contact id in the front matter with its path: the contacts, the tester, and keys of format ``contact``."""
    keys = [("contact", True)]
    own: Mapping[str, Any] = entry_type.front_matter.get("properties", {}) if entry_type else {}
    for key, shape in own.items():
        if _is_contact(shape):
            keys.append((key, False))
        elif isinstance(shape, dict) and _is_contact(shape.get("items")):
            keys.append((key, True))
    for key, many in keys:
        value = entry.front_matter.get(key)
        if many and isinstance(value, list):
            yield from (((key, number), id_) for number, id_ in enumerate(value) if isinstance(id_, str))
        elif not many and isinstance(value, str):
            yield (key,), value
    if entry.tested and entry.tested.by:
        yield ("tested", "by"), entry.tested.by


def _is_contact(shape: object) -> bool:
    return isinstance(shape, dict) and shape.get("format") == "contact"


def named(names: Mapping[str, str]) -> list[str]:
    """Ids with their names, for a message."""
    return [f"{id_} {name}" for id_, name in names.items()]


class _Validators:
    """Compiled schemas of one set of types; compiling costs more than a thousand checks."""

    def __init__(self, types: Mapping[str, EntryType]) -> None:
        self.types = types
        self._compiled: dict[str, SchemaValidator] = {}

    def of(self, type_id: str) -> SchemaValidator:
        if type_id not in self._compiled:
            self._compiled[type_id] = SchemaValidator(entry_schema(self.types.get(type_id)))
        return self._compiled[type_id]


_LAST: list[_Validators] = []


def _validators(types: Mapping[str, EntryType]) -> _Validators:
    """The compiled schemas of *types*, kept for as long as the same rulebook is asked for."""
    if not _LAST or _LAST[0].types is not types:
        _LAST[:] = [_Validators(types)]
    return _LAST[0]


def check(entry: Entry, document: Document, context: Context) -> Iterator[Finding]:
    """Compare the front matter with the common schema and its type's."""
    types = context.rulebook.types
    if entry.type and entry.type not in types:
        params = {"type": entry.type, "known": sorted(types), "near": type_meant(entry.type, context)}
        yield Finding("KB020", entry.path, *locate(entry, "type"), entry.type, params)
    validator = _validators(types).of(entry.type)
    if validator.fits(entry.front_matter):
        return
    entry_type = types.get(entry.type)
    seen: set[tuple[str | int, ...]] = set()
    for problem in validator.problems(entry.front_matter, lambda path: _known_keys(entry_type, path)):
        # A day that is still to be filled in is a placeholder, KB207, and no wrong date.
        if problem.path not in seen and not _unfilled(entry, problem) and not _looked_up(entry, problem, context):
            seen.add(problem.path)
            found = _finding(entry, entry_type, problem, context)
            yield replace(found, params={**found.params, "type": entry.type}) if entry_type else found


def _known_keys(entry_type: EntryType | None, path: tuple[str | int, ...]) -> list[str]:
    current: Any = entry_schema(entry_type)
    for part in path:
        current = current.get("items", {}) if isinstance(part, int) else current.get("properties", {}).get(part, {})
    return list(current.get("properties", {}))


def _at(entry: Entry, path: tuple[str | int, ...]) -> str:
    """The text at *path* in the front matter."""
    value: Any = entry.front_matter
    for part in path:
        value = value[part]
    return str(value)


def _unfilled(entry: Entry, problem: SchemaProblem) -> bool:
    return problem.reason == "format" and PLACEHOLDER.search(_at(entry, problem.path)) is not None


def _looked_up(entry: Entry, problem: SchemaProblem, context: Context) -> bool:
    """Whether the value at fault is a name in the place of an id: that there is nothing called so is found as well."""
    known = problem.path in (("type",), ("owner",)) or (
        problem.path[0] == "scope" and bool(context.rulebook.organization.institutions)
    )
    return known and problem.reason == "pattern-id" and _at(entry, problem.path) != ""


def check_lists(entry: Entry, document: Document, context: Context) -> Iterator[Finding]:
    """Lists ``[…]`` whose items are divided by Chinese commas: to a reader they are one item."""
    suspects = [
        ((key, number), item)
        for key, value in entry.front_matter.items()
        if isinstance(value, list)
        for number, item in enumerate(value)
        if isinstance(item, str) and _WIDE_COMMA.search(item)
    ]
    if not suspects:
        return
    found = places(entry).places
    lines = ["", *entry.block.split("\n")]
    for (key, number), item in suspects:
        (start_line, start), (line, column) = found[key,], found[key, number]
        if lines[start_line - 1][start - 1 : start] == "[" and lines[line - 1].startswith(item, column - 1):
            params = {"key": key, "value": item, "better": ", ".join(filter(None, _WIDE_COMMA.split(item)))}
            yield Finding("KB021", entry.path, line, column, key, params)


def _meant(entry: Entry, entry_type: EntryType | None, problem: SchemaProblem, context: Context) -> str:
    """What to write in the place of a wrong value, where that can be told."""
    key, value = problem.path[0], _at(entry, problem.path)
    if problem.reason == "enum":
        return word_meant(value)
    if problem.expected == "date-or-long-term":
        allowed = entry_type is None or entry_type.validity.long_term
        return LONG_TERM if allowed and word_meant(value) == LONG_TERM else ""
    shape = key_shapes(entry_type).get(str(key), {})
    one = shape.get("items", {})
    if problem.reason != "type-list" or len(problem.path) > 1 or one.get("type") != "string" or not value:
        return ""
    parts = [part.strip() for part in _COMMA.split(value) if part.strip()]
    if key == "scope":
        parts = [institution_meant(part, context) or part for part in parts]
    elif _is_contact(one):
        parts = [contact_meant(part, context) or part for part in parts]
    return f"`{key}: [{', '.join(parts)}]`"


def _finding(entry: Entry, entry_type: EntryType | None, problem: SchemaProblem, context: Context) -> Finding:
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in problem.path)
    if problem.reason == "unknown-key":
        line, column = locate_key(entry, *problem.path)
        # Within braces nothing but its colon tells a key from its value.
        near = f"`{problem.path[-1]}`".replace("：", ": ", 1) if "：" in key else problem.near
        return Finding("KB016", entry.path, line, column, key, {"key": key, "near": near})
    if problem.reason == "required":
        line, column = locate(entry, *problem.path[:-1])
        return Finding("KB017", entry.path, line, column, key, {"key": key})
    line, column = locate(entry, *problem.path)
    near = _meant(entry, entry_type, problem, context)
    if problem.reason == "format":
        value = _at(entry, problem.path)
        wrong = "no-such-day" if _DAY.fullmatch(value) else "no-day"
        more = "fmt" if mended_day(value) is not None else ""
        told = {"key": key, "value": value, "format": problem.expected, "problem": wrong, "more": more, "near": near}
        return Finding("KB019", entry.path, line, column, key, told)
    params: dict[str, Any] = {"key": key, "reason": problem.reason, "expected": problem.expected, "near": near}
    if problem.path[0] == "attachments" and entry_type is not None and entry_type.attachment_kinds:
        kinds = entry_type.attachment_kinds
        example = {"file": f"{next(iter(kinds.values()))}.docx", "kind": next(iter(kinds)), "known": named(kinds)}
        params = {**params, **example, "more": "attachments"}
    return Finding("KB018", entry.path, line, column, key, params)
