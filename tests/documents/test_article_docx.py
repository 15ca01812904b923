"""Entries and handbooks as Word documents."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from kbctl.documents.article_docx import column_widths, write_article, write_handbook
from kbctl.errors import KbctlError
from kbctl.model.article import (
    Article,
    Block,
    Chapter,
    Code,
    Divider,
    Frame,
    Grid,
    Handbook,
    Heading,
    Listing,
    Paragraph,
    Part,
    Picture,
    Quote,
    Run,
    Runs,
)
from tests.documents.office import CONTROLS, HOSTILE, all_text, document, draw, needs_office, part

DAY = date(2026, 11, 21)
FRAME = Frame("洛河银行客户服务知识库", "内部资料", "截至2026-11-21")
TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates" / "report"
ENTRY = (TEMPLATES / "entry.docx").read_bytes()
HANDBOOK = (TEMPLATES / "handbook.docx").read_bytes()


def png(width: int = 20, height: int = 10) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\x00" + b"\x80" * width for _row in range(height)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def line(text: str, **look: Any) -> Paragraph:
    return Paragraph((Run(text, **look),))


def article(
    *blocks: Block, id_: str = "hongyun-cd", title: str = "鸿运大额存单", warnings: tuple[str, ...] = ()
) -> Article:
    return Article(id_, title, (("编号", id_), ("联系人", "张伟\n李娜")), warnings, (Part("内容", blocks),))


def written(*blocks: Block) -> bytes:
    return write_article(article(*blocks), FRAME, ENTRY, DAY)


def test_title_frame_and_facts() -> None:
    done = document(write_article(article(warnings=("将于明日到期。",)), FRAME, ENTRY, DAY))
    assert done.paragraphs[0].text == "鸿运大额存单"
    assert done.paragraphs[1].text == "截至2026-11-21"
    assert "【将于明日到期。】" in [paragraph.text for paragraph in done.paragraphs]
    assert done.sections[0].header.paragraphs[0].text == "洛河银行客户服务知识库\t内部资料"
    assert [[cell.text for cell in row.cells] for row in done.tables[0].rows] == [
        ["编号", "hongyun-cd"],
        ["联系人", "张伟\n李娜"],
    ]


def test_blocks_are_carried_over() -> None:
    inner = Listing(False, 1, ((line("甲"),), (line("乙"),)))
    data = written(
        Heading(3, (Run("产品简介"),)),
        Paragraph((Run("粗", bold=True), Run("网", target="https://example.com/a?b=1&c=2"))),
        Listing(True, 3, ((line("三"), inner), (line("四"), line("续")))),
        Listing(True, 1, ((line("一"),),)),
        Grid(((Run("期限"),), (Run("利率"),)), (((Run("1年"),), (Run("1.30%"),)),)),
        Quote((line("引"),)),
        Code("a\n  b"),
        Divider(),
    )
    done = document(data)
    styles = {paragraph.text: paragraph.style.name for paragraph in done.paragraphs if paragraph.style}
    assert (styles["内容"], styles["产品简介"], styles["引"]) == ("Heading 1", "Heading 2", "Quote")
    assert [[cell.text for cell in row.cells] for row in done.tables[1].rows] == [["期限", "利率"], ["1年", "1.30%"]]
    assert done.tables[1].rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    addresses = [rel.target_ref for rel in done.part.rels.values() if rel.is_external]
    assert addresses == ["https://example.com/a?b=1&c=2"]
    numbers = {
        paragraph.text: (paragraph._p.pPr.numPr.numId.val, paragraph._p.pPr.numPr.ilvl.val)
        for paragraph in done.paragraphs
        if paragraph._p.pPr is not None and paragraph._p.pPr.numPr is not None
    }
    assert numbers["三"] == numbers["四"] != numbers["一"]
    assert numbers["甲"][1] == 1
    assert "续" not in numbers
    assert '<w:startOverride w:val="3"/>' in part(data, "word/numbering.xml")


def test_a_time_span_stays_on_one_line_and_is_read_as_typed() -> None:
    data = written(Paragraph((Run("周一至周日 08:30-17:00，电话 0379-01001027"),)))
    assert "周一至周日 08:30-17:00，电话 0379-01001027" in [paragraph.text for paragraph in document(data).paragraphs]
    xml = part(data, "word/document.xml")
    assert xml.count("<w:noBreakHyphen/>") == 1
    # People look for numbers in a document.
    assert "0379-01001027" in xml


def test_tables_have_whole_borders() -> None:
    (_facts, grid) = document(written(Grid(((Run("a"),),), (((Run("b"),),),)))).tables
    borders = grid._tbl.tblPr.find(qn("w:tblBorders"))
    assert borders is not None
    sides = {border.tag.rsplit("}")[-1]: border.get(qn("w:val")) for border in borders}
    assert sides == dict.fromkeys(("top", "left", "bottom", "right", "insideH", "insideV"), "single")


def test_pictures_are_embedded() -> None:
    done = document(written(Picture("图.png", "流程", png(2000, 3000))))
    (shape,) = done.inline_shapes
    assert shape.height.cm <= 12.01
    assert shape._inline.docPr.get("descr") == "流程"
    assert "流程" in [paragraph.text for paragraph in done.paragraphs]


@pytest.mark.parametrize("data", [None, b"", b"<svg/>", png()[:20], b"\xff\xd8\xff", b"GIF89a", b"BM"])
def test_what_is_no_picture_is_named(data: bytes | None) -> None:
    done = document(written(Picture("图.png", "流程", data)))
    assert not len(done.inline_shapes)
    assert "[picture: 流程]" in [paragraph.text for paragraph in done.paragraphs]


def test_hostile_text_stays_text() -> None:
    blocks = [line(text) for text in HOSTILE] + [Code("<w:p>"), Heading(3, (Run("{{body}}"),)), line(CONTROLS)]
    data = write_article(article(*blocks, title="{{bank}}=1+1<w:p>"), FRAME, ENTRY, DAY)
    text = all_text(data)
    assert text.startswith("{{bank}}=1+1<w:p>\n")
    assert all(word in text for word in HOSTILE)
    assert "甲乙丙[31m丁戊己庚\n辛" in text
    assert "{{body}}" in text
    assert "instrText" not in part(data, "word/document.xml")


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "file:///etc/passwd", 'https://a"><w:p/>', "\\\\host\\share", "#x"]
)
def test_only_addresses_become_links(target: str) -> None:
    done = document(written(line("网", target=target)))
    assert not [rel for rel in done.part.rels.values() if rel.is_external]


def test_very_long_text() -> None:
    data = written(line("长" * 40_000), Grid(((Run("a"),),), (((Run("长" * 40_000),),),)))
    assert all_text(data).count("长") == 80_000


def test_the_same_article_gives_the_same_bytes() -> None:
    blocks = (line("一"), Picture("图.png", "流程", png()), Listing(True, 1, ((line("三"),),)))
    assert written(*blocks) == written(*blocks)


def test_fonts_are_named() -> None:
    styles = document(written(line("一"))).styles
    for name, font in (("Normal", "宋体"), ("Heading 1", "黑体"), ("Quote", "仿宋")):
        fonts = styles[name].element.rPr.rFonts
        assert {fonts.get(qn(f"w:{key}")) for key in ("ascii", "hAnsi", "eastAsia")} == {font}
        assert fonts.get(qn("w:asciiTheme")) is None


def handbook() -> Handbook:
    one = article(Paragraph((Run("见", target="#fixed"), Run("外", target="#absent"))))
    two = article(line("乙"), id_="fixed", title="整存整取<w:p>")
    return Handbook("个人金融部业务知识手册", ("共2条", "第二行"), (Chapter("产品", (one,)), Chapter("服务", (two,))))


def test_handbook() -> None:
    data = write_handbook(handbook(), FRAME, HANDBOOK, DAY)
    done = document(data)
    texts = [paragraph.text for paragraph in done.paragraphs]
    assert "个人金融部业务知识手册" in texts
    assert "共2条\n第二行" in texts
    headings = [
        (p.style.name, p.text) for p in done.paragraphs if p.style and (p.style.name or "").startswith("Heading")
    ]
    assert headings[:3] == [("Heading 1", "产品"), ("Heading 2", "鸿运大额存单"), ("Heading 3", "内容")]
    contents = [(p.style.name, p.text) for p in done.paragraphs if p.style and (p.style.name or "").startswith("toc")]
    assert [name for name, _text in contents] == ["toc 1", "toc 2", "toc 1", "toc 2"]
    xml = part(data, "word/document.xml")
    assert xml.count('w:name="kb_entry_2"') == 1
    assert xml.count('w:anchor="kb_entry_2"') == 2
    assert write_handbook(handbook(), FRAME, HANDBOOK, DAY) == data


def test_field_codes_are_ours_alone() -> None:
    xml = part(write_handbook(handbook(), FRAME, HANDBOOK, DAY), "word/document.xml")
    codes = [text.split("<")[0].strip() for text in xml.split('<w:instrText xml:space="preserve">')[1:]]
    # Without page numbers, which only Word would fill in: elsewhere their places would stay empty.
    assert codes == ['TOC \\o "1-2" \\h \\n \\u']
    assert xml.count('fldCharType="begin"') == xml.count('fldCharType="end"') == len(codes)


def test_a_template_that_the_bank_has_edited() -> None:
    template = docx.Document()
    paragraph = template.add_paragraph()
    for piece in ("《{{ti", "tle", "}}》（{{bank}}，{{unknown}}）"):
        paragraph.add_run(piece)
    template.add_paragraph("{{body}}")
    template.add_paragraph("本文由洛河银行负责解释。")
    for part_ in list(template.part.rels.values()):
        if part_.reltype.endswith("/numbering"):
            template.part.drop_rel(part_.rId)
    target = io.BytesIO()
    template.save(target)
    blocks = (Listing(True, 1, ((line("三"),),)), line("正文"))
    done = document(write_article(article(*blocks), FRAME, target.getvalue(), DAY))
    texts = [paragraph.text for paragraph in done.paragraphs]
    assert texts[0] == "《鸿运大额存单》（洛河银行客户服务知识库，{{unknown}}）"
    assert texts[-1] == "本文由洛河银行负责解释。"
    assert texts.index("正文") < len(texts) - 1
    assert "{{body}}" not in texts


def test_without_a_template_and_with_a_bad_one() -> None:
    assert "鸿运大额存单" in all_text(write_article(article(line("一")), FRAME, None, DAY))
    for bad in (b"", b"PK\x03\x04", b"not a document"):
        with pytest.raises(KbctlError):
            write_article(article(), FRAME, bad, DAY)


@needs_office
def test_pages(tmp_path: Path) -> None:
    assert draw(written(line("一"), Picture("图.png", "流程", png(600, 600))), "entry.docx", tmp_path) == 1
    # Title page, contents, and a page for each chapter.
    assert draw(write_handbook(handbook(), FRAME, HANDBOOK, DAY), "book.docx", tmp_path) == 4


def test_columns_of_numbers_and_addresses_have_room_for_them() -> None:
    titles = ("业务联系人", "负责业务范围", "联系电话", "手机", "电子邮箱")
    row = ("张伟", "个人存款、大额存单、通知存款", "0379-01001005", "12900001005", "zhang.wei@example.com")
    grid = Grid(_cells(titles), (_cells(row),))
    widths = column_widths(grid, 16.6, 10)
    assert sum(widths) == pytest.approx(16.6)
    # A digit is 5 points wide in 宋体, and a third more in other fonts.
    for text, width in list(zip(row, widths, strict=True))[2:4]:
        assert width > len(text) * 5 * 1.3 / 28.35 + 0.3
    counts = Grid(_cells(("奖项", "内容", "数量")), (_cells(("一等奖", "内容" * 60, "2000份")),))
    assert column_widths(counts, 16.6, 10)[2] > (4 * 5 * 1.3 + 10) / 28.35 + 0.3


def _cells(texts: tuple[str, ...]) -> tuple[Runs, ...]:
    return tuple((Run(text),) for text in texts)
