from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Outcome
from tests.reports import golden

Run = Callable[..., Outcome]


@pytest.mark.parametrize("format_", ["csv", "md", "json"])
def test_golden(report_bank: Path, kbctl_process: Run, format_: str) -> None:
    outcome = kbctl_process("table", "export", "outlets", "--format", format_, "--output", "out")
    assert outcome.status == 0, outcome.err
    golden.check(f"outlets.{format_}", (report_bank / "out").read_bytes())


def test_list(report_bank: Path, kbctl: Run) -> None:
    outcome = kbctl("table", "list")
    assert outcome.status == 0
    assert [line.split() for line in outcome.out.splitlines()[1:]] == [
        ["emergency", "Emergency", "contacts", "东城分行", "东城分行综合业务部", "2", "1", "51", "30"],
        ["outlets", "Outlets", "东城分行", "东城分行综合业务部", "3", "1", "144", "90"],
    ]
    found = json.loads(kbctl("table", "list", "营业网点", "--json").out)["tables"]
    assert [(one["id"], one["count"], one["stale"], one["unreadable_rows"]) for one in found] == [("outlets", 3, 1, 1)]


def test_rows_stand_with_owner_branch_and_freshness(report_bank: Path, kbctl_process: Run) -> None:
    table = list(
        csv.reader(io.StringIO(kbctl_process("table", "show", "outlets", "--format", "csv").out.lstrip("\ufeff")))
    )
    assert table[0][:3] == ["branch", "owner", "Key"]
    assert [(row[0], row[2], row[-2], row[-1]) for row in table[1:]] == [
        ("东城分行", "DC01", "12", "fresh"),
        ("东城分行", "DC02", "144", "stale"),
        ("东城分行", "DC04", "", "no date"),
    ]
    assert table[2][3] == "'=旧支行"


def test_a_broken_row_is_named(report_bank: Path, kbctl: Run) -> None:
    outcome = kbctl("table", "show", "outlets")
    assert outcome.status == 0
    assert "outlets/table.csv:4:1" in outcome.err


@pytest.mark.parametrize("format_", ["text", "csv", "md", "json"])
def test_internal_columns_do_not_leave_the_bank(report_bank: Path, kbctl_process: Run, format_: str) -> None:
    assert "12900001026" in kbctl_process("table", "show", "emergency-contacts", "--format", format_).out
    outside = kbctl_process("table", "show", "emergency-contacts", "--format", format_, "--external").out
    assert "12900001026" not in outside
    assert "0379-01001026" in outside


def test_branches(report_bank: Path, kbctl: Run) -> None:
    assert kbctl("table", "show", "outlets", "--branch", "东城分行").status == 0
    none = kbctl("table", "show", "outlets", "--branch", "head-office")
    assert none.status == 1
    assert "No table of this type" in none.err
    assert kbctl("table", "show", "outlets", "--branch", "nowhere").status == 2


def test_types_without_a_table(report_bank: Path, kbctl: Run) -> None:
    outcome = kbctl("table", "show", "faq")
    assert outcome.status == 2
    assert "outlets" in outcome.err
    assert kbctl("table", "list", "nothing").status == 2


def test_what_is_not_in_force_is_named(report_bank: Path, kbctl: Run) -> None:
    outcome = kbctl("table", "list", "--today", "2028-01-01")
    assert "outlets is left out: it is expired" in outcome.err


def test_xlsx(report_bank: Path, kbctl: Run) -> None:
    assert kbctl("table", "export", "outlets", "--format", "xlsx", "--output", "a.xlsx").status == 0
    assert (report_bank / "a.xlsx").read_bytes().startswith(b"PK")
