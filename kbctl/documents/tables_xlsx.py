"""Operating tables as an Excel workbook that a branch can correct and send back (R20, R49)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from kbctl.documents.sheet import Book, Cell, Sheet
from kbctl.documents.text import width
from kbctl.i18n import _, language
from kbctl.model.entry_type import Column
from kbctl.model.organization import Organization
from kbctl.reports.tables import OperatingTable, TableRow

_STALE = "C00000"
_CENTRED = ("key", "date", "phone", "number")
_LEAST, _MOST = 9, 36


def write_tables(
    tables: Iterable[OperatingTable], organization: Organization, day: date, *, external: bool = False
) -> bytes:
    """Return the tables as an .xlsx, a sheet each, with drop-downs for what is chosen and text formats for what is typed.

    :param organization: names the institutions, which drop-downs offer by name.
    :param external: leaves out what never leaves the bank (R67).
    """
    names = {institution.id: institution.name for institution in organization.institutions.values()}
    book = Book()
    for table in tables:
        _write(book, table, names, external)
    return book.save(day)


def _write(book: Book, table: OperatingTable, names: dict[str, str], external: bool) -> None:
    columns = table.columns(external=external)
    titles = [column.titles.get(language(), column.name) for column in columns]
    texts = [[_text(row, column, names) for column in columns] for row in table.rows]
    widths = [_width(title, [row[number] for row in texts]) for number, title in enumerate(titles)]
    sheet = book.sheet(names.get(table.branch) or table.entry.title, widths)
    sheet.title(table.entry.title)
    if not external:
        sheet.line("\n".join(_remarks(table)))
    sheet.header(titles)
    for row, values in zip(table.rows, texts, strict=True):
        late = row.stale and not external
        cells = [_cell(value, column, table, late=late) for value, column in zip(values, columns, strict=True)]
        sheet.cells(cells, at_least=22)
    if not external:
        _guide(sheet, columns, tuple(names.values()))
    sheet.finish()


def _text(row: TableRow, column: Column, names: dict[str, str]) -> str:
    value = row.cells.get(column.name, "")
    return names.get(value, value) if column.kind == "institution" else value


def _width(title: str, values: list[str]) -> float:
    """As wide as the widest clause, within reason, so that a line ends with one; the header has room for its button."""
    clauses = (width(clause) + 5 for value in values for clause in value.split("；"))
    return min(max([width(title) + 5, _LEAST, *clauses]), _MOST)


def _cell(value: str, column: Column, table: OperatingTable, *, late: bool) -> Cell:
    """A stale day is red and bold: not by colour alone."""
    late = late and column.name == table.shape.verified
    align = "center" if column.kind in _CENTRED else "left"
    return Cell(value, align=align, bold=late, color=_STALE if late else "000000")


def _remarks(table: OperatingTable) -> Iterator[str]:
    """The lines under the title: whom it is for, which entry this is, how often rows are checked, how many are late."""
    if any(column.internal for column in table.shape.columns):
        yield _("Internal: not for readers outside the bank")
    text = _("Entry {id}; {rows} rows; to be checked every {days} days.")
    yield text.format(id=table.entry.id, rows=len(table.rows), days=table.shape.verify_every_days)
    if table.stale:
        yield _("{count} to be checked again now (date in bold red).").format(count=len(table.stale))


def _guide(sheet: Sheet, columns: tuple[Column, ...], institutions: tuple[str, ...]) -> None:
    """Drop-downs and text formats for what is typed into the sheet."""
    for number, column in enumerate(columns, 1):
        sheet.as_text(number)
        if column.kind == "choice" and column.choices:
            sheet.choose(number, column.choices)
        elif column.kind == "institution" and institutions:
            sheet.choose(number, institutions)
        elif column.kind == "date":
            sheet.expect_day(number)
