"""The shapes of the files of the rulebook, as JSON Schema 2020-12."""

from __future__ import annotations

from typing import Any

from kbctl.model.entry_type import CARRIERS, CATEGORIES, COLUMN_KINDS, ELEMENTS
from kbctl.store.json_schema import ID_PATTERN

_ID = {"type": "string", "pattern": ID_PATTERN}
_TEXT = {"type": "string", "minLength": 1}
_NAMES = {
    "type": "object",
    "required": ["zh_CN"],
    "properties": {"zh_CN": _TEXT, "en": _TEXT},
    "additionalProperties": False,
}
_IDS = {"type": "array", "items": _ID, "uniqueItems": True}
_DAYS = {"type": "integer", "minimum": 0, "maximum": 36500}
_DATE = {"type": "string", "format": "date"}
_ANSWERS = {"type": "array", "items": {"enum": list(ELEMENTS)}, "uniqueItems": True}


def _closed(required_keys: list[str], /, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required_keys, "properties": properties, "additionalProperties": False}


_ITEM = _closed(["heading"], heading=_TEXT, required={"type": "boolean"}, answers=_ANSWERS, **{"from": _TEXT})

ENTRY_TYPE = _closed(
    ["id", "names", "category", "carrier", "sections"],
    id=_ID,
    names=_NAMES,
    words={"type": "array", "items": _TEXT},
    category={"enum": list(CATEGORIES)},
    carrier={"enum": list(CARRIERS)},
    tested={"enum": ["required", "optional", "none"]},
    validity=_closed([], long_term={"type": "boolean"}, max_days=_DAYS, review_within_days=_DAYS),
    lead_time_days=_DAYS,
    reviewers=_IDS,
    front_matter={"type": "object"},
    sections={
        "type": "array",
        "minItems": 1,
        "items": _closed(
            ["heading"],
            heading=_TEXT,
            required={"type": "boolean"},
            screenshot={"type": "boolean"},
            answers=_ANSWERS,
            items={"type": "array", "items": _ITEM},
            **{"from": _TEXT},
        ),
    },
    attachments=_closed(
        ["kinds"],
        kinds={"type": "object", "propertyNames": _ID, "additionalProperties": _TEXT},
        required=_IDS,
    ),
    table=_closed(
        ["key", "verified", "verify_every_days", "columns"],
        key=_TEXT,
        verified=_TEXT,
        verify_every_days={"type": "integer", "minimum": 1, "maximum": 3660},
        columns={
            "type": "array",
            "minItems": 1,
            "items": _closed(
                ["name", "title", "kind"],
                name={"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"},
                title=_NAMES,
                kind={"enum": list(COLUMN_KINDS)},
                required={"type": "boolean"},
                choices={"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True},
                internal={"type": "boolean"},
            ),
        },
    ),
)

INSTITUTIONS = _closed(
    ["institutions"],
    institutions={"type": "array", "minItems": 1, "items": _closed(["id", "name"], id=_ID, name=_TEXT, parent=_ID)},
)

DEPARTMENT = _closed(
    ["id", "name", "institution", "role", "contacts"],
    id=_ID,
    name=_TEXT,
    institution=_ID,
    role={"enum": ["managing", "business", "technology", "branch"]},
    parent=_ID,
    forge_team=_TEXT,
    contacts={
        "type": "array",
        "minItems": 1,
        "items": _closed(
            ["id", "name"],
            id=_ID,
            name=_TEXT,
            phone=_TEXT,
            mobile=_TEXT,
            email=_TEXT,
            scope=_TEXT,
            git_emails={"type": "array", "items": _TEXT},
            until=_DATE,
            **{"from": _DATE},
        ),
    },
)

ROLES = _closed(
    ["reviewers"],
    reviewers=_IDS,
    administrators=_IDS,
    further_reviewers={"type": "object", "propertyNames": _ID, "additionalProperties": _IDS},
    names={"type": "object", "propertyNames": _ID, "additionalProperties": _TEXT},
)

SYNONYMS = {"type": "object", "additionalProperties": {"type": "array", "items": _TEXT, "minItems": 1}}

_DATES = {"type": "array", "items": _DATE, "uniqueItems": True}
CALENDAR = _closed([], working_days=_DATES, days_off=_DATES)

_TIME = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
_SPAN = {"type": "string", "pattern": "^[1-9][0-9]{0,3} (working days|hours|minutes)$"}
_LIMIT = _closed(["answer", "close", "source"], answer=_SPAN, close=_SPAN, source=_TEXT)
_HOURS = {"type": "integer", "minimum": 1, "maximum": 10000}

SETTINGS = _closed(
    ["knowledge-base"],
    **{
        "knowledge-base": _closed(
            ["name"],
            name=_TEXT,
            language={"enum": ["zh_CN", "en"]},
            base=_TEXT,
            baseline={"type": "string"},
            warning_days={"type": "array", "items": _DAYS, "minItems": 1, "uniqueItems": True},
            stale_clone_hours=_HOURS,
        ),
        "limits": _closed([], entry_kib=_HOURS, attachment_mib=_HOURS),
        "working-hours": _closed(["start", "end"], start=_TIME, end=_TIME),
        "review-hours": _closed([], normal=_HOURS, expedited=_HOURS, urgent=_HOURS),
        "time-limits": _closed([], normal=_LIMIT, major=_LIMIT, urgent=_LIMIT),
        "search": _closed([], limit={"type": "integer", "minimum": 1, "maximum": 1000}),
    },
)
