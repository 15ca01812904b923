"""Windows, reviews, withdrawals, and moving today's answer away (KB120-KB126)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.helpers import CAMPAIGN, QUESTION, TODAY, base_files, check, codes, only, overlay, place_of, places


def test_an_entry_of_one_day() -> None:
    assert codes(check(overlay("valid_from: 2026-11-21\nvalid_until: 2026-11-21"))) == []


def test_an_entry_that_ends_before_it_begins() -> None:
    files = overlay("valid_from: 2026-11-21\nvalid_until: 2026-11-20")
    assert places(check(files), "KB120") == [place_of(files, QUESTION, "2026-11-20")]


def test_long_term_where_the_type_does_not_allow_it_says_only_that() -> None:
    files = overlay(f"==> {CAMPAIGN} <==\nvalid_until: long-term\n")
    report = check(files)
    assert codes(report) == ["KB121"]
    assert places(report, "KB121") == [place_of(files, CAMPAIGN, "long-term")]


def test_long_term_needs_a_review() -> None:
    files = overlay("valid_until: long-term")
    assert places(check(files), "KB122") == [place_of(files, QUESTION, "long-term")]


def test_an_unreadable_review_day_is_not_reported_as_missing() -> None:
    assert codes(check(overlay("valid_until: long-term\nreview_by: 2027-02-29"))) == ["KB019"]


@pytest.mark.parametrize(("days", "late"), [(400, False), (401, True)])
def test_the_review_comes_in_time(days: int, late: bool) -> None:
    review = TODAY + timedelta(days=days)
    files = overlay(f"valid_until: long-term\nreview_by: {review}")
    assert places(check(files), "KB123") == ([place_of(files, QUESTION, str(review))] if late else [])


def test_a_lapsed_entry_owes_no_review_in_time() -> None:
    assert codes(check(overlay("valid_until: 2026-11-20\nreview_by: 2036-01-01"))) == []


@pytest.mark.parametrize(("until", "long"), [("2027-11-01", False), ("2027-11-02", True)])
def test_the_longest_window_counts_both_ends(until: str, long: bool) -> None:
    files = overlay(f"==> {CAMPAIGN} <==\nvalid_from: 2026-11-01\nvalid_until: {until}\n")
    report = check(files)
    assert places(report, "KB124") == ([place_of(files, CAMPAIGN, until)] if long else [])
    if long:
        assert only(report, "KB124").params == {"days": 367, "limit": 366}


@pytest.mark.parametrize("replacement", ["nobody", "card-loss"])
def test_a_replacement_that_is_none(replacement: str) -> None:
    files = overlay(f"withdrawn: {{on: 2026-12-01, reason: 并入, replaced_by: {replacement}}}")
    expected = place_of(files, QUESTION, f"{replacement}}}")
    assert places(check(files), "KB126") == [expected]


def test_a_withdrawal_without_replacement() -> None:
    assert codes(check(overlay("withdrawn: {on: 2026-12-01, reason: 业务停办}"))) == []


MOVED = "valid_from: 2026-11-22"


def test_todays_answer_must_not_be_moved_into_the_future() -> None:
    files = overlay(MOVED)
    report = check(files, published=base_files())
    assert places(report, "KB125") == [place_of(files, QUESTION, "valid_from")]
    assert only(report, "KB125").params == {"id": "card-loss", "before": "2026-01-01", "after": "2026-11-22"}


@pytest.mark.parametrize("first_day", ["2026-11-21", "2025-01-01"])
def test_moving_it_to_today_or_back_is_fine(first_day: str) -> None:
    assert codes(check(overlay(f"valid_from: {first_day}"), published=base_files())) == []


@pytest.mark.parametrize(
    "before",
    [
        "valid_from: 2026-12-01",
        "valid_until: 2026-11-20",
        "withdrawn: {on: 2026-11-01, reason: 业务停办}",
        "valid_from: 2026-02-30",
    ],
)
def test_what_did_not_answer_today_may_be_moved(before: str) -> None:
    assert codes(check(overlay(MOVED), published=overlay(before))) == []


def test_what_is_new_or_nowhere_published_may_begin_later() -> None:
    assert codes(check(overlay(MOVED), published={})) == []
    assert codes(check(overlay(MOVED))) == []


def test_today_is_given() -> None:
    assert codes(check(overlay(MOVED), published=base_files(), today=date(2026, 11, 22))) == []


def test_an_entry_that_was_about_to_expire_answers_too() -> None:
    report = check(overlay(MOVED), published=overlay("valid_until: 2026-11-21"))
    assert codes(report) == ["KB125"]
