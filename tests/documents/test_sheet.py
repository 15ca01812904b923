"""The form components for Excel."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbctl.documents.sheet import CELL_LIMIT, Book, Cell, Sheet
from tests.documents.office import CONTROLS, HOSTILE, part, workbook

DAY = date(2026, 11, 21)


def book_with(*rows: list[Cell]) -> tuple[Book, Sheet]:
    book = Book()
    sheet = book.sheet("表", (8, 20, 30))
    sheet.title("标题")
    sheet.header(("甲", "乙", "丙"))
    for row in rows:
        sheet.cells(row)
    return book, sheet


@pytest.mark.parametrize("text", HOSTILE)
def test_text_stays_text(text: str) -> None:
    book, _sheet = book_with([Cell(text), Cell("b"), Cell("c")])
    cell = workbook(book.save(DAY))["表"]["A3"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert bool(cell.quotePrefix) == text.startswith(("=", "+", "-", "@"))


def test_no_formula_in_the_file() -> None:
    book, _sheet = book_with([Cell(text) for text in HOSTILE[:3]])
    assert "<f>" not in part(book.save(DAY), "xl/worksheets/sheet1.xml")


def test_controls_and_long_texts() -> None:
    book, _sheet = book_with([Cell(CONTROLS), Cell("长" * 40_000), Cell("_x0041_")])
    data = book.save(DAY)
    sheet = workbook(data)["表"]
    assert sheet["A3"].value == "甲乙丙[31m丁戊己庚\n辛"
    assert len(sheet["B3"].value) == CELL_LIMIT
    assert "_x005F_x0041_" in part(data, "xl/worksheets/sheet1.xml")


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(codec=None), max_size=80))
def test_any_text_can_be_written_and_read(text: str) -> None:
    book, _sheet = book_with([Cell(text), Cell(1), Cell("c")])
    sheet = workbook(book.save(DAY))["表"]
    assert sheet["A3"].data_type in ("s", "n")
    assert sheet["B3"].value == 1


def test_the_same_content_gives_the_same_bytes() -> None:
    one, two = book_with([Cell("a"), Cell(1), Cell("c")])[0], book_with([Cell("a"), Cell(1), Cell("c")])[0]
    assert one.save(DAY) == two.save(DAY)
    with zipfile.ZipFile(BytesIO(one.save(DAY))) as package:
        assert {member.date_time for member in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert "2026-11-21T00:00:00Z" in part(one.save(DAY), "docProps/core.xml")


def test_every_cell_of_a_merge_has_its_borders() -> None:
    book, _sheet = book_with([Cell("宽", span=2), Cell("c")])
    data = book.save(DAY)
    looks = re.findall(r'<c r="[ABC]3" s="(\d+)"', part(data, "xl/worksheets/sheet1.xml"))
    formats = re.search(r"<cellXfs.*?</cellXfs>", part(data, "xl/styles.xml"), re.DOTALL)
    assert formats is not None
    borders = re.findall(r'<xf [^>]*borderId="(\d+)"', formats.group())
    assert len(looks) == 3
    assert {borders[int(look)] for look in looks} == {"1"}
    sides = re.findall(r"<(left|right|top|bottom) style=\"thin\">", part(data, "xl/styles.xml"))
    assert sides == ["left", "right", "top", "bottom"]


def test_fonts_print_and_header() -> None:
    book, sheet = book_with([Cell("a"), Cell("b"), Cell("c")])
    sheet.finish()
    done = workbook(book.save(DAY))["表"]
    assert (done["A1"].font.name, done["A3"].font.name) == ("黑体", "宋体")
    assert done.page_setup.paperSize == 9
    assert (done.page_setup.fitToWidth, done.page_setup.fitToHeight) == (1, 0)
    assert done.sheet_properties.pageSetUpPr.fitToPage
    assert done.oddFooter.center.text == "第&P页 共&N页"
    assert done.print_title_rows == "$2:$2"
    assert done.freeze_panes == "A3"
    assert done.auto_filter.ref == "A2:C3"
    assert done.page_setup.orientation == "portrait"


def test_a_wide_sheet_is_landscape() -> None:
    book = Book()
    book.sheet("宽", [20] * 8)
    assert workbook(book.save(DAY))["宽"].page_setup.orientation == "landscape"


def test_a_row_is_as_high_as_its_text() -> None:
    book, _sheet = book_with([Cell("a"), Cell("b"), Cell("c")], [Cell("长文字" * 40, span=3)], [Cell("长" * 9000)])
    heights = [workbook(book.save(DAY))["表"].row_dimensions[row].height for row in (3, 4, 5)]
    assert 20 <= heights[0] <= 22
    assert heights[1] > 60
    assert heights[2] == 409


def test_drop_downs() -> None:
    book, sheet = book_with([Cell("a"), Cell("b"), Cell("c")])
    long = tuple(f"第{number}号支行的全称" for number in range(60))
    sheet.choose(1, ("甲", "乙"))
    sheet.choose(2, long)
    sheet.choose(3, ("有,逗号", "乙"))
    data = book.save(DAY)
    done = workbook(data)
    rules = done["表"].data_validations.dataValidation
    assert [rule.formula1 for rule in rules] == ['"甲,乙"', "'选项'!$A$1:$A$60", "'选项'!$B$1:$B$2"]
    assert done["选项"].sheet_state == "hidden"
    assert [cell.value for cell in done["选项"]["A"]] == list(long)
    assert str(rules[0].sqref) == "A3:A503"


def test_names_of_sheets_are_mended() -> None:
    book = Book()
    for _number in range(2):
        book.sheet("总[行]/东:城*分?行" + "长" * 40, (10,))
    names = workbook(book.save(DAY)).sheetnames
    assert len(set(names)) == 2
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)
