"""JSON Schema 2020-12, with problems as data instead of sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

import jsonschema_rs

from kbctl.model.validity import LONG_TERM

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")

ID_PATTERN = "^[a-z0-9][a-z0-9-]{0,79}$"
LINE_PATTERN = "^[^\\r\\n]*$"

# The parts of an error that a message needs, by the kind of the error.
_REASONS: dict[str, tuple[str, str]] = {
    "Type": ("type", "types"),
    "Enum": ("enum", "options"),
    "MinItems": ("min-items", "limit"),
    "MaxItems": ("max-items", "limit"),
    "MinLength": ("min-length", "limit"),
    "MaxLength": ("max-length", "limit"),
    "UniqueItems": ("unique", ""),
    "Pattern": ("pattern", "pattern"),
    "Format": ("format", "format"),
    "Minimum": ("minimum", "limit"),
    "Maximum": ("maximum", "limit"),
    "MinProperties": ("min-properties", "limit"),
}

# What a schema can ask for that has plain words of its own.
_PLAIN = {
    ("type", "string"): "type-text",
    ("type", "array"): "type-list",
    ("type", "object"): "type-mapping",
    ("type", "integer"): "type-number",
    ("type", "boolean"): "type-yes-no",
    ("pattern", ID_PATTERN): "pattern-id",
    ("pattern", LINE_PATTERN): "pattern-line",
}


@dataclass(frozen=True, slots=True)
class SchemaProblem:
    """Where and why a value does not fit its schema.

    ``reason`` is required, unknown-key, type, enum, min-items … or other; ``path`` leads to the value, for
    required and unknown-key to the key; ``expected`` is what the schema asks for, as text.
    """

    reason: str
    path: tuple[str | int, ...]
    expected: str
    near: str = ""


def parse_date(text: object) -> date | None:
    """Return the day that ``YYYY-MM-DD`` names, or ``None`` if it is no such text or no day of the calendar."""
    if not isinstance(text, str) or not _DATE.match(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class SchemaValidator:
    """A compiled schema. Beyond the standard's formats it knows ``date`` as strict ``YYYY-MM-DD`` and
    ``date-or-long-term``; ``contact`` marks contact ids, which a rule looks up.

    :raises ValueError: if *schema* is itself no valid schema.
    """

    def __init__(self, schema: Mapping[str, Any]) -> None:
        formats: dict[str, Callable[[str], bool]] = {
            "date": lambda text: parse_date(text) is not None,
            "date-or-long-term": lambda text: text == LONG_TERM or parse_date(text) is not None,
            "contact": lambda text: True,
        }
        self._validator = jsonschema_rs.Draft202012Validator(
            dict(schema), formats=formats, validate_formats=True, pattern_options=jsonschema_rs.RegexOptions()
        )

    def fits(self, value: Any) -> bool:
        """Whether *value* fits, without saying why not."""
        return bool(self._validator.is_valid(value))

    def problems(
        self, value: Any, known_keys: Callable[[tuple[str | int, ...]], list[str]] | None = None
    ) -> Iterator[SchemaProblem]:
        """Every problem of *value*; *known_keys* gives the keys allowed at a path, for a suggestion."""
        for error in self._validator.iter_errors(value):
            kind = type(error.kind).__name__.rsplit("_", 1)[-1]
            details = error.kind.as_dict()
            path = tuple(error.instance_path)
            if kind == "Required":
                yield SchemaProblem("required", (*path, str(details["property"])), "")
            elif kind in ("AdditionalProperties", "UnevaluatedProperties"):
                for key in details["unexpected"]:
                    near = get_close_matches(str(key), known_keys(path) if known_keys else [], 1, 0.6)
                    yield SchemaProblem("unknown-key", (*path, str(key)), "", near[0] if near else "")
            else:
                reason, detail = _REASONS.get(kind, ("other", ""))
                expected = _text(details.get(detail, ""))
                yield SchemaProblem(_PLAIN.get((reason, expected), reason), path, expected)


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_text(part) for part in value)
    return str(value)
