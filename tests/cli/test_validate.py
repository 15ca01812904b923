"""``kbctl validate`` on real files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.conftest import Outcome, git

Run = Callable[..., Outcome]
ENTRY = "kb/entries/retail-banking/hongyun-cd.md"


def _edit(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for pattern, replacement in changes:
        text, count = re.subn(pattern, replacement, text, count=1, flags=re.DOTALL | re.MULTILINE)
        assert count == 1, pattern
    path.write_text(text, encoding="utf-8")


def _line_of(path: Path, text: str) -> int:
    return next(n for n, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1) if text in line)


def _found(outcome: Outcome) -> list[dict[str, object]]:
    findings: list[dict[str, object]] = json.loads(outcome.out)["findings"]
    return findings


def test_the_sample_has_no_errors(sample: Path, kbctl: Run) -> None:
    outcome = kbctl("validate", "--json")
    assert outcome.status == 0
    assert {finding["severity"] for finding in _found(outcome)} <= {"warning", "note"}


def test_four_mistakes_are_named_with_their_lines_in_both_languages(sample: Path, kbctl_process: Run) -> None:
    path = sample / ENTRY
    _edit(
        path,
        (r"(^## 风险提示\n).*?(?=^## )", r"\1\n"),
        (r"^valid_until: .*?$", "valid_until: 2026-02-30"),
        (r"^contact: .*?$", "contact: [zhang-we]"),
        (r"\Z", "\n经办人身份证号410305199003071230。\n"),
    )
    expected = {
        "KB203": _line_of(path, "## 风险提示"),
        "KB019": _line_of(path, "valid_until:"),
        "KB105": _line_of(path, "contact:"),
        "KB701": _line_of(path, "4103051990"),
    }
    for language, words in (("en", "no contact zhang-we"), ("zh_CN", "业务联系人“zhang-we”")):
        outcome = kbctl_process("--lang", language, "validate", ENTRY)
        assert outcome.status == 1
        for code, line in expected.items():
            assert re.search(rf"^{re.escape(ENTRY)}:{line}:\d+: \S+ {code} ", outcome.out, re.MULTILINE), (
                code,
                outcome.out,
            )
        assert words in outcome.out.replace(" ", "") if language == "zh_CN" else words in outcome.out
        assert "410305199003071230" not in outcome.out


def test_fail_on_and_select_and_ignore(sample: Path, kbctl: Run) -> None:
    assert kbctl("validate", "--fail-on", "warning").status == 1
    assert kbctl("validate", "--fail-on", "warning", "--ignore", "KB606").status == 0
    codes = {finding["code"] for finding in _found(kbctl("validate", "--json", "--select", "KB6"))}
    assert codes == {"KB606"}
    assert kbctl("validate", "--select", "KB99").status == 2


def test_only_what_changed(sample: Path, kbctl: Run) -> None:
    _edit(sample / ENTRY, (r"^owner: .*?$", "owner: operations"))
    _edit(sample / "kb/entries/operations/card-loss-report.md", (r"^owner: .*?$", "owner: retail-banking"))
    git(sample, "add", ENTRY)
    assert {finding["path"] for finding in _found(kbctl("validate", "--staged", "--json", "--select", "KB103"))} == {
        ENTRY
    }
    both = {
        finding["path"]
        for finding in _found(kbctl("validate", "--changed-since", "HEAD", "--json", "--select", "KB103"))
    }
    assert both == {ENTRY, "kb/entries/operations/card-loss-report.md"}


def test_staged_content_is_judged_not_the_desk(sample: Path, kbctl: Run) -> None:
    _edit(sample / ENTRY, (r"^owner: .*?$", "owner: operations"))
    git(sample, "add", ENTRY)
    git(sample, "checkout-index", "-f", "--", ENTRY)
    (sample / ENTRY).write_bytes(git(sample, "show", f"HEAD:{ENTRY}").encode())
    assert [finding["code"] for finding in _found(kbctl("validate", "--staged", "--json", "--fail-on", "error"))] == [
        "KB103"
    ]


def test_moving_todays_answer_into_the_future_is_refused(sample: Path, kbctl: Run) -> None:
    path = "kb/entries/operations/card-loss-report.md"
    _edit(sample / path, (r"^valid_from: .*?$", "valid_from: 2027-01-01"))
    codes = [finding["code"] for finding in _found(kbctl("validate", path, "--json"))]
    assert "KB125" in codes


def test_a_change_of_the_rulebook_concerns_every_entry(sample: Path, kbctl: Run) -> None:
    _edit(sample / "schemas/product.yaml", (r"heading: 风险提示", "heading: 风险说明"))
    found = _found(kbctl("validate", "--changed-since", "HEAD", "--json"))
    assert "KB201" in {finding["code"] for finding in found if finding["path"] == ENTRY}


def test_anything_in_a_file_gives_findings_not_a_crash(sample: Path, kbctl: Run) -> None:
    folder = sample / "kb/entries/retail-banking"
    good = (folder / "hongyun-cd.md").read_text(encoding="utf-8")
    cases = {
        "gbk.md": (good.encode("gb18030"), "KB001"),
        "bom.md": (b"\xef\xbb\xbf" + good.encode(), "KB002"),
        "crlf.md": (good.replace("\n", "\r\n").encode(), "KB003"),
        "large.md": (good.encode() + "长".encode() * (20 * 1024 * 1024), "KB004"),
        "binary.md": (b"\x7fELF\x00\x01" * 100, "KB005"),
        "Odd Name 条目.md": (good.encode(), "KB007"),
        "bare.md": ("只有正文".encode(), "KB010"),
        "unclosed.md": (b"---\nid: x\n", "KB011"),
        "colon.md": ("---\ntitle：惠薪贷\n---\n".encode(), "KB012"),
        "bomb.md": (b"---\na: &a [x, x]\nb: [*a, *a]\n---\n", "KB013"),
        "deep.md": (b"---\na: " + b"[" * 30_000 + b"\n---\n", "KB014"),
        "empty.md": (b"", "KB010"),
    }
    for name, (data, _) in cases.items():
        (folder / name).write_bytes(data)
    (folder / "link.md").symlink_to(sample / "schemas/product.yaml")
    (sample / "kb/entries/stray.txt").write_text("x")
    codes: dict[str, set[object]] = {}
    for finding in _found(kbctl("validate", "--json")):
        codes.setdefault(str(finding["path"]).rsplit("/", 1)[-1], set()).add(finding["code"])
    for name, (_, code) in cases.items():
        assert code in codes[name], (name, codes[name])
    assert "KB006" in codes["link.md"]
    assert "KB009" in codes["stray.txt"]


def test_the_encoding_is_named(sample: Path, kbctl: Run) -> None:
    (sample / "kb/entries/retail-banking/gbk.md").write_bytes("---\ntitle: 大额存单\n---\n".encode("gbk"))
    assert "GBK" in kbctl("validate", "kb/entries/retail-banking/gbk.md").out


def test_paths_that_are_no_entries(sample: Path, kbctl: Run, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("x")
    for path in ("kb/entries/nowhere.md", str(outside), "kb/calendar"):
        outcome = kbctl("validate", path)
        assert outcome.status == 2 or path == "kb/calendar"
        assert "Traceback" not in outcome.err


def test_an_id_names_its_entry(sample: Path, kbctl: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def files(*arguments: str) -> int:
        return int(json.loads(kbctl("validate", "--json", *arguments).out)["summary"]["files"])

    assert files("hongyun-cd") == 2
    assert files("hongyun-cd@2026-12-15") == 1
    assert files("hongyun-cd", "kb/entries/e-banking/face-login.md") == 3
    monkeypatch.chdir(sample / "kb")
    assert files("face-login") == 1
    assert kbctl("validate", "face-logon").status == 2
    # A file or folder of that name comes first.
    (sample / "kb/face-login").mkdir()
    assert "not an entry" in kbctl("validate", "face-login").err


def test_codes_of_submissions_are_not_for_validate(sample: Path, kbctl: Run) -> None:
    outcome = kbctl("validate", "--select", "KB951")
    assert (outcome.status, "review verify" in outcome.err) == (2, True)


def test_attachments_and_rows_lead_to_their_entry(sample: Path, kbctl: Run) -> None:
    outcome = kbctl("validate", "kb/entries/dongcheng-business/dongcheng-outlets/table.csv", "--json")
    assert {finding["code"] for finding in _found(outcome)} == {"KB606"}
    assert json.loads(outcome.out)["summary"]["files"] == 1


def test_outside_a_knowledge_base_one_line_says_what_to_do(tmp_path: Path, kbctl: Run, monkeypatch: object) -> None:
    outcome = kbctl("--root", str(tmp_path), "validate")
    assert outcome.status == 2
    assert "kbctl init" in outcome.err


def test_options_stand_before_or_after(sample: Path, kbctl: Run) -> None:
    before = kbctl("--today", "2027-06-01", "validate", "--json").out
    assert before == kbctl("validate", "--json", "--today", "2027-06-01").out
    assert before != kbctl("validate", "--json").out


def test_works_without_git(sample: Path, kbctl: Run) -> None:
    (sample / ".git").rename(sample / "not-git")
    assert kbctl("validate").status == 0


@pytest.mark.parametrize("name", ["hongyun-cd", "鸿运大额存单", "kb/entries/retail-banking/hongyun-cd.md"])
@pytest.mark.parametrize("command", ["validate", "fmt"])
def test_an_entry_is_named_by_id_title_or_path(sample: Path, kbctl: Run, command: str, name: str) -> None:
    outcome = kbctl(command, name)
    assert outcome.status == 0
    assert outcome.err


def test_a_name_that_is_nearly_an_id_gets_the_near_ones(sample: Path, kbctl: Run) -> None:
    outcome = kbctl("validate", "hongyun-dc")
    assert outcome.status == 2
    assert "hongyun-cd" in outcome.err


def test_at_a_terminal_findings_stand_below_their_file(
    sample: Path, kbctl: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sample / "kb/entries/retail-banking/hongyun-cd.md"
    text = path.read_text(encoding="utf-8").replace("valid_from: ", "valid_from: x").replace("title: ", "title_: ")
    path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("COLUMNS", "30")
    shown = re.sub("\x1b\\[[0-9;]*m", "", kbctl("--color", "always", "validate", "hongyun-cd").out)
    lines = shown.splitlines()
    assert lines[:2] == ["kb/entries/retail-banking/", "hongyun-cd.md"]
    assert lines[2].startswith("  1:1: error KB017")
    assert all(cell_len(line) <= 30 for line in lines)
    piped = kbctl("validate", "hongyun-cd").out
    assert piped.startswith("kb/entries/retail-banking/hongyun-cd.md:1:1: error KB017")
