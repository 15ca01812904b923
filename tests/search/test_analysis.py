from hypothesis import given
from hypothesis import strategies as st

from kbctl.model.han import fold
from kbctl.search.analysis import BODY, KEYS, ROW, TITLE, bigrams, body_terms, characters, document_terms, runs
from kbctl.search.record import SearchDocument

WHOLE = ["95588", "ATM", "K8s", "APP", "v2.0", "3.5%", "8:30", "T+1", "ＡＰＰ", "９５５８８", "3‰"]


def test_title_is_characters_and_whole_words() -> None:
    assert list(characters(fold("ATM取款限额"))) == ["atm", "取", "款", "限", "额"]


def test_body_is_bigrams_whole_words_and_the_last_character_of_each_run() -> None:
    assert list(body_terms(fold("挂失卡，用ATM。"))) == ["挂失", "失卡", "卡", "用", "atm"]


def test_bigrams_do_not_cross_punctuation_and_single_characters_stay() -> None:
    assert list(bigrams("卡、存折")) == ["卡", "存折"]


def test_words_of_other_scripts_stay_whole() -> None:
    for word in WHOLE:
        assert fold(word) in list(bigrams(fold(f"请拨{word}咨询"))), word


def test_joined_words_have_their_parts_too() -> None:
    assert list(bigrams("0379-01001001")) == ["0379-01001001", "0379", "01001001"]


def test_thousands_separators_are_left_out() -> None:
    assert list(bigrams("200,000元")) == ["200000", "元"]


def test_traditional_and_simplified_have_the_same_terms() -> None:
    assert list(characters(fold("額度調整"))) == list(characters(fold("额度调整")))


@given(st.text())
def test_runs_are_in_order_and_inside_the_text(text: str) -> None:
    end = 0
    for run in runs(fold(text)):
        assert end <= run.start < run.end <= len(fold(text))
        end = run.end


@given(st.text(alphabet="挂失卡存折a1，。 ", max_size=30))
def test_every_character_begins_a_body_term(text: str) -> None:
    terms = list(body_terms(text))
    for char in text:
        if char in "挂失卡存折":
            assert any(term.startswith(char) for term in terms)


def test_keys_hold_each_term_once_and_rows_have_a_field_of_their_own(documents: list[SearchDocument]) -> None:
    loss = next(document for document in documents if document.id == "card-loss")
    terms = document_terms(loss)
    assert set(terms) == {TITLE, KEYS, BODY}
    assert terms[KEYS].count("卡") == 1
    assert {"挂失", "card-loss", "卡丢"} <= set(terms[KEYS])
    row = next(document for document in documents if document.row == "E02")
    assert set(document_terms(row)) == {ROW}
    assert "古城" in document_terms(row)[ROW]
