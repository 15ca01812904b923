"""Attachments (KB301-KB306)."""

from __future__ import annotations

import pytest

from tests.helpers import CAMPAIGN, PRODUCT, QUESTION, check, codes, only, overlay, place_of, places

FILE = "kb/entries/retail-banking/card-loss/挂失申请书.docx"


def test_an_attachment_that_is_not_there_has_its_place() -> None:
    files = overlay("attachments:\n  - {file: 挂失申请书.docx, kind: form}")
    report = check(files)
    assert places(report, "KB301") == [place_of(files, QUESTION, "挂失申请书.docx")]
    assert only(report, "KB301").params["folder"] == "kb/entries/retail-banking/card-loss"


@pytest.mark.parametrize("name", ["挂失申请书.docx", "./挂失申请书.docx", "样张/../挂失申请书.docx"])
def test_a_listed_file_is_found_however_it_is_written(name: str) -> None:
    excerpt = f"==> {FILE} <==\n样张\n==> {QUESTION} <==\nattachments: [{{file: {name}, kind: form}}]\n"
    assert codes(check(overlay(excerpt))) == []


@pytest.mark.parametrize(
    "name",
    [
        "../hongyun-cd/产品说明书.docx",
        "../../../../etc/passwd",
        "/etc/passwd",
        ".",
        "..",
        "样张\\挂失申请书.docx",
        "样张/../../x.docx",
    ],
)
def test_an_attachment_stays_in_the_entrys_folder(name: str) -> None:
    files = overlay(f"attachments: [{{file: '{name}', kind: form}}]")
    assert places(check(files), "KB305") == [place_of(files, QUESTION, f"'{name}'")]


def test_kinds() -> None:
    files = overlay(
        f"==> {FILE} <==\n样张\n==> {QUESTION} <==\nattachments: [{{file: 挂失申请书.docx, kind: leaflet}}]\n"
    )
    assert places(check(files), "KB306") == [place_of(files, QUESTION, "leaflet")]


def test_a_required_kind_is_reported_at_the_list_or_at_the_top() -> None:
    files = overlay(f"==> {CAMPAIGN} <==\nattachments:\n  - {{file: 活动简介.docx, kind: other}}\n")
    _, line, column = place_of(files, CAMPAIGN, "- {file")
    assert places(check(files), "KB302") == [(CAMPAIGN, line, column)]
    files = overlay(f"==> {CAMPAIGN} <==\nattachments: []\n")
    assert codes(check(files)) == ["KB302", "KB304"]


def test_a_file_listed_twice_or_by_a_wrong_shape_does_no_harm() -> None:
    excerpt = f"==> {PRODUCT} <==\nattachments: [{{file: 产品说明书.docx, kind: manual}}, {{file: 产品说明书.docx, kind: other}}, x]\n"
    assert codes(check(overlay(excerpt))) == ["KB018"]


@pytest.mark.parametrize(("size", "large"), [(1024 * 1024, False), (1024 * 1024 + 1, True)])
def test_the_limit_is_that_of_the_settings(size: int, large: bool) -> None:
    files = overlay('==> kb/kb.toml <==\n[knowledge-base]\nname = "库"\n[limits]\nattachment_mib = 1\n')
    files["kb/entries/retail-banking/hongyun-cd/产品说明书.docx"] = b"x" * size
    found = places(check(files), "KB303")
    assert found == ([place_of(files, PRODUCT, "产品说明书.docx")] if large else [])


def test_only_the_folders_of_the_entries_asked_for_are_looked_at() -> None:
    files = overlay(f"==> {FILE} <==\n样张\n")
    assert codes(check(files)) == ["KB304"]
    assert codes(check(files, asked={QUESTION})) == ["KB304"]
    assert codes(check(files, asked={PRODUCT})) == []
