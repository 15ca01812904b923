"""The intake notice 知识入库通知单 as a Word document, ready to be signed (R52)."""

from __future__ import annotations

from docx.enum.text import WD_TAB_ALIGNMENT
from docx.shared import Cm

from kbctl.documents.notice_form import ANNEX_HEADING, DEPARTMENT_SEAL, REVIEWER_SEAL, TITLE, Form, arrange
from kbctl.documents.page import Page
from kbctl.documents.page_table import TableCell
from kbctl.documents.page_text import add_page_numbers, add_text
from kbctl.model.notice import Notice

# Two pairs of label and field across 16.6 cm; the longest label stands on the left, the longest field, a day with its
# time, on the right.
_WIDTHS = (3.8, 4.3, 3.0, 5.5)
_LINE = 0.64
_SIZE = 12.0


def write_notice(notice: Notice) -> bytes:
    """Return *notice* as a .docx of one A4 page; a second one holds what does not fit."""
    form = arrange(notice)
    page = Page()
    add_page_numbers(page.section)
    page.paragraph(TITLE, "Title")
    _head(page, form)
    rows = []
    heights = []
    for fields in form.rows:
        cells = []
        for field in fields:
            cells.append(TableCell.of(field.label, align="center", size=_SIZE))
            cells.append(TableCell.of(field.text, span=1 if len(fields) == 2 else 3, size=_SIZE))
        rows.append(cells)
        heights.append(max(field.lines for field in fields) * _LINE)
    rows.append([TableCell.of(seal, span=2, size=_SIZE) for seal in (DEPARTMENT_SEAL, REVIEWER_SEAL)])
    page.table(_WIDTHS, rows, heights=[*heights, 6 * _LINE])
    if form.has_annex:
        _annex(page, form)
    return page.save(notice.day)


def _head(page: Page, form: Form) -> None:
    """The day on the left, the number on the right."""
    line = page.paragraph()
    line.paragraph_format.tab_stops.add_tab_stop(Cm(sum(_WIDTHS)), WD_TAB_ALIGNMENT.RIGHT)
    add_text(line, f"{form.day}\t{form.number}", size=_SIZE)


def _annex(page: Page, form: Form) -> None:
    page.paragraph(ANNEX_HEADING, "Title").paragraph_format.page_break_before = True
    _head(page, form)
    if form.titles:
        head = [
            TableCell.of("序号", align="center", bold=True),
            TableCell.of("资料内容标题", align="center", bold=True),
        ]
        rows = [
            [TableCell.of(str(number), align="center"), TableCell.of(title)]
            for number, title in enumerate(form.titles, 1)
        ]
        page.table((1.6, sum(_WIDTHS) - 1.6), [head, *rows], header=True, heights=[0.8] * (len(rows) + 1))
    for label, text in form.overflow:
        page.paragraph(label, "Heading 2")
        page.paragraph(text)
