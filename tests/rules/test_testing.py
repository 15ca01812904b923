"""The test statement (KB130-KB132)."""

from __future__ import annotations

import pytest

from tests.helpers import PRODUCT, base_files, check, codes, overlay, place_of, places


def without_statement() -> dict[str, bytes]:
    files = dict(base_files())
    lines = files[PRODUCT].decode().splitlines(keepends=True)
    files[PRODUCT] = "".join(line for line in lines if not line.startswith("tested:")).encode()
    return files


def test_missing() -> None:
    assert places(check(without_statement()), "KB130") == [(PRODUCT, 1, 1)]


def test_a_type_that_may_do_without() -> None:
    assert codes(check(base_files())) == []


def test_a_statement_of_the_wrong_shape_is_not_missing() -> None:
    report = check(overlay(f"==> {PRODUCT} <==\ntested: 已测试\n"))
    assert codes(report) == ["KB018"]


@pytest.mark.parametrize(
    ("valid_from", "on", "code"),
    [
        ("2026-03-01", "2026-03-01", None),
        ("2026-03-01", "2026-03-02", "KB131"),
        ("2026-11-21", "2026-11-21", None),
        ("2026-12-31", "2026-11-22", "KB132"),
        ("2026-03-01", "2026-11-22", "KB132"),
    ],
)
def test_days(valid_from: str, on: str, code: str | None) -> None:
    excerpt = f"==> {PRODUCT} <==\nvalid_from: {valid_from}\ntested: {{by: li-na, on: {on}, covers: 全流程}}\n"
    files = overlay(excerpt)
    report = check(files)
    assert codes(report) == ([code] if code else [])
    if code:
        assert places(report, code) == [place_of(files, PRODUCT, f"{on}, covers")]
