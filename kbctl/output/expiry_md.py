"""An expiry report as Markdown: what is counted, then a table for each department."""

from __future__ import annotations

from collections.abc import Iterator

from kbctl.i18n import _
from kbctl.output import expiry_words as words
from kbctl.output.quoting import markdown_table, markdown_text
from kbctl.output.source import Source
from kbctl.reports.expiry import ExpiryGroup, ExpiryReport


def as_markdown(report: ExpiryReport, source: Source) -> str:
    """The report as a Markdown file."""
    return "\n".join(_parts(report, source))


def _parts(report: ExpiryReport, source: Source) -> Iterator[str]:
    yield f"# {markdown_text(words.title(report))}\n"
    counted = list(words.counts(report))
    yield markdown_table([name for name, _count in counted], [[str(count) for _name, count in counted]])
    missing = words.left_out(report, source)
    if missing:
        yield f"**{markdown_text(words.incomplete(len(missing)))}**\n"
    for group in report.groups:
        yield f"## {markdown_text(words.owner_text(group))}\n"
        if group.items:
            yield _entries(group, source)
        if group.rows:
            yield _rows(group)
    if not report.groups:
        yield words.nothing(report) + "\n"
    if missing:
        yield f"## {_('Cannot be read')}\n"
        header = [_("department"), _("place"), _("why")]
        yield markdown_table(header, [[one.owner, one.place, one.reason] for one in missing])


def _entries(group: ExpiryGroup, source: Source) -> str:
    header = [_("id"), _("title"), _("last day"), _("why"), _("call"), _("what mends it")]
    rows = [
        [
            item.entry.id,
            words.title_text(item, source),
            words.last_day(item),
            _("; ").join(words.sentences(item)),
            words.call_text(item.call),
            "; ".join(item.mend),
        ]
        for item in group.items
    ]
    return markdown_table(header, rows)


def _rows(group: ExpiryGroup) -> str:
    header = [_("id"), _("title"), _("why"), _("call"), _("place")]
    rows = [
        [
            stale.table.entry.id,
            stale.table.entry.title,
            words.row_text(stale),
            words.call_text(stale.call),
            stale.place,
        ]
        for stale in group.rows
    ]
    return markdown_table(header, rows)
