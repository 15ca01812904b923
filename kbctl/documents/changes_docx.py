"""A comparison as a Word document: new text in red, what is gone struck (R44)."""

from __future__ import annotations

from datetime import date

from docx.shared import RGBColor

from kbctl.documents.page import Page
from kbctl.documents.page_text import add_page_numbers, add_text
from kbctl.model.change_page import ChangeLine, ChangePage
from kbctl.model.token_diff import Mark

_RED = RGBColor(0xC0, 0x00, 0x00)
_GREY = RGBColor(0x66, 0x66, 0x66)


def write_changes(page: ChangePage, day: date) -> bytes:
    """Return *page* as a .docx; without what is gone it is the copy that the regulation asks of a department."""
    word = Page()
    add_page_numbers(word.section)
    word.paragraph(page.title, "Title")
    word.paragraph(page.remark, "Caption")
    for part in page.parts:
        word.paragraph(part.heading, "Heading 1")
        if part.remark:
            word.paragraph(part.remark, "Caption", align="left")
        for line in part.lines:
            if line.pieces:
                _write(word, line)
    word.document.core_properties.title = word.clean(page.title)[:255]
    return word.save(day)


def _write(word: Page, line: ChangeLine) -> None:
    paragraph = word.paragraph(style=f"Heading {min(line.level, 4)}" if line.level else "Normal")
    for piece in line.pieces:
        run = add_text(paragraph, piece.text)
        if piece.mark is Mark.NEW:
            run.font.color.rgb = _RED
        elif piece.mark is Mark.GONE:
            run.font.color.rgb = _GREY
            run.font.strike = True
