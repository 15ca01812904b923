"""``kbctl change``: a later version beside the one that answers today."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Outcome, git

Run = Callable[..., Outcome]
ENTRY = "kb/entries/operations/atm-limits.md"
SUCCESSOR = "kb/entries/operations/atm-limits@2027-01-01.md"


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def _first_day(text: str) -> str:
    return next(line for line in text.split("\n") if line.startswith("valid_from:"))


def test_the_successor_has_the_same_text_and_a_later_first_day(sample: Path, kbctl: Run) -> None:
    before = _text(sample / ENTRY)
    made = kbctl("change", "atm-limits", "--from", "2027-01-01")
    assert made.status == 0
    assert made.out == SUCCESSOR + "\n"
    assert f"kbctl validate {SUCCESSOR}" in made.err
    assert _text(sample / SUCCESSOR) == before.replace(_first_day(before), "valid_from: 2027-01-01")
    assert _text(sample / ENTRY) == before
    findings = json.loads(kbctl("validate", "--json").out)["findings"]
    assert not [finding for finding in findings if finding["severity"] == "error"]
    today = json.loads(kbctl("show", "--worktree", "--json", "atm-limits").out)
    later = json.loads(kbctl("show", "--worktree", "--json", "--as-of", "2027-01-01", "atm-limits").out)
    assert (today["path"], later["path"]) == (ENTRY, SUCCESSOR)


def test_windows_line_ends_and_comments_stay(sample: Path, kbctl: Run) -> None:
    text = _text(sample / ENTRY).replace("valid_from:", "# 与公告一致\nvalid_from:").replace("\n", "\r\n")
    (sample / ENTRY).write_bytes(text.encode())
    assert kbctl("change", ENTRY, "--from", "2027-01-01").status == 0
    first_day = _first_day(text.replace("\r\n", "\n"))
    assert _text(sample / SUCCESSOR) == text.replace(first_day, "valid_from: 2027-01-01")


def test_it_begins_from_the_version_that_answers_until_then(sample: Path, kbctl: Run) -> None:
    # hongyun-cd has a version waiting for 2026-12-15.
    made = kbctl("change", "hongyun-cd", "--from", "2027-01-10")
    waiting = _text(sample / "kb/entries/retail-banking/hongyun-cd@2026-12-15.md")
    new = _text(sample / "kb/entries/retail-banking/hongyun-cd@2027-01-10.md")
    assert new == waiting.replace("valid_from: 2026-12-15", "valid_from: 2027-01-10")
    assert "hongyun-cd@2026-12-15.md" in made.err
    assert "test again" in made.err
    before = kbctl("change", "hongyun-cd", "--from", "2026-12-01")
    assert before.status == 0
    assert "takes over on 2026-12-15" in before.err


def test_a_gap_before_the_new_version_is_pointed_out(sample: Path, kbctl: Run) -> None:
    made = kbctl("change", "winter-deposit-gift", "--from", "2030-01-01")
    assert made.status == 0
    assert "nothing answers until 2030-01-01" in made.err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("head-office-outlets", "--from", "2027-01-01"), "operating table"),
        (("deposit-spring-gift", "--from", "2026-11-20"), "past"),
        (("atm-limits", "--from", "2026-11-20"), "past"),
        (("heyang-outlets", "--from", "2026-12-28"), "operating table"),
        (("hongyun-cd", "--from", "2026-12-15"), "must begin after"),
        (("atm-limit", "--from", "2027-01-01"), "there is no entry atm-limit"),
        (("atm-limits", "--from", "2027-02-30"), "not a day"),
        (("atm-limits", "--from", "tomorrow"), "not a day"),
    ],
)
def test_what_can_have_no_successor_is_refused(
    arguments: tuple[str, ...], reason: str, sample: Path, kbctl: Run
) -> None:
    refused = kbctl("change", *arguments)
    assert refused.status == 2
    assert reason in refused.err
    assert git(sample, "status", "--porcelain") == ""


def test_a_withdrawn_entry_has_no_successor(sample: Path, kbctl: Run) -> None:
    path = sample / ENTRY
    path.write_text(
        _text(path).replace("\n---\n", "\nwithdrawn: {on: 2026-06-30, reason: 停办}\n---\n", 1), encoding="utf-8"
    )
    refused = kbctl("change", "atm-limits", "--from", "2027-01-01")
    assert refused.status == 2
    assert "停办" in refused.err


def test_the_first_day_need_only_be_today(sample: Path, kbctl: Run) -> None:
    assert kbctl("change", "atm-limits", "--from", "2026-11-21").status == 0


def test_an_existing_file_is_left_alone(sample: Path, kbctl: Run) -> None:
    (sample / SUCCESSOR).write_text("mine", encoding="utf-8")
    refused = kbctl("change", "atm-limits", "--from", "2027-01-01")
    assert refused.status == 2
    assert _text(sample / SUCCESSOR) == "mine"


def test_nothing_is_written_in_a_dry_run(sample: Path, kbctl: Run) -> None:
    made = kbctl("change", "atm-limits", "--from", "2027-01-01", "--dry-run")
    assert "valid_from: 2027-01-01" in made.out
    assert git(sample, "status", "--porcelain") == ""


def test_a_front_matter_in_one_piece_is_refused(sample: Path, kbctl: Run) -> None:
    path = sample / "kb/entries/operations/flow.md"
    path.write_text(
        "---\n{id: flow, title: 甲, type: faq, owner: operations, valid_from: 2026-01-01, valid_until: long-term}\n---\n",
        encoding="utf-8",
    )
    refused = kbctl("change", "flow", "--from", "2027-01-01")
    assert refused.status == 2
    assert "cannot be changed safely" in refused.err


def test_it_works_as_a_process(sample: Path, kbctl_process: Run) -> None:
    made = kbctl_process("change", "atm-limits", "--from", "2027-01-01", EDITOR="true")
    assert made.status == 0, made.err
    assert (sample / made.out.strip()).is_file()
    assert kbctl_process("change", "atm-limits").status == 2
    assert kbctl_process("change", "atm-limits", "--from", "2027-02-01", "--edit", EDITOR="false").status == 2
    assert (sample / "kb/entries/operations/atm-limits@2027-02-01.md").is_file()
