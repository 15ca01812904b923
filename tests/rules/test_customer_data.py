"""Customers' data in entries (R65). Every number here is made up; those that pass a check were computed."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import ric

from kbctl.model.corpus import Corpus
from kbctl.model.finding import Finding
from kbctl.model.organization import Contact, Organization
from kbctl.model.rulebook import Rulebook
from kbctl.rules.context import Context
from kbctl.rules.customer_data import check, scan, strangers
from kbctl.store.entries import parse_entry
from kbctl.store.markdown import parse_document
from kbctl.store.snapshot import MemorySnapshot

PATH = "kb/entries/retail-banking/card-loss.md"


def identity(start: str) -> str:
    return start + ric.calc_check_digit(start + "0")


def card(start: str) -> str:
    return start + luhn.calc_check_digit(start)


ID = identity("41030119900101123")
ID_X = next(number for n in range(1000) if (number := identity(f"41030119900101{n:03}")).endswith("X"))
CARD = card("621700123456789012")
MOBILE = "13800138000"


def contact(id_: str, phone: str = "", mobile: str = "", email: str = "") -> Contact:
    return Contact(id_, id_, "retail-banking", phone, mobile, email, "", (), None, None)


ORGANIZATION = Organization(
    contacts={
        "zhang-wei": contact("zhang-wei", "0379-01001005", "139 0000 1005", "zhang.wei@luohe-bank.example"),
        "li-na": contact("li-na", email="li.na@qq.com"),
    }
)


def findings(body: str, keys: str = "") -> list[Finding]:
    data = f"---\nid: card-loss\ntitle: 银行卡挂失\n{keys}---\n{body}".encode()
    entry, problems = parse_entry(PATH, data)
    assert entry is not None and not problems
    context = Context(MemorySnapshot({}), Rulebook(organization=ORGANIZATION), Corpus([entry]), date(2026, 11, 1))
    return list(check(entry, parse_document(entry.body, entry.body_line), context))


def codes(text: str) -> list[str]:
    return [hit.code for hit in scan(text)]


@pytest.mark.parametrize(
    "text",
    [
        f"身份证号{ID}。",
        f"身份证号{ID_X}",
        ID_X.lower(),
        f"1. {ID}",
        f"1 {ID}",
        f"{ID[:6]} {ID[6:14]} {ID[14:]}",
        f"{ID[:6]}-{ID[6:14]}-{ID[14:]}",
        " ".join(ID),
        ID.translate({ord("0") + n: 0xFF10 + n for n in range(10)}),
        f"{ID[:6]}\u200b{ID[6:]}",
    ],
)
def test_numbers_of_identity_cards(text: str) -> None:
    assert codes(text) == ["KB701"]


@pytest.mark.parametrize(
    "text",
    [
        ID[:-1] + ("0" if ID[-1] != "0" else "1"),
        identity("41030119901301123"),
        identity("99030119900101123"),
        "0" + ID,
        ID + "1",
        "4103************39",
    ],
)
def test_what_is_no_number_of_an_identity_card(text: str) -> None:
    assert "KB701" not in codes(text)


def test_a_number_with_a_county_newer_than_any_list_counts() -> None:
    assert codes(identity("41039919900101123")) == ["KB701"]


@pytest.mark.parametrize(
    "text",
    [
        CARD,
        f"卡号：{CARD}",
        f"{CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:16]} {CARD[16:]}",
        f"{CARD[:6]} {CARD[6:]}",
        card("411111111111112"),
        card("37828224631000"),
        "-".join([(visa := card("411111111111113"))[:4], visa[4:8], visa[8:12], visa[12:]]),
        f"{visa[:4]} {visa[4:8]} {visa[8:12]} {visa[12:]} 12 张",
        f"账号 {card('101030100012345')}",
        f"{card('101030100012345')}（账号）",
    ],
)
def test_numbers_of_bank_cards(text: str) -> None:
    assert codes(text) == ["KB702"]


@pytest.mark.parametrize(
    "text",
    [
        card("62170012345678901"[:13]),
        CARD[:-1] + str((int(CARD[-1]) + 1) % 10),
        card("101030100012345"),
        "卡号：0000000000000000",
        "6217 **** **** 0122",
        "流水号a" + CARD,
        "95566 010-66596688",
        "2024 2025 2026 2027",
    ],
)
def test_what_is_no_number_of_a_bank_card(text: str) -> None:
    assert "KB702" not in codes(text)


def test_the_code_of_a_company_is_nobodys_card() -> None:
    codes_of_companies = (
        f"91410300{n:09}{check_digit}"
        for n in range(100000, 140000)
        for check_digit in [luhn.calc_check_digit(f"91410300{n:09}")]
    )
    from_stdnum = pytest.importorskip("stdnum.cn.uscc")
    number = next(number for number in codes_of_companies if from_stdnum.is_valid(number))
    assert codes(f"统一社会信用代码{number}") == []
    assert codes(f"卡号{number}") == ["KB702"]


@pytest.mark.parametrize(
    "text",
    [
        f"联系电话{MOBILE}",
        "138 0013 8000",
        "138-0013-8000",
        "138－0013－8000",
        "1380013 8000",
        "1380 013 8000",
        "(138)0013-8000",
        "（138）0013-8000",
        "+86 138 0013 8000",
        f"0086{MOBILE}",
        f"86-{MOBILE}",
        f"0{MOBILE}",
        "１３８００１３８０００",
        f"{MOBILE}②",
        f"Tel{MOBILE}",
    ],
)
def test_mobile_numbers(text: str) -> None:
    assert codes(text) == ["KB703"]


@pytest.mark.parametrize(
    "text",
    [
        "0379-01001005",
        "客服热线95588、400-123-4567、800-820-8888",
        "12900001005",
        "13000000000元",
        "150亿元",
        "期限 1 3 6 12 24 36 60 个月",
        "2026-03-01 08:30-17:30",
        "138****8000",
        "138001380001",
        "550e8400-e29b-41d4-a716-13800138000a",
        "1,380,013,800",
    ],
)
def test_what_is_no_mobile_number(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("请发至zhang.san@163.com。", "z***@163.com"),
        ("<mailto:li@example.org>", "***@example.org"),
        ("ＺＳ１＠163.com", "Z***@163.com"),
        ("kefu@qq.com", "k***@qq.com"),
        (f"{MOBILE}@139.com", "1***@139.com"),
    ],
)
def test_addresses(text: str, masked: str) -> None:
    assert [(hit.code, hit.masked) for hit in scan(text)] == [("KB704", masked)]


@pytest.mark.parametrize(
    "text", ["logo@2x.png", "jubao@regulator.example", "微信@洛河银行", "a@b", "z***@qq.com", "@" * 50]
)
def test_what_is_no_address_of_a_person(text: str) -> None:
    assert codes(text) == []


def test_contacts_and_the_banks_own_domain_are_no_strangers() -> None:
    known = "13900001005、+86 139-0000-1005、Zhang.Wei@luohe-bank.example、wang@mail.luohe-bank.example、li.na@qq.com"
    assert list(strangers(known, ORGANIZATION)) == []
    assert [hit.code for hit in scan(known)] == ["KB703", "KB703", "KB704", "KB704", "KB704"]


def test_a_contacts_mailbox_at_a_public_provider_allows_nobody_else() -> None:
    assert [hit.masked for hit in strangers("wang.wu@qq.com", ORGANIZATION)] == ["w***@qq.com"]


def test_places_in_the_body() -> None:
    body = (
        f"## 答复\n| 姓名 | 电话 |\n| --- | --- |\n| 张三 | {MOBILE} |\n\n```\n{CARD}\n```\n"
        f"<!-- {ID} -->\n- 甲，{MOBILE}、１３８００１３８００１\n"
    )
    assert [(f.code, f.line, f.column) for f in findings(body)] == [
        ("KB703", 8, 8),
        ("KB702", 11, 1),
        ("KB701", 13, 6),
        ("KB703", 14, 5),
        ("KB703", 14, 17),
    ]


def test_places_in_the_front_matter() -> None:
    keys = (
        f"keywords: [挂失, '{MOBILE}']\n"
        f"facts:\n  - {{key: 卡号, value: '{CARD}', unit: '', source: ''}}\n"
        f"tested: {{by: li-na, on: 2026-01-01, covers: 用{ID}测试}}\n"
        "withdrawn: {on: 2026-02-01, reason: 客户zhang.san@163.com投诉}\n"
        "channel_note: 微信13800138001\n"
        "# 问13800138002\n"
    )
    assert [(f.code, f.line, f.column) for f in findings("正文\n", keys)] == [
        ("KB703", 4, 17),
        ("KB702", 6, 23),
        ("KB701", 7, 46),
        ("KB704", 8, 39),
        ("KB703", 9, 17),
        ("KB703", 10, 4),
    ]


def test_findings_name_the_entry_and_never_the_value() -> None:
    (finding,) = findings(f"客户身份证号{ID}\n")
    assert (finding.path, finding.subject) == (PATH, "card-loss")
    assert finding.params == {"masked": f"4103************{ID[-2:]}"}


@given(st.text(alphabet="0123456789xX -@.a１卡号\n", max_size=200))
def test_hits_are_in_order_without_overlaps_and_masked(text: str) -> None:
    end = 0
    for hit in scan(text):
        assert hit.offset >= end
        end = hit.offset + hit.length
        assert end <= len(text)
        assert text[hit.offset : end] not in hit.masked
        assert "***" in hit.masked


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1 ",
        "1-",
        "138.",
        "1111 ",
        "86 ",
        "a@",
        "a",
        "a.",
        "@",
        "11 11 0 ",
        "1 1 0 1 0 1 1 9 9 0 0 1 0 1 1 2 3 4 ",
        "4 ",
        "１",
    ],
)
def test_hostile_text_takes_a_time_proportional_to_its_length(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    start = time.process_time()
    assert sum(1 for _ in scan(text)) == 0
    assert time.process_time() - start < 1.5


def test_a_mistyped_identity_number_counts_where_the_text_calls_it_one() -> None:
    assert [hit.code for hit in scan("客户身份证号410305199003071236")] == ["KB701"]
    assert [hit.code for hit in scan("流水号410305199003071236")] == []
