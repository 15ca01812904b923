"""An entry on a terminal: lists, tables, links and pictures set so that they are read. Elsewhere its text as it is typed."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

from kbctl.cli.console import Printer
from kbctl.cli.grid import Column, Record, print_grid
from kbctl.cli.hits import STATE_STYLES
from kbctl.cli.styled import Line, cells
from kbctl.i18n import _
from kbctl.model.article import (
    Block,
    Code,
    Divider,
    Grid,
    Heading,
    Listing,
    Paragraph,
    Picture,
    Quote,
    Run,
    Runs,
)
from kbctl.model.entry import Entry
from kbctl.output.article import link_target
from kbctl.output.entry_text import RenderedEntry, RenderedSection
from kbctl.output.plain import clean
from kbctl.output.states import STATE_NAMES
from kbctl.store.rich_text import Resolver, parse_blocks

_CODE, _QUOTE, _DIVIDER = "    ", "│ ", "─" * 20


def print_entry(printer: Printer, rendered: RenderedEntry) -> None:
    """Print an entry as an agent reads it."""
    title = Line(clean(rendered.title), "bold")
    if rendered.state is not None:
        title.append(f"  [{_(STATE_NAMES[rendered.state])}]", STATE_STYLES[rendered.state])
    printer.wrapped("", title)
    for label, value in (*rendered.facts(), (_("file"), rendered.entry.path)):
        printer.wrapped("", Line(clean(f"{label}  {value}")), hanging="  ")
    for name, path in rendered.attachments():
        # On a terminal the path has a line to itself, so that it can be copied.
        head = _("attachment") + f"  {name}"
        for line in (head, f"  {path}") if printer.terminal else (f"{head}  {path}",):
            printer.result(line)
    for warning in rendered.warnings:
        printer.wrapped("", Line(clean("! " + warning), "bold red"), hanging="  ")
    for part in rendered.sections:
        printer.result()
        mark = "【{heading}】" if printer.terminal else "## {heading}"
        printer.result(mark.format(heading=part.heading), style="bold cyan")
        _print_section(printer, rendered.entry, part)


def _print_section(printer: Printer, entry: Entry, part: RenderedSection) -> None:
    if part.rows:
        titles = list(dict.fromkeys(title for row in part.rows for title in row))
        records = (Record([row.get(title, "") for title in titles]) for row in part.rows)
        # Key and name say which row it is.
        print_grid(printer, [Column(title) for title in titles], records, head=2)
    elif part.text and printer.terminal and part.typed:
        # A link is followed by the id of the entry, the address or the file that it leads to.
        resolver = Resolver(
            lambda source: None,
            lambda target: link_target(entry, target).removeprefix("#") or unquote(target).rsplit("/", 1)[-1],
        )
        _View(printer).blocks(parse_blocks(part.text, resolver), "")
    elif part.text:
        for line in clean(part.text).split("\n"):
            printer.wrapped("", Line(line))


class _View:
    """Writes blocks to a terminal."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer

    def blocks(self, blocks: Iterable[Block], indent: str) -> None:
        """Write *blocks* behind *indent*, an empty line between two, but none below a heading."""
        before: Block | None = None
        for block in blocks:
            if before is not None and not isinstance(before, Heading):
                self._printer.result(indent.rstrip())
            self.block(block, indent)
            before = block

    def block(self, block: Block, indent: str) -> None:
        if isinstance(block, Paragraph):
            self._printer.wrapped(indent, _line(block.runs))
        elif isinstance(block, Heading):
            self._printer.wrapped(indent, _line(block.runs, "bold"))
        elif isinstance(block, Listing):
            self.listing(block, indent)
        elif isinstance(block, Grid):
            self.grid(block, indent)
        elif isinstance(block, Picture):
            caption = _("[picture: {caption}]").format(caption=block.alt or block.name)
            self._printer.wrapped(indent, Line(clean(caption), "dim"))
        elif isinstance(block, Code):
            for line in block.text.split("\n"):
                self._printer.result(indent + _CODE + line)
        elif isinstance(block, Quote):
            self.blocks(block.blocks, indent + _QUOTE)
        elif isinstance(block, Divider):
            self._printer.result(indent + _DIVIDER)

    def listing(self, listing: Listing, indent: str) -> None:
        """Write a list; what follows the first line of an item stands below its text."""
        for number, item in enumerate(listing.items, listing.start):
            mark = f"{number}. " if listing.ordered else "- "
            below = " " * cells(mark)
            first, *rest = item or (Paragraph(()),)
            if isinstance(first, Paragraph):
                self._printer.wrapped(indent, _line(first.runs, before=mark), hanging=below)
            else:
                self._printer.result(indent + mark.rstrip())
                self.block(first, indent + below)
            for block in rest:
                self.block(block, indent + below)

    def grid(self, grid: Grid, indent: str) -> None:
        columns = [Column(_line(cell).text) for cell in grid.header]
        records = (Record([_line(cell).text for cell in row]) for row in grid.rows)
        print_grid(self._printer, columns, records, indent=indent)


def _line(runs: Runs, style: str = "", *, before: str = "") -> Line:
    """The text of *runs* with their looks; where a link ends, what it leads to stands in brackets."""
    line = Line(before)
    label = ""
    for number, run in enumerate(runs):
        line.append(clean(run.text), f"{style} {_style(run)}".strip())
        label += run.text
        if run.target != (runs[number + 1].target if number + 1 < len(runs) else ""):
            if run.target and run.target != label.strip():
                line.append(_("({note})").format(note=clean(run.target)), "cyan")
            label = ""
    return line


def _style(run: Run) -> str:
    looks = {"bold": run.bold, "italic": run.italic or run.code, "strike": run.struck, "underline": bool(run.target)}
    return " ".join(name for name, wanted in looks.items() if wanted)
