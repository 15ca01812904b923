"""Help pages laid out by the columns of a terminal: a Chinese character takes two, and a line may end after any.

The command-line library counts characters and breaks lines at spaces only, so that a Chinese page would run
over the edge of the screen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import click
import typer

from kbctl.cli.styled import cells as cell_len
from kbctl.i18n import N_, _

# Words of the usage line that the library does not translate.
_USAGE_WORDS = (N_("[OPTIONS]"), N_("[COMMAND] [ARGS]..."), N_("COMMAND [ARGS]..."))

_OPENING = "（“《「【"
_CLOSING = "，。：；、！？）”》」】…"
_WIDE = "⺀-鿿豈-﫿！-｠￠-￦\U00020000-\U0003fffd"


@cache
def _piece() -> re.Pattern[str]:
    """What stays on one line: a Chinese character or a run of others, with the punctuation that belongs to it."""
    # Made when a page is printed: this class of characters takes milliseconds, and every command comes by here.
    one = rf"[{_OPENING}\[(]*(?:[{_WIDE}]|[^\s{_WIDE}{_OPENING}{_CLOSING}]+)[{_CLOSING}\])]*\s*"
    return re.compile(rf"{one}|[{_OPENING}{_CLOSING}]+\s*|\s+")


def wrap(text: str, width: int) -> list[str]:
    """Break *text* into lines of at most *width* columns; a longer word stands on a line of its own."""
    lines = []
    line = ""
    for piece in _piece().findall(text):
        if line and cell_len(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    if line.strip():
        lines.append(line.rstrip())
    return lines


class HelpFormatter(click.HelpFormatter):
    """Writes the parts of a help page."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how the command is called."""
        for word in _USAGE_WORDS:
            args = args.replace(word, _(word))
        head = _("Usage: {command}").format(command=prog) if prefix is None else f"{prefix}{prog}"
        self._hang(" " * self.current_indent + head + " ", args)

    def write_heading(self, heading: str) -> None:
        """Write the heading of a section."""
        self.write(" " * self.current_indent + _("{heading}:").format(heading=heading) + "\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs; an empty line stands between two."""
        for number, paragraph in enumerate(re.split(r"\n\s*\n", text.strip())):
            if number:
                self.write_paragraph()
            self._hang(" " * self.current_indent, " ".join(paragraph.split()))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write words and what they mean in two columns. The library's own words come here untranslated."""
        pairs = [(first, _(second)) for first, second in rows]
        column = min(max(cell_len(first) for first, _second in pairs), col_max)
        margin = " " * self.current_indent
        for first, second in pairs:
            room = column - cell_len(first)
            if room < 0:
                self.write(f"{margin}{first}\n")
                self._hang(margin + " " * (column + col_spacing), second)
            else:
                self._hang(margin + first + " " * (room + col_spacing), second)

    def _hang(self, head: str, text: str) -> None:
        """Write *text* after *head*, its further lines below its first."""
        start = cell_len(head)
        first, *rest = wrap(text, max(self.width - start, 10)) or [""]
        self.write((head + first).rstrip() + "\n")
        for line in rest:
            self.write(" " * start + line + "\n")


class HelpContext(typer.Context):
    """A call of a command whose help is laid out by columns."""

    formatter_class = HelpFormatter
