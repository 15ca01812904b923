"""Printing what changes in an entry: marks say what is new and gone, colour says it again (R44)."""

from __future__ import annotations

from kbctl.cli.console import Printer
from kbctl.cli.styled import Line
from kbctl.model.change_page import ChangeLine, ChangePage
from kbctl.model.token_diff import Mark
from kbctl.output.plain import clean

_STYLES = {Mark.SAME: "", Mark.GONE: "strike dim", Mark.NEW: "red"}
_FRAMES = {Mark.SAME: ("", ""), Mark.GONE: ("[-", "-]"), Mark.NEW: ("{+", "+}")}


def print_page(printer: Printer, page: ChangePage) -> None:
    """Print *page*, part by part."""
    printer.result(page.title, style="bold")
    if page.remark:
        printer.result(page.remark, style="dim")
    for part in page.parts:
        printer.result()
        printer.result(f"== {part.heading}  {part.remark}".rstrip(), style="bold cyan")
        for line in part.lines:
            printer.result(framed(line))


def framed(line: ChangeLine) -> Line:
    """A line with its number, its level as a heading, and its pieces in their marks."""
    text = Line(f"{line.number or '':>5} ", "dim")
    if line.level:
        text.append("#" * line.level + " ", "dim")
    for piece in line.pieces:
        before, after = _FRAMES[piece.mark]
        text.append(before + clean(piece.text) + after, _STYLES[piece.mark])
    return text
