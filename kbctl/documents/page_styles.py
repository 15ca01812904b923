"""The look of Word documents: fonts by name, the styles of kbctl, an empty A4 document with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from kbctl.documents.text import FANG, HEI, SONG

ALIGNMENTS = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}


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


def find_style(document: Document, name: str) -> ParagraphStyle:
    """The paragraph style *name* of *document*; made as kbctl would have it where it has none."""
    styles = document.styles
    if name not in styles:
        _define(document, name)
    found = styles[name]
    assert isinstance(found, ParagraphStyle)
    return found


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
    layout.alignment, layout.keep_with_next = ALIGNMENTS[look.align], look.keep
    layout.left_indent = Cm(look.indent)
    style.hidden = False


def set_fonts(properties: Any, name: str) -> None:
    """Use the font *name* for every script in these run properties, whatever the theme says."""
    fonts = properties.get_or_add_rFonts()
    for key in list(fonts.attrib):
        del fonts.attrib[key]
    for key in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{key}"), name)
