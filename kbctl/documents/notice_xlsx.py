"""The intake notice 知识入库通知单 as an Excel workbook, ready to be signed (R52)."""

from __future__ import annotations

from kbctl.documents.notice_form import ANNEX_HEADING, DEPARTMENT_SEAL, REVIEWER_SEAL, TITLE, Form, arrange
from kbctl.documents.sheet import Book, Cell
from kbctl.model.notice import ANNEX_TITLE, Notice

_WIDTHS = (18, 28, 18, 28)
_LINE = 24
_SIZE = 12


def write_notice(notice: Notice) -> bytes:
    """Return *notice* as an .xlsx whose form fills one A4 page; a second sheet holds what does not fit."""
    form = arrange(notice)
    book = Book()
    sheet = book.sheet(TITLE, _WIDTHS)
    sheet.title(TITLE)
    sheet.cells([Cell(form.day, 2, size=_SIZE), Cell(form.number, 2, "right", size=_SIZE)], border=False, at_least=24)
    for fields in form.rows:
        cells = []
        for field in fields:
            cells.append(Cell(field.label, align="center", size=_SIZE))
            cells.append(Cell(field.text, 1 if len(fields) == 2 else 3, size=_SIZE))
        sheet.cells(cells, at_least=max(field.lines for field in fields) * _LINE)
    seals = [Cell(seal, 2, size=_SIZE) for seal in (DEPARTMENT_SEAL, REVIEWER_SEAL)]
    sheet.cells(seals, at_least=6 * _LINE)
    sheet.one_page()
    if form.has_annex:
        _annex(book, form)
    return book.save(notice.day)


def _annex(book: Book, form: Form) -> None:
    sheet = book.sheet(ANNEX_TITLE, (8, 84))
    sheet.title(ANNEX_HEADING)
    sheet.line(form.day)
    sheet.line(form.number)
    if form.titles:
        sheet.header(("序号", "资料内容标题"))
        for number, title in enumerate(form.titles, 1):
            sheet.cells([Cell(number, align="center"), Cell(title)], at_least=24)
        sheet.repeat_header()
    for label, text in form.overflow:
        sheet.line(label, bold=True)
        sheet.long_text(text)
