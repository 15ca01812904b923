"""The editions of an entry as text and as JSON (R35)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any

from kbctl.i18n import _
from kbctl.model.submission import Decision
from kbctl.output.entry_text import validity_text
from kbctl.output.plain import one_line
from kbctl.output.submissions import CHANGE_NAMES, VERDICT_NAMES, decision_dict, role_name, time_text
from kbctl.reports.history import Edition, EntryHistory, Registered

Line = tuple[str, str]


def history_lines(
    history: EntryHistory, department: str, zone: tzinfo, role_names: Mapping[str, str]
) -> Iterator[Line]:
    """The lines with their styles: the head that the regulation asks for, and below it the record of changes."""
    entry = history.entry
    head = (
        (_("document number"), entry.id),
        (_("title"), entry.title),
        (_("drafted by"), department),
        (_("edition"), str(history.edition)),
        (_("valid"), validity_text(entry)),
    )
    for label, value in head:
        yield f"{label}  {one_line(value)}", ""
    for version in history.versions:
        if version is not entry:
            yield _("other version: {valid}  {path}").format(valid=validity_text(version), path=version.path), "dim"
    yield "", ""
    yield _("record of changes and approvals"), "bold"
    for edition in history.editions:
        yield from _edition_lines(edition, zone, role_names)


def _edition_lines(edition: Edition, zone: tzinfo, role_names: Mapping[str, str]) -> Iterator[Line]:
    # What no submission tells: the oldest edition is the entry as it began.
    change = edition.change or ("new" if edition.edition == 1 else "changed")
    what = _(CHANGE_NAMES[change]) if change in CHANGE_NAMES else _("changed")
    head = f"{edition.edition:>3}  {time_text(edition.time.astimezone(zone))}  {what}  {edition.number or edition.commit[:12]}"
    yield head, ""
    summary = one_line(edition.summary)
    if summary:
        yield f"     {summary}", ""
    yield (
        "     " + _("submitted by {name}").format(name=one_line(f"{edition.department} {edition.submitted_by}")),
        "dim",
    )
    if not edition.number:
        yield "     " + _("no submission: before the approval flow, or around it"), "yellow"
    for decision in edition.decisions:
        yield f"     {_decision_text(decision, role_names)}", "dim"
    if not edition.decisions and edition.reviewed_by:
        names = _(", ").join(one_line(name) for name in edition.reviewed_by)
        yield "     " + _("reviewed by {names}").format(names=names), "dim"


def _decision_text(decision: Decision, role_names: Mapping[str, str]) -> str:
    return _("{time} {verdict} by {name} ({role}): {opinion}").format(
        time=time_text(decision.at),
        verdict=_(VERDICT_NAMES[decision.verdict]),
        name=one_line(decision.name),
        role=role_name(decision.role, role_names),
        opinion=one_line(decision.opinion),
    )


def history_json(history: EntryHistory, department: str, zone: tzinfo) -> str:
    """One JSON object."""
    entry = history.entry
    document = {
        "schema_version": 1,
        "id": entry.id,
        "title": entry.title,
        "type": entry.type,
        "owner": entry.owner,
        "department": department,
        "edition": history.edition,
        "valid_from": entry.valid_from.isoformat() if entry.valid_from else None,
        "valid_until": entry.valid_until_text,
        "path": entry.path,
        "versions": [
            {
                "valid_from": version.valid_from.isoformat() if version.valid_from else None,
                "valid_until": version.valid_until_text,
                "path": version.path,
            }
            for version in history.versions
        ],
        "editions": [_edition_dict(edition, zone) for edition in history.editions],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def register_titles() -> tuple[str, ...]:
    """The columns of :func:`register_cells`."""
    return _("published on"), _("document number"), _("title"), _("drafted by"), _("valid")


def register_cells(registered: Registered, department: str, zone: tzinfo) -> tuple[str, ...]:
    """A line of the register."""
    entry = registered.entry
    published = registered.published.time.astimezone(zone).date().isoformat()
    return published, entry.id, entry.title, department, validity_text(entry)


def register_json(register: Iterable[tuple[Registered, str]], zone: tzinfo) -> str:
    """One JSON object; each entry with the name of its department."""
    entries = [
        {
            "id": one.entry.id,
            "title": one.entry.title,
            "type": one.entry.type,
            "owner": one.entry.owner,
            "department": department,
            "published": _moment(one.published.time, zone),
            "commit": one.published.commit,
            "valid_from": one.entry.valid_from.isoformat() if one.entry.valid_from else None,
            "valid_until": one.entry.valid_until_text,
            "path": one.entry.path,
        }
        for one, department in register
    ]
    return json.dumps({"schema_version": 1, "entries": entries}, ensure_ascii=False, indent=2) + "\n"


def _edition_dict(edition: Edition, zone: tzinfo) -> dict[str, Any]:
    return {
        "edition": edition.edition,
        "time": _moment(edition.time, zone),
        "commit": edition.commit,
        "submission": edition.number or None,
        "change": edition.change or None,
        "submitted_by": edition.submitted_by,
        "department": edition.department,
        "reviewed_by": list(edition.reviewed_by),
        "summary": edition.summary,
        "decisions": [decision_dict(decision) for decision in edition.decisions],
    }


def _moment(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="minutes")
