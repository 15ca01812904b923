"""A run: what is looked at, in what order it is reported, and which entries a path concerns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kbctl.model.finding import Severity
from kbctl.rules.context import Context
from kbctl.rules.registry import RULES
from kbctl.rules.run import concerned, is_rulebook_path, run
from kbctl.store.entries import load_entries
from kbctl.store.rulebook import load_rulebook
from kbctl.store.snapshot import MemorySnapshot
from tests.helpers import OUTLETS, PRODUCT, QUESTION, TABLE, TODAY, base_files, check, codes, overlay, places

LATER = "kb/entries/retail-banking/hongyun-cd@2026-12-15.md"
STRAY = tuple(f"kb/entries/operations/{name}" for name in ("Thumbs.db", "stray/a.docx", "stray/b.docx"))
BROKEN = f"==> {QUESTION} <==\nvalid_untill: x\naudience: all\n## 答复\n待补充\n==> {OUTLETS} <==\ncontact: [nobody]\n"


def test_findings_are_sorted_by_place_and_stamped_with_the_rules_severity() -> None:
    report = check(overlay(BROKEN))
    assert codes(report) == ["KB016", "KB018", "KB105", "KB207"]
    assert list(report.findings) == sorted(report.findings, key=lambda finding: finding.order)
    assert all(finding.severity is RULES[finding.code].severity for finding in report.findings)


def test_a_finding_is_reported_once() -> None:
    # Both the reader of files and the reader of YAML notice the character.
    report = check(overlay("title: 银行卡\a丢失"))
    assert codes(report) == ["KB005"]


def test_counting_and_failing() -> None:
    report = check(overlay("valid_until: long-term\nreview_by: 2036-01-01"))
    assert (report.count(Severity.ERROR), report.count(Severity.WARNING), report.count(Severity.NOTE)) == (0, 1, 0)
    assert not report.fails(Severity.ERROR)
    assert report.fails(Severity.WARNING)
    assert report.fails(Severity.NOTE)
    assert not check(base_files()).fails(Severity.NOTE)


def test_how_many_files_were_looked_at() -> None:
    assert check(base_files()).files == 5
    assert check(base_files(), asked={QUESTION}).files == 1
    assert check({**base_files(), QUESTION: b"\xff"}).files == 5


def test_only_the_entries_asked_for_are_reported() -> None:
    files = overlay(BROKEN)
    assert {finding.path for finding in check(files, asked={QUESTION}).findings} == {QUESTION}
    assert codes(check(files, asked={PRODUCT})) == []
    assert codes(check({**files, QUESTION: b"\xff"}, asked={PRODUCT})) == []


def test_what_is_wrong_with_the_rulebook_is_always_reported() -> None:
    assert codes(check(overlay("==> kb/kb.toml <==\nx\n"), asked={PRODUCT})) == ["KB910"]


def test_progress_goes_up_to_the_number_of_entries() -> None:
    snapshot = MemorySnapshot(base_files())
    rulebook = load_rulebook(snapshot)
    loaded = load_entries(snapshot, rulebook)
    steps: list[tuple[int, int]] = []
    run(Context(snapshot, rulebook, loaded.corpus, TODAY), loaded, progress=lambda *step: steps.append(step))
    assert steps == [(number, 5) for number in range(1, 6)]


def test_another_rulebook_is_not_judged_by_the_schemas_of_the_last() -> None:
    snapshot = MemorySnapshot(overlay("deputy: zhang-wei"))
    rulebook = load_rulebook(snapshot)
    loaded = load_entries(snapshot, rulebook)
    own = {"properties": {"deputy": {"type": "string"}}}
    types = {**rulebook.types, "faq": replace(rulebook.types["faq"], front_matter=own)}
    for book, expected in ((rulebook, ["KB016"]), (replace(rulebook, types=types), []), (rulebook, ["KB016"])):
        assert codes(run(Context(snapshot, book, loaded.corpus, TODAY), loaded)) == expected


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ([QUESTION], {QUESTION}),
        (["kb/entries/retail-banking/hongyun-cd/产品说明书.docx"], {PRODUCT, LATER}),
        (["kb/entries/retail-banking/hongyun-cd/deep/x.png"], {PRODUCT, LATER}),
        ([TABLE, QUESTION], {OUTLETS, QUESTION}),
        (["kb/entries/operations"], {OUTLETS, *STRAY}),
        (["kb/entries/operations/"], {OUTLETS, *STRAY}),
        (["kb/entries/retail-banking/gone.md"], set()),
        (["kb/entries/retail"], set()),
        (["kb/entries/retail-banking/hongyun-cd"], {PRODUCT, LATER}),
        (["kb/entries/operations/Thumbs.db"], {"kb/entries/operations/Thumbs.db"}),
        (["kb/entries/operations/stray"], {"kb/entries/operations/stray/a.docx", "kb/entries/operations/stray/b.docx"}),
        (["kb/entries/operations/stray/a.docx"], {"kb/entries/operations/stray/a.docx"}),
        (["kb/entries/operations/stray/gone.docx"], set()),
        (["kb/submissions/2026/1.md"], set()),
        (["README.md"], set()),
        ([], set()),
        (["kb/kb.toml"], None),
        ([QUESTION, "schemas/faq.yaml"], None),
        (["kb/organization"], None),
    ],
)
def test_the_entries_that_paths_concern(paths: list[str], expected: set[str] | None) -> None:
    files = overlay(f"==> {LATER} <==\ntitle: 鸿运大额存单\n")
    assert concerned(paths, MemorySnapshot({**files, **dict.fromkeys(STRAY, b"x")})) == expected


def test_a_file_that_is_no_entrys_is_found_when_it_is_asked_for_or_its_folder() -> None:
    files = {**base_files(), **dict.fromkeys(STRAY, b"x")}
    for path in STRAY:
        report = check(files, asked={path})
        assert (places(report, "KB009"), report.files) == ([(path, 1, 1)], 0)
    assert codes(check(files, asked={QUESTION})) == []
    assert [path for path, _, _ in places(check(files), "KB009")] == sorted(STRAY)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("kb/kb.toml", True),
        ("kb/organization/x.yaml", True),
        ("kb/calendar/2026.yaml", True),
        ("templates/entry/faq.md.j2", True),
        (QUESTION, False),
        ("kb/search-tests.yaml", False),
        ("docs/schemas/x.yaml", False),
    ],
)
def test_rulebook_paths(path: str, expected: bool) -> None:
    assert is_rulebook_path(path) is expected
