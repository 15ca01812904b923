"""An expiry report as CSV for Excel: one line an entry or stale row; what cannot be read comes last, in its own state."""

from __future__ import annotations

from collections.abc import Iterator

from kbctl.i18n import _
from kbctl.output import expiry_words as words
from kbctl.output.quoting import csv_bytes
from kbctl.output.source import Source
from kbctl.reports.expiry import ExpiryGroup, ExpiryItem, ExpiryReport, StaleRow

Line = tuple[str | int | None, ...]


def as_csv(report: ExpiryReport, source: Source) -> bytes:
    """The report as a file (utf-8-sig)."""
    return csv_bytes(_header(), _lines(report, source))


def _header() -> list[str]:
    return [
        _("department"),
        _("id"),
        _("title"),
        _("type"),
        _("row"),
        _("state"),
        _("last day"),
        _("days left"),
        _("review by"),
        _("why"),
        _("call"),
        _("phone"),
        _("what mends it"),
    ]


def _lines(report: ExpiryReport, source: Source) -> Iterator[Line]:
    for group in report.groups:
        for item in group.items:
            yield _entry(report, group, item, source)
        for stale in group.rows:
            yield _row(report, group, stale)
    for one in words.left_out(report, source):
        state = _("cannot be read")
        yield (one.owner, "", "", "", "", state, "", "", "", one.reason, "", "", one.place)


def _entry(report: ExpiryReport, group: ExpiryGroup, item: ExpiryItem, source: Source) -> Line:
    entry = item.entry
    return (
        words.owner_name(group),
        entry.id,
        words.title_text(item, source),
        words.type_name(report, entry.type),
        "",
        words.state_name(item),
        words.last_day(item),
        item.days,
        entry.review_by.isoformat() if entry.review_by else "",
        _("; ").join(words.sentences(item)),
        item.call.name if item.call else "",
        item.call.phone if item.call else "",
        "; ".join(item.mend),
    )


def _row(report: ExpiryReport, group: ExpiryGroup, stale: StaleRow) -> Line:
    entry = stale.table.entry
    return (
        words.owner_name(group),
        entry.id,
        entry.title,
        words.type_name(report, entry.type),
        stale.row.key,
        _("stale"),
        "",
        "",
        "",
        words.row_text(stale),
        stale.call.name if stale.call else "",
        stale.call.phone if stale.call else "",
        stale.place,
    )
