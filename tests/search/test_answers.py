"""The passage that is shown is the one that answers: questions of the sample, written from reading its entries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kbctl.search.documents import build_documents
from kbctl.search.index import IndexContext, Query
from kbctl.search.memory_index import MemoryIndex
from kbctl.search.passages import EXCERPT
from kbctl.store.entries import load_entries
from kbctl.store.rulebook import load_rulebook
from kbctl.store.snapshot import WorktreeSnapshot

ROOT = Path(__file__).resolve().parent.parent.parent
DAY = date(2026, 11, 21)

# Question, entry, where in it the answer stands (section or item), and what it says.
QUESTIONS = [
    ("大额存单多少钱起存", "hongyun-cd", "条件", "20万元"),
    ("大额存单在哪里可以买", "hongyun-cd", "购买渠道", "手机银行"),
    ("大额存单3年的利率是多少", "hongyun-cd", "产品简介", "1.65%"),
    ("借记卡挂失要多少手续费", "card-loss-report", "费用", "10元/卡"),
    ("借记卡丢了补卡几天能拿到", "card-loss-report", "服务流程", "7个工作日内"),
    ("借记卡挂失打哪个电话", "card-loss-report", "服务渠道", "0379-01000000"),
    ("重置密码要带什么材料", "password-reset", "条件", "身份证原件"),
    ("账单分期最低多少钱可以办", "credit-card-installment", "", "500元"),
    ("账单分期12期利率多少", "credit-card-installment", "特点", "0.60%"),
    ("提前还房贷要准备什么资料", "early-repayment", "所需材料", "身份证"),
    ("手机银行一天最多能转多少钱", "mobile-banking-limits", "答复", "50万元"),
    ("销户要带什么证件", "account-closing", "条件", "有效身份证件原件"),
    ("一类卡跟二类卡有啥不一样", "account-classes", "答复", "三类账户的差别"),
    ("卡里没几个钱怎么还每个季度扣我三块", "debit-card-fees", "答复", "每户每季3元"),
    ("刚买的理财后悔了还能退吗", "wealth-cancel", "答复", "15:30前"),
    ("买房按揭要准备什么材料", "housing-loan", "资料", "户口簿"),
    ("我交了五年公积金买房能贷多少", "housing-fund-loan", "特点", "80万元"),
    ("我的房贷利率每年是哪一天变", "lpr-repricing", "答复", "每年1月1日"),
    ("ＡＴＭ一天最多能取多少", "atm-limits", "答复", "2万元"),
    ("金韵90天最后一天几点前能撤单", "jinyun-90", "购买或使用流程", "15:30"),
    ("U盾丢了换一个多少钱", "ukey-replace", "费用", "30元"),
]


@pytest.fixture(scope="module")
def sample_index() -> Iterator[MemoryIndex]:
    snapshot = WorktreeSnapshot(ROOT)
    rulebook = load_rulebook(snapshot)
    corpus = load_entries(snapshot, rulebook).corpus
    yield MemoryIndex(build_documents(snapshot, rulebook, corpus), IndexContext.of(rulebook))


@pytest.mark.parametrize(("text", "entry", "heading", "answer"), QUESTIONS)
def test_the_passage_that_answers_is_shown(
    sample_index: MemoryIndex, text: str, entry: str, heading: str, answer: str
) -> None:
    found = sample_index.search(Query(text, DAY))
    hit = next(hit for hit in found.flat() if hit.document.id == entry and not hit.document.row)
    assert answer in hit.passage.text, f"{hit.passage.section} / {hit.passage.item}: {hit.passage.text}"
    assert heading in (hit.passage.section, hit.passage.item, "")
    assert "\n" not in hit.passage.text
    assert len(hit.passage.text) <= EXCERPT + 5 or hit.passage.text.count("。") <= 1


def test_a_picture_is_found_by_what_it_is_called_and_not_shown(sample_index: MemoryIndex) -> None:
    for hit in sample_index.search(Query("“东城分行社会保障卡金融账户激活流程”", DAY)).flat():
        assert "激活流程" not in hit.passage.text
        assert hit.document.id == "dongcheng-social-security-card"
