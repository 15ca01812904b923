import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbctl.model.han import fold
from kbctl.search.passages import EXCERPT, Sought, best_passage, fold_with_origin, spans, written
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
        Passage("内容", "", 2, "口头挂失。"),
        Passage("答复", "", 3, "书面挂失须补卡。"),
        Passage("费用", "", 4, "五元。"),
    ]
    best, marked = best_passage(passages, Sought({"挂失": 1.0, "补卡": 1.0}))
    assert best.line == 3
    assert [best.text[start:end] for start, end in marked] == ["挂失", "补卡"]


def test_headings_count_for_what_stands_under_them() -> None:
    passages = [Passage("答复", "", 2, "五元。"), Passage("费用", "", 3, "六元。")]
    assert best_passage(passages, Sought({"费用": 1.0}))[0].line == 3


def test_a_phrase_outweighs_words() -> None:
    passages = [Passage("甲", "", 2, "挂失补卡冻结"), Passage("乙", "", 3, "书面挂失")]
    assert best_passage(passages, Sought({"挂失": 1.0, "补卡": 1.0, "冻结": 1.0}, ["书面挂失"]))[0].line == 3


def test_the_question_is_no_answer_unless_it_is_quoted() -> None:
    passages = [Passage("问题", "", 2, "挂失补卡要多久？"), Passage("答复", "", 3, "七天。")]
    words = {"挂失": 1.0, "补卡": 1.0}
    assert best_passage(passages, Sought(words))[0].section == "答复"
    assert best_passage(passages, Sought(words, ["挂失补卡"]))[0].section == "问题"
    assert best_passage(passages[:1], Sought(words))[0].section == "问题"


def test_an_answer_is_about_three_lines_of_whole_sentences() -> None:
    sentences = [f"第{number}步先做这一件事再看下一步。" for number in range(30)]
    passages = [Passage("流程", "", at, "\n".join(sentences[at : at + 10])) for at in (0, 10, 20)]
    text = best_passage(passages, Sought({"17": 1.0}))[0].text
    assert "第17步" in text
    assert len(text) <= EXCERPT
    assert text.startswith("第")
    assert text.endswith("。")


def test_items_and_rows_are_set_off_from_one_another() -> None:
    passages = [Passage("流程", "", 2, "带证件：\n身份证\n银行卡\n他说“行。”\n请看 v2.0.\nNext step.")]
    text = "带证件：身份证；银行卡；他说“行。”请看 v2.0. Next step."
    assert best_passage(passages, Sought({}))[0].text == text


def test_digits_are_not_looked_for_within_others() -> None:
    passages = [Passage("甲", "", 2, "满30天。"), Passage("乙", "", 3, "满3天。")]
    assert best_passage(passages, Sought({"3": 1.0}))[0].section == "乙"


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
