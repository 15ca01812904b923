"""Cells that stand under one another: folded on a narrow terminal, in full anywhere else."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from kbctl.cli.console import Printer
from kbctl.output.plain import one_line


def print_columns(printer: Printer, rows: Sequence[Sequence[str]], *, titles: Sequence[str] = ()) -> None:
    """Print *rows*, whose cells are data. Nothing, no space either, stands behind the last cell."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", show_header=bool(titles))
    for number, title in enumerate(titles or rows[0]):
        table.add_column(title, no_wrap=number == 0, overflow="fold")
    for row in rows:
        table.add_row(*(Text(one_line(cell)) for cell in row))
    for segments in printer.out.render_lines(table, pad=False):
        line = Text.assemble(*((segment.text, segment.style or "") for segment in segments))
        line.rstrip()
        printer.result(line)
