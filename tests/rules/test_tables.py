"""Rows of operating tables (KB601-KB607)."""

from __future__ import annotations

import pytest

from kbctl.model.finding import Finding
from kbctl.output.messages import hint, message
from kbctl.store.rows import without_empty
from tests.helpers import OUTLETS, QUESTION, TABLE, base_files, check, codes, only, overlay, places

HEADER = "key,name,address,hours_personal,hours_corporate,phone,services,verified_on"
ROW = "ZH01,总行营业部,中州路1号,周一至周日 08:30-17:00,周一至周五 08:30-17:00,0379-01002001,对私、对公,2026-11-02"
COLUMNS = HEADER.split(",")


def table(*rows: str, header: str = HEADER) -> dict[str, bytes]:
    return {**base_files(), TABLE: "".join(f"{line}\n" for line in (header, *rows)).encode()}


def row(**cells: str) -> str:
    values = dict(zip(COLUMNS, ROW.split(","), strict=True))
    return ",".join({**values, **cells}.values())


def found(files: dict[str, bytes]) -> list[tuple[str, int]]:
    return [(finding.code, finding.line) for finding in check(files).findings]


def first(files: dict[str, bytes]) -> Finding:
    return check(files).findings[0]


def test_good_rows() -> None:
    assert found(table(ROW, row(key="ZH02"), '"ZH03"' + ROW[4:])) == []
    assert found(table()) == []


def test_a_table_that_is_not_there_is_reported_at_the_entry() -> None:
    files = dict(base_files())
    del files[TABLE]
    assert places(check(files), "KB601") == [(OUTLETS, 1, 1)]


@pytest.mark.parametrize("data", [b"", b"\n", b"  \n", b",,\n"])
def test_an_empty_table_is_reported(data: bytes) -> None:
    report = check({**base_files(), TABLE: data})
    assert [place for place in places(report, "KB602") if place[1] == 1] == [(TABLE, 1, 1)]


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (ROW + ",多", "it has 9 cells where the header has 8"),
        (ROW.rsplit(",", 1)[0], "it has 7 cells where the header has 8"),
        (ROW.replace("中州路1号", '"中州路1号'), "its quotes do not close"),
        (ROW.replace("中州路1号", '中"州"路'), ""),
        ("", "it is empty"),
        (",,,,,,,", "it is empty"),
    ],
)
def test_a_broken_row_is_named_and_the_others_are_read(broken: str, problem: str) -> None:
    report = check(table(broken, row(key="ZH02", phone="无")))
    if problem:
        assert message(only(report, "KB602")) == f"the row cannot be read: {problem}"
        assert only(report, "KB602").line == 2
    assert places(report, "KB605") == [(TABLE, 3, 1)]


def test_columns() -> None:
    report = check(table(header=HEADER.replace("phone", "telephone") + ",name"))
    said = sorted(message(finding) for finding in report.findings)
    assert codes(report) == ["KB603"] * 3
    assert said == [
        "the column Phone (phone) is missing",
        "the column name stands twice",
        "the column telephone is not a column of this type",
    ]


def test_columns_may_stand_in_any_order() -> None:
    order = [*COLUMNS[1:], COLUMNS[0]]
    values = dict(zip(COLUMNS, ROW.split(","), strict=True))
    assert found(table(",".join(values[name] for name in order), header=",".join(order))) == []


def test_a_key_that_stands_twice_names_the_first_line() -> None:
    report = check(table(ROW, row(key="ZH02"), ROW))
    assert places(report, "KB604") == [(TABLE, 4, 1)]
    assert only(report, "KB604").params == {"key": "ZH01", "line": 2}


@pytest.mark.parametrize("column", COLUMNS)
def test_every_required_cell_is_filled(column: str) -> None:
    finding = only(check(table(row(**{column: " "}))), "KB605")
    assert finding.line == 2
    assert message(finding).startswith("the cell ")
    assert message(finding).endswith(f" ({column}): it is empty")


@pytest.mark.parametrize(
    ("column", "good", "bad"),
    [
        ("key", ["A", "DC-01", "a.b_c"], ["网点1", "-A", "A B", "x" * 41]),
        (
            "phone",
            ["0379-01002001", "037901002001", "95588", "955881", "400-123-4567", "4001234567", "0379-01002001-8001", "+86-0379-01002001",
             "0379-01002001、0379-01002002", "0379-01002001；95588"],
            ["详询前台", "0379", "0379-010020", "０３７９-01002001", "0379-01002001转8001x", "、"],
        ),
        (
            "hours_personal",
            ["周一至周五 09:00-17:00", "09:00-12:00、14:00-17:00", "周一至周五 9:00至17:00；周六 休息", "24小时", "全天", "不办理", "暂停服务",
             "法定节假日休息", "周六至周日不办理", "08:30–17:00", "09:00～24:00"],
            ["朝九晚五", "周一至周五", "09:00", "9点-17点", "25:00-26:00", "周一至周五 09:00-17:60"],
        ),
        ("verified_on", ["2026-11-21"], ["2026-11-31", "2026/11/2", "20261102", "昨天"]),
    ],
)  # fmt: skip
def test_kinds_of_cells(column: str, good: list[str], bad: list[str]) -> None:
    for value in good:
        assert found(table(row(**{column: value}))) == [], value
    for value in bad:
        assert found(table(row(**{column: value}))) == [("KB605", 2)], value


EMERGENCY = """\
==> kb/entries/operations/emergency.md <==
type: emergency-contacts
contact: [zhao-min]
facts: []
---
## 说明
应急联系人。
## 更新要求
每30天核实一次。
==> kb/entries/operations/emergency/table.csv <==
key,institution,matter,name,phone,mobile,hours,verified_on
YJ01,INSTITUTION,火警,赵敏,0379-01001010,,24小时,2026-11-20
"""


def test_institutions_and_cells_that_may_be_empty() -> None:
    assert codes(check(overlay(EMERGENCY.replace("INSTITUTION", "dongcheng-branch")))) == []
    finding = only(check(overlay(EMERGENCY.replace("INSTITUTION", "东城分行"))), "KB605")
    assert message(finding) == "the cell Institution (institution): “东城分行” should be the id of an institution"


def test_choices_and_numbers() -> None:
    schema = (
        "id: counters\nnames: {zh_CN: 柜台}\ncategory: operations\ncarrier: excel\nsections: [{heading: 说明}, {heading: 更新要求}]\n"
        "table:\n  key: key\n  verified: day\n  verify_every_days: 90\n  columns:\n"
        "    - {name: key, title: {zh_CN: 编号}, kind: key}\n    - {name: day, title: {zh_CN: 日期}, kind: date}\n"
        "    - {name: state, title: {zh_CN: 状态}, kind: choice, choices: [正常, 停用]}\n"
        "    - {name: count, title: {zh_CN: 数量}, kind: number}\n"
    )
    excerpt = (
        "==> kb/entries/operations/counters.md <==\ntype: counters\ncontact: [zhao-min]\nfacts: []\n---\n## 说明\n柜台。\n## 更新要求\n每月。\n"
        "==> kb/entries/operations/counters/table.csv <==\nkey,day,state,count\nA,2026-11-20,正常,3\nB,,坏了,三\nC,2026-11-20,停用,-1.5\n"
    )
    report = check({**overlay(excerpt), "schemas/counters.yaml": schema.encode()})
    assert {message(finding) for finding in report.findings} == {
        "the cell count: “三” should be a number",
        "the cell state: “坏了” should be one of 正常, 停用",
    }


@pytest.mark.parametrize(
    ("day", "code"),
    [("2026-08-23", None), ("2026-08-22", "KB606"), ("2026-11-21", None), ("2026-11-22", "KB607")],
)
def test_rows_are_verified_in_time(day: str, code: str | None) -> None:
    assert found(table(row(verified_on=day))) == ([(code, 2)] if code else [])


def test_a_stale_row_says_how_old_it_is() -> None:
    assert only(check(table(row(verified_on="2026-08-01"))), "KB606").params == {
        "key": "ZH01",
        "verified_on": "2026-08-01",
        "days": 112,
        "limit": 90,
    }


def test_the_rows_of_a_table_that_does_not_answer_today_may_be_old() -> None:
    rows = f"{HEADER}\n{row(verified_on='2025-01-01')}\n"
    for dates in ("valid_until: 2026-11-20", "valid_from: 2026-12-01", "withdrawn: {on: 2026-11-21, reason: 迁址}"):
        assert codes(check(overlay(f"==> {OUTLETS} <==\n{dates}\n==> {TABLE} <==\n{rows}"))) == []


def test_a_customers_number_in_a_row() -> None:
    report = check(table(row(services="联系13812345678")))
    assert places(report, "KB703") == [(TABLE, 2, 1)]


def test_encoding_and_line_ends_of_a_table() -> None:
    text = f"{HEADER}\n{ROW}\n"
    assert codes(check({**base_files(), TABLE: text.encode("gbk")})) == ["KB001"]
    assert codes(check({**base_files(), TABLE: b"\xef\xbb\xbf" + text.encode()})) == ["KB002"]
    assert codes(check({**base_files(), TABLE: text.replace("\n", "\r\n").encode()})) == ["KB003"]


def test_only_the_tables_of_the_entries_asked_for() -> None:
    files = table(row(phone="无"))
    assert codes(check(files, asked={QUESTION})) == []
    assert codes(check(files, asked={OUTLETS})) == ["KB605"]


def test_what_excel_leaves_at_the_end_is_named_and_taken_out_by_fmt() -> None:
    text = f"{HEADER},,\n{ROW},,\n,,,,,,,,,\n,,,,,,,,,\n"
    report = check(overlay(f"==> {TABLE} <==\n{text}"))
    assert codes(report) == ["KB602", "KB602", "KB603"]
    assert message(only(report, "KB603")) == "the column 9 has no name"
    assert all("`kbctl fmt` takes out columns and rows that are empty" in hint(finding) for finding in report.findings)
    assert without_empty(text) == f"{HEADER}\n{ROW}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,,b\n1,,2\n", "a,b\n1,2"),
        ("a,,b\n1,x,2\n", "a,,b\n1,x,2"),
        ('a,b,\n"1,2",,""\n', 'a,b\n"1,2",'),
        ('a,b,\n"1,2\n', 'a,b,\n"1,2'),
        ("a,b\n1,2,\n1,2,3\n", "a,b\n1,2,\n1,2,3"),
    ],
)
def test_only_what_is_empty_throughout_is_taken_out(text: str, expected: str) -> None:
    assert without_empty(text) == expected


def test_a_title_as_column_names_the_column_and_gbk_names_what_excel_calls_utf_8() -> None:
    report = check(table(header=HEADER.replace("phone", "联系电话")))
    assert any("did you mean phone?" in hint(finding) for finding in report.findings)
    files = {**base_files(), TABLE: f"{HEADER}\n{ROW}\n".encode("gbk")}
    assert "“CSV UTF-8 (comma delimited)”" in hint(only(check(files), "KB001"))
