"""Form components for Excel: one look for every workbook, whole borders, A4, and text that stays text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.worksheet.datavalidation import DataValidation

from kbctl.documents.package import settle
from kbctl.documents.text import HEI, SONG, count_lines, limited, plain, split_lines
from kbctl.i18n import _

CELL_LIMIT = 32_767
# The longest list of choices that a drop-down can hold by itself.
INLINE_LIST = 255
# Rows below the last one for which drop-downs and hints hold too, so that rows can be added.
SPARE_ROWS = 500
_LISTS = "选项"
_FOOTER = "第&P页 共&N页"
_MARGIN = 0.59  # inches: 1.5 cm
# Beyond this sum of widths a sheet is landscape, so that A4 does not shrink it until it cannot be read.
_PORTRAIT_WIDTH = 96
_MAX_HEIGHT = 409
# Height of a line in sizes of its font, as the widest of the usual applications draws it.
_LINE_FACTOR = 1.45
_THIN = Side(style="thin", color="000000")
_WHOLE = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD_FILL = PatternFill("solid", fgColor="E7E6E6")
_FORMULA = ("=", "+", "-", "@", "\t")
# Excel reads _x0041_ in a text as the letter A; the underscore is written out so that it does not.
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_BAD_NAME = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a form: its text or number, how many columns it spans, and how it looks.

    ``align`` is left, center or right; ``valign`` top, center or bottom; ``size`` in points.
    """

    value: str | int = ""
    span: int = 1
    align: str = "left"
    valign: str = "center"
    bold: bool = False
    font: str = SONG
    size: float = 11
    color: str = "000000"


class Book:
    """A workbook in the making."""

    def __init__(self) -> None:
        self._workbook: Any = Workbook()
        self._workbook.remove(self._workbook.worksheets[0])
        _use_as_default(self._workbook, Font(name=SONG, size=11))
        self._lists: Any = None
        self._known: dict[tuple[str, ...], str] = {}

    def sheet(self, name: str, widths: Sequence[float]) -> Sheet:
        """Add a sheet with columns of these *widths* (in half-width characters); wide ones are landscape."""
        worksheet = self._workbook.create_sheet(self._free_name(name))
        for number, size in enumerate(widths, 1):
            worksheet.column_dimensions[get_column_letter(number)].width = size
        return Sheet(self, worksheet, widths)

    def save(self, day: date) -> bytes:
        """The bytes of the workbook: the same for the same content and *day*."""
        if self._lists is not None:
            self._workbook.move_sheet(self._lists, len(self._workbook.worksheets))
        self._workbook.properties.creator = "kbctl"
        target = io.BytesIO()
        self._workbook.save(target)
        return settle(target.getvalue(), day)

    def list_formula(self, choices: tuple[str, ...]) -> str:
        """What a drop-down of *choices* refers to: the list itself, or its place on a hidden sheet if it is too long."""
        inline = '"' + ",".join(choices) + '"'
        if len(inline) <= INLINE_LIST and not any("," in choice or '"' in choice for choice in choices):
            return inline
        if choices not in self._known:
            self._known[choices] = self._write_list(choices)
        return self._known[choices]

    def _write_list(self, choices: tuple[str, ...]) -> str:
        if self._lists is None:
            self._lists = self._workbook.create_sheet(_LISTS)
            self._lists.sheet_state = "hidden"
        column = len(self._known) + 1
        for row, choice in enumerate(choices, 1):
            write_value(self._lists.cell(row, column), choice)
        letter = get_column_letter(column)
        return f"'{_LISTS}'!${letter}$1:${letter}${len(choices)}"

    def _free_name(self, wanted: str) -> str:
        name = _BAD_NAME.sub(" ", plain(wanted)).strip()[:28] or "1"
        taken = {sheet.title.casefold() for sheet in self._workbook.worksheets} | {_LISTS}
        number, free = 1, name
        while free.casefold() in taken:
            number += 1
            free = f"{name}{number}"
        return free


class Sheet:
    """A sheet filled from top to bottom."""

    def __init__(self, book: Book, worksheet: Any, widths: Sequence[float]) -> None:
        self._book = book
        self._worksheet = worksheet
        self._widths = tuple(widths)
        self._next = 1
        self._header = 0
        self._rules: dict[tuple[str, str], DataValidation] = {}
        _set_up_page(worksheet, landscape=sum(widths) > _PORTRAIT_WIDTH)

    def title(self, text: str) -> None:
        """The title over all columns."""
        self.cells([self._across(text, align="center", font=HEI, size=20)], border=False, at_least=42)

    def line(self, text: str, align: str = "left", *, bold: bool = False, color: str = "000000") -> None:
        """A line over all columns without border: a date, a remark."""
        self.cells([self._across(text, align=align, bold=bold, color=color)], border=False, at_least=20)

    def header(self, titles: Sequence[str]) -> None:
        """The header of a table: repeated on every printed page, kept in view, with filters (:meth:`finish`)."""
        self._header = self._next
        cells = [Cell(title, align="center", bold=True, font=HEI) for title in titles]
        self.cells(cells, at_least=26, fill=_HEAD_FILL)

    def cells(
        self, cells: Iterable[Cell], *, border: bool = True, at_least: float = 20, fill: PatternFill | None = None
    ) -> None:
        """One row: *cells* from the left, merged by their spans; as high as its text needs, *at_least* so many points."""
        height = at_least
        column = 1
        for cell in cells:
            last = column + cell.span - 1
            if cell.span > 1:
                self._worksheet.merge_cells(
                    start_row=self._next, end_row=self._next, start_column=column, end_column=last
                )
            # After merging, which would take the borders of all cells but the first away.
            for number in range(column, last + 1):
                part = self._worksheet.cell(self._next, number)
                if border:
                    part.border = _WHOLE
                if fill is not None:
                    part.fill = fill
            self._write(self._worksheet.cell(self._next, column), cell)
            height = max(height, self._height(cell, column))
            column = last + 1
        self._worksheet.row_dimensions[self._next].height = min(height, _MAX_HEIGHT)
        self._next += 1

    def _write(self, target: Any, cell: Cell) -> None:
        write_value(target, cell.value)
        target.font = Font(name=cell.font, size=cell.size, bold=cell.bold, color=cell.color)
        indent = 1 if cell.align == "left" else 0
        target.alignment = Alignment(horizontal=cell.align, vertical=cell.valign, wrap_text=True, indent=indent)

    def _height(self, cell: Cell, column: int) -> float:
        """The height that the text of *cell* needs: applications do not measure merged cells themselves."""
        room = sum(self._widths[column - 1 : column - 1 + cell.span])
        # A column's width is in characters of 11 points; the margins of the cell and the indent take about two.
        capacity = (room - (2.5 if cell.align == "left" else 1)) * 11 / cell.size
        return count_lines(plain(str(cell.value)), capacity) * cell.size * _LINE_FACTOR + 5

    def _across(self, text: str, *, align: str, **looks: Any) -> Cell:
        return Cell(text, len(self._widths), align, **looks)

    def as_text(self, column: int) -> None:
        """What is typed in *column* (from 1) stays text: dates and phone numbers are not turned into numbers."""
        self._worksheet.column_dimensions[get_column_letter(column)].number_format = "@"

    def choose(self, column: int, choices: tuple[str, ...]) -> None:
        """Cells of *column* below the header offer *choices*; to be called after the last row."""
        rule = DataValidation("list", formula1=self._book.list_formula(choices), allow_blank=True)
        rule.errorTitle, rule.error = _("Not in the list"), _("Choose one of the list.")
        self._watch(rule, column)

    def expect_day(self, column: int) -> None:
        """Cells of *column* say how a day is written, and object to anything of another length."""
        rule = DataValidation("textLength", operator="equal", formula1="10", allow_blank=True, errorStyle="warning")
        rule.promptTitle, rule.prompt = _("Date"), _("Write it as 2026-11-21.")
        rule.errorTitle, rule.error = _("Date"), _("Write it as 2026-11-21.")
        rule.showInputMessage = True
        self._watch(rule, column)

    def _watch(self, rule: DataValidation, column: int) -> None:
        letter = get_column_letter(column)
        rule.showErrorMessage = True
        rule.add(f"{letter}{self._header + 1}:{letter}{self._next - 1 + SPARE_ROWS}")
        self._worksheet.add_data_validation(rule)

    def long_text(self, text: str) -> None:
        """A text over all columns without border, in as many rows as it needs: no row can be higher than 409 points."""
        capacity = sum(self._widths) - 2.5
        most = int((_MAX_HEIGHT - 5) / (11 * _LINE_FACTOR))
        for piece in split_lines(plain(text), capacity, most):
            self.line(piece)

    def one_page(self) -> None:
        """The sheet is printed on one page, however much it must be shrunk."""
        self._worksheet.page_setup.fitToHeight = 1

    def repeat_header(self) -> None:
        """Print the header on every page."""
        self._worksheet.print_title_rows = f"{self._header}:{self._header}"

    def finish(self) -> None:
        """Freeze, filter and repeat the header, once the last row is written."""
        last = get_column_letter(len(self._widths))
        self._worksheet.freeze_panes = f"A{self._header + 1}"
        self._worksheet.auto_filter.ref = f"A{self._header}:{last}{max(self._next - 1, self._header)}"
        self.repeat_header()


def write_value(cell: Any, value: str | int) -> None:
    """Write *value*: a number as a number, text as text whatever it begins with."""
    if isinstance(value, int):
        cell.value = value
        return
    text = limited(_ESCAPE.sub("_x005F_", plain(value)), CELL_LIMIT)
    if not text:
        return
    cell.value = text
    cell.data_type = "s"
    # Old versions of Excel show #### for a long text in a cell that is formatted as text.
    if len(text) <= INLINE_LIST:
        cell.number_format = "@"
    if text.startswith(_FORMULA):
        cell.quotePrefix = True


def _use_as_default(workbook: Any, font: Font) -> None:
    """Make *font* the one of cells without a style, by which the widths of columns are measured."""
    workbook._fonts = IndexedList([font])
    workbook._named_styles["Normal"].font = font


def _set_up_page(worksheet: Any, *, landscape: bool) -> None:
    """A4, as wide as the page, page numbers at the foot."""
    setup = worksheet.page_setup
    setup.paperSize = worksheet.PAPERSIZE_A4
    setup.orientation = worksheet.ORIENTATION_LANDSCAPE if landscape else worksheet.ORIENTATION_PORTRAIT
    setup.fitToWidth, setup.fitToHeight = 1, 0
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    worksheet.print_options.horizontalCentered = True
    margins = worksheet.page_margins
    margins.left = margins.right = margins.top = _MARGIN
    margins.bottom = 0.75
    margins.header = margins.footer = 0.35
    worksheet.oddFooter.center.text = _FOOTER
    worksheet.oddFooter.center.font = f"{SONG},Regular"
    worksheet.oddFooter.center.size = 9
