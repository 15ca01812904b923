import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbctl.model.han import fold
from kbctl.search.passages import Sought, best_passage, fold_with_origin, spans, written
from kbctl.search.record import Passage


def _marked(text: str, *words: str) -> list[str]:
    return [text[start:end] for start, end in spans(text, words)]


def test_spans_are_of_the_original_text() -> None:
    assert _marked("用ＡＰＰ調高額度", "app", "额度") == ["ＡＰＰ", "額度"]


def test_neighbouring_words_are_one_span() -> None:
    assert _marked("书面挂失补卡", "挂失", "失补", "补卡") == ["挂失补卡"]


def test_characters_that_fold_to_several() -> None:
    assert _marked("面积㎡以内", "m2") == ["㎡"]
    assert _marked("第①步", "1") == ["①"]


def test_latin_words_are_not_cut_out_of_longer_ones() -> None:
    assert _marked("12月95588和1号", "1", "2", "955") == ["1"]


def test_the_passage_with_most_of_the_question_is_taken() -> None:
    passages = [
        Passage("答复", "", 1, "口头挂失。"),
        Passage("答复", "", 2, "书面挂失须补卡。"),
        Passage("费用", "", 3, "五元。"),
    ]
    best, marked = best_passage(passages, Sought({"挂失": 1.0, "补卡": 1.0}))
    assert best.line == 2
    assert [best.text[start:end] for start, end in marked] == ["挂失", "补卡"]


def test_headings_count_for_what_stands_under_them() -> None:
    passages = [Passage("答复", "", 1, "五元。"), Passage("费用", "", 2, "六元。")]
    assert best_passage(passages, Sought({"费用": 1.0}))[0].line == 2


def test_a_phrase_outweighs_words() -> None:
    passages = [Passage("", "", 1, "挂失补卡冻结"), Passage("", "", 2, "书面挂失")]
    assert best_passage(passages, Sought({"挂失": 1.0, "补卡": 1.0, "冻结": 1.0}, ["书面挂失"]))[0].line == 2


def test_no_passages() -> None:
    assert best_passage([], Sought({"挂失": 1.0})) == (Passage("", "", 1, ""), ())


@given(st.text(), st.lists(st.text(min_size=1, max_size=3)))
def test_spans_are_ordered_and_within_the_text(text: str, words: list[str]) -> None:
    end = -1
    for start, stop in spans(text, [fold(word) for word in words]):
        assert end < start < stop <= len(text) or end == start
        end = stop


@given(st.text())
def test_every_folded_character_has_an_origin(text: str) -> None:
    folded, origin = fold_with_origin(text)
    assert len(folded) == len(origin)
    assert origin == sorted(origin)


@pytest.mark.parametrize(
    ("value", "forms"),
    [
        ("200000元", ("200000元", "20万元")),
        ("15000元", ("15000元", "1.5万元")),
        ("0.60%", ("0.60%", "0.6%")),
        ("5天", ("5天",)),
        ("次日", ("次日",)),
        ("", ()),
    ],
)
def test_ways_in_which_a_figure_is_written(value: str, forms: tuple[str, ...]) -> None:
    assert written(value) == forms
