"""From Markdown to blocks that know no file format; what Word and HTML are made from."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from kbctl.model.article import Block, Code, Divider, Grid, Heading, Listing, Paragraph, Picture, Quote, Run, Runs
from kbctl.model.han import is_han

_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_COMMENTS = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>\Z", re.IGNORECASE)
# Between these, a line break in the source is no space.
_WIDE_MARKS = "，。；：？！、（）《》“”‘’—…【】"


@dataclass(frozen=True, slots=True)
class Resolver:
    """How targets are understood.

    ``picture`` gives the bytes of a picture by its path as it is written, or ``None``;
    ``link`` turns a link's target into the target of a run (``#id`` for an entry, empty for none).
    """

    picture: Callable[[str], bytes | None]
    link: Callable[[str], str]


def parse_blocks(markdown: str, resolver: Resolver) -> tuple[Block, ...]:
    """Parse *markdown* by CommonMark with tables; comments are dropped, other HTML stays as the text that it is."""
    return _Reader(_MARKDOWN.parse(markdown), resolver).blocks("")


@dataclass(slots=True)
class _Reader:
    """Walks the tokens of one text."""

    tokens: Sequence[Token]
    resolver: Resolver
    at: int = 0

    def blocks(self, end: str) -> tuple[Block, ...]:
        """The blocks up to the token *end*, which is taken too."""
        found: list[Block] = []
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            if token.type == end:
                break
            found.extend(self.block(token))
        return tuple(found)

    def block(self, token: Token) -> Sequence[Block]:
        kind = token.type
        if kind == "inline":
            return _paragraphs(token, self.resolver)
        if kind == "heading_open":
            runs = _Line(self.resolver).read(self.tokens[self.at]).runs()
            self.at += 2
            return [Heading(int(token.tag[1:]), runs)]
        if kind in ("bullet_list_open", "ordered_list_open"):
            return [self.listing(token)]
        if kind == "blockquote_open":
            return [Quote(self.blocks("blockquote_close"))]
        if kind == "table_open":
            return [self.grid()]
        if kind in ("fence", "code_block"):
            return [Code(token.content.rstrip("\n"))]
        if kind == "hr":
            return [Divider()]
        if kind == "html_block":
            text = _COMMENTS.sub("", token.content).strip()
            return [Paragraph((Run(text),))] if text else []
        return []

    def listing(self, token: Token) -> Listing:
        ordered = token.type == "ordered_list_open"
        end = token.type.replace("open", "close")
        items: list[tuple[Block, ...]] = []
        while self.tokens[self.at].type != end:
            self.at += 1
            items.append(self.blocks("list_item_close"))
        self.at += 1
        return Listing(ordered, int(token.attrs.get("start", 1)), tuple(items))

    def grid(self) -> Grid:
        rows: list[tuple[Runs, ...]] = []
        cells: list[Runs] = []
        while (token := self.tokens[self.at]).type != "table_close":
            self.at += 1
            if token.type == "inline":
                cells.append(_Line(self.resolver).read(token).runs())
            elif token.type == "tr_close":
                rows.append(tuple(cells))
                cells = []
        self.at += 1
        return Grid(rows[0], tuple(rows[1:]))


def _paragraphs(token: Token, resolver: Resolver) -> list[Block]:
    """A paragraph; a picture in it stands by itself, between the text before and after."""
    line = _Line(resolver).read(token)
    found: list[Block] = []
    for piece in line.pieces:
        if isinstance(piece, Picture):
            found.append(piece)
        elif any(run.text.strip() for run in piece):
            found.append(Paragraph(tuple(piece)))
    return found


@dataclass(slots=True)
class _Line:
    """Collects the runs and pictures of one line of text."""

    resolver: Resolver
    look: Run = field(default_factory=lambda: Run(""))
    pieces: list[list[Run] | Picture] = field(default_factory=list)

    def runs(self) -> Runs:
        """All runs; a picture is its description."""
        found: list[Run] = []
        for piece in self.pieces:
            found.extend([Run(piece.alt or piece.name)] if isinstance(piece, Picture) else piece)
        return tuple(found)

    def read(self, token: Token) -> _Line:
        children = token.children or []
        for number, child in enumerate(children):
            self.take(child, children[number + 1] if number + 1 < len(children) else None)
        return self

    def take(self, token: Token, following: Token | None) -> None:
        kind = token.type
        if kind == "text":
            self.add(token.content)
        elif kind == "code_inline":
            self.add(token.content, code=True)
        elif kind == "softbreak":
            self.add("" if self.joins(following) else " ")
        elif kind == "hardbreak" or (kind == "html_inline" and _BREAK.match(token.content)):
            self.add("\n")
        elif kind == "html_inline":
            self.add(_COMMENTS.sub("", token.content))
        elif kind == "image":
            source = str(token.attrs.get("src", ""))
            name = unquote(source).rsplit("/", 1)[-1]
            self.pieces.append(Picture(name, token.content, self.resolver.picture(source)))
        elif kind == "link_open":
            self.look = replace(self.look, target=self.resolver.link(str(token.attrs.get("href", ""))))
        elif kind == "link_close":
            self.look = replace(self.look, target="")
        else:
            self.mark(kind)

    def mark(self, kind: str) -> None:
        name, _, side = kind.rpartition("_")
        opened = side == "open"
        if name == "strong":
            self.look = replace(self.look, bold=opened)
        elif name == "em":
            self.look = replace(self.look, italic=opened)
        elif name == "s":
            self.look = replace(self.look, struck=opened)

    def add(self, text: str, *, code: bool = False) -> None:
        if not text:
            return
        if not self.pieces or isinstance(self.pieces[-1], Picture):
            self.pieces.append([])
        piece = self.pieces[-1]
        assert isinstance(piece, list)
        piece.append(replace(self.look, text=text, code=code))

    def joins(self, following: Token | None) -> bool:
        """Whether a line break here is between two Chinese characters, where no space is written."""
        last = self.pieces[-1] if self.pieces else []
        before = last[-1].text[-1:] if isinstance(last, list) and last else ""
        after = following.content[:1] if following is not None else ""
        return _is_wide(before) and (_is_wide(after) or not after)


def _is_wide(char: str) -> bool:
    return bool(char) and (is_han(char) or char in _WIDE_MARKS)
