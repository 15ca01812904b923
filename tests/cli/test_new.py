"""``kbctl new``: what is made validates but for what is to be filled in."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kbctl.store.rulebook import load_rulebook
from kbctl.store.shipped import shipped_snapshot
from kbctl.store.snapshot import WorktreeSnapshot
from tests.conftest import ROOT, Outcome, git

Run = Callable[..., Outcome]
TYPES = sorted(path.stem for path in (ROOT / "schemas").glob("*.yaml"))
# What a new entry owes until it is filled in: text, required attachments, a time limit, a screenshot.
OWED = {"KB207", "KB302", "KB502", "KB210"}


def _found(outcome: Outcome) -> list[dict[str, object]]:
    findings: list[dict[str, object]] = json.loads(outcome.out)["findings"]
    return findings


def _keys(path: Path) -> dict[str, str]:
    block = path.read_text(encoding="utf-8").split("---\n")[1]
    return dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(("#", " ")) and ": " in line)


@pytest.mark.parametrize("type_", TYPES)
def test_every_type_starts_with_all_that_it_asks_for(type_: str, sample: Path, kbctl: Run) -> None:
    made = kbctl("new", type_, "--title", "试验用条目", "--owner", "e-banking")
    assert made.status == 0
    path = made.out.strip()
    assert path == "kb/entries/e-banking/shi-yan-yong-tiao-mu.md"
    assert f"kbctl validate {path}" in made.err
    findings = _found(kbctl("validate", "--json", path))
    assert {finding["code"] for finding in findings} <= OWED
    text = (sample / path).read_text(encoding="utf-8")
    blanks = [finding for finding in findings if finding["code"] == "KB207"]
    assert len(blanks) >= text.split("---\n", 2)[2].count("\n待补充\n") > 0
    assert kbctl("fmt", "--check", path).status == 0


@pytest.mark.parametrize("type_", TYPES)
def test_the_template_has_guidance_for_every_heading(type_: str, sample: Path, kbctl: Run) -> None:
    made = kbctl("new", type_, "--title", "试验用条目", "--owner", "e-banking", "--dry-run")
    lines = [line for line in made.out.split("---\n", 2)[2].splitlines() if line]
    entry_type = load_rulebook(WorktreeSnapshot(sample)).types[type_]
    for number, line in enumerate(lines):
        if line == "待补充":
            assert lines[number - 1].startswith("<!-- "), lines[number - 1]
    headings = [line.lstrip("# ") for line in lines if line.startswith("#")]
    assert headings == [
        heading
        for section in entry_type.sections
        if not section.derived
        for heading in (section.heading, *(item.heading for item in section.items if not item.source))
    ]
    # Guidance for a heading that the schema does not have would be lost.
    template = (ROOT / "templates" / "entry" / f"{type_}.md.j2").read_text(encoding="utf-8")
    assert template.count('": "') == sum(line.startswith("<!-- ") for line in lines)


def test_the_git_user_is_owner_and_contact(sample: Path, kbctl: Run) -> None:
    made = kbctl("new", "产品", "--title", "惠薪宝存单", "--id", "huixin-cd")
    path = sample / "kb/entries/retail-banking/huixin-cd.md"
    assert made.out.strip() == "kb/entries/retail-banking/huixin-cd.md"
    keys = _keys(path)
    assert keys["owner"] == "retail-banking"
    assert keys["contact"] == "[zhang-wei]"
    assert keys["scope"] == "[head-office]"
    assert keys["valid_from"] == "2026-11-21"
    assert keys["valid_until"] == "long-term"
    assert keys["review_by"] == "2027-11-21"
    assert keys["tested"] == "{by: zhang-wei, on: 待补充, covers: 待补充}"
    assert "at least 3 working days" in path.read_text(encoding="utf-8")


def test_the_git_user_comes_from_gits_settings_too(sample: Path, kbctl: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GIT_AUTHOR_EMAIL")
    git(sample, "config", "user.email", "Sun.Hao@Example.com")
    made = kbctl("new", "faq", "--title", "试验用条目")
    assert _keys(sample / made.out.strip())["contact"] == "[sun-hao]"


@pytest.mark.parametrize("email", ["nobody@example.com", "feng.li@example.com"])
def test_an_unknown_git_user_must_name_the_owner(
    email: str, sample: Path, kbctl: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", email)  # feng-li has left
    made = kbctl("new", "faq", "--title", "试验用条目")
    assert made.status == 2
    assert email in made.err
    assert "e-banking 电子银行运行部" in made.err
    assert kbctl("new", "faq", "--title", "试验用条目", "--owner", "运营管理部").status == 0
    assert _keys(sample / "kb/entries/operations/shi-yan-yong-tiao-mu.md")["contact"] == "[tang-jie]"


def test_a_branch_writes_for_itself(sample: Path, kbctl: Run) -> None:
    made = kbctl("new", "faq", "--title", "试验用条目", "--owner", "xicheng-business")
    assert _keys(sample / made.out.strip())["scope"] == "[xicheng-branch]"
    refused = kbctl("new", "faq", "--title", "另一条", "--owner", "xicheng-business", "--scope", "head-office")
    assert refused.status == 2
    assert "that branch only" in refused.err
    assert kbctl("new", "faq", "--title", "另一条", "--scope", "nowhere").status == 2


def test_dates_follow_the_type(sample: Path, kbctl: Run) -> None:
    made = kbctl("new", "sms", "--title", "试验短信", "--valid-from", "2026-12-01")
    assert _keys(sample / made.out.strip())["valid_until"] == "2027-03-01"
    for wrong in ("long-term", "2026-11-30", "2027-12-01", "2027-02-30", "next year"):
        refused = kbctl("new", "sms", "--title", "另一条", "--valid-from", "2026-12-01", "--valid-until", wrong)
        assert refused.status == 2, wrong
    made = kbctl("new", "faq", "--title", "另一条", "--valid-until", "2027-06-30")
    keys = _keys(sample / made.out.strip())
    assert keys["valid_until"] == "2027-06-30"
    assert "review_by" not in keys


def test_keys_of_the_type_get_placeholders_of_their_shape(sample: Path, kbctl: Run) -> None:
    made = kbctl("new", "announcement", "--title", "试验公告")
    text = (sample / made.out.strip()).read_text(encoding="utf-8")
    assert "lasts: 待补充\nemergency_contacts: [zhang-wei, li-na]\n" in text
    assert "#   - {file: 网站公告内容和时间.docx, kind: website}\n" in text
    made = kbctl("new", "service-standard", "--title", "试验规范")
    text = (sample / made.out.strip()).read_text(encoding="utf-8")
    assert "facts:\n  - {key: 待补充, value: 待补充, source: 待补充}\n" in text


def test_an_operating_type_gets_its_table(sample: Path, kbctl: Run) -> None:
    made = kbctl("new", "outlets", "--title", "试验网点", "--id", "test-outlets")
    table = sample / "kb/entries/retail-banking/test-outlets/table.csv"
    assert table.read_bytes() == b"key,name,address,hours_personal,hours_corporate,phone,services,verified_on\n"
    assert "table.csv" in made.err


def test_an_id_is_taken_only_once(sample: Path, kbctl: Run) -> None:
    for arguments in (("--title", "新的", "--id", "hongyun-cd"), ("--title", "新的", "--id", "atm-limits")):
        refused = kbctl("new", "faq", *arguments)
        assert refused.status == 2
        assert f"kbctl change {arguments[-1]} --from DATE" in refused.err
    # One that is published stays taken when its file is gone from the desk.
    (sample / "kb/entries/operations/atm-limits.md").unlink()
    assert kbctl("new", "faq", "--title", "新的", "--id", "atm-limits").status == 2
    broken = sample / "kb/entries/operations/broken.md"
    broken.write_text("no front matter", encoding="utf-8")
    assert kbctl("new", "faq", "--title", "新的", "--id", "broken").status == 2
    assert broken.read_text(encoding="utf-8") == "no front matter"


def test_a_similar_title_is_pointed_out(sample: Path, kbctl: Run) -> None:
    made = kbctl("new", "product", "--title", "鸿运大额存单产品", "--id", "hongyun-cd-2")
    assert made.status == 0
    assert "hongyun-cd (鸿运大额存单)" in made.err


@pytest.mark.parametrize("id_", ["Hongyun", "鸿运", "-a", "../a", "a b", "a" * 81, "a.b", ""])
def test_an_id_that_is_none_is_refused(id_: str, sample: Path, kbctl: Run) -> None:
    refused = kbctl("new", "faq", "--title", "新的", f"--id={id_}")
    assert refused.status == 2
    assert git(sample, "status", "--porcelain") == ""


@pytest.mark.parametrize("title", ["", "  ", "两\n行", "a\x1b[0m", "长" * 201, "💳"])
def test_a_title_that_is_none_is_refused(title: str, sample: Path, kbctl: Run) -> None:
    assert kbctl("new", "faq", "--title", title).status == 2
    assert git(sample, "status", "--porcelain") == ""


@pytest.mark.parametrize("title", ["a: b # c", "[x]", "'单'", '"双"', "- 项", "{}", "0379", "yes", "{{ 1 }}", "&x"])
def test_any_title_is_written_as_it_is(title: str, sample: Path, kbctl: Run) -> None:
    made = kbctl("new", "faq", "--title", title, "--id", "odd")
    assert made.status == 0
    codes = {finding["code"] for finding in _found(kbctl("validate", "--json", made.out.strip()))}
    assert codes <= OWED
    shown = json.loads(kbctl("show", "--worktree", "--json", "odd").out)
    assert shown["title"] == title


def test_nothing_is_written_in_a_dry_run(sample: Path, kbctl: Run) -> None:
    made = kbctl("new", "outlets", "--title", "试验网点", "--dry-run")
    assert made.status == 0
    assert made.out.startswith("---\nid: shi-yan-wang-dian\n")
    assert git(sample, "status", "--porcelain") == ""


def test_rows_that_are_there_are_not_overwritten(sample: Path, kbctl: Run) -> None:
    folder = sample / "kb/entries/retail-banking/test-outlets"
    folder.mkdir()
    (folder / "table.csv").write_text("mine\n", encoding="utf-8")
    refused = kbctl("new", "outlets", "--title", "试验网点", "--id", "test-outlets")
    assert refused.status == 2
    assert (folder / "table.csv").read_text(encoding="utf-8") == "mine\n"
    assert not folder.with_suffix(".md").exists()


def test_a_type_needs_no_more_than_a_schema(sample: Path, kbctl: Run) -> None:
    (sample / "schemas/glossary.yaml").write_text(
        "id: glossary\nnames: {zh_CN: 术语, en: Glossary}\ncategory: reference\ncarrier: word\n"
        "front_matter:\n  required: [level, source_day]\n  properties:\n"
        "    level: {enum: [basic, full]}\n    source_day: {type: string, format: date}\n"
        "sections:\n  - {heading: 释义}\n  - {heading: 例句, required: false}\n",
        encoding="utf-8",
    )
    made = kbctl("new", "术语", "--title", "起息日")
    text = (sample / made.out.strip()).read_text(encoding="utf-8")
    assert "level: basic\nsource_day: 2026-11-21\n---\n## 释义\n\n待补充\n\n## 例句\n\n待补充\n" in text
    (sample / "templates/entry/glossary.md.j2").write_text(
        "{# 提示 #}\n{% for section in sections %}\n## {{ section.heading }}\n\n<!-- {{ title }} -->\n\n{{ placeholder }}\n\n{% endfor %}",
        encoding="utf-8",
    )
    made = kbctl("new", "术语", "--title", "到期日")
    assert "## 释义\n\n<!-- 到期日 -->\n\n待补充\n\n## 例句\n" in (sample / made.out.strip()).read_text(
        encoding="utf-8"
    )
    assert {f["code"] for f in _found(kbctl("validate", "--json", made.out.strip()))} == {"KB207"}


@pytest.mark.parametrize(
    ("template", "line"),
    [("{{ nothing }}\n", 1), ("\n{% if %}\n", 2), ("\n\n{{ title.__class__.__mro__ }}", 3), ("\n{{ outline(1) }}", 2)],
)
def test_a_broken_template_is_named_with_its_line(template: str, line: int, sample: Path, kbctl: Run) -> None:
    (sample / "templates/entry/faq.md.j2").write_text(template, encoding="utf-8")
    refused = kbctl("new", "faq", "--title", "试验用条目")
    assert refused.status == 2
    assert f"templates/entry/faq.md.j2 cannot be used (line {line})" in refused.err
    assert git(sample, "status", "--porcelain") == " M templates/entry/faq.md.j2\n"


def test_guidance_comes_from_the_shipped_template_where_the_bank_has_none(sample: Path, kbctl: Run) -> None:
    (sample / "templates/entry/faq.md.j2").unlink()
    made = kbctl("new", "faq", "--title", "试验用条目")
    assert "<!-- 先给结论" in (sample / made.out.strip()).read_text(encoding="utf-8")
    assert "templates/entry/faq.md.j2" in shipped_snapshot().files()


def test_the_editor_opens_the_file(sample: Path, kbctl: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = kbctl("new", "faq", "--title", "试验用条目", "--edit")
    assert refused.status == 2
    assert git(sample, "status", "--porcelain") == ""
    editor = sample.parent / "editor.py"
    editor.write_text("import sys, pathlib\npathlib.Path(sys.argv[2]).write_text(sys.argv[1])\n", encoding="utf-8")
    monkeypatch.setenv("EDITOR", f"{sys.executable} {editor} edited")
    made = kbctl("new", "faq", "--title", "试验用条目", "--edit")
    assert (sample / made.out.strip()).read_text(encoding="utf-8") == "edited"


def test_types_and_departments_are_listed_when_the_name_is_wrong(sample: Path, kbctl: Run) -> None:
    wrong_type = kbctl("new", "nothing-like-it", "--title", "x")
    assert wrong_type.status == 2
    assert "faq 疑难问答" in wrong_type.err
    wrong_owner = kbctl("new", "faq", "--title", "x", "--owner", "nobody")
    assert wrong_owner.status == 2
    assert "operations 运营管理部" in wrong_owner.err
    wrong_contact = kbctl("new", "faq", "--title", "x", "--contact", "zhang-we")
    assert wrong_contact.status == 2
    assert "zhang-wei" in wrong_contact.err


def _at_terminal(arguments: list[str], answers: list[tuple[str, str]]) -> str:
    """Run kbctl at a terminal and answer each question; returns all that it showed."""
    leader, follower = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb"}
    process = subprocess.Popen(
        [sys.executable, "-m", "kbctl", *arguments], stdin=follower, stdout=follower, stderr=follower, env=environment
    )
    os.close(follower)
    shown = b""
    waiting = list(answers)
    end = time.monotonic() + 30
    while time.monotonic() < end:
        ready, _, _ = select.select([leader], [], [], 0.2)
        if ready:
            try:
                part = os.read(leader, 4096)
            except OSError:
                break
            shown += part
            if waiting and waiting[0][0].encode() in shown:
                os.write(leader, waiting.pop(0)[1].encode())
        elif process.poll() is not None:
            break
    process.wait(timeout=10)
    os.close(leader)
    return shown.decode()


def test_the_id_is_confirmed_at_a_terminal(sample: Path) -> None:
    shown = _at_terminal(["new", "faq", "--title", "提前还款"], [("[ti-qian-hai-kuan]", "early-payment\n")])
    assert "kb/entries/retail-banking/early-payment.md" in shown
    shown = _at_terminal(["new", "faq"], [("Title", "怎么还款呢\n"), ("[zen-me-hai-kuan-ne]", "\n")])
    assert (sample / "kb/entries/retail-banking/zen-me-hai-kuan-ne.md").is_file()


def test_it_works_as_a_process_from_a_folder_below(
    sample: Path, kbctl_process: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sample / "kb")
    made = kbctl_process("--lang", "zh_CN", "new", "疑难问答", "--title", "存折丢了怎么办")
    assert made.status == 0, made.err
    assert made.out == "entries/retail-banking/cun-zhe-diu-le-zen-me-ban.md\n"
    assert kbctl_process("validate", made.out.strip()).status == 1
    monkeypatch.chdir(sample.parent)
    made = kbctl_process("new", "faq", "--title", "另一条问答", "--root", str(sample))
    assert made.status == 0, made.err
    assert Path(made.out.strip()).is_file()


def test_without_git_the_owner_must_be_named(sample: Path, kbctl: Run, tmp_path: Path) -> None:
    (sample / ".git").rename(tmp_path / "elsewhere")
    assert kbctl("new", "faq", "--title", "试验用条目").status == 2
    assert kbctl("new", "faq", "--title", "试验用条目", "--owner", "e-banking").status == 0


def test_an_id_that_cannot_be_used_is_asked_for_again(sample: Path) -> None:
    answers = [("[ti-qian-hai-kuan]", "Early Payment\n"), ("no id", "hongyun-cd\n"), ("is taken", "early-payment\n")]
    shown = _at_terminal(["new", "faq", "--title", "提前还款"], answers)
    assert "kb/entries/retail-banking/early-payment.md" in shown


def test_without_an_identity_git_is_to_be_told(sample: Path, kbctl: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GIT_AUTHOR_EMAIL")
    made = kbctl("new", "faq", "--title", "试验用条目")
    assert made.status == 2
    assert "git config --global user.email" in made.err
    assert "--owner" in made.err


@pytest.mark.parametrize(
    ("word", "near"), [("营销", "campaign"), ("campain", "campaign"), ("紧急", "emergency-contacts")]
)
def test_a_part_of_a_types_name_offers_the_type(sample: Path, kbctl: Run, word: str, near: str) -> None:
    made = kbctl("new", word, "--title", "试验")
    assert made.status == 2
    assert f"did you mean {near} " in made.err


def test_an_entry_with_attachments_shows_how_they_are_listed(sample: Path, kbctl: Run) -> None:
    text = kbctl("new", "product", "--title", "试验", "--dry-run").out
    assert "# attachments:" in text
    assert "#   - {file: " in text


def test_without_a_type_it_lists_them(sample: Path, kbctl: Run) -> None:
    done = kbctl("new", "--title", "随心存")
    assert done.status == 2
    assert "which type" in done.err
    assert all(type_ in done.err for type_ in TYPES)
