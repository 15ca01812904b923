"""What changes in an entry, in words: as a page to be read, and as JSON (R44)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from kbctl.i18n import N_, _, language
from kbctl.model.change_page import ChangeLine, ChangePage, ChangePart
from kbctl.model.rulebook import Rulebook
from kbctl.model.token_diff import LineChange, Mark, Piece, pieces
from kbctl.reports.changes import (
    CHANGED,
    NEW,
    REMOVED,
    ROWS,
    WITHDRAWN,
    ChangedFile,
    EntryChange,
    FileChange,
    KeyChange,
    RowChange,
    VersionChange,
)

CHANGE_WORDS = {
    NEW: N_("new"),
    CHANGED: N_("changed"),
    REMOVED: N_("removed"),
    WITHDRAWN: N_("withdrawal"),
    ROWS: N_("rows changed"),
}
KEY_NAMES = {
    "id": N_("id"),
    "title": N_("title"),
    "type": N_("type"),
    "owner": N_("owner"),
    "scope": N_("scope"),
    "topic": N_("topic"),
    "contact": N_("contact"),
    "valid_from": N_("first day"),
    "valid_until": N_("last day"),
    "review_by": N_("review by"),
    "audience": N_("audience"),
    "keywords": N_("keywords"),
    "aliases": N_("customers' words"),
    "tested": N_("test statement"),
    "attachments": N_("attachments"),
    "facts": N_("figures"),
    "withdrawn": N_("withdrawn"),
    "emergency_contacts": N_("emergency contacts"),
    "lasts": N_("duration"),
}
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*\Z")
_CHINESE = re.compile("[\u3400-\u9fff]")
_ARROW = Piece(Mark.SAME, " → ")


def change_page(change: EntryChange, rulebook: Rulebook, remark: str) -> ChangePage:
    """Everything of *change* as a page; the whole text of each version, with what is new and gone marked."""
    parts: list[ChangePart] = []
    for version in change.versions:
        parts.extend(_version_parts(version, rulebook))
    titles = _column_titles(change, rulebook)
    if change.rows:
        parts.append(ChangePart(_("table rows"), "", tuple(_row_line(row, titles) for row in change.rows)))
    if change.table:
        parts.append(ChangePart(_("table rows"), "", tuple(_text_line(line) for line in change.table)))
    if change.files:
        parts.append(ChangePart(_("files"), "", tuple(_file_line(file) for file in change.files)))
    return ChangePage(f"{change.title} ({change.id})" if change.title else change.id, remark, tuple(parts))


def _version_parts(version: VersionChange, rulebook: Rulebook) -> Iterator[ChangePart]:
    remark = _(CHANGE_WORDS[version.change])
    if version.against and version.against != version.path:
        remark += " " + _("(against {path})").format(path=version.against)
    if version.keys:
        lines = tuple(key_line(key, rulebook) for key in version.keys)
        yield ChangePart(version.path, remark, lines)
    body = tuple(_text_line(line) for line in version.lines)
    if any(line.changed for line in body):
        yield ChangePart(_("text") if version.keys else version.path, "" if version.keys else remark, body)


def _text_line(line: LineChange) -> ChangeLine:
    """A line of Markdown; of a heading only its words."""
    match = _HEADING.match("".join(piece.text for piece in line.pieces))
    if match is None or not line.pieces[0].text.startswith(match[1]):
        return ChangeLine(line.pieces, line.line)
    first = line.pieces[0].text.removeprefix(match[1]).lstrip()
    kept = (Piece(line.pieces[0].mark, first), *line.pieces[1:]) if first else line.pieces[1:]
    return ChangeLine(kept, line.line, len(match[1]))


def key_line(change: KeyChange, rulebook: Rulebook) -> ChangeLine:
    """One key of the front matter: its name, and what became of its value."""
    name = _(KEY_NAMES[change.key]) if change.key in KEY_NAMES else change.key
    label = Piece(Mark.SAME, _("{label}: ").format(label=name))
    if isinstance(change.old, list) or isinstance(change.new, list):
        return ChangeLine((label, *_listed(_items(change.old, rulebook), _items(change.new, rulebook))))
    old, new = _plain(change.old, rulebook), _plain(change.new, rulebook)
    return ChangeLine((label, *_values(old, new)))


def _values(old: str, new: str) -> Iterator[Piece]:
    """One value that became another: prose piece by piece, anything else as a whole."""
    if old and new and _CHINESE.search(old) and _CHINESE.search(new):
        yield from pieces(old, new)
        return
    if old:
        yield Piece(Mark.GONE, old)
    if old and new:
        yield _ARROW
    if new:
        yield Piece(Mark.NEW, new)


def _listed(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    """The items that are new and gone; a list of which only the order changed says so."""
    gone = [item for item in old if item not in new]
    added = [item for item in new if item not in old]
    if not gone and not added:
        yield Piece(Mark.GONE, "、".join(old))
        yield _ARROW
        yield Piece(Mark.NEW, "、".join(new))
        return
    marked = [Piece(Mark.GONE, item) for item in gone] + [Piece(Mark.NEW, item) for item in added]
    for number, piece in enumerate(marked):
        if number:
            yield Piece(Mark.SAME, _(", "))
        yield piece


def _items(value: Any, rulebook: Rulebook) -> list[str]:
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [_plain(item, rulebook) for item in values]


def _plain(value: Any, rulebook: Rulebook) -> str:
    """A value as people read it: contacts, departments and institutions by their names."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return " ".join(_plain(item, rulebook) for item in value.values())
    if isinstance(value, list):
        return "、".join(_plain(item, rulebook) for item in value)
    organization = rulebook.organization
    for known in (organization.contacts, organization.departments, organization.institutions):
        if value in known:
            return f"{known[value].name} {value}"
    return _("long-term") if value == "long-term" else str(value)


def _column_titles(change: EntryChange, rulebook: Rulebook) -> dict[str, str]:
    known = rulebook.types.get(change.type)
    columns = known.table.columns if known and known.table else ()
    return {column.name: column.titles.get(language(), column.name) for column in columns}


def _row_line(row: RowChange, titles: dict[str, str]) -> ChangeLine:
    mark = {NEW: Mark.NEW, REMOVED: Mark.GONE, CHANGED: Mark.SAME}[row.change]
    found = [Piece(mark, row.key), Piece(Mark.SAME, f" {_(CHANGE_WORDS[row.change])}  ")]
    for number, (column, old, new) in enumerate(row.cells):
        if number:
            found.append(Piece(Mark.SAME, _("; ")))
        found.append(Piece(Mark.SAME, _("{label}: ").format(label=titles.get(column, column))))
        found.extend(_values(old, new))
    return ChangeLine(tuple(found))


def _file_line(file: FileChange) -> ChangeLine:
    mark = {NEW: Mark.NEW, REMOVED: Mark.GONE, CHANGED: Mark.SAME}[file.change]
    sizes = " → ".join(_("{size} bytes").format(size=size) for size in (file.old, file.new) if size is not None)
    changed = (Piece(Mark.NEW, sizes),) if file.change == CHANGED else (Piece(Mark.SAME, sizes),)
    words = Piece(Mark.SAME, f" {_(CHANGE_WORDS[file.change])}  ")
    return ChangeLine((Piece(mark, file.path), words, *changed))


def change_line(file: ChangedFile) -> str:
    """One changed file on a line: how, the entry, and where."""
    word = _(CHANGE_WORDS[file.change])
    entry = f"{file.id}  {file.title}".strip() if file.id else ""
    return "  ".join(part for part in (word, entry, f"({file.path})") if part)


def changes_json(files: Sequence[ChangedFile], base: str) -> str:
    """The changed files as one JSON object."""
    document = {"schema_version": 1, "base": base, "changes": [asdict(file) for file in files]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def change_json(change: EntryChange, base: str) -> str:
    """One JSON object."""
    document = {
        "schema_version": 1,
        "id": change.id,
        "base": base,
        "versions": [
            {
                "path": version.path,
                "change": version.change,
                "against": version.against or None,
                "front_matter": [{"key": key.key, "old": key.old, "new": key.new} for key in version.keys],
                "lines": _json_lines(version.lines),
            }
            for version in change.versions
        ],
        "rows": [
            {
                "key": row.key,
                "change": row.change,
                "cells": [{"column": column, "old": old, "new": new} for column, old, new in row.cells],
            }
            for row in change.rows
        ],
        "table": _json_lines(change.table),
        "files": [
            {"path": file.path, "change": file.change, "old_size": file.old, "new_size": file.new}
            for file in change.files
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _json_lines(lines: Sequence[LineChange]) -> list[dict[str, Any]]:
    return [
        {"line": line.line, "pieces": [[piece.mark.value, piece.text] for piece in line.pieces]}
        for line in lines
        if line.changed
    ]
