"""What is on disk gives the same ids in the same order as what is in memory, and stock Whoosh reads it."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from whoosh import index as stock
from whoosh.query import Or, Term
from whoosh.scoring import FunctionWeighting

from kbctl.search.analysis import BODY, FIELDS, ROW, document_terms
from kbctl.search.disk_index import DiskIndex
from kbctl.search.index import IndexContext, Query
from kbctl.search.memory_index import MemoryIndex
from kbctl.search.question import Question, analyse
from kbctl.search.ranking import K1, WEIGHTS, B, Reader, idf
from kbctl.search.record import FOREVER, Dates, Passage, SearchDocument
from kbctl.search.scoring import best_scores
from kbctl.search.whoosh_blocks import BLOCK
from kbctl.search.whoosh_index import build_index

DAY = date(2026, 11, 21)
TEXT = st.text(alphabet="存取款卡挂失转账a1 ，", min_size=1, max_size=25)


@st.composite
def _documents(draw: st.DrawFn) -> list[SearchDocument]:
    found = []
    for number in range(draw(st.integers(1, 12))):
        start = DAY.toordinal() + draw(st.integers(-3, 1))
        made = simple_document(f"e{number}", draw(TEXT), draw(TEXT), start)
        found.append(made)
        for row in range(draw(st.integers(0, 2))):
            found.append(made.as_row(f"r{row}", draw(TEXT), "t.csv", Passage("", "", row, draw(TEXT))))
    return found


def simple_document(id_: str, title: str, text: str, start: int = 1) -> SearchDocument:
    return SearchDocument(
        id=id_,
        path=f"kb/entries/a/{id_}.md",
        title=title,
        type="faq",
        owner="a",
        owner_name="甲",
        scope=("head-office",),
        topic=id_,
        audience="internal",
        valid_from="",
        valid_until="",
        withdrawn_on="",
        successor_from="",
        dates=Dates(start, FOREVER, start, FOREVER, 0),
        contacts=(),
        keywords=(),
        aliases=(title[:3],),
        passages=(Passage("答复", "", 1, text),),
    )


@settings(max_examples=40, deadline=None)
@given(_documents(), st.lists(TEXT, min_size=1, max_size=5))
def test_both_indexes_agree(documents: list[SearchDocument], texts: list[str]) -> None:
    context = IndexContext(synonyms={"款": ("账",)})
    memory = MemoryIndex(documents, context)
    with tempfile.TemporaryDirectory() as directory:
        disk = build_index(Path(directory) / "index", documents, context, "x")
        for text in texts:
            query = Query(text, DAY)
            assert disk.search(query) == memory.search(query)
        disk.close()


@settings(max_examples=60, deadline=None)
@given(_documents(), TEXT, st.integers(1, 8))
def test_stock_whoosh_finds_the_same_in_the_same_order(documents: list[SearchDocument], text: str, count: int) -> None:
    """Whoosh's own reader, matchers and collector, asked for the same weights."""
    entries = [document for document in documents if not document.row]
    question = analyse(text, {"款": ("账",)})
    # A prefix is one term to kbctl and several to Whoosh.
    assume(not any(term.prefix for term in question.terms))
    with tempfile.TemporaryDirectory() as directory:
        made = build_index(Path(directory) / "index", entries, IndexContext(), "x")
        reader = Reader(made.library)
        scores = best_scores(reader, question, b"\1" * len(entries), count)
        found = sorted(scores.total.items(), key=lambda item: (-round(item[1], 9), item[0]))[:count]
        expected = _by_stock(made, reader, question)[:count]
        assert [number for number, _ in found] == [number for number, _ in expected]
        assert [score for _, score in found] == pytest.approx([score for _, score in expected])
        made.close()


def _by_stock(made: DiskIndex, reader: Reader, question: Question) -> list[tuple[int, float]]:
    """All documents that stock Whoosh finds, best first."""

    def weigh(searcher: Any, field: str, text: bytes, matcher: Any) -> float:
        size, lengths = reader.statistics(field), reader.table.lengths(field)
        count = matcher.weight()
        norm = K1 * (1 - B + B * lengths[matcher.id()] * size.documents / size.terms)
        rarity = idf(size.documents, searcher.doc_frequency(field, text))
        return float(WEIGHTS[field] * rarity * (K1 + 1) * count / (count + norm))

    terms = [Term(term.field, term.text, boost=term.weight) for term in question.terms if term.field != ROW]
    weighting = FunctionWeighting(weigh)
    with stock.open_dir(str(made.path), readonly=True).searcher(weighting=weighting) as searcher:
        hits = searcher.search(Or(terms), limit=None)
        scores = [(hit.docnum, hit.score) for hit in hits]
    return sorted(scores, key=lambda item: (-round(item[1], 9), item[0]))


def test_stock_whoosh_reads_the_same_documents(tmp_path: Path) -> None:
    documents = [simple_document(f"e{n}", "存款", "挂失" + ("转账" if n % 3 else "存折")) for n in range(2 * BLOCK + 5)]
    made = build_index(tmp_path / "index", documents, IndexContext(), "x")
    with stock.open_dir(str(made.path), readonly=True).searcher() as searcher:
        for term in ("挂失", "转账", "存折"):
            found = {hit.docnum for hit in searcher.search(Term(BODY, term), limit=None)}
            assert found == set(made.library.postings(BODY, term).read()[0])
            assert found == {n for n, document in enumerate(documents) if term in document_terms(document)[BODY]}
    made.close()


def test_lengths_and_counts_are_exact(tmp_path: Path) -> None:
    documents = [simple_document("a", "存款存款", "挂失，挂失，挂失" * 60)]
    made = build_index(tmp_path / "index", documents, IndexContext(), "x")
    terms = document_terms(documents[0])
    for field in FIELDS:
        assert made.table.lengths(field)[0] == len(terms.get(field, []))
    documents_having, counts = made.library.postings(BODY, "挂失").read()
    assert (list(documents_having), list(counts)) == ([0], [terms[BODY].count("挂失")])
    made.close()
