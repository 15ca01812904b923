"""The intake notice as Word and Excel: the twelve fields, one page, an annex where it must be (R52)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from kbctl.documents import notice_docx, notice_xlsx
from kbctl.documents.notice_form import arrange
from kbctl.model.notice import Notice, Urgency
from kbctl.output.notice_md import notice_markdown
from tests.documents.office import CONTROLS, HOSTILE, all_text, document, draw, needs_office, workbook

FIELDS = (
    "资料提交部门",
    "提交责任人",
    "联系电话",
    "提交资料形式",
    "缓急程度",
    "资料内容标题",
    "审核入库人",
    "入库时间",
    "资料提交是否及时",
    "审核意见",
    "备注",
)
WRITERS = (notice_docx.write_notice, notice_xlsx.write_notice)
NAMES = {notice_docx.write_notice: "notice.docx", notice_xlsx.write_notice: "notice.xlsx"}
Writer = Callable[[Notice], bytes]


def notice(count: int = 1, **changes: Any) -> Notice:
    values: dict[str, Any] = {
        "number": None,
        "day": date(2026, 11, 21),
        "department": "个人金融部",
        "submitter": "张伟",
        "phone": "0379-01001005",
        "carriers": ("word", "excel"),
        "urgency": Urgency.EXPEDITED,
        "titles": tuple(f"第{number}项资料" for number in range(1, count + 1)),
    }
    return Notice(**{**values, **changes})


def crowded() -> Notice:
    """As much as stands on the form itself."""
    return notice(
        number="20261121-retail-banking-1",
        department="个人金融部个人客户存款产品管理处",
        submitter="张伟（代李娜提交本批资料）",
        phone="0379-01001005、0379-01001006",
        titles=("长" * 50, *("资料标题" * 6 for _number in range(7))),
        reviewer="赵敏、钱磊共同复核本次提交",
        accepted_at=datetime(2026, 11, 23, 9, 5),
        opinion="同" * 140,
        note="请" * 84,
        timely=True,
    )


def grid(data: bytes) -> dict[str, str]:
    """Label and text of the fields of a .docx."""
    (table, *_rest) = document(data).tables
    found = {}
    for row in table.rows[:-1]:
        cells = list(dict.fromkeys(cell._tc for cell in row.cells))
        texts = ["\n".join(paragraph.text for paragraph in cell.p_lst) for cell in cells]
        found.update(zip(texts[::2], texts[1::2], strict=True))
    return found


def test_the_fields_stand_in_the_order_of_the_regulation() -> None:
    assert [label for label, _text in notice().fields()] == ["日期", *FIELDS]
    assert tuple(grid(notice_docx.write_notice(notice()))) == FIELDS
    sheet = workbook(notice_xlsx.write_notice(notice())).worksheets[0]
    texts = [cell.value for row in sheet.iter_rows() for cell in row if cell.value in FIELDS]
    assert tuple(texts) == FIELDS


def test_the_fields_are_those_of_the_notice() -> None:
    fields = grid(notice_docx.write_notice(crowded()))
    assert fields["资料提交部门"] == "个人金融部个人客户存款产品管理处"
    assert fields["缓急程度"] == "□普通  ☑加急  □特急"
    assert fields["资料提交是否及时"] == "☑及时  □不及时"
    assert fields["入库时间"] == "2026年11月23日 09:05"
    assert fields["提交资料形式"] == "Word、Excel"
    assert fields["资料内容标题"].startswith("1. 长长")
    assert fields["审核意见"] == "同" * 140


def test_a_draft_says_so_and_leaves_room() -> None:
    data = notice_docx.write_notice(notice())
    assert "编号：未编号（提交时编定）" in all_text(data)
    fields = grid(data)
    assert fields["审核入库人"] == fields["入库时间"] == fields["审核意见"] == ""
    assert fields["资料提交是否及时"] == "□及时  □不及时"
    assert "提交责任人（签字）：" in all_text(data)
    assert "审核部门（盖章）：" in all_text(data)


def test_eight_titles_stand_on_the_form_nine_on_the_annex() -> None:
    assert "第8项资料" in grid(notice_docx.write_notice(notice(8)))["资料内容标题"]
    data = notice_docx.write_notice(notice(9))
    assert grid(data)["资料内容标题"] == "共9项，见附页。"
    assert "知识入库通知单（附页）" in all_text(data)
    annex = document(data).tables[1]
    assert [row.cells[1].text for row in annex.rows] == ["资料内容标题", *(f"第{n}项资料" for n in range(1, 10))]
    book = workbook(notice_xlsx.write_notice(notice(9)))
    assert book.sheetnames == ["知识入库通知单", "附页"]
    assert "第9项资料" in [cell.value for cell in book["附页"]["B"]]


def test_what_does_not_fit_goes_to_the_annex() -> None:
    form = arrange(notice(note="长" * 400, department="部" * 80))
    assert [label for label, _text in form.overflow] == ["资料提交部门", "备注"]
    data = notice_docx.write_notice(notice(note="长" * 400))
    assert grid(data)["备注"] == "见附页。"
    assert "长" * 400 in all_text(data)


@pytest.mark.parametrize("write", WRITERS)
def test_the_same_notice_gives_the_same_bytes(write: Writer) -> None:
    assert write(notice(9)) == write(notice(9))


def test_hostile_text_stays_text() -> None:
    bad = notice(titles=HOSTILE, department="=1+1", submitter=CONTROLS, note="{{7*7}}")
    text = all_text(notice_docx.write_notice(bad))
    assert all(title in text for title in HOSTILE)
    assert "{{7*7}}" in grid(notice_docx.write_notice(bad))["备注"]
    sheets = workbook(notice_xlsx.write_notice(bad)).worksheets
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert set(HOSTILE) <= {cell.value for cell in cells}


def test_markdown() -> None:
    text = notice_markdown(notice(9, note="a|b\n<script>"))
    assert "| 缓急程度 | □普通 ☑加急 □特急 |" in text
    assert "## 附页：资料内容标题" in text
    assert "9. 第9项资料" in text
    assert "| 备注 | a\\|b<br>\\<script\\> |" in text


@needs_office
@pytest.mark.parametrize("write", WRITERS)
def test_pages(write: Writer, tmp_path: Path) -> None:
    name = NAMES[write]
    assert draw(write(notice(1)), name, tmp_path) == 1
    assert draw(write(crowded()), name, tmp_path) == 1
    assert draw(write(notice(9)), name, tmp_path) == 2
    long = notice(30, note="长" * 40_000)
    assert draw(write(long), name, tmp_path) > 2
