"""表2 and what depends on a person, as CSV, Markdown and JSON (machine output, version 1)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from kbctl.model.notice import chinese_day
from kbctl.output.quoting import csv_bytes, markdown_table
from kbctl.reports.contacts import TITLE, ContactReport, ContactRow, columns
from kbctl.reports.dependence import Dependence, Named


def as_csv(report: ContactReport, *, external: bool) -> bytes:
    """The table as a file that begins with its header row."""
    rows = (row.cells(number, external=external) for number, row in enumerate(report.rows, 1))
    return csv_bytes(columns(external=external), rows)


def as_markdown(report: ContactReport, *, external: bool) -> str:
    """The form with its heading and its date, in Chinese as the regulation prints it."""
    rows = (row.cells(number, external=external) for number, row in enumerate(report.rows, 1))
    table = markdown_table(columns(external=external), rows)
    return f"# {TITLE}\n\n日期：{chinese_day(report.today)}\n\n{table}"


def as_json(report: ContactReport, *, external: bool) -> str:
    """The table, and (within the bank) what is missing from it, as one JSON object."""
    document: dict[str, Any] = {
        "schema_version": 1,
        "today": report.today.isoformat(),
        "contacts": [_contact(number, row, external) for number, row in enumerate(report.rows, 1)],
    }
    if not external:
        document.update(_missing(report))
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _missing(report: ContactReport) -> dict[str, Any]:
    return {
        "without_entries": [row.id for row in report.idle],
        "without_phone": [row.id for row in report.silent],
        "entries_without_contact": [
            {"id": entry.id, "title": entry.title, "owner": entry.owner, "contact": list(entry.contact)}
            for entry in report.orphans
        ],
        "departments_without_contact": [department.id for department in report.empty],
    }


def _contact(number: int, row: ContactRow, external: bool) -> dict[str, Any]:
    shown = {
        "number": number,
        "id": row.id,
        "institution": row.institution,
        "department": row.department,
        "department_id": row.department_id,
        "name": row.name,
        "scope": row.scope,
        "phone": row.phone,
    }
    return shown if external else {**shown, "mobile": row.mobile, "email": row.email, "entries": list(row.entries)}


def impact_json(found: Dependence) -> str:
    """What depends on a person, as one JSON object."""
    contact = found.contact
    document = {
        "schema_version": 1,
        "id": found.id,
        "name": contact.name if contact else None,
        "department": contact.department if contact else None,
        "until": contact.until.isoformat() if contact and contact.until else None,
        "entries": _named(found.answers),
        "alone": list(found.alone),
        "tested": _named(found.tested),
        "roles": list(found.roles),
        "rows": [
            {
                "id": mention.table.entry.id,
                "key": mention.row.key,
                "path": mention.table.path,
                "line": mention.row.line,
            }
            for mention in found.mentions
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _named(named: Iterable[Named]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.entry.id,
            "title": one.entry.title,
            "owner": one.entry.owner,
            "key": one.key,
            "path": one.entry.path,
            "past": one.past,
        }
        for one in named
    ]
