from __future__ import annotations

from kbctl.reports.contacts import COLUMNS, ContactReport, contact_report
from tests.reports.bank import TODAY, entry, load


def report(changes: dict[str, str | None] | None = None, **options: object) -> ContactReport:
    corpus, rulebook, _ = load(changes)
    # Options of several types, handed through.
    return contact_report(corpus, rulebook, TODAY, **options)  # type: ignore[arg-type]


def test_the_columns_are_the_regulations() -> None:
    assert COLUMNS == ("序号", "机构", "部门名称", "联系人", "负责业务范围", "联系电话", "手机", "邮箱")


def test_those_who_hold_the_post_in_the_organizations_order() -> None:
    assert [row.id for row in report().rows] == ["zhang-wei", "wu-bin", "no-phone", "yuan-mei"]


def test_scope_is_the_contacts_own_and_the_entries() -> None:
    rows = {row.id: row for row in report().rows}
    assert rows["wu-bin"].scope == "代发工资；条目leaves、条目leaves-later"
    # every entry in force that names him; withdrawn, expired and upcoming ones do not count
    assert rows["zhang-wei"].scope.startswith("个人存款；条目calm、条目closing、条目fortnight等")
    assert rows["zhang-wei"].scope.endswith(f"等{len(rows['zhang-wei'].entries)}项")
    assert rows["no-phone"].scope == ""


def test_a_title_that_the_scope_names_is_not_said_twice() -> None:
    changes = {"kb/entries/retail-banking/own.md": entry("own", contact="[wu-bin]", title="代发工资")}
    (row,) = [row for row in report(changes).rows if row.id == "wu-bin"]
    assert row.scope == "代发工资；条目leaves、条目leaves-later"


def test_outside_the_bank_only_public_entries_are_named() -> None:
    rows = {row.id: row for row in report(external=True).rows}
    assert rows["zhang-wei"].scope == "个人存款；条目calm"
    assert rows["zhang-wei"].cells(1, external=True) == (
        "1",
        "总行",
        "个人金融部",
        "张伟",
        "个人存款；条目calm",
        "0379-01001005",
    )


def test_what_is_missing() -> None:
    found = report()
    assert [row.id for row in found.idle] == ["no-phone"]
    assert [row.id for row in found.silent] == ["no-phone"]
    assert [one.id for one in found.orphans] == ["left"]
    assert [one.id for one in found.empty] == ["empty-department"]


def test_filters() -> None:
    branch = report(institution="dongcheng-branch")
    assert [row.id for row in branch.rows] == ["yuan-mei"]
    assert [one.id for one in branch.empty] == ["empty-department"]
    assert branch.orphans == ()
    assert [row.id for row in report(department="retail-banking").rows] == ["zhang-wei", "wu-bin", "no-phone"]
