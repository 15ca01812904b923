"""Lists in a Word document: each ordered list begins at its own number, whatever the template holds."""

from __future__ import annotations

from typing import Any

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.parts.numbering import NumberingPart
from docx.text.paragraph import Paragraph

_LEVELS = 9
_BULLETS = ("•", "–", "▪")
# In twentieths of a point: the indent of each level, and how far its mark stands to the left of the text.
_STEP, _HANGING = 420, 420


class Lists:
    """The lists of one document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._numbering: Any = None
        self._kinds: dict[bool, str] = {}

    def new(self, *, ordered: bool, start: int = 1) -> str:
        """Begin a list; the number by which :meth:`put` knows it."""
        numbering = self._open()
        if ordered not in self._kinds:
            self._kinds[ordered] = self._define(ordered)
        number = str(1 + max((int(found.get(qn("w:numId"))) for found in numbering.iter(qn("w:num"))), default=0))
        instance = OxmlElement("w:num")
        instance.set(qn("w:numId"), number)
        instance.append(_value("w:abstractNumId", self._kinds[ordered]))
        if ordered:
            for level in range(_LEVELS):
                override = OxmlElement("w:lvlOverride")
                override.set(qn("w:ilvl"), str(level))
                override.append(_value("w:startOverride", str(start if level == 0 else 1)))
                instance.append(override)
        numbering.append(instance)
        return number

    def put(self, paragraph: Paragraph, number: str, level: int) -> None:
        """Make *paragraph* an item of the list *number* at *level* (from 0)."""
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = min(level, _LEVELS - 1)
        properties.get_or_add_numId().val = int(number)

    def indent(self, paragraph: Paragraph, level: int) -> None:
        """Set *paragraph*, which goes on with an item, under the item's text."""
        indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
        indent.set(qn("w:left"), str(_STEP * (min(level, _LEVELS - 1) + 1)))

    def _open(self) -> Any:
        if self._numbering is None:
            part = self._document.part
            try:
                numbering = part.part_related_by(RELATIONSHIP_TYPE.NUMBERING)
            except KeyError:
                ours = docx.Document().part.part_related_by(RELATIONSHIP_TYPE.NUMBERING)
                numbering = NumberingPart.load(
                    PackURI("/word/numbering.xml"), ours.content_type, ours.blob, part.package
                )
                part.relate_to(numbering, RELATIONSHIP_TYPE.NUMBERING)
            # Loaded from a blob, it is a part with an element; the base class does not say so.
            self._numbering = numbering.element  # type: ignore[attr-defined]
        return self._numbering

    def _define(self, ordered: bool) -> str:
        """Add the look of one kind of list; definitions stand before the lists that use them."""
        numbering = self._open()
        known = list(numbering.iter(qn("w:abstractNum")))
        number = str(1 + max((int(found.get(qn("w:abstractNumId"))) for found in known), default=0))
        levels = "".join(_level(level, ordered) for level in range(_LEVELS))
        kind = '<w:multiLevelType w:val="multilevel"/>'
        definition = parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">{kind}{levels}</w:abstractNum>'
        )
        if known:
            known[-1].addnext(definition)
        else:
            numbering.insert(0, definition)
        return number


def _level(level: int, ordered: bool) -> str:
    text = f"%{level + 1}." if ordered else _BULLETS[level % len(_BULLETS)]
    kind = ("decimal", "lowerLetter", "lowerRoman")[level % 3] if ordered else "bullet"
    look = (
        "" if ordered else '<w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Arial" w:cs="Arial"/></w:rPr>'
    )
    indent = f'<w:pPr><w:ind w:left="{_STEP * (level + 1)}" w:hanging="{_HANGING}"/></w:pPr>'
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>{indent}{look}</w:lvl>'
    )


def _value(tag: str, value: str) -> Any:
    element = OxmlElement(tag)
    element.set(qn("w:val"), value)
    return element
