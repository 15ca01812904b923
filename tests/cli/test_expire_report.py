from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import load_workbook

from tests.conftest import Outcome, git
from tests.reports import golden
from tests.reports.bank import entry

Run = Callable[..., Outcome]
FORMATS = ("text", "json", "csv", "md", "html")


def report(kbctl: Run, *arguments: str) -> dict[str, Any]:
    outcome = kbctl("expire-report", "--json", *arguments)
    assert outcome.status == 0, outcome.err
    found: dict[str, Any] = json.loads(outcome.out)
    return found


@pytest.mark.parametrize("format_", FORMATS)
def test_golden(report_bank: Path, kbctl_process: Run, format_: str) -> None:
    target = report_bank / "out"
    outcome = kbctl_process("expire-report", "--format", format_, "--output", str(target), "--quiet")
    assert outcome.status == 0, outcome.err
    golden.check(f"expiry.{'txt' if format_ == 'text' else format_}", target.read_bytes())


@pytest.mark.parametrize("format_", [*FORMATS, "xlsx"])
def test_the_same_input_gives_the_same_bytes(report_bank: Path, kbctl_process: Run, format_: str) -> None:
    for name, seed in (("one", "1"), ("two", "2")):
        outcome = kbctl_process("expire-report", "--format", format_, "--output", name, "--quiet", PYTHONHASHSEED=seed)
        assert outcome.status == 0, outcome.err
    assert (report_bank / "one").read_bytes() == (report_bank / "two").read_bytes()


def test_machine_output_has_the_keys_that_were_promised(report_bank: Path, kbctl: Run) -> None:
    found = report(kbctl)
    assert list(found)[:2] == ["schema_version", "today"]
    assert list(found["summary"])[:4] == ["expired", "within_7", "within_15", "within_30"]
    assert {"review_overdue", "stale_rows"} <= set(found["summary"])
    promised = "id title type owner state valid_until days review_by contact reasons".split()
    assert all(list(one)[:10] == promised for one in found["entries"])
    assert all(list(one)[:4] == ["id", "key", "verified_on", "days"] for one in found["rows"])
    by_id = {one["id"]: one for one in found["entries"]}
    assert by_id["review"]["valid_until"] == "long-term"
    assert by_id["expired"]["days"] == -21
    assert by_id["expired"]["contact"][0] == {
        "id": "zhang-wei",
        "name": "张伟",
        "phone": "0379-01001005",
        "until": None,
    }


def figures(root: Path, today: date) -> dict[str, int]:
    """The figures of a day, recomputed from the front matter by a plain script that knows nothing of kbctl."""
    entries: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(root.glob("kb/entries/*/*.md")):
        values = yaml.load(path.read_text(encoding="utf-8").split("---\n")[1], Loader=yaml.BaseLoader)
        entries.setdefault(values["id"], []).append(values | {"path": path})
    people = {
        one["id"]: one.get("until", "9999-12-31")
        for path in root.glob("kb/organization/*.yaml")
        for one in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader).get("contacts", [])
    }
    limits = {
        path.stem: int(found["verify_every_days"])
        for path in root.glob("schemas/*.yaml")
        if (found := yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader).get("table"))
    }
    day = today.isoformat()
    names = (
        "expired within_7 within_15 within_30 review_overdue successor_waiting contact_left contact_leaves stale_rows"
    )
    counts = dict.fromkeys(names.split(), 0)
    for versions in entries.values():
        versions.sort(key=lambda one: one["valid_from"])
        begun = [one for one in versions if one["valid_from"] <= day]
        one = begun[-1] if begun else versions[0]
        if one.get("withdrawn", {}).get("on", "9999-12-31") <= day:
            continue
        last = one["valid_until"] if one["valid_until"] != "long-term" else "9999-12-31"
        left = (date.fromisoformat(last) - today).days
        serves = one["valid_from"] <= day <= last
        counts["expired"] += last < day
        for limit in (7, 15, 30):
            counts[f"within_{limit}"] += serves and left <= limit and "withdrawn" not in one
        counts["review_overdue"] += one.get("review_by", day) < day
        later = versions[versions.index(one) + 1 :]
        counts["successor_waiting"] += bool(later)
        answers_until = min([last, *((date.fromisoformat(v["valid_from"]) - timedelta(1)).isoformat() for v in later)])
        counts["contact_left"] += any(people[id_] < day for id_ in one["contact"])
        counts["contact_leaves"] += any(day <= people[id_] < answers_until for id_ in one["contact"])
        if one["type"] in limits and serves:
            with (one["path"].parent / one["id"] / "table.csv").open(encoding="utf-8") as file:
                rows = [date.fromisoformat(row["verified_on"]) for row in csv.DictReader(file)]
            counts["stale_rows"] += sum((today - verified).days > limits[one["type"]] for verified in rows)
    return counts


@pytest.mark.parametrize(
    "day",
    "2025-06-30 2026-02-28 2026-10-18 2026-11-21 2026-11-30 2026-12-10 2026-12-11 2026-12-15 2027-01-06 2029-01-01".split(),
)
def test_figures_agree_with_a_plain_script_over_the_sample(sample: Path, kbctl: Run, day: str) -> None:
    found = report(kbctl, "--today", day)["summary"]
    assert {name: found[name] for name in found if name != "unread"} == figures(sample, date.fromisoformat(day))


def test_filters_take_ids_and_names(report_bank: Path, kbctl: Run) -> None:
    by_id = report(kbctl, "--owner", "dongcheng-business")
    by_name = report(kbctl, "--owner", "东城分行综合业务部")
    assert by_id["rows"] == by_name["rows"] != []
    assert by_id["entries"] == []
    assert report(kbctl, "--branch", "东城分行")["rows"] == by_id["rows"]
    assert [row["id"] for row in report(kbctl, "--type", "营业网点")["rows"]] == ["outlets"]


@pytest.mark.parametrize(
    ("option", "offered"),
    [
        (("--owner", "retail-bank"), "retail-banking"),
        (("--type", "outlet"), "outlets"),
        (("--branch", "dongcheng"), "dongcheng-branch"),
    ],
)
def test_unknown_names_are_refused_and_known_ones_offered(
    report_bank: Path, kbctl: Run, option: tuple[str, str], offered: str
) -> None:
    outcome = kbctl("expire-report", *option)
    assert (outcome.status, outcome.out) == (2, "")
    assert offered in outcome.err


def forget_the_unreadable(bank: Path) -> None:
    for name in ("broken", "undated"):
        (bank / f"kb/entries/retail-banking/{name}.md").unlink()
    git(bank, "commit", "-qam", "清理")


@pytest.mark.parametrize(
    ("fail_on", "today", "status"),
    [
        ("never", "2026-11-21", 0),
        ("expired", "2026-11-21", 1),
        ("expiring", "2026-11-21", 1),
        ("expired", "2026-03-01", 0),
        ("expiring", "2026-03-01", 0),
        ("expired", "2026-10-15", 0),
        ("expiring", "2026-10-15", 1),
    ],
)
def test_exit_status(report_bank: Path, kbctl: Run, fail_on: str, today: str, status: int) -> None:
    forget_the_unreadable(report_bank)
    assert kbctl("expire-report", "--fail-on", fail_on, "--today", today).status == status


def test_what_cannot_be_read_is_told_on_stderr_and_the_report_still_comes(report_bank: Path, kbctl: Run) -> None:
    outcome = kbctl("expire-report", "--json")
    assert outcome.status == 0
    assert json.loads(outcome.out)["summary"]["unread"] == 2
    assert "2 entries cannot be read" in outcome.err
    assert "broken.md" in outcome.err and "undated.md" in outcome.err
    assert "outlets/table.csv:4:1" in outcome.err
    assert "outlets/table.csv:5:1" in outcome.err


PLACES = [
    "kb/entries/retail-banking/broken.md:2",
    "kb/entries/retail-banking/undated.md:9",
    "kb/entries/dongcheng-business/outlets/table.csv:4",
    "kb/entries/dongcheng-business/outlets/table.csv:5",
]


@pytest.mark.parametrize("format_", FORMATS)
def test_whoever_opens_only_the_file_knows_what_is_missing(report_bank: Path, kbctl: Run, format_: str) -> None:
    assert kbctl("expire-report", "--format", format_, "--output", "out").status == 0
    text = (report_bank / "out").read_text(encoding="utf-8-sig").replace("\\", "")
    if format_ == "json":
        found = json.loads(text)
        assert found["summary"]["unread"] == 2
        assert [f"{one['path']}:{one['line']}" for one in found["left_out"]] == PLACES
        assert [one["codes"] for one in found["left_out"]] == [["KB012"], ["KB019"], ["KB602"], ["KB605"]]
        return
    assert all(place in text for place in PLACES)
    assert "the date 2026-02-30 is not in the calendar" in text
    if format_ == "csv":
        rows = [row for row in csv.reader(io.StringIO(text)) if row[5] == "cannot be read"]
        assert [row[-1] for row in rows] == PLACES
        assert rows[0][0] == "个人金融部"
    else:
        assert "Incomplete: 4 files or rows cannot be read" in text


def test_a_workbook_says_what_is_missing(report_bank: Path, kbctl: Run) -> None:
    assert kbctl("expire-report", "--output", "a.xlsx").status == 0
    book = load_workbook(report_bank / "a.xlsx")
    assert "Incomplete: 4" in book.worksheets[0]["A3"].value
    assert [row[1] for row in book["Cannot be read"].iter_rows(min_row=3, values_only=True)] == PLACES


def test_a_job_of_a_department_hears_of_its_own_files_only(report_bank: Path, kbctl: Run) -> None:
    outcome = kbctl("expire-report", "--json", "--owner", "dongcheng-business", "--fail-on", "expired")
    assert outcome.status == 0
    assert json.loads(outcome.out)["summary"]["unread"] == 0
    assert "broken.md" not in outcome.err and "undated.md" not in outcome.err
    assert report(kbctl, "--branch", "东城分行")["summary"]["unread"] == 0
    assert report(kbctl, "--owner", "retail-banking")["summary"]["unread"] == 2
    # Of one the type can still be read, and it is another.
    assert report(kbctl, "--type", "outlets")["summary"]["unread"] == 1
    stray = report_bank / "kb/entries/nobody/stray.md"
    stray.parent.mkdir()
    stray.write_text("no front matter", encoding="utf-8")
    found = report(kbctl, "--owner", "dongcheng-business", "--worktree")
    assert [one["path"] for one in found["left_out"]][:1] == ["kb/entries/nobody/stray.md"]


def test_what_cannot_be_read_may_have_expired(report_bank: Path, kbctl: Run) -> None:
    for fail_on, status in (("never", 0), ("expired", 1), ("expiring", 1)):
        outcome = kbctl("expire-report", "--fail-on", fail_on, "--today", "2026-03-01")
        assert outcome.status == status
        assert ("counts as expired" in outcome.err) == bool(status)


def test_only_windows_that_are_listed_are_counted(report_bank: Path, kbctl: Run) -> None:
    assert kbctl("expire-report", "--within", "0", "--output", "a.xlsx").status == 0
    summary = load_workbook(report_bank / "a.xlsx").worksheets[0]["A2"].value
    for text in (kbctl("expire-report", "--within", "0").out, summary):
        assert "lapses today 1" in text
        assert "within" not in text
    assert "within 7 days" in kbctl("expire-report", "--within", "7").out
    assert "within 15 days" not in kbctl("expire-report", "--within", "7").out
    # Machines go on finding the keys that were promised.
    assert report(kbctl, "--within", "0")["summary"]["within_30"] == report(kbctl)["summary"]["within_30"]


def test_a_broken_department_file_is_told(report_bank: Path, kbctl: Run) -> None:
    path = report_bank / "kb/organization/dongcheng-business.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("role: branch", "role: nothing"), encoding="utf-8")
    outcome = kbctl("expire-report", "--worktree")
    assert outcome.status == 0
    assert "kb/organization/dongcheng-business.yaml:4" in outcome.err
    assert "dongcheng-business (unknown department)" in outcome.out


def test_the_base_is_read_and_the_desk_only_when_asked(report_bank: Path, kbctl: Run) -> None:
    path = report_bank / "kb/entries/retail-banking/expired.md"
    path.write_text(entry("expired", valid_until="2027-10-31"), encoding="utf-8")
    assert report(kbctl)["summary"]["expired"] == 1
    assert report(kbctl, "--worktree")["summary"]["expired"] == 0
    draft = report_bank / "kb/entries/retail-banking/draft.md"
    draft.write_text(entry("draft", valid_until="2026-10-31"), encoding="utf-8")
    found = {one["id"]: one["draft"] for one in report(kbctl, "--worktree")["entries"]}
    assert found["draft"] is True
    assert found["week"] is False
    assert "[draft] 条目draft" in kbctl("expire-report", "--worktree").out


def test_an_older_commit(report_bank: Path, kbctl: Run) -> None:
    path = report_bank / "kb/entries/retail-banking/expired.md"
    path.write_text(entry("expired", valid_until="2027-10-31"), encoding="utf-8")
    git(report_bank, "commit", "-qam", "延期")
    assert report(kbctl)["summary"]["expired"] == 0
    assert report(kbctl, "--at", "HEAD~1")["summary"]["expired"] == 1
    assert kbctl("expire-report", "--at", "HEAD", "--worktree").status == 2


def test_hostile_titles_stay_text(report_bank: Path, kbctl_process: Run) -> None:
    for format_ in FORMATS:
        outcome = kbctl_process("expire-report", "--format", format_)
        assert outcome.status == 0, outcome.err
        assert "\x1b" not in outcome.out
        assert format_ == "json" or "\u202e" not in outcome.out
        assert "[/附件] [red]不红" in outcome.out.replace("\\", "")
    page = kbctl_process("expire-report", "--format", "html").out
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    table = list(csv.reader(io.StringIO(kbctl_process("expire-report", "--format", "csv").out.lstrip("\ufeff"))))
    titles = {row[1]: row[2] for row in table}
    assert titles["hostile-formula"] == "'=cmd|' /C calc'!A0"
    assert titles["hostile-lines"] == "第一行 第二行 | 竖线"
    assert {len(row) for row in table} == {13}


def test_the_page_is_one_file_without_outside_references(report_bank: Path, kbctl_process: Run) -> None:
    page = kbctl_process("expire-report", "--format", "html").out
    references = re.findall(r"""(?:src|href|url\(|@import)[^>\s]*""", page)
    assert references == []
    assert page.replace("http://www.w3.org/2000/svg", "").count("http") == 0
    assert page.count("<svg") == page.count("</svg>") == 1
    assert page.startswith("<!DOCTYPE html>")


def test_the_bank_may_change_the_page_and_is_told_what_is_wrong_with_it(report_bank: Path, kbctl: Run) -> None:
    path = report_bank / "templates/report/expiry.html.j2"
    path.write_text("<h1>{{ title }}</h1>{% for group in groups %}{{ group.name }}{% endfor %}", encoding="utf-8")
    own = kbctl("expire-report", "--format", "html", "--worktree")
    assert own.out.startswith("<h1>Expiry report of 2026-11-21</h1>个人金融部")
    path.write_text("one\n{{ nothing_like_it }}", encoding="utf-8")
    broken = kbctl("expire-report", "--format", "html", "--worktree")
    assert broken.status == 2
    assert "templates/report/expiry.html.j2" in broken.err and "line 2" in broken.err


def test_without_its_own_template_the_shipped_one_is_used(report_bank: Path, kbctl: Run) -> None:
    (report_bank / "templates/report/expiry.html.j2").unlink()
    outcome = kbctl("expire-report", "--format", "html", "--worktree")
    assert outcome.status == 0
    assert "<svg" in outcome.out


def test_a_file_that_exists_is_not_overwritten_unasked(report_bank: Path, kbctl: Run) -> None:
    target = report_bank / "report.csv"
    target.write_text("mine")
    refused = kbctl("expire-report", "--format", "csv", "--output", str(target))
    assert refused.status == 2
    assert "--force" in refused.err
    assert target.read_text() == "mine"
    assert kbctl("expire-report", "--format", "csv", "--output", str(target), "--force").status == 0
    assert target.read_bytes().startswith(b"\xef\xbb\xbfdepartment,")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_cannot_be_written(report_bank: Path, kbctl: Run) -> None:
    folder = report_bank / "closed"
    folder.mkdir(mode=0o500)
    assert kbctl("expire-report", "--format", "md", "--output", str(folder / "x.md")).status == 2


def test_a_folder_that_is_not_there(report_bank: Path, kbctl: Run) -> None:
    outcome = kbctl("expire-report", "--format", "md", "--output", "missing/x.md")
    assert outcome.status == 2
    assert "missing" in outcome.err


def test_quiet_says_nothing_but_the_report(report_bank: Path, kbctl: Run) -> None:
    for path in ("broken.md", "undated.md"):
        (report_bank / "kb/entries/retail-banking" / path).unlink()
    (report_bank / "kb/entries/dongcheng-business/outlets/table.csv").unlink()
    (report_bank / "kb/entries/dongcheng-business/outlets.md").unlink()
    git(report_bank, "commit", "-qam", "清理")
    outcome = kbctl("expire-report", "--quiet", "--format", "md", "--output", "out.md")
    assert outcome.status == 0
    assert "wrote" not in outcome.err


def test_nothing_to_do(report_bank: Path, kbctl: Run) -> None:
    outcome = kbctl("expire-report", "--owner", "empty-department")
    assert outcome.status == 0
    assert "Nothing has lapsed or lapses within 30 days." in outcome.out


def test_a_desk_without_git_is_reported_and_says_so(report_bank: Path, kbctl: Run, tmp_path: Path) -> None:
    (report_bank / ".git").rename(tmp_path / "elsewhere")
    outcome = kbctl("expire-report")
    assert outcome.status == 0
    assert "Nothing is published yet" in outcome.err
