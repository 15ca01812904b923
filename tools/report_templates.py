"""Writes templates/report/entry.docx and handbook.docx, the Word templates of ``kbctl export`` before a bank edits them.

Run it from the repository's root: ``python tools/report_templates.py``.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from docx.enum.text import WD_TAB_ALIGNMENT
from docx.shared import Cm, Pt

from kbctl.documents.page import Page
from kbctl.documents.page_styles import set_fonts
from kbctl.documents.page_text import add_page_numbers, add_text
from kbctl.documents.text import HEI, SONG

FOLDER = Path("templates/report")
MADE_ON = date(2026, 11, 21)


def entry() -> bytes:
    """The template of a single entry."""
    page = Page()
    _head_and_foot(page)
    page.paragraph("{{title}}", "Title")
    page.paragraph("{{date}}", "Subtitle").runs[0].font.size = Pt(10.5)
    page.paragraph("{{body}}")
    return page.save(MADE_ON)


def handbook() -> bytes:
    """The template of a handbook: title page, table of contents, content."""
    page = Page()
    _head_and_foot(page)
    page.section.different_first_page_header_footer = True
    for _number in range(7):
        page.paragraph()
    page.paragraph("{{bank}}", "Subtitle").runs[0].font.size = Pt(18)
    title = page.paragraph("{{title}}", "Title")
    title.runs[0].font.size = Pt(30)
    title.paragraph_format.space_before = title.paragraph_format.space_after = Pt(36)
    for name in ("{{lines}}", "{{date}}", "{{remark}}"):
        page.paragraph(name, "Subtitle")
    heading = page.paragraph("目　录", "Subtitle")
    heading.paragraph_format.page_break_before = True
    set_fonts(heading.runs[0]._r.get_or_add_rPr(), HEI)
    page.paragraph("{{contents}}")
    page.page_break()
    page.paragraph("{{body}}")
    return page.save(MADE_ON)


def _head_and_foot(page: Page) -> None:
    """The knowledge base's name and a remark above, page numbers below."""
    line = page.section.header.paragraphs[0]
    for stop in list(line.style.paragraph_format.tab_stops) if line.style else []:
        line.paragraph_format.tab_stops.add_tab_stop(stop.position, WD_TAB_ALIGNMENT.CLEAR)
    line.paragraph_format.tab_stops.add_tab_stop(Cm(page.text_width), WD_TAB_ALIGNMENT.RIGHT)
    for text in ("{{bank}}", "\t", "{{remark}}"):
        set_fonts(add_text(line, text)._r.get_or_add_rPr(), SONG)
    add_page_numbers(page.section)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "entry.docx").write_bytes(entry())
    (FOLDER / "handbook.docx").write_bytes(handbook())
