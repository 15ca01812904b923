"""The expiry report as an Excel workbook: what lapses, which rows are stale, what falls due when (R25)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kbctl.documents.sheet import Book, Cell
from kbctl.i18n import _, language, ngettext
from kbctl.model.organization import Contact
from kbctl.reports.expiry import (
    EXPIRED,
    LOAD_NOTE,
    NAMES,
    ExpiryGroup,
    ExpiryItem,
    ExpiryReport,
    LeftOut,
    StaleRow,
    within,
)

_LATE = "C00000"
_ENTRY_WIDTHS = (19, 22, 24, 13, 12, 10, 12, 18, 20, 46)
_ROW_WIDTHS = (20, 28, 14, 14, 9, 9, 24, 50)
_LEFT_OUT_WIDTHS = (20, 56, 60)
_OWNER_WIDTH, _MONTH_WIDTH = 26, 10


def write_expiry(report: ExpiryReport, day: date, left_out: Sequence[LeftOut] = (), incomplete: str = "") -> bytes:
    """Return *report* as an .xlsx: entries, stale rows, what is missing, and the load by month and department.

    :param left_out: what cannot be read. :param incomplete: the sentence that says so on the first sheet.
    """
    book = Book()
    _entries(book, report, day, incomplete)
    if left_out:
        _left_out(book, left_out)
    if any(group.rows for group in report.groups):
        _rows(book, report)
    _months(book, report)
    return book.save(day)


def _entries(book: Book, report: ExpiryReport, day: date, incomplete: str) -> None:
    sheet = book.sheet(_("Entries"), _ENTRY_WIDTHS)
    sheet.title(_("Expiry report of {day}").format(day=day))
    sheet.line(_summary(report))
    if incomplete:
        sheet.line(incomplete, bold=True, color=_LATE)
    titles = (_("department"), _("id"), _("title"), _("type"), _("last day"), _("days left"), _("review by"))
    sheet.header((*titles, _("reasons"), _("whom to call"), _("what mends it")))
    for group in report.groups:
        for item in group.items:
            sheet.cells(_entry(report, group, item), at_least=22)
    sheet.finish()


def _summary(report: ExpiryReport) -> str:
    """Every count; those of warning days are cumulative, and go as far as is listed."""
    beyond = {within(days) for days in report.thresholds if days > report.horizon}
    parts = (f"{_reason(key)} {count}" for key, count in report.summary.items() if key not in beyond)
    return "　".join(parts)


def _entry(report: ExpiryReport, group: ExpiryGroup, item: ExpiryItem) -> list[Cell]:
    entry = item.entry
    known = report.types.get(entry.type)
    late = item.reasons[0] == EXPIRED
    return [
        Cell(_owner(group)),
        Cell(entry.id),
        Cell(entry.title),
        Cell(known.name(language()) if known else entry.type),
        Cell(_("long-term") if entry.long_term else entry.valid_until_text, align="center"),
        Cell("" if item.days is None else item.days, align="center", bold=late, color=_LATE if late else "000000"),
        Cell(entry.review_by.isoformat() if entry.review_by else "", align="center"),
        Cell("、".join(_reasons(item.reasons))),
        Cell(_call(item.call)),
        Cell("\n".join(item.mend), size=9),
    ]


def _reasons(reasons: Sequence[str]) -> list[str]:
    """The reasons in words; of the warning days, which are cumulative, only the most pressing."""
    warnings = [reason for reason in reasons if reason.startswith("within_")]
    return [_reason(reason) for reason in reasons if reason not in warnings[1:]]


def _reason(reason: str) -> str:
    if reason in NAMES:
        return _(NAMES[reason])
    days = int(reason.removeprefix("within_"))
    if not days:
        return _("lapses today")
    return ngettext("within {n} day", "within {n} days", days).format(n=days)


def _rows(book: Book, report: ExpiryReport) -> None:
    sheet = book.sheet(_("Stale rows"), _ROW_WIDTHS)
    sheet.title(_("Rows to be checked again"))
    titles = (_("department"), _("table"), _("row"), _("verified on"), _("days ago"), _("at most"))
    sheet.header((*titles, _("whom to call"), _("place")))
    for group in report.groups:
        for stale in group.rows:
            sheet.cells(_row(group, stale), at_least=22)
    sheet.finish()


def _row(group: ExpiryGroup, stale: StaleRow) -> list[Cell]:
    row = stale.row
    return [
        Cell(_owner(group)),
        Cell(stale.table.entry.title),
        Cell(row.key),
        Cell(row.verified_on.isoformat() if row.verified_on else "", align="center"),
        Cell("" if row.days is None else row.days, align="center"),
        Cell(stale.table.shape.verify_every_days, align="center"),
        Cell(_call(stale.call)),
        Cell(stale.place),
    ]


def _left_out(book: Book, left_out: Sequence[LeftOut]) -> None:
    sheet = book.sheet(_("Cannot be read"), _LEFT_OUT_WIDTHS)
    sheet.title(_("Cannot be read"))
    sheet.header((_("department"), _("place"), _("why")))
    for one in left_out:
        sheet.cells([Cell(one.owner), Cell(one.place), Cell(one.reason)], at_least=22)
    sheet.finish()


def _months(book: Book, report: ExpiryReport) -> None:
    """How many entries fall due, by department and month."""
    months = [f"{month:%Y-%m}" for month in report.load.months]
    sheet = book.sheet(_("By month"), (_OWNER_WIDTH, *(_MONTH_WIDTH for _month in range(len(months) + 2))))
    sheet.title(_("Entries that fall due, by month"))
    sheet.line(_(LOAD_NOTE))
    sheet.header((_("department"), _("overdue"), *months, _("sum")))
    for owner, counts in report.load.by_owner.items():
        numbers = [*counts, sum(counts)]
        # A month without work is empty: what is there is seen at once.
        sheet.cells(
            [
                Cell(report.organization.department_name(owner)),
                *(Cell(number or "", align="center") for number in numbers),
            ],
            at_least=22,
        )
    columns = list(zip(*report.load.by_owner.values(), strict=True)) or [()] * (len(months) + 1)
    totals = [sum(column) for column in columns]
    last = [*totals, sum(totals)]
    sheet.cells([Cell(_("sum"), bold=True), *(Cell(number, align="center", bold=True) for number in last)], at_least=22)
    sheet.finish()


def _owner(group: ExpiryGroup) -> str:
    return group.department.name if group.department else group.owner


def _call(contact: Contact | None) -> str:
    if contact is None:
        return _("nobody to call")
    phone = contact.phone or _("(no phone)")
    return f"{contact.name} {phone}"
