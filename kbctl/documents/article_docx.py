"""An entry, or a handbook of many, on the bank's Word template."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from docx.image.image import Image
from docx.shared import Cm, Pt

from kbctl.documents.lists import Lists
from kbctl.documents.page import Page
from kbctl.documents.page_table import TableCell
from kbctl.documents.page_text import write_runs
from kbctl.documents.text import width
from kbctl.i18n import _
from kbctl.model.article import (
    Article,
    Block,
    Code,
    Divider,
    Frame,
    Grid,
    Handbook,
    Heading,
    Listing,
    Paragraph,
    Part,
    Picture,
    Quote,
    Run,
    Runs,
    plain_text,
)

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM")
# A screenshot's pixels are small on a screen; at this many an inch it is as large in print as it needs to be.
_DPI = 144
_TALLEST = 12.0
_SHADE = "E7E6E6"
_FACT_LABEL = 2.6
_PADDING = 0.36
# In half-width characters: what a column asks for at most, and a word that is broken
# all the same, and a text that is kept on one line.
_WIDEST, _LONG_WORD, _SHORT = 60, 28, 11
# Letters and digits are wider than half a Chinese character where 宋体 is replaced by another font.
_WORD_ROOM = 1.3
_WORD = re.compile(r"[!-~]+")


def write_article(article: Article, frame: Frame, template: bytes | None, day: date) -> bytes:
    """Return *article* as a .docx.

    :param template: the bank's own; its ``{{title}}``, ``{{bank}}``, ``{{remark}}``, ``{{date}}`` and ``{{id}}`` are
        filled in, and the content goes where it says ``{{body}}``.
    """
    page = entry_page(article.id, article.title, frame, template)
    Writer(page, {}).article(article, 1)
    page.document.core_properties.title = article.title[:255]
    return page.save(day)


def entry_page(id_: str, title: str, frame: Frame, template: bytes | None) -> Page:
    """A page that bears the title of an entry and its *frame*, ready for the entry's content."""
    page = Page(template)
    if template is None:
        page.paragraph(title, "Title")
    page.fill({**_frame(frame), "title": title, "id": id_})
    page.move_to("body")
    return page


def write_handbook(handbook: Handbook, frame: Frame, template: bytes | None, day: date) -> bytes:
    """Return *handbook* as a .docx; its table of contents goes where the template says ``{{contents}}``."""
    page = Page(template)
    if template is None:
        page.paragraph(handbook.title, "Title")
    page.fill({**_frame(frame), "title": handbook.title, "id": "", "lines": "\n".join(handbook.lines)})
    marks = {article.id: f"kb_entry_{number}" for number, article in enumerate(handbook.articles(), 1)}
    page.move_to("contents")
    page.contents(list(_contents(handbook, marks)))
    page.move_to("body")
    writer = Writer(page, marks)
    for number, chapter in enumerate(handbook.chapters, 1):
        heading = page.paragraph(chapter.title, "Heading 1")
        heading.paragraph_format.page_break_before = number > 1
        page.bookmark(heading, f"kb_chapter_{number}")
        for place, article in enumerate(chapter.articles):
            heading = page.paragraph(article.title, "Heading 2")
            heading.paragraph_format.page_break_before = place > 0
            page.bookmark(heading, marks[article.id])
            writer.article(article, 3)
    page.document.core_properties.title = handbook.title[:255]
    return page.save(day)


def _frame(frame: Frame) -> dict[str, str]:
    return {"bank": frame.bank, "remark": frame.remark, "date": frame.day_text}


def _contents(handbook: Handbook, marks: Mapping[str, str]) -> Iterator[tuple[int, str, str]]:
    for number, chapter in enumerate(handbook.chapters, 1):
        yield 1, chapter.title, f"kb_chapter_{number}"
        for article in chapter.articles:
            yield 2, article.title, marks[article.id]


class Writer:
    """Writes blocks onto a page; ``marks`` are the bookmarks of the entries that the document holds."""

    def __init__(self, page: Page, marks: Mapping[str, str]) -> None:
        self.page = page
        self.marks = marks
        self.lists = Lists(page.document)

    def article(self, article: Article, level: int) -> None:
        """Write *article* below its title; its sections are headings of *level*."""
        for warning in article.warnings:
            self.page.paragraph("【" + warning + "】", "Warning")
        self.facts((name, TableCell.of(text)) for name, text in article.facts)
        self.parts(article.parts, level)

    def facts(self, facts: Iterable[tuple[str, TableCell]]) -> None:
        """Write the table of what stands above the sections: names and values."""
        rows = [[TableCell.of(name, shade=_SHADE, align="center"), value] for name, value in facts]
        self.page.table((_FACT_LABEL, self.page.text_width - _FACT_LABEL), rows)

    def parts(self, parts: Iterable[Part], level: int) -> None:
        """Write sections; their headings are of *level*."""
        for part in parts:
            write_runs(self.page.paragraph(style=_heading(level)), (Run(part.heading, mark=part.mark),))
            for block in part.blocks:
                self._block(block, level)

    def _block(self, block: Block, level: int) -> None:
        if isinstance(block, Paragraph):
            self._runs(block.runs, "Normal")
        elif isinstance(block, Heading):
            # An item (###) stands one below its section.
            self._runs(block.runs, _heading(level + max(block.level - 2, 1)))
        elif isinstance(block, Listing):
            self._listing(block, 0, level)
        elif isinstance(block, Grid):
            self._grid(block)
        elif isinstance(block, Picture):
            self._picture(block)
        elif isinstance(block, Code):
            self.page.paragraph(block.text, "Code Text")
        elif isinstance(block, Quote):
            self._quote(block, level)
        elif isinstance(block, Divider):
            self.page.paragraph("＊　＊　＊", "Caption")

    def _runs(self, runs: Runs, style: str) -> None:
        write_runs(self.page.paragraph(style=style), runs, self.marks.get)

    def _quote(self, quote: Quote, level: int) -> None:
        for block in quote.blocks:
            if isinstance(block, Paragraph):
                self._runs(block.runs, "Quote")
            else:
                self._block(block, level)

    def _listing(self, listing: Listing, depth: int, level: int) -> None:
        number = self.lists.new(ordered=listing.ordered, start=listing.start)
        for item in listing.items:
            first = True
            for block in item or (Paragraph(()),):
                if isinstance(block, Paragraph):
                    paragraph = self.page.paragraph()
                    write_runs(paragraph, block.runs, self.marks.get)
                    if first:
                        self.lists.put(paragraph, number, depth)
                    else:
                        self.lists.indent(paragraph, depth)
                    first = False
                elif isinstance(block, Listing):
                    self._listing(block, depth + 1, level)
                else:
                    self._block(block, level)

    def _grid(self, grid: Grid) -> None:
        size = 7.5 if grid.wide else 10.0
        head = [TableCell(_lines(cell, bold=True), align="center", size=size, shade=_SHADE) for cell in grid.header]
        body = ([TableCell(_lines(cell), size=size) for cell in row] for row in grid.rows)
        self.page.table(
            column_widths(grid, self.page.text_width, size),
            (row for rows in ([head], body) for row in rows),
            header=True,
            inside=self.marks.get,
        )
        # Two tables one after the other would be one; the paragraph between them is as low as it can be.
        layout = self.page.paragraph().paragraph_format
        layout.space_after, layout.line_spacing = Pt(0), Pt(6)

    def _picture(self, picture: Picture) -> None:
        size = _size(picture.data, self.page.text_width) if picture.data else None
        if size is None or picture.data is None:
            missing = _("[picture: {caption}]").format(caption=picture.alt or picture.name)
            self.page.paragraph(missing, "Caption")
            return
        paragraph = self.page.paragraph(align="center")
        shape = paragraph.add_run().add_picture(io.BytesIO(picture.data), *size)
        properties = shape._inline.docPr
        properties.set("descr", self.page.clean(picture.alt or picture.name))
        if picture.alt:
            paragraph.paragraph_format.keep_with_next = True
            self.page.paragraph(picture.alt, "Caption")


def _heading(level: int) -> str:
    return f"Heading {min(level, 4)}"


def _lines(runs: Runs, *, bold: bool = False) -> tuple[Runs, ...]:
    """The runs of a cell; a line break within them stays one."""
    if not bold:
        return (runs,)
    return (tuple(replace(run, bold=True) for run in runs),)


def column_widths(grid: Grid, room: float, size: float) -> list[float]:
    """Widths in cm: what must not be broken (a number, an address) has room first, the rest goes by what is written."""
    unit = size / 2 / 28.35
    columns = [[plain_text(row[number]) for row in (grid.header, *grid.rows)] for number in range(len(grid.header))]
    least = [max(_longest_word(text) for text in column) * unit + _PADDING for column in columns]
    wanted = [min(max(width(text) for text in column), _WIDEST) * unit + _PADDING for column in columns]
    spare = room - sum(least)
    if spare <= 0:
        return [room * part / sum(least) for part in least]
    more = [max(want - have, 0.01) for want, have in zip(wanted, least, strict=True)]
    return [have + spare * part / sum(more) for have, part in zip(least, more, strict=True)]


def _longest_word(text: str) -> float:
    """The longest run that a line should not break: a word or number, or the whole of a short text."""
    words = [len(word) * _WORD_ROOM for word in _WORD.findall(text)]
    whole = width(text) + sum(words) * (1 - 1 / _WORD_ROOM)
    return min(max([min(whole, _SHORT), *words]), _LONG_WORD)


def _size(data: bytes, room: float) -> tuple[Cm, Cm] | None:
    """Width and height of a picture on the page; ``None`` if it is none that Word shows."""
    if not data.startswith(_PICTURES):
        return None
    try:
        image = Image.from_blob(data)
        wide, high = image.px_width / _DPI * 2.54, image.px_height / _DPI * 2.54
        scale = min(1.0, room / wide, _TALLEST / high)
    except Exception:
        # Whatever is wrong with a damaged picture, the document is made without it.
        return None
    return Cm(wide * scale), Cm(high * scale)
