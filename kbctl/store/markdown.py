"""The structure of an entry's body: sections, items, links, comments; fences and comments are no headings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

# For each block rule what a text must hold for the rule to find anything. A rule that cannot is left out, which
# halves the time of parsing and changes nothing in its outcome.
_TRIGGERS = {
    "table": re.compile(r"\|"),
    "code": re.compile(r" {4}|\t"),
    "fence": re.compile(r"```|~~~"),
    "blockquote": re.compile(r">"),
    "hr": re.compile(r"[-*_][ \t]*[-*_][ \t]*[-*_]"),
    "list": re.compile(r"(?:\A|[\n\r])[ \t>]*(?:[-*+]|[0-9]+[.)])"),
    "reference": re.compile(r"\]:"),
    "html_block": re.compile(r"<"),
    "lheading": re.compile(r"[=-][ \t]*(?:\Z|[\n\r])"),
}


def _with_raw_targets(parser: MarkdownIt) -> MarkdownIt:
    """Let *parser* keep targets as they are typed, those of forbidden schemes too: what is wrong with them is a rule's to say."""
    # The library documents both methods as there to be replaced; for a type checker they are not.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return parser


@lru_cache(maxsize=256)
def _block_parser(without: tuple[str, ...]) -> MarkdownIt:
    """A CommonMark parser with tables for the structure alone, without the block rules named."""
    parser = MarkdownIt("commonmark").enable("table").disable(list(without))
    parser.core.ruler.disable("inline")
    return _with_raw_targets(parser)


def block_tokens(body: str, environment: dict[str, Any] | None = None) -> list[Token]:
    """The block structure of *body* by CommonMark with tables; the text within blocks is not parsed.

    Link definitions (``[name]: target``) are put into *environment*.
    """
    without = tuple(rule for rule, trigger in _TRIGGERS.items() if not trigger.search(body))
    return _block_parser(without).parse(body, environment)


# A line of # or ＃ with a text; one that ends with the mark again is a hashtag.
_LIKE_HEADING = re.compile(
    r"^(?P<marks>[#＃]{2,6})(?P<gap>[ \t\u3000\u00a0]*)(?P<text>[^\s#＃](?:[^\n]*[^\s#＃])?)[ \t]*$", re.MULTILINE
)
_INLINE = MarkdownIt("commonmark").enable("table")
_LINKS = _with_raw_targets(MarkdownIt("commonmark"))
# What must be there before the inline parser is worth calling.
_LINK_HINT = re.compile(r"[\[<]")


@dataclass(slots=True)
class Block:
    """A run of text in the body: ``line`` is its first line in the file, ``text`` its Markdown source.

    ``kind`` is paragraph, heading, cell, code or html.
    """

    kind: str
    line: int
    text: str


@dataclass(slots=True)
class ItemText:
    """A ``###`` part of a section, without its heading line."""

    heading: str
    line: int
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class SectionText:
    """A ``##`` part of the body; ``blocks`` are those before its first item."""

    heading: str
    line: int
    blocks: list[Block] = field(default_factory=list)
    items: list[ItemText] = field(default_factory=list)

    def all_blocks(self) -> Iterator[Block]:
        """The blocks of the section and of its items, in order."""
        yield from self.blocks
        for item in self.items:
            yield from item.blocks


@dataclass(frozen=True, slots=True)
class Link:
    """A link or picture; ``line`` is that of its block where the exact line cannot be told."""

    target: str
    text: str
    line: int
    image: bool


@dataclass(slots=True)
class Document:
    """A parsed body. ``preface`` holds the blocks before the first section, ``references`` what ``[name]: target`` defines."""

    preface: list[Block]
    sections: list[SectionText]
    last_line: int
    references: dict[str, Any] = field(default_factory=dict)

    def section(self, heading: str) -> SectionText | None:
        """The first section with this heading."""
        return next((section for section in self.sections if section.heading == heading), None)

    def blocks(self) -> Iterator[Block]:
        """Every block but the headings of sections and items, in order."""
        yield from self.preface
        for section in self.sections:
            yield from section.all_blocks()

    def links(self) -> Iterator[Link]:
        """Every link and picture in the text, in order."""
        for block in self.blocks():
            if block.kind != "code" and _LINK_HINT.search(block.text):
                yield from _links(block, self.references)


@dataclass(frozen=True, slots=True)
class Shape:
    """The lines of a body by what they are, counted from 0.

    ``headings`` are first and last line (exclusive) of each heading outside lists and quotes; ``verbatim`` are the
    lines of code and of HTML, comments included, in which every character counts.
    """

    headings: tuple[tuple[int, int], ...]
    verbatim: frozenset[int]


def shape(body: str) -> Shape:
    """Tell headings and verbatim lines of *body* from the rest."""
    headings = []
    verbatim: set[int] = set()
    for token in block_tokens(body):
        if token.map is None:
            continue
        if token.type == "heading_open" and token.level == 0:
            headings.append((token.map[0], token.map[1]))
        elif token.type in ("fence", "code_block", "html_block"):
            verbatim.update(range(*token.map))
    return Shape(tuple(headings), frozenset(verbatim))


def slipped_headings(body: str) -> dict[int, str]:
    """The lines of *body*, counted from 0, that were meant as headings and are none, each as it should be written.

    The blank behind the marks is missing or full-width, or the marks are.
    """
    found = {
        body.count("\n", 0, match.start()): f"{'#' * len(match['marks'])} {match['text']}"
        for match in _LIKE_HEADING.finditer(body)
        if "＃" in match["marks"] or match["gap"][:1] not in (" ", "\t")
    }
    verbatim = shape(body).verbatim if found else frozenset()
    return {number: line for number, line in found.items() if number not in verbatim}


def mend_headings(body: str, keep: Collection[int] = ()) -> str:
    """*body* with its :func:`slipped_headings` as headings, but for the lines *keep*; every line keeps its number."""
    found = slipped_headings(body)
    if not found:
        return body
    lines = body.split("\n")
    return "\n".join(line if number in keep else found.get(number, line) for number, line in enumerate(lines))


def render(body: str) -> str:
    """Return *body* as HTML, for comparing what two texts mean; raw HTML in it is passed through."""
    return str(_INLINE.render(body))


def parse_document(body: str, first_line: int) -> Document:
    """Parse *body*, whose first line has the number *first_line* in its file, by CommonMark with tables."""
    document = Document([], [], first_line + max(body.count("\n") - (1 if body.endswith("\n") else 0), 0))
    current: list[Block] = document.preface
    environment: dict[str, Any] = {}
    tokens = block_tokens(body, environment)
    document.references = environment.get("references", {})
    for index, token in enumerate(tokens):
        kind = token.type
        if kind == "inline":
            if token.map is None:
                continue
            opening = tokens[index - 1]
            line = token.map[0] + first_line
            if opening.type == "heading_open" and opening.level == 0 and opening.tag in ("h2", "h3"):
                current = _open(document, opening.tag, token.content.strip(), line)
            else:
                current.append(Block(_KINDS.get(opening.type, "paragraph"), line, token.content))
        elif kind in ("fence", "code_block") and token.map:
            fenced = kind == "fence" and token.content != ""
            current.append(Block("code", token.map[0] + first_line + fenced, token.content))
        elif kind == "html_block" and token.map:
            current.append(Block("html", token.map[0] + first_line, token.content))
    return document


_KINDS = {"heading_open": "heading", "th_open": "cell", "td_open": "cell"}


def _open(document: Document, tag: str, heading: str, line: int) -> list[Block]:
    if tag == "h3" and document.sections:
        item = ItemText(heading, line)
        document.sections[-1].items.append(item)
        return item.blocks
    if tag == "h3":
        document.preface.append(Block("heading", line, heading))
        return document.preface
    section = SectionText(heading, line)
    document.sections.append(section)
    return section.blocks


def _links(block: Block, references: dict[str, Any]) -> Iterator[Link]:
    tokens: list[Token] = _LINKS.parseInline(block.text, {"references": references})
    line = block.line
    opened: list[tuple[str, int]] = []
    words: list[str] = []
    for token in tokens[0].children or [] if tokens else []:
        if token.type in ("softbreak", "hardbreak"):
            line += 1
        elif token.type == "link_open":
            opened.append((_attribute(token, "href"), line))
            words = []
        elif token.type == "link_close" and opened:
            target, start = opened.pop()
            yield Link(target, "".join(words), start, False)
        elif token.type == "image":
            yield Link(_attribute(token, "src"), token.content, line, True)
        elif token.content:
            words.append(token.content)


def _attribute(token: Token, name: str) -> str:
    value: Any = token.attrs.get(name, "")
    return str(value)
