"""Owners and contacts (KB104-KB107)."""

from __future__ import annotations

from datetime import date

import pytest

from kbctl.output.messages import hint
from tests.helpers import PRODUCT, QUESTION, base_files, check, codes, only, overlay, place_of, places


def test_unknown_names_have_their_place_and_a_suggestion() -> None:
    files = overlay("contact: [li-na, zhang-wie]\nowner: retail-bankin")
    report = check(files)
    assert places(report, "KB105") == [place_of(files, QUESTION, "zhang-wie")]
    assert places(report, "KB104") == [place_of(files, QUESTION, "retail-bankin")]
    assert "did you mean zhang-wei?" in hint(only(report, "KB105"))
    assert "did you mean retail-banking?" in hint(only(report, "KB104"))


def test_a_contact_who_left_and_one_without_phone() -> None:
    files = overlay("contact:\n  - sun-li\n  - zhou-jie")
    report = check(files)
    assert places(report, "KB106") == [place_of(files, QUESTION, "sun-li")]
    assert places(report, "KB107") == [place_of(files, QUESTION, "zhou-jie")]


@pytest.mark.parametrize(
    ("today", "left"),
    [(date(2023, 12, 31), True), (date(2024, 1, 1), False), (date(2026, 6, 30), False), (date(2026, 7, 1), True)],
)
def test_first_and_last_day_of_a_post_count(today: date, left: bool) -> None:
    excerpt = "contact: [sun-li]\nvalid_from: 2023-01-01\nvalid_until: 2026-12-31"
    assert ("KB106" in codes(check(overlay(excerpt), today=today))) is left


def test_the_day_that_is_told_is_the_last_or_else_the_first() -> None:
    assert only(check(overlay("contact: [sun-li]")), "KB106").params["until"] == "2026-06-30"
    path = "kb/organization/retail-banking.yaml"
    people = base_files()[path].replace(b"from: 2024-01-01, until: 2026-06-30", b"from: 2027-01-01")
    files = {**overlay("contact: [sun-li]"), path: people}
    assert only(check(files), "KB106").params["until"] == "2027-01-01"


@pytest.mark.parametrize(
    "excerpt",
    [
        "valid_until: 2026-11-20",
        "withdrawn: {on: 2026-11-21, reason: 业务停办}",
        "withdrawn: {on: 2025-12-31, reason: 未曾施行}",
    ],
)
def test_entries_that_have_lapsed_are_spared(excerpt: str) -> None:
    assert codes(check(overlay(f"contact: [sun-li, zhou-jie]\n{excerpt}"))) == []


@pytest.mark.parametrize("excerpt", ["valid_until: 2026-11-21", "withdrawn: {on: 2026-11-22, reason: 业务停办}"])
def test_entries_on_their_last_day_are_not(excerpt: str) -> None:
    assert codes(check(overlay(f"contact: [sun-li, zhou-jie]\n{excerpt}"))) == ["KB106", "KB107"]


def test_an_entry_followed_by_a_version_in_force_has_lapsed() -> None:
    later = "kb/entries/retail-banking/card-loss@2026-11-21.md"
    excerpt = f"==> {QUESTION} <==\ncontact: [sun-li]\n==> {later} <==\ncontact: [zhang-wei]\n"
    assert codes(check(overlay(excerpt))) == []
    assert codes(check(overlay(excerpt), today=date(2026, 11, 20))) == ["KB106"]


def test_an_unknown_contact_is_reported_for_a_lapsed_entry_too() -> None:
    assert codes(check(overlay("contact: [nobody]\nvalid_until: 2026-11-20"))) == ["KB105"]


def test_who_tested_may_have_left_but_must_be_known() -> None:
    tested = "tested: {by: NAME, on: 2026-02-20, covers: 全流程}"
    assert codes(check(overlay(f"==> {PRODUCT} <==\n{tested.replace('NAME', 'sun-li')}\n"))) == []
    files = overlay(f"==> {PRODUCT} <==\n{tested.replace('NAME', 'nobody')}\n")
    assert places(check(files), "KB105") == [place_of(files, PRODUCT, "nobody")]
