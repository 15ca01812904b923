"""Tables on a terminal, as wide as it is. Where it is too narrow for them, each record is a block. Nothing is cut.

A number, a date, an address or an id stays in one piece: text is broken between Chinese characters and at spaces only.
Where nobody looks (a pipe, a file) every record is one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kbctl.cli.console import Printer
from kbctl.cli.styled import Line, cells, widest_piece
from kbctl.i18n import _
from kbctl.output.plain import one_line

_GAP = "  "
# A column that holds prose is not made narrower than this: it would be read letter by letter.
_READABLE = 20


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; numbers stand on the right. A table none of whose columns has a title has no row of them."""

    title: str = ""
    right: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a table."""

    cells: Sequence[str]
    style: str = ""


def print_grid(
    printer: Printer, columns: Sequence[Column], records: Iterable[Record], *, head: int = 1, indent: str = ""
) -> None:
    """Print *records* (data, any text) under their column titles.

    :param head: how many columns name a record where each is a block; their titles are left out there.
    """
    shown = [Record([one_line(cell) for cell in record.cells], record.style) for record in records]
    table = [[column.title for column in columns], *(record.cells for record in shown)]
    widths = [max(map(cells, column)) for column in zip(*table, strict=True)]
    if printer.terminal:
        fitted = _fit(table, widths, printer.width - cells(indent) - len(_GAP) * (len(columns) - 1))
        if fitted is None:
            _print_blocks(printer, columns, shown, head, indent)
            return
        widths = fitted
    titles = [Record(table[0], "bold")] if any(table[0]) else []
    for record in (*titles, *shown):
        for line in _lines(record.cells, columns, widths):
            printer.result(Line(indent + line, record.style))


def _fit(table: Sequence[Sequence[str]], widths: Sequence[int], room: int) -> list[int] | None:
    """Widths for which the table fits into *room*; ``None`` if it would not be readable."""
    least = [max(map(_least, column)) for column in zip(*table, strict=True)]
    spare = room - sum(least)
    if spare < 0:
        return None
    fitted = list(least)
    # The columns that ask for little get it first; the wide ones share what is left.
    wanting = sorted(range(len(widths)), key=lambda number: widths[number] - least[number])
    for rank, number in enumerate(wanting):
        more = min(widths[number] - least[number], spare // (len(wanting) - rank))
        fitted[number] += more
        spare -= more
    return fitted


def _least(text: str) -> int:
    return max(min(cells(text), _READABLE), widest_piece(text))


def _lines(texts: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> Iterator[str]:
    """The lines of one row."""
    parts = [
        [text[start:end] for start, end in Line(text).wrapped(width)] if cells(text) > width else [text]
        for text, width in zip(texts, widths, strict=True)
    ]
    for number in range(max(map(len, parts))):
        line = []
        for part, column, width in zip(parts, columns, widths, strict=True):
            text = part[number] if number < len(part) else ""
            room = " " * (width - cells(text))
            line.append(room + text if column.right else text + room)
        yield _GAP.join(line).rstrip()


def _print_blocks(
    printer: Printer, columns: Sequence[Column], records: Iterable[Record], head: int, indent: str
) -> None:
    for record in records:
        names = _GAP.join(cell for cell in record.cells[:head] if cell)
        printer.wrapped(indent, Line(names, record.style or "bold"), hanging=_GAP)
        fields = [
            _("{name}: {text}").format(name=column.title, text=cell) if column.title else cell
            for column, cell in zip(columns[head:], record.cells[head:], strict=True)
            if cell
        ]
        for line in _packed(fields, printer.width - cells(indent + 2 * _GAP)):
            printer.wrapped(indent + _GAP, Line(line, record.style), hanging=_GAP)


def _packed(fields: Iterable[str], room: int) -> Iterator[str]:
    """*fields* on as few lines as hold them whole; one that is longer than a line has a line to itself."""
    line = ""
    for field in fields:
        longer = f"{line}{_GAP}{field}" if line else field
        if line and cells(longer) > room:
            yield line
            line = field
        else:
            line = longer
    if line:
        yield line
