"""A small knowledge base in memory, and every kind of index of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from kbctl.model.entry_type import Column, EntryType, Item, Section, TableShape, ValidityLimits
from kbctl.model.organization import Contact, Department, Institution, Organization
from kbctl.model.rulebook import Rulebook
from kbctl.search.documents import build_documents
from kbctl.search.index import IndexContext, SearchIndex
from kbctl.search.memory_index import MemoryIndex
from kbctl.search.record import SearchDocument
from kbctl.search.whoosh_index import build_index
from kbctl.store.entries import load_entries
from kbctl.store.snapshot import MemorySnapshot

TODAY = date(2026, 11, 21)

MakeIndex = Callable[[list[SearchDocument], IndexContext], SearchIndex]


def entry(id_: str, title: str, body: str, folder: str = "retail", stem: str = "", **keys: str) -> tuple[str, bytes]:
    """Path and bytes of an entry file; *keys* replace or add front matter."""
    values = {
        "id": id_,
        "title": title,
        "type": "faq",
        "owner": folder,
        "scope": "[head-office]",
        "contact": "[zhang-wei]",
        "valid_from": "2026-01-01",
        "valid_until": "long-term",
        **keys,
    }
    front = "".join(f"{key}: {value}\n" for key, value in values.items())
    return f"kb/entries/{folder}/{stem or id_}.md", f"---\n{front}---\n{body}".encode()


def _section(heading: str, source: str | None = None, items: tuple[Item, ...] = ()) -> Section:
    return Section(heading, True, source, False, (), items)


def _column(name: str, title: str, kind: str) -> Column:
    return Column(name, {"zh_CN": title, "en": name}, kind, True, (), False)


def _type(id_: str, sections: tuple[Section, ...], table: TableShape | None = None) -> EntryType:
    return EntryType(
        id=id_,
        names={"zh_CN": id_, "en": id_},
        words=(),
        category="reference",
        carrier="word",
        tested="none",
        validity=ValidityLimits(),
        lead_time_days=0,
        reviewers=(),
        front_matter={},
        sections=sections,
        attachment_kinds={},
        required_attachments=(),
        table=table,
    )


@pytest.fixture
def rulebook() -> Rulebook:
    institutions = {
        row.id: row
        for row in (
            Institution("head-office", "总行", None),
            Institution("east-branch", "东城分行", "head-office"),
            Institution("east-gucheng", "东城分行古城支行", "east-branch"),
            Institution("west-branch", "西城分行", "head-office"),
        )
    }
    zhang = Contact("zhang-wei", "张伟", "retail", "0379-01001001", "", "", "", (), date(2024, 1, 1), None)
    gone = Contact("feng-li", "冯丽", "retail", "0379-01001002", "", "", "", (), None, date(2026, 6, 30))
    departments = {
        id_: Department(id_, name, institution, "business", None, "", contacts, f"kb/organization/{id_}.yaml")
        for id_, name, institution, contacts in (
            ("retail", "个人金融部", "head-office", (zhang, gone)),
            ("cards", "信用卡部", "head-office", ()),
            ("east", "东城分行业务部", "east-branch", ()),
            ("west", "西城分行业务部", "west-branch", ()),
        )
    }
    organization = Organization(institutions, departments, {"zhang-wei": zhang, "feng-li": gone})
    people = (Item("业务联系人", True, "contact", ()), Item("联系电话", True, "contact", ()))
    columns = (
        _column("key", "网点编号", "key"),
        _column("branch", "机构", "institution"),
        _column("name", "网点名称", "text"),
        _column("phone", "联系电话", "phone"),
        _column("verified_on", "核实日期", "date"),
    )
    types = {
        "faq": _type("faq", (_section("问题"), _section("答复"), _section("其它", items=people))),
        "product": _type("product", (_section("内容"), _section("公告时间", "validity"))),
        "outlets": _type("outlets", (_section("说明"),), TableShape("key", "verified_on", 90, columns)),
    }
    return Rulebook(types=types, organization=organization, synonyms={"打钱": ("转账", "汇款")})


FILES = dict(
    [
        entry(
            "card-loss",
            "借记卡挂失",
            "## 问题\n借记卡丢失或被盗怎么处理？\n## 答复\n立即拨打客服热线95588办理口头挂失，"
            "再到网点办理书面挂失并补卡，补卡工本费5元。挂失后卡内存款停止支付。\n",
            keywords="[挂失, 补卡]",
            aliases="[卡丢了]",
            contact="[zhang-wei, feng-li]",
        ),
        entry(
            "transfer",
            "手机银行转账汇款",
            "## 问题\n怎样用APP转账？\n## 答复\n登录手机银行，选择转账，输入收款人账号和金额，24小时内到账，免手续费。\n",
            keywords="[转账, 汇款]",
        ),
        entry(
            "cd",
            "鸿运大额存单",
            "## 内容\n起点金额20万元，年利率1.35%，到期一次还本付息。\n",
            type="product",
            keywords="[存款]",
            valid_until="2026-12-10",
        ),
        entry(
            "cd",
            "鸿运大额存单",
            "## 内容\n起点金额30万元，年利率1.35%，到期一次还本付息。\n",
            stem="cd@2026-12-11",
            type="product",
            keywords="[存款]",
            valid_from="2026-12-11",
        ),
        entry(
            "old-gift",
            "新春存款有礼",
            "## 问题\n存款送礼活动。\n## 答复\n新春存款满5万元送礼品。\n",
            valid_until="2026-03-31",
        ),
        entry(
            "education",
            "教育储蓄",
            "## 问题\n教育储蓄还办吗？\n## 答复\n教育储蓄已停办。\n",
            withdrawn="{on: 2026-06-30, reason: 停办}",
        ),
        entry(
            "notes", "残缺人民币兑换", "## 问题\n钱破了能换吗？\n## 答复\n残缺污损人民币可在网点兑换。\n", topic="notes"
        ),
        entry(
            "west-notes",
            "西城分行残缺人民币兑换",
            "## 问题\n钱破了能换吗？\n## 答复\n残缺污损人民币在西城分行各支行设有专窗兑换。\n",
            folder="west",
            topic="notes",
            scope="[west-branch]",
        ),
        entry(
            "east-notes",
            "东城分行残缺人民币兑换",
            "## 问题\n钱破了能换吗？\n## 答复\n残缺污损人民币仅在东城分行营业部兑换。\n",
            folder="east",
            topic="notes",
            scope="[east-branch]",
        ),
        entry(
            "east-outlets",
            "东城分行营业网点",
            "## 说明\n本表列出各支行的地址与电话。\n",
            folder="east",
            type="outlets",
            scope="[east-branch]",
        ),
        entry(
            "credit-limit",
            "信用卡額度調整",
            "## 问题\n信用卡額度可以調高嗎？\n## 答复\n用卡滿六個月可在手機銀行申請調高額度。\n",
            folder="cards",
        ),
        entry("broken", "没有日期", "## 问题\n挂失。\n", valid_from="某日"),
        (
            "kb/entries/east/east-outlets/table.csv",
            "key,branch,name,phone,verified_on\n"
            "E01,east-branch,营业部,0379-01003001,2026-11-01\n"
            "E02,east-gucheng,古城支行,0379-01003002,2026-11-01\n"
            "E03,east-branch,解放路支行,0379-01003003,2026-11-01\n"
            "E04,east-branch,牡丹路支行\n"
            "E05,east-branch,中州路支行,0379-01003005,2026-11-01\n".encode(),
        ),
    ]
)


@pytest.fixture
def documents(rulebook: Rulebook) -> list[SearchDocument]:
    snapshot = MemorySnapshot(FILES)
    return list(build_documents(snapshot, rulebook, load_entries(snapshot, rulebook).corpus))


@pytest.fixture
def context(rulebook: Rulebook) -> IndexContext:
    return IndexContext.of(rulebook)


@pytest.fixture(params=["memory", "whoosh"])
def make_index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeIndex]:
    """Builds an index of each kind; everything that keeps the Protocol is listed here."""
    opened: list[SearchIndex] = []

    def make(documents: list[SearchDocument], context: IndexContext) -> SearchIndex:
        if request.param == "memory":
            made: SearchIndex = MemoryIndex(documents, context, "memory")
        else:
            made = build_index(tmp_path / "index", documents, context, "memory", force=True)
        opened.append(made)
        return made

    yield make
    for index in opened:
        index.close()


@pytest.fixture
def index(make_index: MakeIndex, documents: list[SearchDocument], context: IndexContext) -> SearchIndex:
    return make_index(documents, context)
