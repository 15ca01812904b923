"""An entry made ready for export, as HTML and as Markdown; what must not leave the bank does not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from html.parser import HTMLParser

import pytest

from kbctl.model.article import Article, Chapter, Frame, Grid, Handbook, Picture
from kbctl.output.article import Discretion, Exporter
from kbctl.output.article_html import article_page, handbook_page
from kbctl.output.article_md import article_markdown
from kbctl.output.quoting import html_text
from kbctl.store.entries import load_entries
from kbctl.store.rulebook import load_rulebook
from kbctl.store.snapshot import MemorySnapshot, WorktreeSnapshot
from tests.helpers import ROOT

DAY = date(2026, 11, 21)
FRAME = Frame("洛河银行<知识库>", "", "截至2026-11-21")
SAMPLE = WorktreeSnapshot(ROOT)
PATH = "kb/entries/retail-banking/social-security-card.md"


def export(id_: str, *, external: bool = False, changed: Mapping[str, bytes] | None = None) -> Article:
    """Export an entry of the sample, some of whose files are *changed*."""
    files = {path: SAMPLE.read(path) for path in SAMPLE.files()}
    snapshot = MemorySnapshot({**files, **(changed or {})})
    rulebook = load_rulebook(snapshot)
    corpus = load_entries(snapshot, rulebook).corpus
    entry = corpus.governing(id_, DAY)
    assert entry is not None
    return Exporter(snapshot, rulebook, corpus, DAY, external=external).article(entry)


def with_text(text: str) -> Mapping[str, bytes]:
    body = SAMPLE.read(PATH).decode()
    head = body.split("---\n", 2)[1]
    return {PATH: f"---\n{head}---\n## 内容\n{text}\n".encode()}


class Seen(HTMLParser):
    """Tags and addresses of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("href", "src"):
                self.addresses.append(value or "")
            if name == "id":
                self.ids.append(value or "")
            assert not name.startswith("on")


def seen(page: str) -> Seen:
    found = Seen()
    found.feed(page)
    return found


def test_derived_sections_are_filled_in() -> None:
    article = export("hongyun-cd")
    last = article.parts[-1]
    assert last.heading == "其它"
    (grid,) = last.blocks
    assert isinstance(grid, Grid)
    assert [run.text for cell in grid.rows[0] for run in cell][:3] == ["张伟", "个人存款、大额存单", "0379-01001005"]
    assert dict(article.facts)["valid"] == "2026-03-01 to 2027-02-28"


def test_pictures_of_the_entry_alone_are_embedded() -> None:
    article = export("social-security-card")
    pictures = [block for part in article.parts for block in part.blocks if isinstance(block, Picture)]
    assert [bool(picture.data) for picture in pictures] == [True]
    others = "![a](../operations/card-loss-report/流程截图.png)\n\n![b](https://example.com/x.png)\n\n![c](/etc/passwd)"
    article = export("social-security-card", changed=with_text(others))
    pictures = [block for part in article.parts for block in part.blocks if isinstance(block, Picture)]
    assert [picture.data for picture in pictures] == [None, None, None]


def test_outside_the_bank_no_mobile_no_mail_no_internal_column() -> None:
    inside, outside = export("dongcheng-emergency"), export("dongcheng-emergency", external=True)
    assert "12900003901" in str(inside)
    assert "Mobile" in str(inside)
    assert not re.search(r"129\d{8}|@example\.com", str(outside))
    assert "Mobile" not in str(outside)
    assert "石磊" in str(outside)


def test_mobiles_in_the_text_are_left_out_too() -> None:
    text = "请拨打129 0000-1005，或写信给Zhang.Wei@example.com；客服热线0379-01000000。编号912900001005。"
    outside = export("social-security-card", external=True, changed=with_text(text))
    shown = str(outside.parts)
    assert "0379-01000000" in shown
    assert "912900001005" in shown
    assert "129 0000-1005" not in shown
    assert "zhang.wei" not in shown.lower()
    assert "(left out)" in shown
    assert "(left out)" in article_markdown(outside, FRAME)


def test_discretion_without_contacts() -> None:
    assert Discretion([]).hide("12900001005") == "12900001005"


@pytest.mark.parametrize("id_", ["hongyun-cd", "social-security-card", "dongcheng-outlets", "dongcheng-emergency"])
def test_the_page_needs_nothing_from_outside(id_: str) -> None:
    page = seen(article_page(export(id_), FRAME))
    assert not {"script", "link", "iframe", "object"} & set(page.tags)
    assert all(address.startswith(("data:image/", "#")) for address in page.addresses)


def test_everything_is_escaped() -> None:
    text = '<script>alert(1)</script> "引" & [点](javascript:alert(1)) ![x](data:text/html,x) [好](https://e.com/?a=1&b="2)'
    page = article_page(export("social-security-card", changed=with_text(text)), FRAME)
    found = seen(page)
    assert "script" not in found.tags
    assert "&lt;script&gt;" in page
    assert "洛河银行&lt;知识库&gt;" in page
    assert not [address for address in found.addresses if not address.startswith(("https://e.com/", "data:image/png"))]


def test_handbook_links_lead_somewhere() -> None:
    one, two = export("hongyun-cd"), export("fixed-deposit")
    page = seen(handbook_page(Handbook("手册", ("共2条",), (Chapter("产品", (one, two)),)), FRAME))
    inside = [address[1:] for address in page.addresses if address.startswith("#")]
    assert "entry-fixed-deposit" in inside
    assert set(inside) <= set(page.ids)


def test_markdown_keeps_what_was_typed() -> None:
    article = export("hongyun-cd")
    text = article_markdown(article, FRAME)
    assert "### 产品简介" in text
    assert "| 6个月 | 1.15% | 到期一次还本付息 |" in text
    assert "张伟" in text.split("## 其它")[1]
    rows = article_markdown(export("dongcheng-outlets"), FRAME)
    assert "| DC01 | 东城分行营业部 |" in rows


def test_dates_and_numbers_stay_in_one_piece_on_a_page() -> None:
    assert html_text("周一至周五 08:30-17:00；<0379-01001005>") == (
        '周一至周五 <span class="nb">08:30-17:00；</span>&lt;<span class="nb">0379-01001005</span>&gt;'
    )
    assert html_text("2026-12-10离任，a-b 1-") == '<span class="nb">2026-12-10</span>离任，a-b 1-'


def test_a_page_says_that_it_is_internal() -> None:
    frame = Frame("洛河银行知识库", "内部资料", "截至2026-11-21")
    article = Article("a", "甲", (), (), ())
    book = Handbook("手册", (), (Chapter("章", (article,)),))
    for page in (article_page(article, frame), handbook_page(book, frame)):
        assert "内部资料" in page
        assert "截至2026-11-21" in re.sub("<[^>]*>", "", page)
