from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kbctl.model.rulebook import Rulebook
from kbctl.search.documents import PASSAGE_LENGTH, build_documents, plain
from kbctl.search.record import Passage, SearchDocument
from kbctl.store.entries import load_entries
from kbctl.store.markdown import Block
from kbctl.store.snapshot import MemorySnapshot
from tests.search.conftest import FILES, entry


def _build(rulebook: Rulebook, *files: tuple[str, bytes]) -> list[SearchDocument]:
    snapshot = MemorySnapshot(dict(files))
    return list(build_documents(snapshot, rulebook, load_entries(snapshot, rulebook).corpus))


def _passages(rulebook: Rulebook, body: str) -> list[Passage]:
    (document,) = _build(rulebook, entry("a", "标题", body, contact="[]"))
    return list(document.passages)


def test_one_record_a_version_and_one_a_sound_row(documents: list[SearchDocument]) -> None:
    assert [document.row for document in documents if document.id == "east-outlets"] == ["", "E01", "E02", "E03", "E05"]
    assert len([document for document in documents if document.id == "cd"]) == 2
    assert not [document for document in documents if document.id == "broken"]


def test_rows_follow_their_entry_and_name_themselves(documents: list[SearchDocument]) -> None:
    row = next(document for document in documents if document.row == "E02")
    assert row.label == "古城支行"
    assert row.path == "kb/entries/east/east-outlets/table.csv"
    assert row.title == "东城分行营业网点"
    (passage,) = row.passages
    assert passage.line == 3
    assert passage.text.startswith("网点编号：E02；机构：东城分行古城支行；网点名称：古城支行；")


def test_broken_tables_hide_nothing_else(rulebook: Rulebook) -> None:
    for table in (b"", b"\xff\xfe\x00", b'key,name\n"E01', b"key,name\nE01,a\nE01,b\n", b"name\nx\n"):
        documents = _build(
            rulebook,
            entry("o", "网点", "## 说明\n表。\n", type="outlets"),
            ("kb/entries/retail/o/table.csv", table),
        )
        assert documents[0].id == "o"
        assert len(documents) <= 2


def test_dates_are_those_on_which_a_version_answers(documents: list[SearchDocument]) -> None:
    first, second = (document for document in documents if document.id == "cd")
    assert first.successor_from == "2026-12-11"
    assert first.valid_until == "2026-12-10"
    assert first.dates.end + 1 == second.dates.start
    assert second.valid_until == "long-term"
    assert second.successor_from == ""


def test_contacts_and_owner_are_resolved(documents: list[SearchDocument]) -> None:
    loss = next(document for document in documents if document.id == "card-loss")
    assert [(person.id, person.name, person.phone) for person in loss.contacts] == [
        ("zhang-wei", "张伟", "0379-01001001"),
        ("feng-li", "冯丽", "0379-01001002"),
    ]
    assert loss.owner_name == "个人金融部"
    assert Passage("其它", "业务联系人", 1, "张伟 0379-01001001；冯丽 0379-01001002") in loss.passages
    assert not [passage for passage in loss.passages if passage.item == "联系电话"]


def test_passages_know_their_section_item_and_line(rulebook: Rulebook) -> None:
    body = "前言。\n\n## 答复\n先说。\n### 条件\n- 甲。\n- 乙。\n\n### 费用\n免费。\n"
    assert _passages(rulebook, body) == [
        Passage("", "", 11, "前言。"),
        Passage("答复", "", 14, "先说。"),
        Passage("答复", "条件", 16, "甲。\n乙。"),
        Passage("答复", "费用", 20, "免费。"),
    ]


def test_every_cell_of_a_table_stands_behind_the_name_of_its_column(rulebook: Rulebook) -> None:
    body = (
        "## 答复\n如下：\n\n| 期限 | 利率 | 备注 |\n| --- | --- | --- |\n| 1年 | 1.30% | |\n| 2年 | **1.40%** |\n\n"
        "| 渠道 |\n| --- |\n| 柜面 |\n\n| 只有表头 |\n| --- |\n\n完。\n"
    )
    (passage,) = _passages(rulebook, body)
    assert passage.text.split("\n") == [
        "如下：",
        "期限：1年，利率：1.30%",
        "期限：2年，利率：1.40%",
        "备注",
        "渠道：柜面",
        "只有表头",
        "完。",
    ]


def test_pictures_are_found_but_no_passage(rulebook: Rulebook) -> None:
    body = "## 答复\n第一步。\n\n![登录页面截图](a/b.png)\n\n点![图标](c.png)确认。\n"
    (document,) = _build(rulebook, entry("a", "标题", body, contact="[]"))
    assert [passage.text for passage in document.passages] == ["第一步。\n点确认。"]
    assert document.pictures == ("登录页面截图", "图标")
    assert "登录页面截图" in document.texts()


def test_internal_columns_are_neither_shown_nor_found(rulebook: Rulebook) -> None:
    table = rulebook.types["outlets"].table
    assert table is not None
    columns = tuple(replace(column, internal=column.name == "phone") for column in table.columns)
    inside = replace(rulebook.types["outlets"], table=replace(table, columns=columns))
    changed = replace(rulebook, types={**rulebook.types, "outlets": inside})
    snapshot = MemorySnapshot(FILES)
    documents = build_documents(snapshot, changed, load_entries(snapshot, changed).corpus)
    rows = [text for document in documents if document.row for text in document.texts()]
    assert len(rows) == 4
    assert not [text for text in rows if "0379" in text or "联系电话" in text]


def test_facts_are_found_with_value_and_unit(rulebook: Rulebook) -> None:
    facts = '[{key: 起点金额, value: "200000", unit: 元, source: 说明书}]'
    (document,) = _build(rulebook, entry("a", "标题", "## 答复\n是。\n", contact="[]", facts=facts))
    assert document.passages[-1].text == "起点金额：200000元"


def test_long_text_is_cut_at_sentence_ends(rulebook: Rulebook) -> None:
    sentence = "客户须持本人有效身份证件到网点办理" * 3 + "。"
    passages = _passages(rulebook, "## 答复\n" + sentence * 12 + "\n")
    assert len(passages) > 2
    assert all(passage.text.endswith("。") for passage in passages)
    assert all(len(passage.text) <= PASSAGE_LENGTH for passage in passages)


@given(st.text(alphabet="客户。！a *_[]()`<>|#-\n", max_size=600))
def test_any_body_becomes_passages_of_bounded_length(text: str) -> None:
    rulebook = Rulebook()
    for document in _build(rulebook, entry("a", "标题", "## 答复\n" + text)):
        assert all(0 < len(passage.text) <= PASSAGE_LENGTH for passage in document.passages)


def test_marks_are_stripped() -> None:
    cases = {
        "**粗体**和*斜体*": "粗体和斜体",
        "见[借记卡挂失](../a/b.md)。": "见借记卡挂失。",
        "![流程图](a/b.png)": "",
        "拨<tel>95588</tel><!-- 备注 -->": "拨95588",
        r"5\*3": "5*3",
        "`代码`": "代码",
        "上一行\n下一行": "上一行下一行",
        "line one\nline two": "line one line two",
        "snake_case_name": "snake_case_name",
        "a * b * c": "a * b * c",
    }
    for source, expected in cases.items():
        assert plain(Block("paragraph", 1, source)) == expected, source


def test_code_keeps_its_text() -> None:
    assert plain(Block("code", 1, "**x** [y](z)")) == "**x** [y](z)"


def test_record_survives_json(documents: list[SearchDocument]) -> None:
    assert len(documents) == len(FILES) + 2
    for document in documents:
        assert SearchDocument.from_json(document.to_json()) == document
