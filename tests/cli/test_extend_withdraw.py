from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_contacts import changed
from tests.conftest import Outcome
from tests.reports.bank import entry

Run = Callable[..., Outcome]
RETAIL = "kb/entries/retail-banking"
WHY = ("--reason", "年末统一延期")


def test_only_the_one_key_changes(report_bank: Path, kbctl: Run) -> None:
    outcome = kbctl("extend", "week", "--until", "2027-05-31", *WHY)
    assert outcome.status == 0, outcome.err
    assert changed(report_bank) == {f"{RETAIL}/week.md": ["-valid_until: 2026-11-28", "+valid_until: 2027-05-31"]}
    assert "+valid_until: 2027-05-31" in outcome.out
    assert "kbctl submit --summary 'extended: 年末统一延期'" in outcome.err


def test_what_changes_is_shown_without_the_signs_of_a_patch(report_bank: Path, kbctl: Run) -> None:
    shown = kbctl("extend", "week", "--until", "2027-05-31", *WHY).out
    assert shown == f"{RETAIL}/week.md\n  -valid_until: 2026-11-28\n  +valid_until: 2027-05-31\n"


def test_the_same_review_day_is_no_change(report_bank: Path, kbctl: Run) -> None:
    assert kbctl("extend", "week", "--review-by", "2027-03-31", *WHY).status == 0
    again = kbctl("extend", "week", "--review-by", "2027-03-31", *WHY)
    assert (again.status, again.out) == (0, "")
    assert "Nothing is changed" in again.err
    assert "submit" not in again.err


def test_comments_line_ends_and_mark_stay(report_bank: Path, kbctl: Run) -> None:
    path = report_bank / RETAIL / "week.md"
    text = entry("week", valid_until="2026-11-28   # 见通知").replace("\n", "\r\n")
    path.write_bytes("\ufeff".encode() + text.encode())
    assert kbctl("extend", "week", "--until", "2027-05-31", *WHY).status == 0
    assert path.read_bytes() == "\ufeff".encode() + text.replace("2026-11-28", "2027-05-31").encode()


def test_dry_run(report_bank: Path, kbctl: Run) -> None:
    before = {path: path.read_bytes() for path in (report_bank / "kb").rglob("*.md")}
    assert kbctl("extend", "week", "--until", "2027-05-31", *WHY, "--dry-run").status == 0
    assert kbctl("withdraw", "week", *WHY, "--dry-run").status == 0
    assert {path: path.read_bytes() for path in (report_bank / "kb").rglob("*.md")} == before


def test_the_governing_version_or_the_one_named(report_bank: Path, kbctl: Run) -> None:
    outcome = kbctl("extend", "gap", "--until", "2026-12-14", *WHY)
    assert list(changed(report_bank)) == [f"{RETAIL}/gap.md"]
    assert "takes over" not in outcome.err
    assert "takes over on 2026-12-15 all the same" in kbctl("extend", "gap", "--until", "2027-01-31", *WHY).err
    assert kbctl("extend", "gap", "--version", "2026-12-15", "--until", "2028-01-31", *WHY).status == 0
    assert f"{RETAIL}/gap@2026-12-15.md" in changed(report_bank)
    assert kbctl("extend", "superseded", "--until", "2028-01-31", *WHY).status == 0
    assert f"{RETAIL}/superseded@2026-11-01.md" in changed(report_bank)
    wrong = kbctl("extend", "gap", "--version", "2026-12-16", "--until", "2028-01-31", *WHY)
    assert wrong.status == 2
    assert "2026-01-01, 2026-12-15" in wrong.err


def test_many_by_query(report_bank: Path, kbctl: Run) -> None:
    outcome = kbctl("extend", "--owner", "个人金融部", "--expiring", "7", "--until", "2027-05-31", *WHY)
    assert outcome.status == 0
    assert set(changed(report_bank)) == {f"{RETAIL}/today.md", f"{RETAIL}/week.md"}
    nothing = kbctl("extend", "--owner", "dongcheng-business", "--expiring", "7", "--until", "2027-05-31", *WHY)
    assert nothing.status == 2


def test_all_or_nothing(report_bank: Path, kbctl: Run) -> None:
    outcome = kbctl("extend", "week", "withdrawn", "--until", "2027-05-31", *WHY)
    assert outcome.status == 2
    assert changed(report_bank) == {}


def test_a_file_that_cannot_be_written_leaves_all_as_they_were(
    report_bank: Path, kbctl: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def fail(self: Path, target: Path) -> Path:
        if target.name == "week.md" and b"2027-05-31" in self.read_bytes():
            raise OSError(28, "No space left on device", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    outcome = kbctl("extend", "today", "week", "--until", "2027-05-31", *WHY)
    assert outcome.status == 2
    assert "nothing was changed" in outcome.err
    assert changed(report_bank) == {}
    assert list((report_bank / RETAIL).glob(".*.tmp")) == []


def test_review(report_bank: Path, kbctl: Run) -> None:
    assert kbctl("extend", "review", "--review-by", "2027-06-30", *WHY).status == 0
    assert changed(report_bank) == {f"{RETAIL}/review.md": ["-review_by: 2026-11-20", "+review_by: 2027-06-30"]}


def test_long_term(report_bank: Path, kbctl: Run) -> None:
    assert "--review-by" in kbctl("extend", "week", "--until", "long-term", *WHY).err
    assert kbctl("extend", "week", "--until", "long-term", "--review-by", "2027-06-30", *WHY).status == 0
    assert changed(report_bank)[f"{RETAIL}/week.md"] == [
        "-valid_until: 2026-11-28",
        "+valid_until: long-term",
        "+review_by: 2027-06-30",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("week", "--until", "2027-05-31"), "a reason is needed"),
        (("week", "--until", "2027-05-31", "--reason", " "), "a reason is needed"),
        (("week", *WHY), "say what is to be moved"),
        (("week", "--until", "2026-11-28", *WHY), "is no extension"),
        (("week", "--until", "2026-11-20", *WHY), "is past"),
        (("week", "--until", "2026-02-30", *WHY), "is not a day"),
        (("week", "--until", "2032-01-01", *WHY), "1826 days at most"),
        (("review", "--until", "2027-05-31", *WHY), "valid long-term already"),
        (("review", "--review-by", "2028-12-31", *WHY), "within 400 days"),
        (("withdrawn", "--until", "2027-05-31", *WHY), "is withdrawn"),
        (("undated", "--until", "2027-05-31", *WHY), "cannot be read"),
        (("wek", "--until", "2027-05-31", *WHY), "did you mean week"),
        (("--until", "2027-05-31", *WHY), "name entries by id"),
        (("week", "--expiring", "7", "--until", "2027-05-31", *WHY), "name entries by id"),
        (("--expiring", "7", "--owner", "nobody", "--until", "2027-05-31", *WHY), "there is no department"),
    ],
)
def test_refusals(report_bank: Path, kbctl: Run, arguments: tuple[str, ...], words: str) -> None:
    outcome = kbctl("extend", *arguments)
    assert outcome.status == 2
    assert words in outcome.err
    assert changed(report_bank) == {}


def test_warnings(report_bank: Path, kbctl: Run) -> None:
    assert "had expired" in kbctl("extend", "expired", "--until", "2027-05-31", *WHY).err
    assert "吴斌 leaves on 2026-12-10" in kbctl("extend", "leaves-later", "--until", "2027-05-31", *WHY).err


def test_withdraw(report_bank: Path, kbctl: Run) -> None:
    outcome = kbctl("withdraw", "week", "--reason", "活动: 提前结束", "--replaced-by", "calm", "--on", "2026-11-25")
    assert outcome.status == 0, outcome.err
    assert changed(report_bank) == {
        f"{RETAIL}/week.md": ['+withdrawn: {on: 2026-11-25, reason: "活动: 提前结束", replaced_by: calm}']
    }
    assert "kbctl submit --summary 'withdrawn: 活动: 提前结束'" in outcome.err


def test_withdraw_names_the_links_that_would_lead_nowhere(report_bank: Path, kbctl: Run) -> None:
    linking = report_bank / RETAIL / "later.md"
    with linking.open("a", encoding="utf-8") as file:
        file.write("见[本周](week.md)，不是[没有](weekly.md)。\n")
    lapsed = report_bank / RETAIL / "expired.md"
    lapsed.write_text(lapsed.read_text(encoding="utf-8") + "见[本周](week.md)。\n", encoding="utf-8")
    outcome = kbctl("withdraw", "week", *WHY, "--replaced-by", "calm", "--dry-run")
    line = len(linking.read_text(encoding="utf-8").splitlines())
    assert (
        f"week: 1 link leads to it, which `kbctl validate` will warn of (KB308): {RETAIL}/later.md:{line}\n"
        in outcome.err
    )
    assert "have them lead to calm" in outcome.err
    assert "KB308" not in kbctl("withdraw", "week", "later", *WHY, "--dry-run").err
    assert "KB308" not in kbctl("withdraw", "month", *WHY, "--dry-run").err


def test_long_term_as_people_say_it(report_bank: Path, kbctl: Run) -> None:
    for word in ("长期", "long-term"):
        outcome = kbctl("extend", "week", "--until", word, "--review-by", "2027-05-31", *WHY, "--dry-run")
        assert outcome.status == 0, outcome.err
        assert "+valid_until: long-term" in outcome.out
    wrong = kbctl("extend", "week", "--until", "年底", *WHY)
    assert wrong.status == 2
    assert "long-term (长期)" in wrong.err


def test_the_summary_says_what_was_moved(report_bank: Path, kbctl: Run) -> None:
    outcome = kbctl("extend", "review", "--review-by", "2027-05-31", *WHY)
    assert "kbctl submit --summary 'review moved: 年末统一延期'" in outcome.err


def test_withdraw_is_the_last_thing_that_the_report_says(report_bank: Path, kbctl: Run) -> None:
    assert kbctl("withdraw", "expired", *WHY).status == 0
    assert "条目expired" not in kbctl("expire-report", "--worktree").out


def test_withdraw_names_what_takes_effect_all_the_same(report_bank: Path, kbctl: Run) -> None:
    outcome = kbctl("withdraw", "gap", *WHY)
    assert "--version 2026-12-15" in outcome.err
    assert "not in force" in kbctl("withdraw", "week", *WHY, "--replaced-by", "upcoming").err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("week",), "a reason is needed"),
        (("withdrawn", *WHY), "is withdrawn already"),
        (("week", *WHY, "--replaced-by", "week"), "cannot replace itself"),
        (("week", *WHY, "--replaced-by", "nothere"), "there is no entry nothere"),
        (("week", *WHY, "--replaced-by", "withdrawn"), "is withdrawn itself"),
        (("week", *WHY, "--on", "2026-11-20"), "is past"),
    ],
)
def test_withdraw_refusals(report_bank: Path, kbctl: Run, arguments: tuple[str, ...], words: str) -> None:
    outcome = kbctl("withdraw", *arguments)
    assert outcome.status == 2
    assert words in outcome.err
    assert changed(report_bank) == {}
