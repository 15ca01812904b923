"""Text as it is read, free of any file format: what Word, HTML and whatever comes later are made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kbctl.model.token_diff import Mark


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line. ``target`` is an address (``https:`` …), or ``#id`` for another entry; empty for plain text.

    ``mark`` says what became of it, in a comparison.
    """

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    struck: bool = False
    target: str = ""
    mark: Mark = Mark.SAME


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a newline within a run is a line break."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below its section; ``level`` 1 is the highest."""

    level: int
    runs: Runs


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; each item is blocks. ``start`` is the first number of an ordered one."""

    ordered: bool
    start: int
    items: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. ``wide`` asks for a sheet in landscape; every row has as many cells as the header."""

    header: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its bytes where it is an attachment, ``None`` where it is not to be had."""

    name: str
    alt: str
    data: bytes | None


@dataclass(frozen=True, slots=True)
class Code:
    """Text with its own line breaks."""

    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Quoted blocks."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Divider:
    """A line across the page."""


Block = Paragraph | Heading | Listing | Grid | Picture | Code | Quote | Divider


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its heading; ``source`` is its Markdown as it was typed, empty for one that was filled in."""

    heading: str
    blocks: tuple[Block, ...]
    source: str = ""
    mark: Mark = Mark.SAME


@dataclass(frozen=True, slots=True)
class Article:
    """An entry as it is exported.

    ``facts`` are label and text of what stands above the sections; ``warnings`` what must be read first.
    """

    id: str
    title: str
    facts: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Redline:
    """An entry as it will read, with what is new and gone marked in its facts and parts (R44)."""

    id: str
    title: str
    facts: tuple[tuple[str, Runs], ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """The articles of a handbook that belong together."""

    title: str
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """What a document bears around its content: the bank's name for its knowledge base, a line, the day."""

    bank: str
    remark: str
    day_text: str


@dataclass(frozen=True, slots=True)
class Handbook:
    """Many articles with a title page and a table of contents; ``lines`` stand on the title page."""

    title: str
    lines: tuple[str, ...]
    chapters: tuple[Chapter, ...]

    def articles(self) -> Iterator[Article]:
        """All articles, in order."""
        for chapter in self.chapters:
            yield from chapter.articles


def plain_text(runs: Runs) -> str:
    """The text of *runs* alone."""
    return "".join(run.text for run in runs)
