"""Id, file and folder (KB007, KB101-KB103, KB116-KB118)."""

from __future__ import annotations

import pytest

from tests.helpers import PRODUCT, QUESTION, base_files, check, codes, only, overlay, place_of, places


@pytest.mark.parametrize("name", ["Card-Loss", "card_loss", "卡", "-card", "card loss", "a" * 81, "card-loss@"])
def test_a_file_name_that_is_no_id(name: str) -> None:
    path = f"kb/entries/retail-banking/{name}.md"
    report = check(overlay(f"==> {path} <==\nid: other\n"))
    assert places(report, "KB007") == [(path, 1, 1)]
    assert "KB101" not in codes(report)


@pytest.mark.parametrize("name", ["c", "0379", "a" * 80, "card--loss"])
def test_a_file_name_that_is_an_id(name: str) -> None:
    assert codes(check(overlay(f"==> kb/entries/retail-banking/{name}.md <==\ntitle: 样例\n"))) == []


def test_id_and_owner_have_their_place() -> None:
    files = overlay("id: card-lost\nowner: operations")
    report = check(files)
    assert places(report, "KB101") == [place_of(files, QUESTION, "card-lost")]
    assert places(report, "KB103") == [place_of(files, QUESTION, "operations")]


def test_an_id_in_two_folders_is_reported_in_both() -> None:
    other = "kb/entries/operations/card-loss.md"
    files = overlay(f"==> {other} <==\ncontact: [zhao-min]\ntopic: at-the-counter\nvalid_from: 2026-02-01\n")
    report = check(files)
    assert places(report, "KB102") == [place_of(files, other, "card-loss"), place_of(files, QUESTION, "card-loss")]


def test_two_versions_with_the_same_first_day() -> None:
    report = check(overlay("==> kb/entries/retail-banking/card-loss@2026-01-01.md <==\ntitle: 挂失\n"))
    assert len(places(report, "KB102")) == 2


VERSION = "kb/entries/retail-banking/hongyun-cd@2026-12-15.md"


def test_versions_in_good_order() -> None:
    assert codes(check(overlay(f"==> {VERSION} <==\ntitle: 鸿运大额存单\n"))) == []


@pytest.mark.parametrize("name", ["2026-12-14", "20261215", "next", "2026-12-15@2"])
def test_a_version_named_for_another_day(name: str) -> None:
    path = f"kb/entries/retail-banking/hongyun-cd@{name}.md"
    files = overlay(f"==> {path} <==\nvalid_from: 2026-12-15\n")
    report = check(files)
    assert places(report, "KB116") == [place_of(files, path, "2026-12-15")]


def test_a_version_whose_first_day_cannot_be_read_has_one_finding() -> None:
    assert codes(check(overlay(f"==> {VERSION} <==\nvalid_from: 2026-02-30\n"))) == ["KB019"]


def test_versions_of_two_types_name_each_other() -> None:
    report = check(overlay(f"==> {VERSION} <==\ntype: feature\n"))
    assert [path for path, _, _ in places(report, "KB117")] == [PRODUCT, VERSION]


def test_a_version_without_a_type_that_can_be_read_has_one_finding() -> None:
    assert codes(check(overlay(f"==> {VERSION} <==\ntype:\n"))) == ["KB018"]


def test_an_operating_table_has_no_versions() -> None:
    path = "kb/entries/operations/head-office-outlets@2027-01-01.md"
    report = check(overlay(f"==> {path} <==\nvalid_from: 2027-01-01\n"))
    assert only(report, "KB118").path == path


def test_of_many_copies_each_is_one_finding() -> None:
    files = dict(base_files())
    files |= {QUESTION.replace("card-loss", f"copy-{number}"): files[QUESTION] for number in range(5)}
    assert len(places(check(files), "KB102")) == 6
