import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbctl.store.rows import RowsConflictError, TableLines, changed_rows, mend_cells, merge_rows, table_lines
from kbctl.store.tables import parse_table

START = b"key,name,verified_on\nA,\xe4\xb8\x80,2026-01-01\nB,two,2026-01-01\nC,three,2026-01-01\n"


def lines(data: bytes) -> TableLines:
    found = table_lines(data, "key")
    assert found is not None
    return found


def test_neighbouring_rows_merge() -> None:
    start = lines(START)
    ours = lines(START.replace(b"B,two", b"B,zwei"))
    theirs = lines(START.replace(b"C,three", b"C,drei") + b"D,four,2026-02-02\n")
    merged = merge_rows(start, ours, theirs).text()
    assert merged == START.replace(b"two", b"zwei").replace(b"three", b"drei") + b"D,four,2026-02-02\n"


def test_the_same_row_changed_differently_is_a_conflict_that_names_it() -> None:
    start = lines(START)
    with pytest.raises(RowsConflictError) as caught:
        merge_rows(start, lines(START.replace(b"two", b"zwei")), lines(START.replace(b"two", b"deux")))
    assert caught.value.keys == ("B",)


def test_a_row_removed_there_and_changed_here_is_a_conflict() -> None:
    start = lines(START)
    without = lines(START.replace(b"B,two,2026-01-01\n", b""))
    with pytest.raises(RowsConflictError):
        merge_rows(start, without, lines(START.replace(b"two", b"deux")))
    assert merge_rows(start, start, without).rows == without.rows


def test_new_rows_keep_their_place() -> None:
    start = lines(START)
    theirs = lines(START.replace(b"B,two", b"AA,x,2026-01-01\nB,two"))
    ours = lines(START.replace(b"A,", b"0,x,2026-01-01\nA,", 1))
    assert list(merge_rows(start, ours, theirs).rows) == ["0", "A", "AA", "B", "C"]


@pytest.mark.parametrize(
    "data",
    [
        b"name\nx\n",
        START + b"A,again,2026-01-01\n",
        START.replace(b"\n", b"\r\n"),
        START.rstrip(b"\n"),
        START + b"\n",
        START + b'D,"x\n',
        b"\xff\xfe",
        b"",
    ],
)
def test_what_is_not_rows_by_key_is_not_treated_as_such(data: bytes) -> None:
    assert table_lines(data, "key") is None


def test_columns_and_order_are_more_than_rows() -> None:
    start = lines(START)
    assert changed_rows(start, lines(START.replace(b"name", b"title"))) is None
    assert changed_rows(start, TableLines(start.header, dict(reversed(start.rows.items())))) is None
    assert changed_rows(start, lines(START.replace(b"two", b"x"))) == ("B",)


TABLES = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("123"), max_size=8).map(
    lambda rows: TableLines("key,v", {key: f"{key},{value}" for key, value in rows.items()})
)


@given(TABLES, TABLES, TABLES)
def test_a_merge_holds_every_change_of_both_or_is_refused(
    start: TableLines, ours: TableLines, theirs: TableLines
) -> None:
    try:
        merged = merge_rows(start, ours, theirs).rows
    except RowsConflictError:
        return
    for key in {**start.rows, **ours.rows, **theirs.rows}:
        expected = theirs.rows.get(key) if theirs.rows.get(key) != start.rows.get(key) else ours.rows.get(key)
        assert merged.get(key) == expected


@given(st.lists(st.lists(st.text('a,"2/-， ', max_size=6), min_size=3, max_size=3), max_size=5))
def test_mending_one_column_leaves_every_other_cell(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([["key", "day", "other"], *rows])
    before = parse_table("", out.getvalue().encode())
    after = parse_table("", mend_cells(out.getvalue(), ["day"], lambda text: "2026-11-09").encode())
    assert len(after.rows) == len(before.rows)
    for old, new in zip(before.rows, after.rows, strict=True):
        assert new.cells in ({**old.cells, "day": "2026-11-09"}, old.cells)
