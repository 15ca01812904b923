"""The contact table, operating tables and the expiry report as workbooks, compared with their data."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kbctl.documents.contacts_xlsx import write_contacts
from kbctl.documents.expiry_xlsx import write_expiry
from kbctl.documents.tables_xlsx import write_tables
from kbctl.i18n import activate
from kbctl.model.corpus import Corpus
from kbctl.model.rulebook import Rulebook
from kbctl.reports.contacts import COLUMNS, ContactReport, contact_report
from kbctl.reports.expiry import ExpiryReport, expiry_report
from kbctl.reports.selection import Selection
from kbctl.reports.tables import TableReport, table_report
from kbctl.store.entries import load_entries
from kbctl.store.rulebook import load_rulebook
from kbctl.store.snapshot import Snapshot, WorktreeSnapshot
from tests.documents.office import CONTROLS, HOSTILE, draw, needs_office, workbook

ROOT = Path(__file__).resolve().parent.parent.parent
DAY = date(2026, 11, 21)


@cache
def world() -> tuple[Snapshot, Rulebook, Corpus]:
    snapshot = WorktreeSnapshot(ROOT)
    rulebook = load_rulebook(snapshot)
    return snapshot, rulebook, load_entries(snapshot, rulebook).corpus


def contacts(**options: Any) -> ContactReport:
    _snapshot, rulebook, corpus = world()
    return contact_report(corpus, rulebook, DAY, **options)


def tables(type_: str) -> TableReport:
    snapshot, rulebook, corpus = world()
    return table_report(corpus, rulebook, snapshot, DAY, Selection(types=frozenset((type_,))))


def expiry() -> ExpiryReport:
    snapshot, rulebook, corpus = world()
    return expiry_report(corpus, rulebook, snapshot, DAY)


def values(sheet: Any, first: int) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=first)]


def test_contact_table() -> None:
    report = contacts()
    sheet = workbook(write_contacts(report, DAY)).worksheets[0]
    assert sheet["A1"].value == "总（分）行各部门业务联系人"
    assert sheet["A2"].value == "Internal: not for readers outside the bank"
    assert sheet["F2"].value == "日期：2026年11月21日"
    assert values(sheet, 3)[0] == list(COLUMNS)
    rows = [[number, *row.cells(number, external=False)[1:]] for number, row in enumerate(report.rows, 1)]
    assert values(sheet, 4) == rows
    assert sheet.freeze_panes == "A4"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.page_setup.orientation == "landscape"


def test_contact_table_for_outside() -> None:
    report = contacts(external=True)
    data = write_contacts(report, DAY, external=True)
    sheet = workbook(data).worksheets[0]
    assert [cell.value for cell in sheet[3]] == list(COLUMNS[:-2])
    texts = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    for row in report.rows:
        assert not texts & {row.mobile, row.email}


def test_hostile_contacts_stay_text() -> None:
    report = contacts()
    row = replace(report.rows[0], name=HOSTILE[0], scope=CONTROLS + "长" * 40_000, phone="+86 379", email="@x")
    sheet = workbook(write_contacts(replace(report, rows=(row,)), DAY)).worksheets[0]
    assert not [cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    assert sheet["D4"].value == HOSTILE[0]
    assert sheet["F4"].quotePrefix


def test_operating_tables() -> None:
    activate("zh_CN")
    report = tables("outlets")
    _snapshot, rulebook, _corpus = world()
    book = workbook(write_tables(report.tables, rulebook.organization, DAY))
    names = {institution.id: institution.name for institution in rulebook.organization.institutions.values()}
    assert book.sheetnames == [names[table.branch] for table in report.tables]
    for sheet, table in zip(book.worksheets, report.tables, strict=True):
        columns = table.columns(external=False)
        assert sheet["A1"].value == table.entry.title
        assert [cell.value for cell in sheet[3]] == [column.titles["zh_CN"] for column in columns]
        rows = [[row.cells[column.name] or None for column in columns] for row in table.rows]
        assert values(sheet, 4) == rows
        assert sheet.auto_filter.ref.startswith("A3:")
        formats = {cell.number_format for line in sheet.iter_rows(min_row=4) for cell in line}
        assert formats == {"@"}


def test_stale_rows_are_marked() -> None:
    report = tables("outlets")
    _snapshot, rulebook, _corpus = world()
    book = workbook(write_tables(report.tables, rulebook.organization, DAY))
    marked = [
        sheet.cell(cell.row, 1).value
        for sheet in book.worksheets
        for line in sheet.iter_rows(min_row=4)
        for cell in line
        if cell.font.b
    ]
    assert marked == [row.key for table in report.tables for row in table.stale] != []


def test_drop_downs_and_internal_columns() -> None:
    report = tables("emergency-contacts")
    _snapshot, rulebook, _corpus = world()
    book = workbook(write_tables(report.tables, rulebook.organization, DAY))
    sheet = book.worksheets[0]
    institutions = [institution.name for institution in rulebook.organization.institutions.values()]
    assert {cell.value for cell in sheet["B"][3:]} <= set(institutions)
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    assert rules["B4"].type == "list"
    assert rules["B4"].formula1.strip('"').split(",") == institutions
    assert rules["H4"].type == "textLength"
    outside = workbook(write_tables(report.tables, rulebook.organization, DAY, external=True)).worksheets[0]
    assert "Mobile" not in [cell.value for cell in outside[3]]


def test_expiry_report() -> None:
    report = expiry()
    book = workbook(write_expiry(report, DAY))
    items = list(report.items)
    rows = values(book.worksheets[0], 4)
    assert [row[1] for row in rows] == [item.entry.id for item in items]
    assert [row[2] for row in rows] == [item.entry.title for item in items]
    assert [row[4] for row in rows] == [
        "long-term" if item.entry.long_term else item.entry.valid_until_text for item in items
    ]
    assert [row[5] for row in rows] == [item.days for item in items]
    assert [row[9] or "" for row in rows] == ["\n".join(item.mend) for item in items]
    stale = values(book.worksheets[1], 3)
    assert [(row[2], row[4], row[7]) for row in stale] == [
        (one.row.key, one.row.days, one.place) for one in report.rows
    ]
    months = values(book.worksheets[2], 3)
    assert months[-1][-1] == sum(sum(counts) for counts in report.load.by_owner.values())


@pytest.mark.parametrize(
    "write",
    [
        lambda: write_contacts(contacts(), DAY),
        lambda: write_tables(tables("outlets").tables, world()[1].organization, DAY),
        lambda: write_expiry(expiry(), DAY),
    ],
    ids=["contacts", "tables", "expiry"],
)
def test_the_same_data_gives_the_same_bytes(write: Any) -> None:
    assert write() == write()


@needs_office
def test_pages(tmp_path: Path) -> None:
    report = contacts()
    rows = [replace(row, scope="存款") for row in report.rows[:8]]
    assert draw(write_contacts(replace(report, rows=tuple(rows)), DAY), "contacts.xlsx", tmp_path) == 1
    many = replace(report, rows=tuple(rows * 10))
    assert draw(write_contacts(many, DAY), "contacts.xlsx", tmp_path) > 2
