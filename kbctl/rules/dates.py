"""Days as spreadsheets and people write them: what can be told for certain is put right by ``kbctl fmt``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

# With the midnight that Excel adds to a day.
_WRITTEN = re.compile(
    r"(?P<year>[0-9]{4})(?:(?P<sign>[/-])(?P<month>[0-9]{1,2})(?P=sign)(?P<day>[0-9]{1,2})"
    r"|年(?P<month_>[0-9]{1,2})月(?P<day_>[0-9]{1,2})日)(?: 0?0:00(?::00)?)?\Z"
)
_FORMATS = ("date", "date-or-long-term")

Path = tuple[str | int, ...]


def mended_day(text: str) -> str | None:
    """The day that *text* names in year, month, day as ``YYYY-MM-DD``; ``None`` if it is so already or names none.

    Known are 2026/11/9, 2026-11-9 and 2026年11月9日.
    """
    match = _WRITTEN.match(text.strip())
    if match is None:
        return None
    month, day = match["month"] or match["month_"], match["day"] or match["day_"]
    try:
        found = date(int(match["year"]), int(month), int(day)).isoformat()
    except ValueError:
        return None
    return found if found != text else None


def mended_days(value: Any, shape: Mapping[str, Any], path: Path = ()) -> Iterator[tuple[Path, str]]:
    """The days of a front matter that can be put right, with their paths. :param shape: the JSON Schema of *value*."""
    if isinstance(value, str) and shape.get("format") in _FORMATS:
        found = mended_day(value)
        if found is not None:
            yield path, found
    elif isinstance(value, dict):
        shapes = shape.get("properties", {})
        for key, item in value.items():
            yield from mended_days(item, shapes.get(key, {}), (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from mended_days(item, shape.get("items", {}), (*path, number))
