from __future__ import annotations

from datetime import date

from kbctl.reports.selection import Selection
from kbctl.reports.tables import TableReport, table_report
from tests.reports.bank import TODAY, entry, load

BRANCH = "kb/entries/dongcheng-business"


def report(changes: dict[str, str | None] | None = None, today: date = TODAY, **options: Selection) -> TableReport:
    return table_report(*load(changes), today, **options)


def test_rows_with_branch_and_freshness() -> None:
    emergency, outlets = report().tables
    assert [one.branch for one in (emergency, outlets)] == ["dongcheng-branch"] * 2
    assert [(row.key, row.days, row.stale) for row in outlets.rows] == [
        ("DC01", 12, False),
        ("DC02", 144, True),
        ("DC04", None, False),
    ]
    assert outlets.oldest == 144
    assert [row.key for row in outlets.undated] == ["DC04"]


def test_the_last_day_of_the_limit_is_fresh() -> None:
    (emergency,) = report(today=date(2026, 10, 31), selection=Selection(types=frozenset({"emergency-contacts"}))).tables
    assert [row.stale for row in emergency.rows] == [False, False]
    (emergency,) = report(today=date(2026, 11, 1), selection=Selection(types=frozenset({"emergency-contacts"}))).tables
    assert [row.stale for row in emergency.rows] == [False, True]


def test_internal_columns_stay_in_the_bank() -> None:
    emergency = report().tables[0]
    assert "mobile" in [column.name for column in emergency.columns(external=False)]
    assert "mobile" not in [column.name for column in emergency.columns(external=True)]


def test_a_broken_row_is_named_by_its_line() -> None:
    assert [(finding.code, finding.line) for finding in report().findings] == [("KB602", 4)]


def test_a_missing_file_is_told() -> None:
    found = report({f"{BRANCH}/outlets/table.csv": None})
    assert [finding.code for finding in found.findings] == ["KB601"]


def test_a_table_that_is_not_in_force_is_left_out_and_named() -> None:
    changes: dict[str, str | None] = {
        f"{BRANCH}/outlets.md": entry("outlets", "dongcheng-business", type="outlets", valid_from="2027-01-01")
    }
    found = report(changes)
    assert [one.entry.id for one in found.tables] == ["emergency"]
    assert [(one.id, state.value) for one, state in found.left_out] == [("outlets", "upcoming")]
