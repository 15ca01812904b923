"""An index that was brought up to date answers exactly as one that was built anew: the same ids, order and scores."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import index as stock

from kbctl.model.rulebook import Rulebook
from kbctl.model.validity import State
from kbctl.search.changes import Catalogue, Change, change_of, only_entries, touched, unserved
from kbctl.search.disk_index import DiskIndex
from kbctl.search.documents import build_documents
from kbctl.search.index import IndexContext, Query, SearchIndex
from kbctl.search.memory_index import MemoryIndex, OverlaidIndex
from kbctl.search.whoosh_index import build_index, update_index
from kbctl.store.entries import load_entries
from kbctl.store.snapshot import MemorySnapshot
from tests.search.conftest import FILES, TODAY, entry

Files = Mapping[str, bytes]
QUERIES = [
    Query(text, day, branch=branch, states=states, limit=20)
    for text in ("挂失转账", "存款利率多少", "网点电话", "卡", "借记卡丢了怎么办", "“存款”")
    for day, branch in ((TODAY, None), (date(2026, 12, 20), "west-branch"))
    for states in (Query("", TODAY).states, frozenset(State))
]

WORDS = st.lists(
    st.sampled_from("挂失 转账 存款 利率 借记卡 网点 电话 手续费 多少".split()), min_size=1, max_size=4
).map("".join)
DAYS = st.sampled_from(["2026-01-01", "2026-06-01", "2026-12-11"])


@st.composite
def files(draw: st.DrawFn) -> dict[str, bytes]:
    """Some entries: versions of one id, withdrawn ones, tables, files that cannot be served or are named wrongly."""
    found: dict[str, bytes] = {}
    for number in draw(st.sets(st.integers(0, 4), max_size=5)):
        stem = f"e{number}"
        keys = draw(
            st.sampled_from(
                [
                    {},
                    {},
                    {},
                    {"withdrawn": "{on: 2026-06-30, reason: 停办}"},
                    {"valid_until": "2026-12-10"},
                    {"title": ""},
                ]
            )
        )
        for suffix in draw(st.sampled_from([("",), ("",), ("", "@2026-12-11"), ("@2026-06-01",)])):
            id_ = draw(st.sampled_from([stem, stem, stem, "e0"]))
            body = f"## 答复\n{draw(WORDS)}，{draw(WORDS)}。\n" if draw(st.integers(0, 9)) else "## 答复\n"
            text = {"title": draw(WORDS), "valid_from": draw(DAYS), **keys}
            path, data = entry(id_, text.pop("title"), body, stem=stem + suffix, **text)
            found[path] = data if draw(st.integers(0, 9)) else b"no front matter"
    if draw(st.booleans()):
        path, data = entry(
            "outlets", "营业网点", "## 说明\n网点。\n", folder="east", type="outlets", scope="[east-branch]"
        )
        found[path] = data
        rows = "".join(f"E{n},east-branch,{draw(WORDS)},0379,2026-11-01\n" for n in range(draw(st.integers(0, 3))))
        found["kb/entries/east/outlets/table.csv"] = f"key,branch,name,phone,verified_on\n{rows}".encode()
    return found


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, bytes]]:
    """States that differ from one another by a few files."""
    states = [draw(files())]
    for _ in range(draw(st.integers(1, 3))):
        state = dict(states[-1])
        other = draw(files())
        for path in draw(st.sets(st.sampled_from(sorted({*state, *other, "kb/kb.toml"})), min_size=1, max_size=2)):
            if path in other:
                state[path] = other[path]
            else:
                state.pop(path, None)
        states.append(state)
    return states


class _States:
    """Builds and changes indexes of states of a knowledge base."""

    def __init__(self, rulebook: Rulebook, directory: Path) -> None:
        self.rulebook = rulebook
        self.context = IndexContext.of(rulebook)
        self.directory = directory

    def built(self, content: Files, name: str) -> DiskIndex:
        snapshot = MemorySnapshot(content)
        loaded = load_entries(snapshot, self.rulebook)
        documents = build_documents(snapshot, self.rulebook, loaded.corpus)
        return build_index(self.directory, documents, self.context, name, unserved=unserved(loaded), force=True)

    def unserved(self, content: Files) -> dict[str, str]:
        return {one.path: one.id for one in unserved(load_entries(MemorySnapshot(content), self.rulebook))}

    def plain(self, content: Files) -> MemoryIndex:
        snapshot = MemorySnapshot(content)
        corpus = load_entries(snapshot, self.rulebook).corpus
        return MemoryIndex(build_documents(snapshot, self.rulebook, corpus), self.context)

    def change(self, index: DiskIndex, old: Files, new: Files) -> Change:
        changed = [path for path in {*old, *new} if old.get(path) != new.get(path)]
        assert only_entries(changed)
        catalogue = Catalogue(index.catalogue())
        return change_of(touched(changed, catalogue), lambda _: MemorySnapshot(new), self.rulebook, catalogue)


def _assert_equal(found: SearchIndex, expected: SearchIndex) -> None:
    for query in QUERIES:
        assert found.search(query) == expected.search(query), query.text


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories())
def test_an_update_is_as_good_as_a_build(rulebook: Rulebook, states: list[dict[str, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        made = _States(rulebook, Path(directory) / "index")
        index = made.built(states[0], "0")
        for number, (old, new) in enumerate(pairwise(states), 1):
            change = made.change(index, old, new)
            over = OverlaidIndex(index, index.catalogue()["entries"], change, "desk")
            _assert_equal(over, made.plain(new))
            updated = update_index(made.directory, index, change, str(number))
            index.close()
            assert updated is not None
            index = updated
            _assert_equal(index, made.plain(new))
            assert Catalogue(index.catalogue()).unserved == made.unserved(new)
        index.close()


@pytest.fixture
def states(rulebook: Rulebook, tmp_path: Path) -> _States:
    return _States(rulebook, tmp_path / "index")


def test_little_is_written_for_a_little_change(states: _States) -> None:
    many = {**FILES, **dict(entry(f"m{n}", f"存款产品{n}", "## 答复\n存款利率说明。\n" * 30) for n in range(200))}
    changed = {**many, **dict([entry("m7", "火星移民", "## 答复\n移民须知。\n")])}
    index = states.built(many, "one")
    updated = update_index(states.directory, index, states.change(index, many, changed), "two")
    assert updated is not None
    first, second = updated.generation.content["segments"]
    assert second["documents"] == 1
    assert (updated.path / f"{first['name']}.pst").samefile(index.path / f"{first['name']}.pst")
    _assert_equal(updated, states.plain(changed))
    with stock.open_dir(str(updated.path), readonly=True).reader() as reader:
        assert reader.doc_count() == len(states.plain(changed).library.table)
    index.close()
    updated.close()


def test_many_changes_are_written_into_one_segment(states: _States) -> None:
    content: dict[str, bytes] = {}
    index = states.built(content, "0")
    for step in range(4):
        new = {**content, **dict(entry(f"s{step}-{n}", f"存款{step}产品{n}", "## 答复\n利率。\n") for n in range(30))}
        updated = update_index(states.directory, index, states.change(index, content, new), str(step + 1))
        index.close()
        assert updated is not None
        index, content = updated, new
        _assert_equal(index, states.plain(content))
    assert len(index.generation.content["segments"]) == 2
    assert index.generation.content["segments"][0]["documents"] == 90
    index.close()


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["kb/entries/retail/cd.md", "kb/submissions/2026/1.md", "README.md"], True),
        (["kb/organization/retail.yaml"], False),
        (["kb/synonyms.yaml"], False),
        (["schemas/faq.yaml"], False),
        (["kb/kb.toml"], False),
        (["templates/entry/faq.md.j2", "kb/calendar/2026.yaml"], True),
    ],
)
def test_what_stands_in_every_document_is_more_than_a_change(paths: list[str], expected: bool) -> None:
    assert only_entries(paths) is expected


def test_an_index_that_was_replaced_meanwhile_is_not_updated(states: _States) -> None:
    index = states.built(FILES, "one")
    change = states.change(index, FILES, {})
    states.built({}, "other").close()
    assert update_index(states.directory, index, change, "two") is None
    index.close()
