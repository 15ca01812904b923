"""``kbctl types``: what a type asks for, as the schema files say it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Outcome

Run = Callable[..., Outcome]
TYPES = sorted(path.stem for path in (ROOT / "schemas").glob("*.yaml"))


def test_every_type_is_listed(sample: Path, kbctl: Run) -> None:
    listed = kbctl("types")
    assert listed.status == 0
    rows = {line.split()[0]: line for line in listed.out.splitlines()}
    assert set(TYPES) <= set(rows)
    assert rows["sms"].split() == ["sms", "Text", "message", "promotion", "Word", "186", "days", "none"]
    assert "long-term" in rows["product"]
    assert "required" in rows["product"]
    assert "Excel" in rows["outlets"]


def test_the_list_fits_a_narrow_terminal_and_is_not_cut_when_piped(sample: Path, kbctl_process: Run) -> None:
    narrow = re.sub(r"\x1b\[[\d;]*m", "", kbctl_process("types", COLUMNS="80", FORCE_COLOR="1").out)
    assert max(map(len, narrow.splitlines())) <= 80
    assert "…" not in narrow
    piped = kbctl_process("types")
    assert "Swallowed cards and error accounts" in piped.out


@pytest.mark.parametrize("word", ["product", "产品", "新产品", "Product", "产品变更"])
def test_a_type_is_found_by_any_of_its_names(word: str, sample: Path, kbctl: Run) -> None:
    assert kbctl("types", word).out.startswith("product Product (产品)\n")


def test_an_unknown_type_and_an_ambiguous_word(sample: Path, kbctl: Run) -> None:
    unknown = kbctl("types", "贷款")
    assert unknown.status == 2
    assert "product 产品" in unknown.err
    path = sample / "schemas/service.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("words: [新服务", "words: [新产品"), encoding="utf-8")
    ambiguous = kbctl("types", "新产品")
    assert ambiguous.status == 2
    assert "product, service" in ambiguous.err


def test_a_type_is_explained_in_full(sample: Path, kbctl: Run) -> None:
    lines = [line.strip() for line in kbctl("types", "service").out.splitlines()]
    for expected in (
        "valid with a last day: at most 1826 days",
        "long-term entries are reviewed within 400 days",
        "test statement: required",
        "lead time before the first day, in working days: 3",
        "条件 [required; answers: conditions; answers: documents]",
        "服务流程 [required; with a screenshot; answers: process; answers: time limit]",
        "联系电话 [not typed: made from contact]",
        "screenshot: 流程截图",
        "review_by: the day by which a long-term entry is looked at again [required if long-term]",
        "tested: the test statement: by (contact), on (day), covers (what) [required]",
    ):
        assert expected in lines
    announcement = kbctl("types", "announcement").out
    assert "poster: 营业网点张贴的公告内容 [required]" in announcement
    assert "emergency_contacts: a list of: id of a contact (at least 2) [required]" in announcement
    assert "公告时间 [not typed: made from validity]" in announcement
    assert "also reviewed by 合规审核岗: 谢芳、宋宇" in kbctl("types", "service-standard").out
    devices = kbctl("types", "self-service-devices").out
    assert "each row is verified every 90 days" in devices
    assert "kind: Kind, one of: 取款机、存取款一体机" in devices
    assert "never leaves the bank" in kbctl("types", "emergency-contacts").out


def test_chinese_is_spoken_where_it_is_asked_for(sample: Path, kbctl_process: Run) -> None:
    assert kbctl_process("--lang", "zh_CN", "types", "outlets").out.startswith("outlets 营业网点 ")


@pytest.mark.parametrize("arguments", [("--json",), ("--format", "json")])
def test_json_holds_everything(arguments: tuple[str, ...], sample: Path, kbctl: Run) -> None:
    every = json.loads(kbctl("types", *arguments).out)
    assert every["schema_version"] == 1
    assert sorted(one["id"] for one in every["types"]) == TYPES
    one = json.loads(kbctl("types", "短信", *arguments).out)
    assert one["schema_version"] == 1
    sms = one["type"]
    assert sms == next(found for found in every["types"] if found["id"] == "sms")
    assert sms["validity"] == {"long_term": False, "max_days": 186, "review_within_days": None}
    assert [section["heading"] for section in sms["sections"] if not section["derived"]] == [
        "发送目的",
        "发送对象",
        "短信内容",
        "发送时间/次数",
    ]
    assert {"kind": "list", "name": "发送方案", "required": False} in sms["attachments"]
    assert next(key for key in sms["keys"] if key["key"] == "title")["required"] is True
    assert sms["table"] is None


@pytest.mark.parametrize("type_", TYPES)
def test_every_type_can_be_explained(type_: str, sample: Path, kbctl: Run) -> None:
    explained = kbctl("types", type_)
    assert explained.status == 0
    assert "{" not in explained.out
