"""An expiry report as one JSON object (machine output, version 1)."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from kbctl.model.organization import Contact
from kbctl.output import expiry_words as words
from kbctl.output.source import Source
from kbctl.reports.expiry import ExpiryItem, ExpiryReport, StaleRow


def as_json(report: ExpiryReport, source: Source) -> str:
    """The report as one JSON object."""
    document = {
        "schema_version": 1,
        "today": report.today.isoformat(),
        "base_time": source.time.isoformat() if source.time else None,
        "summary": {**report.summary, "unread": len(source.unread)},
        "entries": [_entry(item, source) for item in report.items],
        "rows": [_row(stale) for stale in report.rows],
        "left_out": [
            {"path": one.path, "line": one.line, "codes": list(one.codes), "reason": one.reason}
            for one in words.left_out(report, source)
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _entry(item: ExpiryItem, source: Source) -> dict[str, Any]:
    entry = item.entry
    return {
        "id": entry.id,
        "title": entry.title,
        "type": entry.type,
        "owner": entry.owner,
        "state": item.state.value,
        "valid_until": entry.valid_until_text,
        "days": item.days,
        "review_by": _day(entry.review_by),
        "contact": [{**_contact(contact), "until": _day(contact.until)} for contact in item.contacts],
        "reasons": list(item.reasons),
        "successor_from": _day(item.successor.valid_from) if item.successor else None,
        "call": _contact(item.call) if item.call else None,
        "mend": list(item.mend),
        "path": entry.path,
        "draft": entry.path in source.drafts,
    }


def _row(stale: StaleRow) -> dict[str, Any]:
    return {
        "id": stale.table.entry.id,
        "key": stale.row.key,
        "verified_on": _day(stale.row.verified_on),
        "days": stale.row.days,
        "limit": stale.table.shape.verify_every_days,
        "owner": stale.table.entry.owner,
        "call": _contact(stale.call) if stale.call else None,
        "path": stale.table.path,
        "line": stale.row.line,
    }


def _contact(contact: Contact) -> dict[str, str]:
    return {"id": contact.id, "name": contact.name, "phone": contact.phone}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
