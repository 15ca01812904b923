"""Operating tables as rows by key: which rows differ, and merging two changes of one table row by row (R20, R49)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from kbctl.store.tables import cells_of, parse_table

# A cell as it stands in its line, with its quotes.
_CELL = re.compile(r'(?:(?<=,)|^)((?:"(?:[^"]|"")*")?[^,"]*)(?=,|$)')


@dataclass(frozen=True, slots=True)
class TableLines:
    """A table file as text: its header line and the line of each row, by key, in order."""

    header: str
    rows: Mapping[str, str]

    def text(self) -> bytes:
        """The file's bytes."""
        return "".join(f"{line}\n" for line in (self.header, *self.rows.values())).encode("utf-8")


class RowsConflictError(Exception):
    """Both sides changed the same rows differently, or changed the columns; ``keys`` names the rows."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        super().__init__(", ".join(keys))
        self.keys = keys


def table_lines(data: bytes, key: str) -> TableLines | None:
    """Read a table file as lines by the key column *key*.

    ``None`` where that would lose something: no such column, a row twice or broken, or other bytes than text and line ends.
    """
    table = parse_table("", data)
    if table.findings or key not in table.header:
        return None
    lines = data.decode("utf-8").split("\n")
    rows = {row.cells[key]: lines[row.line - 1] for row in table.rows}
    found = TableLines(lines[0], rows)
    complete = len(rows) == len(table.rows) and "" not in rows and found.text() == data
    return found if complete else None


def mend_cells(text: str, columns: Collection[str], mend: Callable[[str], str | None]) -> str:
    """Return the table *text* with the cells of *columns* as *mend* writes them (``None``: as they are); the rest stays.

    Rows that cannot be read stay as they are.
    """
    table = parse_table("", text.encode("utf-8"))
    lines = text.split("\n")
    for row in table.rows:
        cells = _CELL.findall(lines[row.line - 1])
        if len(cells) != len(table.header):
            continue
        for number, (name, raw) in enumerate(zip(table.header, cells, strict=True)):
            better = mend(row.cells[name]) if name in columns and table.header.count(name) == 1 else None
            cells[number] = raw if better is None else better
        lines[row.line - 1] = ",".join(cells)
    return "\n".join(lines)


def without_empty(text: str) -> str:
    """Return the table *text* without rows and columns of which every cell is empty, as a spreadsheet leaves them."""
    header, *others = text.split("\n")
    lines = [header, *(line for line in others if any(cell.strip() for cell in cells_of(line) or [line]))]
    rows = [_CELL.findall(line) for line in lines]
    if any(len(row) != len(cells_of(line) or ()) for row, line in zip(rows, lines, strict=True)):
        return "\n".join(lines)
    said = {number for row in rows for number, cell in enumerate(row) if cell.strip(' \t"')}
    return "\n".join(",".join(cell for number, cell in enumerate(row) if number in said) for row in rows)


def changed_rows(before: TableLines, after: TableLines) -> tuple[str, ...] | None:
    """The keys of the rows that are new, changed or gone; ``None`` where more than rows changed: columns, or the order."""
    if before.header != after.header:
        return None
    keys = tuple(key for key in {**before.rows, **after.rows} if before.rows.get(key) != after.rows.get(key))
    try:
        merged = merge_rows(before, before, after)
    except RowsConflictError:
        return None
    return tuple(sorted(keys)) if merged.rows == after.rows and list(merged.rows) == list(after.rows) else None


def merge_rows(start: TableLines, ours: TableLines, theirs: TableLines) -> TableLines:
    """Put the rows that *theirs* changed since *start* into *ours*; a new row comes after the row it was put after.

    :raises RowsConflictError: where *ours* changed the same row since, to something else.
    """
    if theirs.header not in (start.header, ours.header):
        raise RowsConflictError((theirs.header,))
    changed = [key for key in {**start.rows, **theirs.rows} if start.rows.get(key) != theirs.rows.get(key)]
    clashes = [
        key
        for key in changed
        if ours.rows.get(key) != start.rows.get(key) and ours.rows.get(key) != theirs.rows.get(key)
    ]
    if clashes:
        raise RowsConflictError(tuple(sorted(clashes)))
    order = _order(list(ours.rows), list(theirs.rows), {key for key in changed if key not in ours.rows})
    lines = {**ours.rows, **{key: theirs.rows[key] for key in changed if key in theirs.rows}}
    gone = {key for key in changed if key not in theirs.rows}
    return TableLines(ours.header, {key: lines[key] for key in order if key not in gone})


def _order(ours: list[str], theirs: list[str], added: Collection[str]) -> list[str]:
    """The keys of *ours* with those *added* put where *theirs* has them."""
    order = list(ours)
    for number, key in enumerate(theirs):
        if key in added:
            before = next((other for other in reversed(theirs[:number]) if other in order), None)
            order.insert(order.index(before) + 1 if before is not None else 0, key)
    return order
