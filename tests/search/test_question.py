import pytest

from kbctl.search.analysis import BODY, KEYS, TITLE
from kbctl.search.question import SYNONYM_WEIGHT, analyse


def _texts(text: str, field: str) -> list[str]:
    return [term.text for term in analyse(text, {}).terms if term.field == field]


def test_whole_question_becomes_characters_for_the_title_and_bigrams_for_the_body() -> None:
    assert _texts("卡丢了", TITLE) == ["卡", "丢", "了"]
    assert _texts("卡丢了", BODY) == ["卡丢", "丢了"]
    assert _texts("卡丢了", KEYS) == ["卡", "丢", "了", "卡丢", "丢了"]


def test_one_character_is_asked_as_a_prefix() -> None:
    (term,) = [term for term in analyse("卡", {}).terms if term.field == BODY]
    assert term.text == "卡"
    assert term.prefix


def test_latin_words_are_no_prefixes() -> None:
    assert not any(term.prefix for term in analyse("U", {}).terms)


@pytest.mark.parametrize("text", ['"书面挂失"怎么办', "“书面挂失”怎么办", "「書面掛失」怎么办"])
def test_quoted_text_is_a_phrase(text: str) -> None:
    assert analyse(text, {}).phrases == ("书面挂失",)


def test_no_phrase_without_text() -> None:
    assert analyse('""“ ”', {}).phrases == ()


def test_synonyms_add_terms_of_less_weight_and_are_reported() -> None:
    question = analyse("打钱给人", {"打钱": ("转账", "汇款"), "开户": ("开立",)})
    assert question.synonyms == (("打钱", ("转账", "汇款")),)
    weights = {term.text: term.weight for term in question.terms if term.field == BODY}
    assert weights["打钱"] == 1.0
    assert weights["转账"] == weights["汇款"] == SYNONYM_WEIGHT
    assert [wording.characters >= {"转", "账"} for wording in question.wordings] == [False, True, False]


def test_the_longest_customer_word_wins() -> None:
    assert analyse("卡丢了", {"丢了": ("挂失",), "卡丢了": ("借记卡挂失",)}).synonyms == (("卡丢了", ("借记卡挂失",)),)


def test_function_words_are_not_matter() -> None:
    (wording,) = analyse("怎么办理挂失", {}).wordings
    assert wording.characters == frozenset("理挂失")
    assert "怎么" not in wording.words


def test_a_question_of_function_words_only_keeps_them() -> None:
    (wording,) = analyse("怎么", {}).wordings
    assert wording.words == {"怎么": 1.0}


@pytest.mark.parametrize("text", ["", "   ", "？！", "🙂", "\x00"])
def test_nothing_to_look_for(text: str) -> None:
    assert analyse(text, {}).terms == ()
