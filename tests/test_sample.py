"""The shipped knowledge base is what the documents promise of it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from kbctl.model.corpus import Corpus
from kbctl.model.rulebook import Rulebook
from kbctl.model.validity import State
from kbctl.store.entries import load_entries
from kbctl.store.rulebook import load_rulebook
from kbctl.store.snapshot import WorktreeSnapshot

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 11, 21)
SNAPSHOT = WorktreeSnapshot(ROOT)


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rulebook(SNAPSHOT)


@pytest.fixture(scope="module")
def corpus(rulebook: Rulebook) -> Corpus:
    return load_entries(SNAPSHOT, rulebook).corpus


def test_size_and_variety(corpus: Corpus, rulebook: Rulebook) -> None:
    assert len(corpus.ids) >= 70
    assert {entry.type for entry in corpus} == set(rulebook.types)
    head_office = [d for d in rulebook.organization.departments.values() if d.institution == "head-office"]
    assert len(head_office) >= 10
    branches = {d.institution for d in rulebook.organization.departments.values()} - {"head-office"}
    assert len(branches) >= 3
    assert not rulebook.findings


def test_every_state_and_circumstance_occurs(corpus: Corpus) -> None:
    states = Counter(entry.state(TODAY, 30) for entry in corpus)
    assert set(states) == set(State)
    assert any(corpus.successor(entry) for entry in corpus)
    assert any(entry.review_by and entry.review_by < TODAY for entry in corpus)
    assert any(entry.topic != entry.id for entry in corpus)
    assert any(entry.attachments for entry in corpus)


# The limits that the source documents state (R54-R63), as the sample declares them.
LIMITS = {
    "complaint-handling": ["24小时", "2工作日", "7工作日", "3工作日", "15工作日", "1小时", "10工作日"],
    "complaint-callback": ["7工作日", "3工作日", "15工作日"],
    "call-standard": ["3声", "30秒"],
    "emergency-response": ["10分钟"],
}


@pytest.mark.parametrize("id_", LIMITS)
def test_time_limits_are_declared_with_their_source(id_: str, corpus: Corpus) -> None:
    entry = corpus.governing(id_, TODAY)
    assert entry is not None
    stated = {(fact.value + fact.unit).replace("个", "") for fact in entry.facts}
    assert set(LIMITS[id_]) <= stated
    assert all(fact.source for fact in entry.facts)


def test_nobody_real_is_named(rulebook: Rulebook) -> None:
    for contact in rulebook.organization.contacts.values():
        assert contact.phone.startswith("0379-0100")
        assert contact.mobile.startswith("129")
        assert contact.email.endswith("@example.com")
    for path in (ROOT / "kb/entries").rglob("*.md"):
        for number in re.findall(r"0379-\d+", path.read_text(encoding="utf-8")):
            assert number.startswith("0379-0100"), path


def test_half_of_the_questions_come_from_the_titles_alone() -> None:
    text = (ROOT / "kb/search-tests.yaml").read_text(encoding="utf-8")
    assert "只看标题写的问题" in text
    assert text.count("query:") >= 120
