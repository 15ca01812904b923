from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Outcome, git
from tests.reports import golden
from tests.reports.bank import entry

Run = Callable[..., Outcome]
RETAIL = "kb/entries/retail-banking"
HEADER = "序号 机构 部门名称 联系人 负责业务范围 联系电话 手机 邮箱".split()


@pytest.mark.parametrize(
    ("format_", "name"), [("csv", "contacts.csv"), ("md", "contacts.md"), ("json", "contacts.json")]
)
@pytest.mark.parametrize("external", [False, True])
def test_golden(report_bank: Path, kbctl_process: Run, format_: str, name: str, external: bool) -> None:
    more = ["--external"] if external else []
    outcome = kbctl_process("contacts", "--format", format_, "--output", "out", *more)
    assert outcome.status == 0, outcome.err
    golden.check(f"external-{name}" if external else name, (report_bank / "out").read_bytes())


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
def test_the_form_is_the_regulations_in_every_language(report_bank: Path, kbctl_process: Run, lang: str) -> None:
    table = list(
        csv.reader(io.StringIO(kbctl_process("--lang", lang, "contacts", "--format", "csv").out.lstrip("\ufeff")))
    )
    assert table[0] == HEADER
    assert table[1][:4] == ["1", "总行", "个人金融部", "张伟"]
    page = kbctl_process("contacts", "--lang", lang, "--format", "md").out
    assert page.startswith("# 总（分）行各部门业务联系人\n\n日期：2026年11月21日\n\n| 序号 |")
    text = kbctl_process("contacts", "--lang", lang).out
    assert "日期：2026年11月21日" in text
    assert all(title in text for title in HEADER)


@pytest.mark.parametrize("format_", ["text", "csv", "md", "json"])
def test_outside_the_bank_neither_mobile_nor_mail(report_bank: Path, kbctl_process: Run, format_: str) -> None:
    inside = kbctl_process("contacts", "--format", format_).out
    outside = kbctl_process("contacts", "--format", format_, "--external").out
    for secret in ("12900001005", "@example.com", "条目leaves"):
        assert secret in inside
        assert secret not in outside


def test_what_is_missing_is_pointed_out(report_bank: Path, kbctl: Run) -> None:
    outcome = kbctl("contacts", "--json")
    found = json.loads(outcome.out)
    assert found["without_entries"] == ["no-phone"]
    assert found["without_phone"] == ["no-phone"]
    assert [one["id"] for one in found["entries_without_contact"]] == ["left"]
    assert found["departments_without_contact"] == ["empty-department"]
    for words in ("has no contact today", "has no phone", "answers for no entry", "no contact who holds the post"):
        assert words in outcome.err


def test_unknown_names(report_bank: Path, kbctl: Run) -> None:
    assert "retail-banking" in kbctl("contacts", "--department", "retail").err
    assert "dongcheng-branch" in kbctl("contacts", "--institution", "dongchen").err
    outcome = kbctl("contacts", "impact", "zhang-wie")
    assert outcome.status == 2
    assert "did you mean zhang-wei" in outcome.err


def test_impact(report_bank: Path, kbctl: Run) -> None:
    outcome = kbctl("contacts", "impact", "吴斌")
    assert outcome.status == 0
    assert "leaves-later" in outcome.out and "no other contact" in outcome.out
    assert "administrators" in outcome.out
    found = json.loads(kbctl("contacts", "impact", "zhang-wei", "--json").out)
    assert found["rows"] == [
        {"id": "emergency", "key": "DC-J02", "path": "kb/entries/dongcheng-business/emergency/table.csv", "line": 3}
    ]
    assert found["roles"] == ["reviewers"]


def test_impact_of_somebody_on_whom_nothing_depends(report_bank: Path, kbctl: Run) -> None:
    assert kbctl("contacts", "impact", "gone").status == 1


def changed(root: Path) -> dict[str, list[str]]:
    """The lines taken away and added, by file, as git sees them."""
    found: dict[str, list[str]] = {}
    path = ""
    for line in git(root, "-c", "core.quotePath=false", "diff", "-U0").splitlines():
        if line.startswith("+++ "):
            path = line[6:]
        elif line[:1] in "+-" and not line.startswith("---"):
            found.setdefault(path, []).append(line)
    return found


def test_replace_changes_one_key_in_each_file(report_bank: Path, kbctl: Run) -> None:
    outcome = kbctl("contacts", "replace", "wu-bin", "zhang-wei")
    assert outcome.status == 0, outcome.err
    assert changed(report_bank) == {
        f"{RETAIL}/leaves.md": ["-contact: [wu-bin, zhang-wei]", "+contact: [zhang-wei]"],
        f"{RETAIL}/leaves-later.md": ["-contact: [wu-bin]", "+contact: [zhang-wei]"],
    }
    assert "+contact: [zhang-wei]" in outcome.out
    assert "kb/roles.yaml" in outcome.err and "administrators" in outcome.err
    assert kbctl("contacts", "impact", "wu-bin", "--worktree").out.count("leaves") == 0


def test_replace_dry_run_writes_nothing(report_bank: Path, kbctl: Run) -> None:
    outcome = kbctl("contacts", "replace", "wu-bin", "zhang-wei", "--dry-run")
    assert outcome.status == 0
    assert "-contact: [wu-bin]" in outcome.out
    assert changed(report_bank) == {}


def test_replace_refuses_files_with_changes_of_somebody_else(report_bank: Path, kbctl: Run) -> None:
    path = report_bank / RETAIL / "leaves.md"
    path.write_text(path.read_text(encoding="utf-8") + "未提交\n", encoding="utf-8")
    outcome = kbctl("contacts", "replace", "wu-bin", "zhang-wei")
    assert outcome.status == 2
    assert "leaves.md" in outcome.err
    assert f"{RETAIL}/leaves-later.md" not in changed(report_bank)
    assert kbctl("contacts", "replace", "wu-bin", "zhang-wei", "--force").status == 0
    assert set(changed(report_bank)) == {f"{RETAIL}/leaves.md", f"{RETAIL}/leaves-later.md"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("wu-bin", "feng-li", "does not hold the post today"),
        ("wu-bin", "wu-bin", "cannot take over from itself"),
        ("nobody", "zhang-wei", "there is no contact nobody"),
        ("gone", "zhang-wei", "answers for nothing there"),
    ],
)
def test_replace_refusals(report_bank: Path, kbctl: Run, old: str, new: str, words: str) -> None:
    outcome = kbctl("contacts", "replace", old, new)
    assert outcome.status == 2
    assert words in outcome.err
    assert changed(report_bank) == {}


def test_replace_is_all_or_nothing(report_bank: Path, kbctl: Run) -> None:
    # A front matter in which one key cannot be changed safely.
    text = entry("flow", contact="[wu-bin]")
    block = text.split("---\n")[1].strip().replace("\n", ", ")
    (report_bank / RETAIL / "flow.md").write_text(f"---\n{{{block}}}\n---\n## 问题\n", encoding="utf-8")
    git(report_bank, "add", "-A")
    git(report_bank, "commit", "-qm", "流式")
    outcome = kbctl("contacts", "replace", "wu-bin", "zhang-wei")
    assert outcome.status == 2
    assert "flow.md" in outcome.err
    assert changed(report_bank) == {}


def test_replace_in_one_department(report_bank: Path, kbctl: Run) -> None:
    outcome = kbctl("contacts", "replace", "wu-bin", "yuan-mei", "--department", "dongcheng-business")
    assert outcome.status == 2
    outcome = kbctl("contacts", "replace", "wu-bin", "yuan-mei", "--department", "个人金融部")
    assert outcome.status == 0
    assert "takes over entries of 个人金融部" in outcome.err
    assert "kbctl submit --summary '袁梅 takes over from 吴斌'" in outcome.err


def test_replace_names_whoever_is_left_alone(report_bank: Path, kbctl: Run) -> None:
    outcome = kbctl("contacts", "replace", "wu-bin", "zhang-wei")
    assert "张伟 is now the only contact of: leaves\n" in outcome.err


def test_impact_tells_versions_apart(report_bank: Path, kbctl: Run) -> None:
    lines = kbctl("contacts", "impact", "zhang-wei").out.splitlines()
    gap = [line for line in lines if line.split()[:1] == ["gap"]]
    assert len(gap) == 2
    assert "version from 2026-01-01" in gap[0]
    assert "version from 2026-12-15" in gap[1]
    assert not any("version from" in line for line in lines if line.split()[:1] == ["week"])


def test_common_options_are_taken_everywhere(report_bank: Path, kbctl: Run) -> None:
    assert "2026年12月11日" in kbctl("contacts", "--today", "2026-12-11").out
    assert "吴斌" not in kbctl("--today", "2026-12-11", "contacts").out
    assert kbctl("contacts", "impact", "--today", "2026-12-11", "wu-bin").status == 0
    assert kbctl("contacts", "--help").status == 0
