"""表2 总（分）行各部门业务联系人 as an Excel workbook, exactly as the regulation prints it (R51)."""

from __future__ import annotations

from datetime import date

from kbctl.documents.sheet import Book, Cell
from kbctl.i18n import _
from kbctl.model.notice import chinese_day
from kbctl.reports.contacts import TITLE, ContactReport, columns

# Width and alignment of the columns.
_LOOKS = (
    (6, "center"),
    (19, "left"),
    (19, "left"),
    (9, "center"),
    (46, "left"),
    (15, "center"),
    (14, "center"),
    (26, "left"),
)
_TYPED = ("联系电话", "手机")


def write_contacts(report: ContactReport, day: date, *, external: bool = False) -> bytes:
    """Return the contact table as an .xlsx, in the order of the report.

    :param day: the date at its head.
    :param external: leaves out mobile and e-mail (R67).
    """
    titles = columns(external=external)
    book = Book()
    sheet = book.sheet(TITLE, [width for width, _align in _LOOKS[: len(titles)]])
    sheet.title(TITLE)
    mark = (
        _("Internal: not for readers outside the bank") if any(row.mobile or row.email for row in report.rows) else ""
    )
    head = (Cell("" if external else mark, len(titles) - 3), Cell(f"日期：{chinese_day(day)}", 3, "right"))
    sheet.cells(head, border=False)
    sheet.header(titles)
    for number, row in enumerate(report.rows, 1):
        values: tuple[str | int, ...] = (number, *row.cells(number, external=external)[1:])
        sheet.cells(
            [Cell(value, align=align) for value, (_width, align) in zip(values, _LOOKS, strict=False)], at_least=24
        )
    for number, title in enumerate(titles, 1):
        if title in _TYPED:
            sheet.as_text(number)
    sheet.finish()
    return book.save(day)
