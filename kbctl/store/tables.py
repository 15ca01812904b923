"""Operating tables: the rows that an entry keeps in ``table.csv`` beside it (UTF-8, one row a line)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kbctl.model.entry import Entry
from kbctl.model.finding import Finding
from kbctl.store.front_matter import MERGE_MARKER, decode
from kbctl.store.snapshot import Snapshot

TABLE_FILE = "table.csv"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: ``line`` in the file and its cells by column name."""

    line: int
    cells: dict[str, str]


@dataclass(slots=True)
class Table:
    """A table as its file states it; rows that cannot be read are left out, and findings say so."""

    path: str
    header: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def table_path(entry: Entry) -> str:
    """Where the rows of *entry* stand."""
    return f"{entry.attachment_folder}/{TABLE_FILE}"


def load_table(snapshot: Snapshot, entry: Entry) -> Table:
    """Read the rows of *entry*; never raises for bad content."""
    return next(table for _entry, table in load_tables(snapshot, [entry]))


def load_tables(snapshot: Snapshot, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Table]]:
    """Read the rows of each of *entries*, fetched together; never raises for bad content."""
    files = snapshot.files()
    wanted = list(entries)
    paths = [table_path(entry) for entry in wanted]
    readable = [path for path in paths if path in files and files[path].kind == "file"]
    contents = snapshot.read_many(readable)
    for entry, path in zip(wanted, paths, strict=True):
        if path not in files:
            params = {"file": path, "type": entry.type}
            yield entry, Table(path, findings=[Finding("KB601", entry.path, subject=entry.id, params=params)])
        elif files[path].kind != "file":
            yield entry, Table(path, findings=[Finding("KB006", path)])
        else:
            _path, data = next(contents)
            if isinstance(data, OSError):
                problem = data.strerror or str(data)
                yield entry, Table(path, findings=[Finding("KB008", path, params={"problem": problem})])
            else:
                yield entry, parse_table(path, data)


def parse_table(path: str, data: bytes) -> Table:
    """Parse the bytes of a table file; a broken row is left out with a finding that names its line."""
    text, findings = decode(path, data)
    table = Table(path, findings=findings)
    if text is None:
        return table
    lines = text.split("\n")
    if len(lines) > 1 and not lines[-1]:
        lines.pop()
    merging = any(finding.code == "KB022" for finding in table.findings)
    for number, line in enumerate(lines, 1):
        if merging and (line == "=======" or MERGE_MARKER.match(line)):
            continue
        cells = cells_of(line)
        if cells is None:
            table.findings.append(
                Finding("KB602", path, number, params={"problem": "quotes", "found": 0, "expected": 0})
            )
        elif not any(cell.strip() for cell in cells):
            table.findings.append(
                Finding(
                    "KB602", path, number, params={"problem": "empty", "found": 0, "expected": 0, "more": "fmt-empty"}
                )
            )
        elif number == 1:
            table.header = [cell.strip() for cell in cells]
        elif len(cells) != len(table.header):
            params = {"problem": "cells", "found": len(cells), "expected": len(table.header)}
            table.findings.append(Finding("KB602", path, number, params=params))
        else:
            cleaned = [cell.strip() for cell in cells]
            table.rows.append(Row(number, dict(zip(table.header, cleaned, strict=True))))
    return table


def cells_of(line: str) -> list[str] | None:
    """The cells of one line; ``None`` where its quotes do not close. A row never spans lines, so that git merges by row."""
    if line.count('"') % 2:
        return None
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error:
        return None
