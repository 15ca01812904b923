from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.conftest import Outcome, git
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
    assert table[0][:3] == ["owning branch", "owner", "Key"]
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


def publish(bank: Path, *names: str) -> None:
    for name in names:
        path = bank / f"kb/entries/dongcheng-business/{name}.md"
        path.write_text(
            path.read_text(encoding="utf-8").replace("scope:", "audience: public\nscope:", 1), encoding="utf-8"
        )
    git(bank, "commit", "-qam", "公开")


@pytest.mark.parametrize("command", ["show", "export"])
@pytest.mark.parametrize("format_", ["text", "csv", "md", "json", "xlsx"])
def test_internal_tables_do_not_leave_the_bank(report_bank: Path, kbctl: Run, command: str, format_: str) -> None:
    refused = kbctl("table", command, "emergency-contacts", "--external", "--format", format_)
    assert (refused.status, refused.out) == (2, "")
    assert "not for readers outside the bank: emergency" in refused.err
    # One of two tables.
    publish(report_bank, "emergency")
    other = report_bank / "kb/entries/retail-banking/emergency-retail.md"
    text = (report_bank / "kb/entries/dongcheng-business/emergency.md").read_text(encoding="utf-8")
    text = text.replace("id: emergency", "id: emergency-retail").replace(
        "owner: dongcheng-business", "owner: retail-banking"
    )
    other.write_text(text.replace("audience: public\n", ""), encoding="utf-8")
    (other.parent / "emergency-retail").mkdir()
    (other.parent / "emergency-retail/table.csv").write_text(
        "key,institution,matter,name,phone,mobile,hours,verified_on\nHO-1,head-office,内部事项,某人,0379-01001999,,24小时,2026-11-16\n",
        encoding="utf-8",
    )
    given = kbctl(
        "table",
        command,
        "emergency-contacts",
        "--external",
        "--format",
        format_,
        "--output",
        f"a.{format_}",
        "--worktree",
    )
    assert given.status == 0, given.err
    assert "1 internal entry is left out: emergency-retail" in given.err
    if format_ == "xlsx":
        book = load_workbook(report_bank / "a.xlsx")
        assert len(book.worksheets) == 1
        text = str([list(row) for row in book.worksheets[0].iter_rows(values_only=True)])
    else:
        text = (report_bank / f"a.{format_}").read_text(encoding="utf-8-sig")
    assert "0379-01001026" in text
    for internal in ("0379-01001999", "内部事项", "12900001026", "stale", "fresh", "days", "checked again", "path"):
        assert internal not in text


@pytest.mark.parametrize("format_", ["text", "csv", "md", "json"])
def test_internal_columns_do_not_leave_the_bank(report_bank: Path, kbctl_process: Run, format_: str) -> None:
    publish(report_bank, "emergency")
    assert "12900001026" in kbctl_process("table", "show", "emergency-contacts", "--format", format_).out
    outside = kbctl_process("table", "show", "emergency-contacts", "--format", format_, "--external").out
    assert "12900001026" not in outside
    assert "0379-01001026" in outside


def test_no_two_columns_are_called_alike(report_bank: Path, kbctl_process: Run) -> None:
    for language in ("en", "zh_CN"):
        out = kbctl_process("table", "export", "emergency-contacts", "--lang", language).out
        titles = out.lstrip("\ufeff").splitlines()[0].split(",")
        assert len(set(titles)) == len(titles), titles


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
