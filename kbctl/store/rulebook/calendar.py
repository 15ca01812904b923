"""The working calendar: the nation's holidays and make-up days, with ``kb/calendar/<year>.yaml`` over them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import chinese_calendar

from kbctl.model.working_days import WorkingDays
from kbctl.store import metaschemas
from kbctl.store.json_schema import parse_date
from kbctl.store.rulebook.reading import RulebookReader

_PATH = re.compile(r"kb/calendar/[0-9]{4}\.yaml\Z")


def read_calendar(reader: RulebookReader) -> WorkingDays:
    """The working days of the years that the bank has stated, and of the others as the holidays are published."""
    read = (reader.yaml(path, metaschemas.CALENDAR) for path in sorted(reader.files) if _PATH.match(path))
    return build_calendar(year.value for year in read if year is not None)


def national(day: date) -> bool | None:
    """Whether the nation works on *day*; ``None`` for a year whose holidays are not announced."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def build_calendar(years: Iterable[Mapping[str, Any]]) -> WorkingDays:
    """The calendar with the bank's own days of *years*, each with ``working_days`` and ``days_off`` as texts."""
    working: set[date] = set()
    off: set[date] = set()
    for year in years:
        working.update(_days(year.get("working_days", ())))
        off.update(_days(year.get("days_off", ())))
    return WorkingDays(national, frozenset(working), frozenset(off))


def _days(texts: Iterable[str]) -> set[date]:
    return {day for text in texts if (day := parse_date(text)) is not None}
