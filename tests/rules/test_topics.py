"""One answer for one topic, institution and day (KB401)."""

from __future__ import annotations

import pytest

from tests.helpers import QUESTION, check, codes, overlay, place_of, places

OTHER = "kb/entries/operations/card-lost.md"
SAME = f"==> {OTHER} <==\ntopic: card-loss\ncontact: [zhao-min]\nfacts: []\n"


def test_both_entries_are_reported_at_topic_or_id() -> None:
    files = overlay(SAME)
    assert places(check(files), "KB401") == [
        place_of(files, OTHER, "card-loss\n"),
        place_of(files, QUESTION, "card-loss\n"),
    ]
    assert [path for path, _, _ in places(check(files, asked={OTHER}), "KB401")] == [OTHER]


@pytest.mark.parametrize(
    "difference",
    [
        "topic: card-lost",
        "scope: [dongcheng-branch]",
        "valid_from: 2028-01-01\nvalid_until: 2028-12-31",
        "valid_from: 2025-01-01\nvalid_until: 2025-12-31",
        "valid_until: 2026-11-20",
        "withdrawn: {on: 2026-11-21, reason: 停办}",
        "withdrawn: {on: 2026-01-01, reason: 未曾施行}",
    ],
)
def test_what_keeps_two_entries_apart(difference: str) -> None:
    assert "KB401" not in codes(check(overlay(f"{SAME}{difference}\n")))


@pytest.mark.parametrize(
    "difference",
    [
        "valid_until: 2026-11-21",
        "withdrawn: {on: 2026-11-22, reason: 停办}",
        "valid_from: 2027-12-31\nvalid_until: 2028-01-31",
    ],
)
def test_one_common_day_is_enough(difference: str) -> None:
    assert codes(check(overlay(f"{SAME}{difference}\n"))) == ["KB401", "KB401"]


def test_another_type_is_another_answer() -> None:
    files = overlay(
        f"==> kb/entries/retail-banking/card-pickup.md <==\ntopic: card-loss\n==> {QUESTION} <==\ntopic: card-loss\n"
    )
    assert codes(check(files)) == []


def test_a_branchs_variant_is_no_conflict_but_two_of_one_branch_are() -> None:
    variant = "==> kb/entries/dongcheng-business/NAME.md <==\ntopic: card-loss\nscope: [dongcheng-branch]\ncontact: [yuan-mei]\nfacts: []\n"
    one, two = variant.replace("NAME", "dongcheng-card-loss"), variant.replace("NAME", "dongcheng-card-lost")
    assert codes(check(overlay(one))) == []
    found = places(check(overlay(one + two)), "KB401")
    assert {path.rsplit("/", 1)[-1] for path, _, _ in found} == {"dongcheng-card-loss.md", "dongcheng-card-lost.md"}


def test_a_scope_of_several_institutions_meets_in_one() -> None:
    assert codes(check(overlay(f"{SAME}scope: [dongcheng-branch, head-office]\n"))) == ["KB401", "KB401"]


def test_versions_of_one_id_do_not_conflict() -> None:
    assert codes(check(overlay("==> kb/entries/retail-banking/card-loss@2027-01-01.md <==\ntopic: card-loss\n"))) == []


def test_a_successor_cuts_its_predecessors_window() -> None:
    # The other entry begins when the version that answers its topic has been followed by one that does not.
    later = "==> kb/entries/retail-banking/card-loss@2027-01-01.md <==\ntopic: card-loss-online\n"
    assert codes(check(overlay(f"{later}{SAME}valid_from: 2027-01-01\n"))) == []
    assert codes(check(overlay(f"{later}{SAME}valid_from: 2026-12-31\n"))) == ["KB401", "KB401"]


def test_a_successor_withdrawn_before_its_start_cuts_nothing() -> None:
    later = (
        "==> kb/entries/retail-banking/card-loss@2027-01-01.md <==\ntopic: card-loss-online\n"
        "withdrawn: {on: 2026-12-31, reason: 不再施行}\n"
    )
    assert codes(check(overlay(f"{later}{SAME}valid_from: 2027-01-01\n"))) == ["KB401", "KB401"]


def test_long_term_never_ends() -> None:
    excerpt = (
        f"==> {QUESTION} <==\nvalid_until: long-term\nreview_by: 2027-10-31\n"
        f"{SAME}valid_from: 2036-01-01\nvalid_until: 2037-12-31\n"
    )
    assert codes(check(overlay(excerpt))) == ["KB401", "KB401"]


def test_an_entry_without_readable_dates_does_not_conflict() -> None:
    assert codes(check(overlay(f"{SAME}valid_until: 2027-02-30\n"))) == ["KB019"]
