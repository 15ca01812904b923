"""Text in Word: runs, links, fields and page numbers; what is data is never markup and never a field."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run as WordRun

from kbctl.documents.page_styles import set_fonts
from kbctl.documents.text import SONG, plain
from kbctl.model.article import Runs
from kbctl.model.token_diff import Mark

# Gives the bookmark of another entry's id, or None where the document does not hold it.
Inside = Callable[[str], str | None]
_ADDRESS = re.compile(r"(?:https?|mailto|tel):[!#-;=?-\[\]_a-z~]+", re.IGNORECASE)
# Of numbers in general the hyphen stays what it is: people look for phone numbers in a document.
_TIMES = re.compile(r"(?<=:\d\d)-(?=\d\d?:\d\d)")
_LINK_COLOR = RGBColor(0x05, 0x63, 0xC1)
_NEW_COLOR = RGBColor(0xC0, 0x00, 0x00)
_GONE_COLOR = RGBColor(0x66, 0x66, 0x66)


def add_text(paragraph: Paragraph, text: str, *, font: str = "", size: float = 0, bold: bool = False) -> WordRun:
    """Add *text* to *paragraph*: never markup, never a field. From a time to a time (08:30-17:00) stays on one line."""
    first, *rest = _TIMES.split(plain(text))
    run = paragraph.add_run(first)
    for piece in rest:
        run._r.append(OxmlElement("w:noBreakHyphen"))
        run.add_text(piece)
    if font:
        set_fonts(run._r.get_or_add_rPr(), font)
    if size:
        run.font.size = Pt(size)
    if bold:
        run.bold = True
    return run


def write_runs(paragraph: Paragraph, runs: Runs, inside: Inside | None = None) -> list[WordRun]:
    """Add *runs* to *paragraph*; addresses become links.

    :param inside: gives the bookmark of another entry's id, or ``None`` where it is not in this document.
    """
    written = []
    for run in runs:
        parent: Any = paragraph
        if run.target.startswith("#"):
            bookmark = inside(run.target[1:]) if inside else None
            parent = add_link(paragraph, anchor=bookmark) if bookmark else paragraph
        elif run.target and _ADDRESS.fullmatch(run.target):
            parent = add_link(paragraph, address=run.target)
        word = add_text(paragraph, run.text)
        word.bold, word.italic = run.bold or None, run.italic or None
        word.font.strike = run.struck or None
        if parent is not paragraph:
            parent.append(word._r)
            word.font.color.rgb = _LINK_COLOR
            word.font.underline = True
        show_mark(word, run.mark)
        written.append(word)
    return written


def show_mark(run: WordRun, mark: Mark) -> None:
    """Set what is new in red, and strike what is gone (R44)."""
    if mark is Mark.NEW:
        run.font.color.rgb = _NEW_COLOR
    elif mark is Mark.GONE:
        run.font.color.rgb = _GONE_COLOR
        run.font.strike = True


def add_field(paragraph: Paragraph, code: str, shown: str) -> None:
    """Add a field with the *code*, which is kbctl's own and never a user's text; *shown* stands until it is computed."""
    open_field(paragraph, code)
    if shown:
        paragraph.add_run(plain(shown))
    close_field(paragraph)


def open_field(paragraph: Paragraph, code: str) -> None:
    """Begin a field; what is written until :func:`close_field` is shown for it."""
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = f" {code} "
    for part in (
        make_element("w:fldChar", fldCharType="begin"),
        instruction,
        make_element("w:fldChar", fldCharType="separate"),
    ):
        paragraph.add_run()._r.append(part)


def close_field(paragraph: Paragraph) -> None:
    """End the field that was opened last."""
    paragraph.add_run()._r.append(make_element("w:fldChar", fldCharType="end"))


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


def add_link(paragraph: Paragraph, *, anchor: str = "", address: str = "") -> Any:
    """Add an empty link to *paragraph*: to a bookmark of this document, or to an address."""
    link = OxmlElement("w:hyperlink")
    if anchor:
        link.set(qn("w:anchor"), anchor)
    else:
        link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    paragraph._p.append(link)
    return link


def make_element(tag: str, **attributes: str) -> Any:
    """An element of the document with attributes of its own namespace."""
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element
