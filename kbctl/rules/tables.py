"""Operating tables: the columns of the type, a key for each row, cells of their kind, rows checked in time (R20, R49)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from difflib import get_close_matches
from typing import Any

from kbctl.model.entry import Entry
from kbctl.model.entry_type import Column, TableShape
from kbctl.model.finding import Finding
from kbctl.rules.context import Context
from kbctl.rules.customer_data import strangers
from kbctl.rules.dates import mended_day
from kbctl.store.json_schema import parse_date
from kbctl.store.markdown import Document
from kbctl.store.tables import Row, Table, load_table

PHONE = re.compile(
    r"(?:\+86-?)?(?:0[0-9]{2,3}-?[0-9]{7,8}|1[0-9]{10}|[48]00-?[0-9]{3}-?[0-9]{4}|9[0-9]{4,5})(?:-[0-9]{1,6})?\Z"
)
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}\Z")
_CLOCK = r"(?:[01]?[0-9]|2[0-4]):[0-5][0-9]"
HOURS = re.compile(
    rf"(?:24小时|全天|不办理|暂停服务|(?:[^0-9；;]{{0,20}}{_CLOCK}\s*[-–—至~～]\s*{_CLOCK}(?:[、，,]{_CLOCK}\s*[-–—至~～]\s*{_CLOCK}){{0,3}}"
    r"|[^；;0-9]{1,20}(?:不办理|休息|24小时|全天)))\Z"
)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?\Z")


def check(entry: Entry, document: Document, context: Context) -> Iterator[Finding]:
    """Check the rows of an entry whose type has a table."""
    entry_type = context.rulebook.types.get(entry.type)
    if entry_type is None or entry_type.table is None:
        return
    shape = entry_type.table
    table = load_table(context.snapshot, entry)
    yield from table.findings
    if not table.header:
        return
    yield from _check_columns(table, shape, entry.type)
    yield from _check_keys(table, shape)
    for row in table.rows:
        yield from _check_row(table, row, shape, context)
        if context.corpus.serves(entry, context.today):
            yield from _check_freshness(table, row, shape, context)


def _check_columns(table: Table, shape: TableShape, type_: str) -> Iterator[Finding]:
    columns = {column.name: column for column in shape.columns}

    def problem(name: str, problem: str, **more: Any) -> Finding:
        params = {"column": name, "problem": problem, "near": "", "type": type_, **more}
        return Finding("KB603", table.path, 1, subject=name, params=params)

    for name, column in columns.items():
        if name not in table.header:
            yield problem(name, "missing", titles=column.titles)
    for name in table.header:
        if name and name not in columns:
            near = get_close_matches(name, columns, 1, 0.5)
            called = [known for known, column in columns.items() if name in column.titles.values()]
            yield problem(name, "unknown", near=(called or near or [""])[0])
    for name in sorted({name for name in table.header if name and table.header.count(name) > 1}):
        yield problem(name, "twice")
    if "" in table.header:
        yield problem(str(table.header.index("") + 1), "nameless", more="fmt-empty")


def _check_keys(table: Table, shape: TableShape) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for row in table.rows:
        key = row.cells.get(shape.key, "")
        if key in seen and key:
            params = {"key": key, "line": seen[key]}
            yield Finding("KB604", table.path, row.line, subject=key, params=params)
        seen.setdefault(key, row.line)


def _check_row(table: Table, row: Row, shape: TableShape, context: Context) -> Iterator[Finding]:
    key = row.cells.get(shape.key, "")
    for column in shape.columns:
        value = row.cells.get(column.name)
        if value is None:
            continue
        if not value:
            if column.required:
                params = {"column": column.name, "titles": column.titles, "problem": "empty", "value": ""}
                yield Finding("KB605", table.path, row.line, subject=key, params=params)
            continue
        if not _fits(value, column, context):
            more = "fmt" if column.kind == "date" and mended_day(value) is not None else ""
            told = {"column": column.name, "titles": column.titles, "problem": "kind", "value": value}
            told |= {"kind": column.kind, "choices": column.choices}
            yield Finding("KB605", table.path, row.line, subject=key, params={**told, "more": more})
        if column.kind != "phone":
            for hit in strangers(value, context.rulebook.organization):
                yield Finding(hit.code, table.path, row.line, subject=key, params={"masked": hit.masked})


def _fits(value: str, column: Column, context: Context) -> bool:
    """Whether a cell's text is of its column's kind."""
    kind = column.kind
    if kind == "key":
        return _KEY.match(value) is not None
    if kind == "phone":
        return all(PHONE.match(part.strip()) for part in re.split("[、；;/]", value))
    if kind == "hours":
        return all(HOURS.match(part.strip()) for part in re.split("[；;]", value))
    if kind == "date":
        return parse_date(value) is not None
    if kind == "number":
        return _NUMBER.match(value) is not None
    if kind == "choice":
        return value in column.choices
    if kind == "institution":
        return value in context.rulebook.organization.institutions
    return True


def _check_freshness(table: Table, row: Row, shape: TableShape, context: Context) -> Iterator[Finding]:
    """A row not verified for longer than the type allows is stale; one verified in the future is a slip."""
    verified = parse_date(row.cells.get(shape.verified, ""))
    if verified is None:
        return
    key = row.cells.get(shape.key, "")
    if verified > context.today:
        yield Finding("KB607", table.path, row.line, subject=key, params={"key": key, "verified_on": str(verified)})
    elif verified + timedelta(days=shape.verify_every_days) < context.today:
        days = (context.today - verified).days
        params = {"key": key, "verified_on": str(verified), "days": days, "limit": shape.verify_every_days}
        yield Finding("KB606", table.path, row.line, subject=key, params=params)
