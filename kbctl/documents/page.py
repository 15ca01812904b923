"""A Word document in the making, from the bank's template or from nothing."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from docx.document import Document
from docx.section import Section
from docx.shared import Cm
from docx.styles.style import ParagraphStyle
from docx.table import Table
from docx.text.paragraph import Paragraph

from kbctl.documents.package import settle
from kbctl.documents.page_styles import ALIGNMENTS, blank_document, find_style
from kbctl.documents.page_table import TableCell, write_table
from kbctl.documents.page_template import fill_names, open_template
from kbctl.documents.page_text import Inside, add_link, add_text, close_field, make_element, open_field
from kbctl.documents.text import plain

_PLACES = ("contents", "body")


class Page:
    """A Word document in the making: from a template, or from nothing.

    Content goes to the end, or where the template says ``{{contents}}`` or ``{{body}}`` (:meth:`move_to`).
    """

    def __init__(self, template: bytes | None = None) -> None:
        self.document: Document = blank_document() if template is None else open_template(template)
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
        fill_names(self.document, values)

    def move_to(self, place: str) -> None:
        """Write from here on where the template says ``{{place}}``; to the end if it does not."""
        self._place = self._places.get(place)

    def paragraph(self, text: str = "", style: str = "Normal", *, align: str = "") -> Paragraph:
        """Add a paragraph of plain text in the paragraph style *style*."""
        paragraph = self.document.add_paragraph(style=self.style(style))
        if self._place is not None:
            self._place.addprevious(paragraph._p)
        if text:
            add_text(paragraph, text)
        if align:
            paragraph.alignment = ALIGNMENTS[align]
        return paragraph

    def style(self, name: str) -> ParagraphStyle:
        """The paragraph style *name* of the template; made as kbctl would have it where the template has none."""
        return find_style(self.document, name)

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
        :param inside: gives the bookmarks of other entries (:func:`write_runs`).
        """
        table = write_table(self.document, widths, rows, header=header, heights=heights, inside=inside)
        if self._place is not None:
            self._place.addprevious(table._tbl)
        return table

    def bookmark(self, paragraph: Paragraph, name: str) -> None:
        """Mark *paragraph*, so that links and the table of contents find it."""
        self._bookmarks += 1
        number = str(self._bookmarks)
        start = make_element("w:bookmarkStart", id=number, name=name)
        position = 1 if paragraph._p.pPr is not None else 0
        paragraph._p.insert(position, start)
        paragraph._p.append(make_element("w:bookmarkEnd", id=number))

    def contents(self, lines: Sequence[tuple[int, str, str]]) -> None:
        """Write a table of contents: level, text and bookmark of each line, which is a link.

        It has no page numbers: only a program that lays the pages out knows them, and others than Word would leave
        the places of them empty. In Word it can be updated like any other.
        """
        for number, (level, text, mark) in enumerate(lines):
            paragraph = self.paragraph(style=f"toc {level}")
            if number == 0:
                open_field(paragraph, 'TOC \\o "1-2" \\h \\n \\u')
            link = add_link(paragraph, anchor=mark)
            link.append(add_text(paragraph, text)._r)
            if number == len(lines) - 1:
                close_field(paragraph)

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
