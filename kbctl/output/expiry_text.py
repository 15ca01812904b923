"""An expiry report as lines for a terminal: by department, each entry with whom to call and what mends it."""

from __future__ import annotations

from collections.abc import Iterator

from kbctl.i18n import _
from kbctl.output import expiry_words as words
from kbctl.output.plain import one_line
from kbctl.output.source import Source
from kbctl.reports.expiry import EXPIRED, ExpiryGroup, ExpiryItem, ExpiryReport

# A line of text and how it is meant: heading, urgent, soon, plain or aside.
Line = tuple[str, str]
HEADING, URGENT, SOON, PLAIN, ASIDE = "heading", "urgent", "soon", "plain", "aside"
_COUNTS_ON_A_LINE = 3


def as_lines(report: ExpiryReport, source: Source) -> Iterator[Line]:
    """The report line by line; nothing is cut, short data keeps within 80 columns."""
    yield words.title(report), HEADING
    counted = [f"{name} {count}" for name, count in words.counts(report)]
    for start in range(0, len(counted), _COUNTS_ON_A_LINE):
        yield "  " + " · ".join(counted[start : start + _COUNTS_ON_A_LINE]), PLAIN
    missing = words.left_out(report, source)
    if missing:
        yield words.incomplete(len(missing)), URGENT
    if not report.groups:
        yield words.nothing(report), PLAIN
    for group in report.groups:
        yield "", PLAIN
        yield words.owner_text(group), HEADING
        yield from _group(report, group, source)
    if missing:
        yield "", PLAIN
        yield _("Cannot be read"), HEADING
    for one in missing:
        yield f"  {one_line(one.place)}  {one.owner}", URGENT
        yield f"    {one.reason}", PLAIN


def _group(report: ExpiryReport, group: ExpiryGroup, source: Source) -> Iterator[Line]:
    for item in group.items:
        yield f"  {one_line(item.entry.id)}  {words.title_text(item, source)}", _style(report, item)
        yield f"    {words.last_day(item)}  " + _("; ").join(words.sentences(item)), PLAIN
        yield "    " + _("call {contact}").format(contact=words.call_text(item.call)), PLAIN
        for command in item.mend:
            yield f"    → {command}", ASIDE
    for stale in group.rows:
        yield f"  {one_line(stale.table.entry.id)}  {words.row_text(stale)}", SOON
        yield "    " + _("call {contact}").format(contact=words.call_text(stale.call)), PLAIN
        yield f"    → {one_line(stale.place)}", ASIDE


def _style(report: ExpiryReport, item: ExpiryItem) -> str:
    if item.reasons[0] == EXPIRED:
        return URGENT
    soonest = f"within_{report.thresholds[0]}"
    return URGENT if soonest in item.reasons else SOON
