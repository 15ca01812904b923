"""Form components for Word: one look for every document, whole tables, page numbers, and text that stays text."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run as WordRun

from kbctl.documents.package import settle
from kbctl.documents.text import plain
from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.model.article import Run, Runs

SONG, HEI, FANG = "宋体", "黑体", "仿宋"
_PLACES = ("contents", "body")
# What a template may weigh when it is unpacked, and how many members it may have.
_TEMPLATE_MIB = 32
_TEMPLATE_MEMBERS = 2000
_ALIGNMENTS = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_VERTICAL = {
    "top": WD_CELL_VERTICAL_ALIGNMENT.TOP,
    "center": WD_CELL_VERTICAL_ALIGNMENT.CENTER,
    "bottom": WD_CELL_VERTICAL_ALIGNMENT.BOTTOM,
}
# A row with more characters than this may go on on the next page.
_WHOLE_ROW = 800
_NAME = re.compile(r"\{\{([a-z_]+)\}\}")
_ADDRESS = re.compile(r"(?:https?|mailto|tel):[!#-;=?-\[\]_a-z~]+", re.IGNORECASE)
# Gives the bookmark of another entry's id, or None where the document does not hold it.
Inside = Callable[[str], str | None]
_LINK_COLOR = RGBColor(0x05, 0x63, 0xC1)


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


class Page:
    """A Word document in the making: from a template, or from nothing.

    Content goes to the end, or where the template says ``{{contents}}`` or ``{{body}}`` (:meth:`move_to`).
    """

    def __init__(self, template: bytes | None = None) -> None:
        self.document: Document = blank_document() if template is None else _open(template)
        marks = {"{{" + name + "}}": name for name in _PLACES}
        paragraphs = reversed(self.document.paragraphs)
        self._places = {marks[found.text.strip()]: found._p for found in paragraphs if found.text.strip() in marks}
        self._place: Any = None
        # Beyond the numbers of bookmarks that a template may have of its own.
        self._bookmarks = 10_000

    @property
    def section(self) -> Section:
        """The section that is written to: the last one."""
        return self.document.sections[-1]

    @property
    def text_width(self) -> float:
        """The width of a line in cm."""
        section = self.section
        width, left, right = section.page_width, section.left_margin, section.right_margin
        return (int(width or Cm(21)) - int(left or 0) - int(right or 0)) / int(Cm(1))

    def fill(self, values: Mapping[str, str]) -> None:
        """Put *values* in the place of ``{{name}}`` in the template's own text, headers and footers included.

        To be called before content is written, so that braces in the content stay what they are.
        """
        for paragraph in self._own_paragraphs():
            _fill_paragraph(paragraph, values)

    def move_to(self, place: str) -> None:
        """Write from here on where the template says ``{{place}}``; to the end if it does not."""
        self._place = self._places.get(place)

    def _own_paragraphs(self) -> Iterable[Paragraph]:
        yield from self.document.paragraphs
        for table in self.document.tables:
            for row in table.rows:
                for cell in row.cells:
                    yield from cell.paragraphs
        for section in self.document.sections:
            for part in (section.header, section.footer, section.first_page_header, section.first_page_footer):
                yield from part.paragraphs

    def paragraph(self, text: str = "", style: str = "Normal", *, align: str = "") -> Paragraph:
        """Add a paragraph of plain text in the paragraph style *style*."""
        paragraph = self.document.add_paragraph(style=self.style(style))
        if self._place is not None:
            self._place.addprevious(paragraph._p)
        if text:
            add_text(paragraph, text)
        if align:
            paragraph.alignment = _ALIGNMENTS[align]
        return paragraph

    def style(self, name: str) -> ParagraphStyle:
        """The paragraph style *name* of the template; made as kbctl would have it where the template has none."""
        styles = self.document.styles
        if name not in styles:
            _define(self.document, name)
        found = styles[name]
        assert isinstance(found, ParagraphStyle)
        return found

    def table(
        self,
        widths: Sequence[float],
        rows: Iterable[Sequence[TableCell]],
        *,
        header: bool = False,
        heights: Sequence[float] = (),
        inside: Inside | None = None,
    ) -> Table:
        """Add a table with whole borders.

        :param widths: of the columns, in cm.
        :param header: whether the first row is repeated on every page.
        :param heights: the least heights of the rows, in cm.
        :param inside: gives the bookmarks of other entries (:meth:`write`).
        """
        table: Table = self.document.add_table(0, len(widths))
        if self._place is not None:
            self._place.addprevious(table._tbl)
        _frame(table, widths)
        for number, cells in enumerate(rows):
            height = heights[number] if number < len(heights) else 0.0
            self._row(table, cells, widths, height, inside)
            if header and number == 0:
                _flag(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")
        return table

    def _row(
        self, table: Table, cells: Sequence[TableCell], widths: Sequence[float], height: float, inside: Inside | None
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
            self._fill_cell(_Cell(place, table), cell, inside)
            column += cell.span

    def _fill_cell(self, place: _Cell, cell: TableCell, inside: Inside | None) -> None:
        place.vertical_alignment = _VERTICAL[cell.valign]
        if cell.shade:
            shade = _element("w:shd", val="clear", color="auto", fill=cell.shade)
            properties: Any = place._tc.get_or_add_tcPr()
            properties.vAlign.addprevious(shade)
        for number, runs in enumerate(cell.lines):
            paragraph = place.paragraphs[0] if number == 0 else place.add_paragraph()
            paragraph.style = self.style("Table Text")
            paragraph.alignment = _ALIGNMENTS[cell.align]
            for run in self.write(paragraph, runs, inside):
                run.font.size = Pt(cell.size)

    def write(self, paragraph: Paragraph, runs: Runs, inside: Inside | None = None) -> list[WordRun]:
        """Add *runs* to *paragraph*; addresses become links.

        :param inside: gives the bookmark of another entry's id, or ``None`` where it is not in this document.
        """
        written = []
        for run in runs:
            parent: Any = paragraph
            if run.target.startswith("#"):
                bookmark = inside(run.target[1:]) if inside else None
                parent = _link(paragraph, anchor=bookmark) if bookmark else paragraph
            elif run.target and _ADDRESS.fullmatch(run.target):
                parent = _link(paragraph, address=run.target)
            word = add_text(paragraph, run.text)
            word.bold, word.italic = run.bold or None, run.italic or None
            word.font.strike = run.struck or None
            if parent is not paragraph:
                parent.append(word._r)
                word.font.color.rgb = _LINK_COLOR
                word.font.underline = True
            written.append(word)
        return written

    def bookmark(self, paragraph: Paragraph, name: str) -> None:
        """Mark *paragraph*, so that links and the table of contents find it."""
        self._bookmarks += 1
        number = str(self._bookmarks)
        start = _element("w:bookmarkStart", id=number, name=name)
        position = 1 if paragraph._p.pPr is not None else 0
        paragraph._p.insert(position, start)
        paragraph._p.append(_element("w:bookmarkEnd", id=number))

    def contents(self, lines: Sequence[tuple[int, str, str]]) -> None:
        """Write a table of contents: level, text and bookmark of each line.

        Word computes the page numbers when the document is opened; until then the lines are links all the same.
        """
        room = Cm(self.text_width)
        for number, (level, text, mark) in enumerate(lines):
            paragraph = self.paragraph(style=f"toc {level}")
            paragraph.paragraph_format.tab_stops.add_tab_stop(room, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
            if number == 0:
                open_field(paragraph, 'TOC \\o "1-2" \\h \\z \\u', dirty=True)
            link = _link(paragraph, anchor=mark)
            before = len(paragraph._p)
            add_text(paragraph, text + "\t")
            add_field(paragraph, f"PAGEREF {mark} \\h", "")
            for element in list(paragraph._p)[before:]:
                link.append(element)
            if number == len(lines) - 1:
                close_field(paragraph)

    def page_break(self) -> None:
        """What follows begins on a new page."""
        self.paragraph().add_run().add_break(WD_BREAK.PAGE)

    def clean(self, text: str) -> str:
        """*text* as an attribute of the document may hold it."""
        return plain(text).replace("\n", " ")

    def save(self, day: date) -> bytes:
        """The bytes of the document: the same for the same content and *day*."""
        for place in self._places.values():
            place.getparent().remove(place)
        properties = self.document.core_properties
        properties.author = properties.last_modified_by = "kbctl"
        properties.revision = 1
        properties.created = properties.modified = datetime(day.year, day.month, day.day, tzinfo=UTC)
        target = io.BytesIO()
        self.document.save(target)
        return settle(target.getvalue(), day)


def add_text(paragraph: Paragraph, text: str, *, font: str = "", size: float = 0, bold: bool = False) -> WordRun:
    """Add *text* to *paragraph*: never markup, never a field."""
    run = paragraph.add_run(plain(text))
    if font:
        set_fonts(run._r.get_or_add_rPr(), font)
    if size:
        run.font.size = Pt(size)
    if bold:
        run.bold = True
    return run


def set_fonts(properties: Any, name: str) -> None:
    """Use the font *name* for every script in these run properties, whatever the theme says."""
    fonts = properties.get_or_add_rFonts()
    for key in list(fonts.attrib):
        del fonts.attrib[key]
    for key in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{key}"), name)


def add_field(paragraph: Paragraph, code: str, shown: str) -> None:
    """Add a field with the *code*, which is kbctl's own and never a user's text; *shown* stands until it is computed."""
    open_field(paragraph, code)
    if shown:
        paragraph.add_run(plain(shown))
    close_field(paragraph)


def open_field(paragraph: Paragraph, code: str, *, dirty: bool = False) -> None:
    """Begin a field; what is written until :func:`close_field` is shown for it. A *dirty* one is computed on opening."""
    begin = _element("w:fldChar", fldCharType="begin")
    if dirty:
        begin.set(qn("w:dirty"), "true")
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = f" {code} "
    for part in (begin, instruction, _element("w:fldChar", fldCharType="separate")):
        paragraph.add_run()._r.append(part)


def close_field(paragraph: Paragraph) -> None:
    """End the field that was opened last."""
    paragraph.add_run()._r.append(_element("w:fldChar", fldCharType="end"))


def add_page_numbers(section: Section) -> None:
    """第1页 共3页 at the foot of every page."""
    section.footer.is_linked_to_previous = False
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    add_text(paragraph, "第")
    add_field(paragraph, "PAGE", "1")
    add_text(paragraph, "页 共")
    add_field(paragraph, "NUMPAGES", "1")
    add_text(paragraph, "页")
    for run in paragraph.runs:
        set_fonts(run._r.get_or_add_rPr(), SONG)
        run.font.size = Pt(9)


def blank_document() -> Document:
    """An empty A4 document with the styles that kbctl uses."""
    document = docx.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2.0)
    section.header_distance = section.footer_distance = Cm(1.0)
    for name in STYLES:
        _define(document, name)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    return document


@dataclass(frozen=True, slots=True)
class _Look:
    font: str
    size: float
    bold: bool = False
    before: float = 0
    after: float = 0
    line: float = 1.0
    align: str = "left"
    keep: bool = False
    color: str = "000000"
    indent: float = 0


STYLES = {
    "Normal": _Look(SONG, 10.5, after=4, line=1.3),
    "Title": _Look(HEI, 20, before=6, after=10, align="center"),
    "Subtitle": _Look(FANG, 14, before=4, after=4, align="center"),
    "Heading 1": _Look(HEI, 15, before=14, after=6, keep=True),
    "Heading 2": _Look(HEI, 13, before=10, after=4, keep=True),
    "Heading 3": _Look(HEI, 11.5, before=8, after=3, keep=True),
    "Heading 4": _Look(HEI, 10.5, before=6, after=2, keep=True),
    "Quote": _Look(FANG, 10.5, after=4, line=1.3, indent=0.74),
    "Caption": _Look(FANG, 9, after=6, align="center"),
    "Header": _Look(FANG, 9),
    "Footer": _Look(SONG, 9),
    "Table Text": _Look(SONG, 10.5),
    "Code Text": _Look(FANG, 9.5, after=4, indent=0.37),
    "Warning": _Look(HEI, 10.5, before=2, after=4, color="C00000"),
    "toc 1": _Look(HEI, 11, before=4, after=1),
    "toc 2": _Look(SONG, 10.5, after=1, indent=0.74),
}


def _define(document: Document, name: str) -> None:
    """Give the document the style *name* as :data:`STYLES` has it."""
    styles, look = document.styles, STYLES[name]
    style: Any = (
        styles[name]
        if name in styles
        else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name.startswith("toc"))
    )
    for border in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
        style.element.pPr.remove(border)
    for spacing in style.element.get_or_add_rPr().findall(qn("w:spacing")):
        style.element.rPr.remove(spacing)
    set_fonts(style.element.get_or_add_rPr(), look.font)
    style.font.size, style.font.bold, style.font.italic = Pt(look.size), look.bold, False
    style.font.color.rgb = RGBColor.from_string(look.color)
    layout = style.paragraph_format
    layout.space_before, layout.space_after, layout.line_spacing = Pt(look.before), Pt(look.after), look.line
    layout.alignment, layout.keep_with_next = _ALIGNMENTS[look.align], look.keep
    layout.left_indent = Cm(look.indent)
    style.hidden = False


def _open(data: bytes) -> Document:
    """Open a template.

    :raises KbctlError: if it is no Word document, or too large when unpacked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = package.infolist()
        if len(members) > _TEMPLATE_MEMBERS or sum(member.file_size for member in members) > _TEMPLATE_MIB * 2**20:
            raise ValueError("too large")
        return docx.Document(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, KeyError) as error:
        raise KbctlError(
            N_("the Word template cannot be used: {problem}"),
            hint=N_("open it in Word and save it again as .docx, or delete it to use the one that comes with kbctl"),
            problem=error,
        ) from None


def _fill_paragraph(paragraph: Paragraph, values: Mapping[str, str]) -> None:
    """Replace the names in one paragraph, in one pass; Word may have cut ``{{name}}`` into several runs."""
    runs = paragraph.runs
    for match in reversed(list(_NAME.finditer("".join(run.text for run in runs)))):
        if match[1] in values:
            _replace(runs, match.span(), plain(values[match[1]]))


def _replace(runs: Sequence[WordRun], span: tuple[int, int], value: str) -> None:
    """Put *value* into the first run that *span* touches, and take the rest of the span out of the others."""
    offset = 0
    for run in runs:
        text = run.text
        first, last = max(span[0] - offset, 0), min(span[1] - offset, len(text))
        offset += len(text)
        if first < last:
            run.text = text[:first] + value + text[last:]
            value = ""


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
        borders.append(_element(f"w:{side}", val="single", sz="4", space="0", color="000000"))
    margins = OxmlElement("w:tblCellMar")
    for side, room in (("top", "55"), ("left", "85"), ("bottom", "55"), ("right", "85")):
        margins.append(_element(f"w:{side}", w=room, type="dxa"))
    layout = properties.find(qn("w:tblLayout"))
    layout.addprevious(borders)
    layout.addnext(margins)
    for column, size in zip(table.columns, widths, strict=True):
        column.width = Cm(size)


def _link(paragraph: Paragraph, *, anchor: str = "", address: str = "") -> Any:
    """Add an empty link to *paragraph*: to a bookmark of this document, or to an address."""
    link = OxmlElement("w:hyperlink")
    if anchor:
        link.set(qn("w:anchor"), anchor)
    else:
        link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    paragraph._p.append(link)
    return link


def _element(tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _flag(properties: Any, tag: str) -> None:
    properties.append(OxmlElement(tag))
