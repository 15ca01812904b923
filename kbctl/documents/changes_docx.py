"""A comparison on the bank's Word template: new text in red, what is gone struck (R44)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kbctl.documents.article_docx import Writer, entry_page
from kbctl.documents.page_table import TableCell
from kbctl.model.article import Frame, Redline


def write_changes(redlines: Sequence[Redline], frame: Frame, template: bytes | None, day: date) -> bytes:
    """Return the changed versions of one entry as a .docx; each but the first begins on a page of its own."""
    first, *others = redlines
    page = entry_page(first.id, first.title, frame, template)
    writer = Writer(page, {})
    for redline in (first, *others):
        if redline is not first:
            page.paragraph(redline.title, "Title").paragraph_format.page_break_before = True
        writer.facts((name, TableCell((runs,))) for name, runs in redline.facts)
        writer.parts(redline.parts, 1)
    page.document.core_properties.title = page.clean(first.title)[:255]
    return page.save(day)
