"""An expiry report as one HTML file, by a template that the bank can edit; nothing is fetched from outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from kbctl.i18n import _, language
from kbctl.output import expiry_words as words
from kbctl.output.plain import clean
from kbctl.output.quoting import html_text
from kbctl.output.source import Source
from kbctl.reports.expiry import EXPIRED, LOAD_NOTE, ExpiryGroup, ExpiryItem, ExpiryReport, StaleRow
from kbctl.store.snapshot import Snapshot
from kbctl.store.templates import find_template, render_template

TEMPLATE = "templates/report/expiry.html.j2"
# Measures of the picture, in its own units.
_CELL, _HIGH, _HEAD, _LETTER = 52, 26, 30, 13
# The darkest cell is still light enough for black figures.
_DARKEST = 0.75


@dataclass(frozen=True, slots=True)
class Box:
    """A cell of the picture: where it stands, how dark it is (0 to 1), its number, and whether that is overdue."""

    x: int
    y: int
    shade: str
    count: int
    late: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """The load by department (rows) and month (columns) with a last row of sums; all places are computed."""

    width: int
    height: int
    left: int
    cell: int
    high: int
    heads: tuple[tuple[int, str], ...]
    names: tuple[tuple[int, str], ...]
    boxes: tuple[Box, ...]
    description: str


def as_html(report: ExpiryReport, source: Source, snapshot: Snapshot) -> str:
    """The report as an HTML page.

    :param snapshot: holds the bank's :data:`TEMPLATE`; without it the shipped one is taken.
    """
    missing = words.left_out(report, source)
    values: dict[str, Any] = {
        "language": "zh-CN" if language() == "zh_CN" else "en",
        "title": words.title(report),
        "today": report.today.isoformat(),
        "base_time": _base_time(source),
        "counts": [{"name": name, "number": number} for name, number in words.counts(report)],
        "nothing": words.nothing(report),
        "groups": [_group(report, group, source) for group in report.groups],
        "picture": draw(report),
        "unread": words.incomplete(len(missing)) if missing else "",
        "left_out": [{"place": clean(one.place), "owner": one.owner, "why": clean(one.reason)} for one in missing],
        "labels": _labels(),
    }
    return render_template(TEMPLATE, find_template(snapshot, TEMPLATE) or "", values, html=True)


def _base_time(source: Source) -> str:
    if source.time is None:
        return _("what lies on the desk")
    return _("knowledge base as of {time}").format(time=source.time.strftime("%Y-%m-%d %H:%M"))


def _labels() -> dict[str, str]:
    return {
        "title": _("title"),
        "last_day": _("last day"),
        "why": _("why"),
        "call": _("call"),
        "mend": _("what mends it"),
        "place": _("place"),
        "stale_rows": _("Rows to be checked again"),
        "load": _("What falls due, by department and month"),
        "load_note": _(LOAD_NOTE),
        "cannot_be_read": _("Cannot be read"),
        "department": _("department"),
    }


def _group(report: ExpiryReport, group: ExpiryGroup, source: Source) -> dict[str, Any]:
    return {
        "owner": clean(group.owner),
        "name": words.owner_name(group),
        "entries": [_entry(report, item, source) for item in group.items],
        "rows": [_row(stale) for stale in group.rows],
    }


def _entry(report: ExpiryReport, item: ExpiryItem, source: Source) -> dict[str, Any]:
    urgent = EXPIRED in item.reasons or f"within_{report.thresholds[0]}" in item.reasons
    return {
        "id": clean(item.entry.id),
        "title": words.title_text(item, source),
        "last_day": words.last_day(item),
        "days": item.days,
        "why": [Markup(html_text(text)) for text in words.sentences(item)],
        "call": words.call_text(item.call),
        "mend": list(item.mend),
        "urgent": urgent,
    }


def _row(stale: StaleRow) -> dict[str, Any]:
    return {
        "id": clean(stale.table.entry.id),
        "title": clean(stale.table.entry.title),
        "why": Markup(html_text(words.row_text(stale))),
        "call": words.call_text(stale.call),
        "place": clean(stale.place),
    }


def draw(report: ExpiryReport) -> Picture:
    """Lay the picture out: a column for what is overdue, then one a month; nothing needs measuring in the browser."""
    load = report.load
    names = [_owner_name(report, owner) for owner in load.by_owner]
    rows = list(load.by_owner.values())
    sums = tuple(sum(column) for column in zip(*rows, strict=True)) or (0,) * (len(load.months) + 1)
    left = max((_width(name) for name in [*names, _("all")]), default=0) + 16
    most = max((number for row in rows for number in row), default=1) or 1
    shades = [*([_shade(number, most) for number in row] for row in rows), ["0"] * len(sums)]
    boxes = [
        Box(left + column * _CELL, _HEAD + place * _HIGH, shades[place][column], number, column == 0)
        for place, row in enumerate([*rows, sums])
        for column, number in enumerate(row)
    ]
    heads = [_("overdue"), *(f"{month.year % 100:02d}-{month.month:02d}" for month in load.months)]
    return Picture(
        width=left + len(heads) * _CELL + 2,
        height=_HEAD + (len(rows) + 1) * _HIGH + 2,
        left=left,
        cell=_CELL,
        high=_HIGH,
        heads=tuple((left + number * _CELL + _CELL // 2, text) for number, text in enumerate(heads)),
        names=tuple((_HEAD + number * _HIGH, text) for number, text in enumerate([*names, _("all")])),
        boxes=tuple(boxes),
        description=_("What falls due, by department and month"),
    )


def _owner_name(report: ExpiryReport, owner: str) -> str:
    return clean(report.organization.department_name(owner))


def _width(text: str) -> int:
    return sum(_LETTER if ord(letter) > 0xFF else _LETTER * 6 // 10 for letter in text)


def _shade(number: int, most: int) -> str:
    """How dark a cell is."""
    return f"{number / most * _DARKEST:.2f}"
