"""Operating tables as CSV, Markdown and JSON (machine output, version 1); owner and branch stand before the columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from kbctl.i18n import _, language
from kbctl.model.entry_type import Column
from kbctl.model.organization import Organization
from kbctl.output.quoting import csv_bytes, markdown_table, markdown_text
from kbctl.reports.tables import OperatingTable, TableReport, TableRow


def header(columns: Sequence[Column], *, external: bool = False) -> list[str]:
    """The titles of a gathered table; how fresh a row is does not leave the bank."""
    titles = [column.titles.get(language()) or column.name for column in columns]
    judged = [] if external else [_("days since verified"), _("freshness")]
    return [_("owning branch"), _("owner"), *titles, *judged]


def rows(
    tables: Sequence[OperatingTable], columns: Sequence[Column], organization: Organization, *, external: bool = False
) -> Iterator[list[str | int | None]]:
    """The rows of all *tables*, in their order; institutions by name."""
    for table in tables:
        for row in table.rows:
            cells = (_cell(row, column, organization) for column in columns)
            judged = [] if external else [row.days, freshness(row)]
            yield [branch_name(table, organization), owner_name(table, organization), *cells, *judged]


def _cell(row: TableRow, column: Column, organization: Organization) -> str:
    value = row.cells.get(column.name, "")
    known = organization.institutions.get(value) if column.kind == "institution" else None
    return known.name if known else value


def freshness(row: TableRow) -> str:
    """Whether a row must be checked again, in a word."""
    if row.verified_on is None:
        return _("no date")
    return _("stale") if row.stale else _("fresh")


def branch_name(table: OperatingTable, organization: Organization) -> str:
    """The name of the branch that owns a table."""
    known = organization.institutions.get(table.branch)
    return known.name if known else table.branch


def owner_name(table: OperatingTable, organization: Organization) -> str:
    """The name of the department that owns a table."""
    return organization.department_name(table.entry.owner)


def as_csv(tables: Sequence[OperatingTable], organization: Organization, *, external: bool) -> bytes:
    """The gathered rows as a file for Excel."""
    columns = tables[0].columns(external=external) if tables else ()
    return csv_bytes(header(columns, external=external), rows(tables, columns, organization, external=external))


def as_markdown(tables: Sequence[OperatingTable], organization: Organization, title: str, *, external: bool) -> str:
    """The gathered rows as a Markdown table."""
    columns = tables[0].columns(external=external) if tables else ()
    body = ([_text(cell) for cell in row] for row in rows(tables, columns, organization, external=external))
    return f"# {markdown_text(title)}\n\n{markdown_table(header(columns, external=external), body)}"


def _text(cell: str | int | None) -> str:
    return "" if cell is None else str(cell)


def as_json(report: TableReport, organization: Organization, *, external: bool) -> str:
    """The tables with their rows as one JSON object; outside the bank nobody reads how they are kept."""
    document: dict[str, Any] = {
        "schema_version": 1,
        "today": report.today.isoformat(),
        "tables": [{**_table(table, external), "rows": _rows(table, external)} for table in report.tables],
    }
    if not external:
        document["left_out"] = [{"id": entry.id, "state": state.value} for entry, state in report.left_out]
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def list_json(report: TableReport) -> str:
    """The tables without their rows as one JSON object."""
    document = {
        "schema_version": 1,
        "today": report.today.isoformat(),
        "tables": [_table(table) for table in report.tables],
        "left_out": [{"id": entry.id, "state": state.value} for entry, state in report.left_out],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _table(table: OperatingTable, external: bool = False) -> dict[str, Any]:
    shown = {
        "id": table.entry.id,
        "title": table.entry.title,
        "type": table.entry.type,
        "owner": table.entry.owner,
        "branch": table.branch,
    }
    if external:
        return {**shown, "count": len(table.rows)}
    return {
        **shown,
        "path": table.path,
        "count": len(table.rows),
        "stale": len(table.stale),
        "oldest_days": table.oldest,
        "verify_every_days": table.shape.verify_every_days,
        "unreadable_rows": len(table.findings),
    }


def _rows(table: OperatingTable, external: bool) -> list[dict[str, Any]]:
    names = [column.name for column in table.columns(external=external)]
    return [_row(row, names, external) for row in table.rows]


def _row(row: TableRow, names: Iterable[str], external: bool) -> dict[str, Any]:
    cells = {name: row.cells.get(name, "") for name in names}
    verified = row.verified_on.isoformat() if row.verified_on else None
    if external:
        return {"key": row.key, "cells": cells, "verified_on": verified}
    return {
        "key": row.key,
        "line": row.line,
        "cells": cells,
        "verified_on": verified,
        "days": row.days,
        "stale": row.stale,
    }
