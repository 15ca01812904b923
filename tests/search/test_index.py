"""The contract that every index keeps."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kbctl.model.rulebook import Rulebook
from kbctl.model.validity import State
from kbctl.search.differences import Difference
from kbctl.search.documents import build_documents
from kbctl.search.index import IndexContext, Query, Results, SearchIndex
from kbctl.search.record import SearchDocument
from kbctl.store.entries import load_entries
from kbctl.store.snapshot import MemorySnapshot
from tests.search.conftest import TODAY, MakeIndex, entry


def _ids(results: Results) -> list[str]:
    return [hit.document.id + (f"#{hit.document.row}" if hit.document.row else "") for hit in results.hits]


def _search(index: SearchIndex, text: str, as_of: date = TODAY, **options: object) -> Results:
    # Options of several types, handed through.
    return index.search(replace(Query(text, as_of), **options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("借记卡丢了怎么挂失", "card-loss"),
        ("卡丢了", "card-loss"),
        ("95588", "card-loss"),
        ("９５５８８", "card-loss"),
        ("怎样用ＡＰＰ转账", "transfer"),
        ("24小时到账吗", "transfer"),
        ("1.35%", "cd"),
        ("信用卡额度", "credit-limit"),
        ("怎麼調高信用卡額度", "credit-limit"),
        ("card-loss", "card-loss"),
        ("存單", "cd"),
    ],
)
def test_finds_what_answers(index: SearchIndex, text: str, expected: str) -> None:
    assert _ids(_search(index, text))[0] == expected


@pytest.mark.parametrize("text", ["明天会下雨吗", "红烧肉怎么炖才烂", "怎么办", "", "？？", "港股打新", '"没有这一句"'])
def test_finds_nothing(index: SearchIndex, text: str) -> None:
    results = _search(index, text)
    assert results.hits == ()
    assert results.total == 0
    assert results.hidden == 0


def test_one_word_by_chance_is_no_answer(index: SearchIndex) -> None:
    assert _search(index, "网点的奶茶哪种口味好喝").hits == ()
    assert _search(index, "登录游戏要输入邀请码吗").hits == ()


def test_says_when_little_of_the_question_was_found(index: SearchIndex) -> None:
    assert not _search(index, "借记卡挂失要多少手续费").unsure
    found = _search(index, "火星移民局的借记卡怎么领取")
    assert found.hits
    assert found.unsure
    assert not _search(index, "“口头挂失”").unsure


def test_one_character_is_found_in_bodies(index: SearchIndex) -> None:
    assert _ids(_search(index, "盗")) == ["card-loss"]
    assert set(_ids(_search(index, "费"))) == {"card-loss", "transfer"}


def test_a_quoted_phrase_must_stand_word_for_word(index: SearchIndex) -> None:
    assert _ids(_search(index, "“书面挂失”")) == ["card-loss"]
    assert _ids(_search(index, "“挂失书面”")) == []
    assert _ids(_search(index, "“用卡满六个月”")) == ["credit-limit"]


def test_hit_carries_a_first_screen(index: SearchIndex) -> None:
    hit = _search(index, "书面挂失").hits[0]
    assert hit.state is State.IN_FORCE
    assert hit.document.owner_name == "个人金融部"
    assert hit.passage.section == "答复"
    assert "书面挂失" in [hit.passage.text[start:end] for start, end in hit.spans]
    assert [person.id for person in hit.contacts] == ["zhang-wei"]


def test_contacts_are_those_in_office_on_the_day(index: SearchIndex) -> None:
    hit = _search(index, "书面挂失", date(2026, 3, 1)).hits[0]
    assert [person.id for person in hit.contacts] == ["zhang-wei", "feng-li"]


@pytest.mark.parametrize(
    ("as_of", "text", "state"),
    [
        (date(2026, 5, 1), "20万元", State.IN_FORCE),
        (date(2026, 12, 10), "20万元", State.EXPIRING),
        (date(2026, 12, 11), "30万元", State.IN_FORCE),
    ],
)
def test_the_version_that_governs_the_day_answers(index: SearchIndex, as_of: date, text: str, state: State) -> None:
    results = _search(index, "大额存单起点金额", as_of)
    assert _ids(results) == ["cd"]
    assert text in results.hits[0].passage.text
    assert results.hits[0].state is state
    assert results.hidden == 0


def test_what_does_not_answer_is_counted_as_hidden(index: SearchIndex) -> None:
    results = _search(index, "教育储蓄停办")
    assert _ids(results) == []
    assert results.hidden == 1
    assert [(hit.state, bool(hit.contacts), hit.passage.text) for hit in results.hidden_hits] == [
        (State.WITHDRAWN, True, "")
    ]
    assert _search(index, "新春存款送礼").hidden == 1
    assert _search(index, "大额存单起点金额", date(2025, 1, 1)).hidden == 1


def test_states_bring_in_the_others(index: SearchIndex) -> None:
    withdrawn = _search(index, "教育储蓄停办", states=frozenset({State.WITHDRAWN}))
    assert [(hit.document.id, hit.state) for hit in withdrawn.hits] == [("education", State.WITHDRAWN)]
    expired = _search(index, "新春存款送礼", states=frozenset({State.EXPIRED}))
    assert _ids(expired) == ["old-gift"]
    every = _search(index, "大额存单起点金额", states=frozenset(State))
    assert {hit.state for hit in every.hits if hit.document.id == "cd"} == {State.EXPIRING, State.UPCOMING}
    assert not any(hit.variants for hit in every.hits)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_piece_of_text_is_found(index: SearchIndex, documents: list[SearchDocument], data: st.DataObject) -> None:
    answering = [document for document in documents if document.dates.answers_on(TODAY.toordinal())]
    document = data.draw(st.sampled_from(answering))
    passage = data.draw(st.sampled_from(document.passages))
    run = data.draw(st.sampled_from(re.findall("[\u4e00-\u9fff]{2,}", passage.text)))
    start = data.draw(st.integers(0, len(run) - 2))
    piece = run[start : data.draw(st.integers(start + 2, len(run)))]
    found = _search(index, piece, limit=100)
    assert document.id in {hit.document.id for hit in found.flat()}


@pytest.mark.parametrize(
    "text", ["挂失" * 5000, '((("*?', "-x --help", "\u202e\x1b[31m挂失", '"' * 99, "NOT AND OR", "卡 " * 500]
)
def test_any_text_may_be_asked(index: SearchIndex, text: str) -> None:
    assert len(_search(index, text).hits) <= 10


def test_filters(index: SearchIndex) -> None:
    assert _ids(_search(index, "残缺人民币", owners=frozenset({"west"}))) == ["west-notes"]
    assert _ids(_search(index, "大额存单", types=frozenset({"product"}))) == ["cd"]
    assert _ids(_search(index, "大额存单", types=frozenset({"faq"}))) == []
    assert _ids(_search(index, "大额存单", types=frozenset({"no-such"}))) == []


def test_head_office_comes_first_with_its_variants(index: SearchIndex) -> None:
    results = _search(index, "残缺人民币兑换")
    assert _ids(results) == ["notes"]
    assert {hit.document.id for hit in results.hits[0].variants} == {"west-notes", "east-notes"}
    assert results.total == 3
    assert results.branch is None


@pytest.mark.parametrize("branch", ["west-branch"])
def test_the_branch_that_asks_comes_first(index: SearchIndex, branch: str) -> None:
    results = _search(index, "残缺人民币兑换", branch=branch)
    assert [hit.document.id for hit in results.flat()] == ["west-notes", "notes", "east-notes"]


def test_a_unit_below_a_branch_gets_the_branchs_entry(index: SearchIndex) -> None:
    results = _search(index, "残缺人民币兑换", branch="east-gucheng")
    assert next(results.flat()).document.id == "east-notes"


def test_other_branches_entries_come_last(index: SearchIndex) -> None:
    results = _search(index, "支行电话", branch="west-branch")
    far = [hit.document.scope == ("east-branch",) for hit in results.hits]
    assert far == sorted(far)


def test_a_branch_that_the_question_names_is_understood(index: SearchIndex) -> None:
    results = _search(index, "西城能换破了的残缺人民币吗")
    assert results.branch == "west-branch"
    assert [hit.document.id for hit in results.flat()][:2] == ["west-notes", "notes"]


def test_a_unit_that_the_question_names_is_understood(index: SearchIndex) -> None:
    results = _search(index, "古城支行能换破了的残缺人民币吗")
    assert results.branch == "east-gucheng"
    assert next(results.flat()).document.id == "east-notes"


def test_a_row_that_is_named_stands_for_its_entry(index: SearchIndex) -> None:
    found = _ids(_search(index, "古城支行营业网点在哪里"))
    assert found[0] == "east-outlets#E02"
    assert "east-outlets" not in found


def test_the_row_of_the_branch_that_asks_stands_for_its_table(index: SearchIndex) -> None:
    assert _ids(_search(index, "营业网点在哪里", branch="east-gucheng"))[0] == "east-outlets#E02"


def test_rows_are_found_and_limited(index: SearchIndex) -> None:
    assert _ids(_search(index, "古城支行电话"))[0] == "east-outlets#E02"
    assert _ids(_search(index, "01003003"))[0] == "east-outlets#E03"
    rows = [id_ for id_ in _ids(_search(index, "支行联系电话")) if "#" in id_]
    assert 0 < len(rows) <= 3


def test_synonyms_find_and_are_reported(index: SearchIndex) -> None:
    results = _search(index, "打钱")
    assert _ids(results)[0] == "transfer"
    assert results.synonyms_used == (("打钱", ("转账", "汇款")),)


def test_limit_and_total(index: SearchIndex) -> None:
    results = _search(index, "补卡转账", limit=1)
    assert len(results.hits) == 1
    assert results.total == 2
    assert results.total_exact


def test_near_titles_when_nothing_is_found(make_index: MakeIndex, rulebook: Rulebook, context: IndexContext) -> None:
    files = dict(entry(f"e{number}", f"业务说明{number}", "## 答复\n内容。\n") for number in range(30))
    corpus = load_entries(MemorySnapshot(files), rulebook).corpus
    index = make_index(list(build_documents(MemorySnapshot(files), rulebook, corpus)), context)
    results = _search(index, "大熊猫繁育基地参观业务")
    assert results.hits == ()
    assert len(results.near_terms) == 5
    assert all(title.startswith("业务说明") for title in results.near_terms)


def test_words_that_make_a_question_are_nothing_near(
    make_index: MakeIndex, rulebook: Rulebook, context: IndexContext
) -> None:
    files = dict(entry(f"e{number}", f"怎么办理业务{number}", "## 答复\n内容。\n") for number in range(30))
    corpus = load_entries(MemorySnapshot(files), rulebook).corpus
    index = make_index(list(build_documents(MemorySnapshot(files), rulebook, corpus)), context)
    assert _search(index, "怎么养多肉植物").near_terms == ()


def test_an_empty_index_answers_too(make_index: MakeIndex, context: IndexContext) -> None:
    assert _search(make_index([], context), "挂失") == Results()


def test_hits_are_deterministic(make_index: MakeIndex, documents: list[SearchDocument], context: IndexContext) -> None:
    one, other = make_index(documents, context), make_index(documents, context)
    assert _search(one, "挂失转账") == _search(other, "挂失转账")


def test_names_its_snapshot_and_context(index: SearchIndex, context: IndexContext) -> None:
    assert index.identity == "memory"
    assert index.context == context


def test_says_where_a_branch_differs(make_index: MakeIndex, rulebook: Rulebook, context: IndexContext) -> None:
    facts = '[{{key: 换币上限, value: "{}", unit: 元}}, {{key: 工本费, value: "{}", unit: 元}}]'
    body = "## 问题\n钱破了能换吗？\n## 答复\n残缺人民币可以兑换{}。\n"
    files = dict(
        [
            entry("notes", "残缺人民币兑换", body.format(""), topic="n", facts=facts.format("10000", "5")),
            entry("w", "西城残缺人民币兑换", body.format("，须预约"), folder="west", topic="n", scope="[west-branch]"),
            entry(
                "e",
                "东城残缺人民币兑换",
                body.format("，须预约"),
                folder="east",
                topic="n",
                scope="[east-branch]",
                facts=facts.format("20000", "5.0"),
            ),
        ]
    )
    corpus = load_entries(MemorySnapshot(files), rulebook).corpus
    index = make_index(list(build_documents(MemorySnapshot(files), rulebook, corpus)), context)
    found = {hit.document.id: hit for hit in _search(index, "残缺人民币兑换").flat()}
    assert found["notes"].differs == ()
    assert found["w"].differs == (Difference(section="答复"),)
    assert found["e"].differs == (Difference(key="换币上限", here="20000元", head_office="10000元"),)
    first = _search(index, "残缺人民币兑换", branch="east-branch").hits[0]
    assert (first.document.id, len(first.differs)) == ("e", 1)
