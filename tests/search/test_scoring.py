"""Scoring that stops early gives the same best documents as scoring everything."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from kbctl.search.index import IndexContext
from kbctl.search.memory_index import MemoryIndex
from kbctl.search.question import analyse
from kbctl.search.ranking import Reader
from kbctl.search.record import Passage, SearchDocument
from kbctl.search.scoring import Scores, best_scores
from tests.search.plain import plain_scores
from tests.search.test_agreement import simple_document

# Some characters are in nearly every text, some are rare.
WORDS = st.lists(st.sampled_from("存款" * 9 + "贷款" * 5 + "挂失卡转账限额费用网点"), min_size=1, max_size=30).map(
    "".join
)


@st.composite
def knowledge_bases(draw: st.DrawFn) -> list[SearchDocument]:
    found = []
    for number in range(draw(st.integers(1, 40))):
        made = simple_document(f"e{number}", draw(WORDS)[:6], draw(WORDS))
        found.append(made)
        for row in range(draw(st.sampled_from((0, 0, 0, 3)))):
            found.append(made.as_row(f"r{row}", draw(WORDS), "t.csv", Passage("", "", row, draw(WORDS))))
    return found


def _first(scores: Scores, ranks: Sequence[int], count: int) -> list[tuple[int, float]]:
    return sorted(scores.total.items(), key=lambda item: (-item[1], ranks[item[0]]))[:count]


@settings(max_examples=200, deadline=None)
@given(knowledge_bases(), WORDS, st.integers(1, 12), st.data())
def test_the_best_are_the_best_of_all(
    documents: list[SearchDocument], text: str, count: int, data: st.DataObject
) -> None:
    library = MemoryIndex(documents, IndexContext()).library
    question = analyse(text, {"款": ("账", "限额")})
    hidden = data.draw(st.sets(st.integers(0, len(documents) - 1)))
    eligible = bytearray(entry not in hidden for entry in library.table.column("entry"))
    reader = Reader(library)
    everything = plain_scores(reader, question)
    allowed = Scores({n: value for n, value in everything.total.items() if eligible[n]}, everything.own, True)
    found = best_scores(reader, question, eligible, count)
    ranks = library.table.ranks()
    expected = _first(allowed, ranks, count)
    assert _first(found, ranks, count) == expected
    for number, _ in expected:
        assert found.own.get(number) == allowed.own.get(number)
    if found.complete:
        assert found.total == allowed.total
    else:
        assert len(allowed.total) > count


def test_little_is_scored_where_little_can_win() -> None:
    documents = [simple_document(f"e{n}", f"存款{n}", "存款利率" * (1 + n % 7)) for n in range(3000)]
    documents += [simple_document(f"x{n}", "挂失", "挂失补卡") for n in range(12)]
    found = best_scores(
        Reader(MemoryIndex(documents, IndexContext()).library),
        analyse("挂失补卡的存款利率", {}),
        b"\1" * len(documents),
        10,
    )
    assert not found.complete
    assert len(found.total) < 100
    assert set(list(found.total)[-12:]) == set(range(3000, 3012))
