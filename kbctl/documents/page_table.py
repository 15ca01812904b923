"""Tables in Word: whole borders, fixed widths, rows that stay on one page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell

from kbctl.documents.page_styles import ALIGNMENTS, find_style
from kbctl.documents.page_text import Inside, make_element, write_runs
from kbctl.model.article import Run, Runs

_VERTICAL = {
    "top": WD_CELL_VERTICAL_ALIGNMENT.TOP,
    "center": WD_CELL_VERTICAL_ALIGNMENT.CENTER,
    "bottom": WD_CELL_VERTICAL_ALIGNMENT.BOTTOM,
}
# A row with more characters than this may go on on the next page.
_WHOLE_ROW = 800


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of a table: lines of runs, how many columns it spans, how it looks."""

    lines: tuple[Runs, ...]
    span: int = 1
    align: str = "left"
    valign: str = "center"
    size: float = 10.5
    shade: str = ""

    @classmethod
    def of(cls, text: str, *, bold: bool = False, **look: Any) -> TableCell:
        """A cell of plain text; each line break begins a paragraph."""
        return cls(tuple((Run(line, bold=bold),) for line in text.split("\n")), **look)


def write_table(
    document: Document,
    widths: Sequence[float],
    rows: Iterable[Sequence[TableCell]],
    *,
    header: bool = False,
    heights: Sequence[float] = (),
    inside: Inside | None = None,
) -> Table:
    """Add a table with whole borders at the end of *document*.

    :param widths: of the columns, in cm.
    :param header: whether the first row is repeated on every page.
    :param heights: the least heights of the rows, in cm.
    :param inside: gives the bookmarks of other entries (:func:`write_runs`).
    """
    table: Table = document.add_table(0, len(widths))
    _frame(table, widths)
    for number, cells in enumerate(rows):
        height = heights[number] if number < len(heights) else 0.0
        _write_row(document, table, cells, widths, height, inside)
        if header and number == 0:
            _flag(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")
    return table


def _write_row(
    document: Document,
    table: Table,
    cells: Sequence[TableCell],
    widths: Sequence[float],
    height: float,
    inside: Inside | None,
) -> None:
    element = table._tbl.add_tr()
    for width in widths:
        element.add_tc().width = Cm(width)
    properties = element.get_or_add_trPr()
    if sum(len(run.text) for cell in cells for line in cell.lines for run in line) < _WHOLE_ROW:
        _flag(properties, "w:cantSplit")
    if height:
        element.trHeight_val = Cm(height)
    places = element.tc_lst
    column = 0
    for cell in cells:
        place = places[column]
        if cell.span > 1:
            place.grid_span = cell.span
            place.width = Cm(sum(widths[column : column + cell.span]))
            for extra in places[column + 1 : column + cell.span]:
                element.remove(extra)
        _fill_cell(document, _Cell(place, table), cell, inside)
        column += cell.span


def _fill_cell(document: Document, place: _Cell, cell: TableCell, inside: Inside | None) -> None:
    place.vertical_alignment = _VERTICAL[cell.valign]
    if cell.shade:
        shade = make_element("w:shd", val="clear", color="auto", fill=cell.shade)
        properties: Any = place._tc.get_or_add_tcPr()
        properties.vAlign.addprevious(shade)
    for number, runs in enumerate(cell.lines):
        paragraph = place.paragraphs[0] if number == 0 else place.add_paragraph()
        paragraph.style = find_style(document, "Table Text")
        paragraph.alignment = ALIGNMENTS[cell.align]
        for run in write_runs(paragraph, runs, inside):
            run.font.size = Pt(cell.size)


def _frame(table: Table, widths: Sequence[float]) -> None:
    """Whole borders, fixed widths, a little room in each cell."""
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    properties = table._tbl.tblPr
    for old in properties.findall(qn("w:tblStyle")):
        properties.remove(old)
    width = properties.find(qn("w:tblW"))
    if width is None:
        width = OxmlElement("w:tblW")
        properties.append(width)
    width.set(qn("w:type"), "dxa")
    width.set(qn("w:w"), str(int(sum(widths) * 567)))
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(make_element(f"w:{side}", val="single", sz="4", space="0", color="000000"))
    margins = OxmlElement("w:tblCellMar")
    for side, room in (("top", "55"), ("left", "85"), ("bottom", "55"), ("right", "85")):
        margins.append(make_element(f"w:{side}", w=room, type="dxa"))
    layout = properties.find(qn("w:tblLayout"))
    layout.addprevious(borders)
    layout.addnext(margins)
    for column, size in zip(table.columns, widths, strict=True):
        column.width = Cm(size)


def _flag(properties: Any, tag: str) -> None:
    properties.append(OxmlElement(tag))
