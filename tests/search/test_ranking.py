from math import log

import pytest

from kbctl.search.analysis import BODY, KEYS, TITLE
from kbctl.search.index import IndexContext
from kbctl.search.memory_index import MemoryIndex
from kbctl.search.question import Question, analyse
from kbctl.search.ranking import K1, WEIGHTS, B, Reader, coverage, dice, idf
from kbctl.search.record import SearchDocument
from kbctl.search.scoring import Scores, best_scores


@pytest.fixture
def reader(documents: list[SearchDocument], context: IndexContext) -> Reader:
    return Reader(MemoryIndex(documents, context).library)


def score(reader: Reader, question: Question) -> Scores:
    return best_scores(reader, question, b"\1" * len(reader.table), 50)


def _number(documents: list[SearchDocument], id_: str, row: str = "") -> int:
    return next(n for n, document in enumerate(documents) if document.id == id_ and document.row == row)


def test_idf_falls_with_frequency_and_is_never_negative() -> None:
    values = [idf(100, having) for having in range(101)]
    assert values == sorted(values, reverse=True)
    assert values[-1] > 0
    assert idf(10, 2) == log(1 + 8.5 / 2.5)


def test_a_score_is_bm25_by_field(reader: Reader, documents: list[SearchDocument]) -> None:
    question = analyse("95588", {})
    document = _number(documents, "card-loss")
    documents_in_body, counts = reader.postings(BODY, "95588").read()
    assert list(documents_in_body) == [document]
    size = reader.statistics(BODY)
    length = reader.table.lengths(BODY)[document]
    norm = K1 * (1 - B + B * length * size.documents / size.terms)
    expected = WEIGHTS[BODY] * idf(size.documents, 1) * counts[0] * (K1 + 1) / (counts[0] + norm)
    assert score(reader, question).total == {document: pytest.approx(expected)}


def test_rows_do_not_count_among_the_entries(reader: Reader, documents: list[SearchDocument]) -> None:
    entries = sum(1 for document in documents if not document.row)
    assert reader.statistics(TITLE).documents == reader.statistics(KEYS).documents == entries


def test_an_entry_takes_over_its_best_row(reader: Reader, documents: list[SearchDocument]) -> None:
    scores = score(reader, analyse("古城支行", {}))
    entry, row = _number(documents, "east-outlets"), _number(documents, "east-outlets", "E02")
    assert scores.total[row] == scores.total[entry] == pytest.approx(scores.own[entry] + scores.own[row])


def test_coverage_is_a_share(reader: Reader, documents: list[SearchDocument]) -> None:
    everything = range(len(documents))
    whole = coverage(reader, analyse("借记卡挂失", {}), everything)
    assert whole[_number(documents, "card-loss")] == pytest.approx(1.0)
    assert all(0 <= value <= 1 for value in whole.values())
    assert not any(coverage(reader, analyse("红烧肉炖烂", {}), everything).values())


def test_dice() -> None:
    assert dice({"a", "b"}, {"a", "b"}) == 1.0
    assert dice({"a", "b"}, {"b", "c"}) == 0.5
    assert dice(set(), {"a"}) == 0.0
