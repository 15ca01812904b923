"""``kbctl show``: the version that governs, with what the front matter holds filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Outcome, git

Run = Callable[..., Outcome]


def test_contacts_and_validity_are_filled_in(sample: Path, kbctl: Run) -> None:
    outcome = kbctl("show", "hongyun-cd")
    assert outcome.status == 0
    assert "张伟 0379-01001005" in outcome.out
    assert "## 其它" in outcome.out
    assert "A new version takes effect on 2026-12-15." in outcome.out


def test_where_the_entry_and_its_attachments_stand(sample: Path, kbctl: Run) -> None:
    path = "kb/entries/retail-banking/hongyun-cd/产品说明书.docx"
    assert (sample / path).is_file()
    shown = kbctl("show", "hongyun-cd").out
    assert "file  kb/entries/retail-banking/hongyun-cd.md\n" in shown
    assert re.search(rf"attachment  产品说明书.docx\(.+\)  {path}\n", shown)
    found = json.loads(kbctl("show", "hongyun-cd", "--json").out)["attachments"]
    assert found == [{"file": "产品说明书.docx", "kind": "manual", "path": path}]
    later = json.loads(kbctl("show", "hongyun-cd", "--as-of", "2026-12-15", "--json").out)
    assert later["attachments"][0]["path"] == path
    assert json.loads(kbctl("show", "education-savings", "--json").out)["attachments"] == []


def test_the_successor_answers_from_its_day(sample: Path, kbctl: Run) -> None:
    today = json.loads(kbctl("show", "hongyun-cd", "--json").out)
    later = json.loads(kbctl("show", "hongyun-cd", "--as-of", "2026-12-15", "--json").out)
    assert today["valid_from"] < "2026-11-21"
    assert later["valid_from"] == "2026-12-15"
    assert later["state"] == "in-force"


def test_an_entry_that_should_have_been_reviewed(sample: Path, kbctl: Run) -> None:
    said = "review overdue since 2027-03-31"
    assert said not in kbctl("show", "card-loss-report", "--as-of", "2027-03-31").out
    assert said in kbctl("show", "card-loss-report", "--as-of", "2027-04-01").out


def test_one_section(sample: Path, kbctl: Run) -> None:
    outcome = kbctl("show", "card-loss-report", "--section", "服务流程")
    assert "## 服务流程" in outcome.out
    assert "## 注意事项" not in outcome.out
    assert kbctl("show", "card-loss-report", "--section", "没有").status == 2


def test_rows_of_an_operating_table(sample: Path, kbctl: Run) -> None:
    sections = json.loads(kbctl("--lang", "zh_CN", "show", "dongcheng-outlets", "--json").out)["sections"]
    rows = next(section["rows"] for section in sections if section["rows"])
    assert len(rows) >= 5


def test_a_draft_is_shown_only_when_asked_for(sample: Path, kbctl: Run) -> None:
    path = sample / "kb/entries/operations/card-loss-report.md"
    path.write_text(
        path.read_text(encoding="utf-8").replace("title: 借记卡挂失", "title: 借记卡挂失草稿"), encoding="utf-8"
    )
    assert "草稿" not in kbctl("show", "card-loss-report").out
    assert "草稿" in kbctl("show", "card-loss-report", "--worktree").out


def test_what_was_published_on_a_day(sample: Path, kbctl: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sample / "kb/entries/operations/card-loss-report.md"
    path.write_text(
        path.read_text(encoding="utf-8").replace("title: 借记卡挂失", "title: 借记卡挂失新版"), encoding="utf-8"
    )
    for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        monkeypatch.setenv(name, "2026-11-25T23:30:00+08:00")
    git(sample, "commit", "-qam", "新版")
    assert "新版" in kbctl("show", "card-loss-report").out
    assert "新版" in kbctl("show", "card-loss-report", "--published-on", "2026-11-25").out
    assert "新版" not in kbctl("show", "card-loss-report", "--published-on", "2026-11-24").out
    assert kbctl("show", "card-loss-report", "--published-on", "2020-01-01").status == 2
    assert "新版" not in kbctl("show", "card-loss-report", "--at", "HEAD~1").out


def test_unknown_ids_get_near_ones(sample: Path, kbctl: Run) -> None:
    outcome = kbctl("show", "card-lost-report")
    assert outcome.status == 2
    assert "card-loss-report" in outcome.err


def test_markup_and_controls_in_data_are_shown_not_obeyed(sample: Path, kbctl: Run) -> None:
    path = sample / "kb/entries/operations/card-loss-report.md"
    text = path.read_text(encoding="utf-8").replace("title: 借记卡挂失", 'title: "[/x] [red]卡\\e[31m\\u202E"')
    path.write_text(text, encoding="utf-8")
    outcome = kbctl("show", "card-loss-report", "--worktree")
    assert "[/x] [red]卡" in outcome.out
    assert "\x1b" not in outcome.out
    assert "\u202e" not in outcome.out


def test_comments_are_for_authors_not_for_readers(sample: Path, kbctl: Run) -> None:
    path = sample / "kb/entries/operations/card-loss-report.md"
    text = path.read_text(encoding="utf-8").replace(
        "## 服务流程\n", "## 服务流程\n<!-- kbctl: allow KB804 引用\n原文 -->\n"
    )
    path.write_text(text, encoding="utf-8")
    assert "引用" not in kbctl("show", "card-loss-report", "--worktree").out


def test_an_entry_is_found_by_its_title_too(sample: Path, kbctl: Run) -> None:
    assert "card-loss-report" in kbctl("show", "借记卡挂失").out


def test_a_draft_that_was_never_published_is_named_as_one(sample: Path, kbctl: Run) -> None:
    path = sample / "kb/entries/operations/card-loss-report.md"
    text = path.read_text(encoding="utf-8").replace("id: card-loss-report", "id: fresh-draft")
    (path.parent / "fresh-draft.md").write_text(text, encoding="utf-8")
    outcome = kbctl("show", "fresh-draft")
    assert outcome.status == 2
    assert "--worktree" in outcome.err


def test_an_item_is_found_where_no_section_is_called_so(sample: Path, kbctl: Run) -> None:
    (part,) = json.loads(kbctl("show", "hongyun-cd", "--section", "特点", "--json").out)["sections"]
    assert part["heading"] == "特点"
    assert "利率固定" in part["text"] and "起点金额" not in part["text"]
    outcome = kbctl("show", "hongyun-cd", "--section", "联系电话", "--section", "条件", "--section", "条件")
    assert re.findall(r"^## (.*)$", outcome.out, re.MULTILINE) == ["联系电话", "条件"]
    assert "张伟 0379-01001005" in outcome.out
    wrong = kbctl("show", "hongyun-cd", "--section", "没有")
    assert "产品简介、特点、面对对象" in wrong.err


def test_an_entry_without_sections_is_shown(sample: Path, kbctl: Run) -> None:
    path = sample / "kb/entries/operations/card-loss-report.md"
    path.write_text("---" + path.read_text(encoding="utf-8").split("---")[1] + "---\n一段话。\n", encoding="utf-8")
    assert kbctl("show", "card-loss-report", "--worktree").status == 0


@pytest.fixture
def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")


def test_markdown_is_set_on_a_terminal(sample: Path, kbctl: Run, on_a_terminal: None) -> None:
    path = sample / "kb/entries/retail-banking/social-security-card.md"
    text = path.read_text(encoding="utf-8")
    more = "\n1. 一\n   - 下\n2. 二\n\n> 引文\n\n[手册](social-security-card/手册.docx)见[官网](https://example.com)\n"
    path.write_text(
        text.replace("## 服务流程\n", f"## 服务流程\n{more}\n***\n\n```\n| 原样 |\n```\n", 1), encoding="utf-8"
    )
    shown = re.sub(r"\x1b\[[0-9;]*m", "", kbctl("show", "social-security-card", "--worktree").out)
    assert "【服务流程】\n1. 一\n   - 下\n2. 二\n\n│ 引文\n\n手册(手册.docx)见官网(https://example.com)\n" in shown
    assert "见借记卡挂失(card-loss-report)" in shown
    assert "[picture: 社会保障卡金融账户激活流程]" in shown
    assert "情形                  材料\n年满16周岁本人        身份证原件、社会保障卡\n" in shown
    assert "    | 原样 |\n" in shown
    assert not re.search(r"^#|\]\(|\| ---", shown, re.MULTILINE)


def test_elsewhere_the_text_is_as_it_is_typed(sample: Path, kbctl: Run) -> None:
    shown = kbctl("show", "social-security-card").out
    assert "![社会保障卡金融账户激活流程](" in shown
    assert "| --- | --- |" in shown


def test_a_withdrawal_that_is_to_come_is_said(sample: Path, kbctl: Run) -> None:
    kbctl("withdraw", "hongyun-cd", "--version", "2026-12-15", "--on", "2026-12-15", "--reason", "停售")
    shown = kbctl("show", "hongyun-cd@2026-12-15", "--worktree").out
    assert "[upcoming]" in shown
    assert "! withdrawn on 2026-12-15: 停售" in shown
    assert "! withdrawn on" not in kbctl("show", "hongyun-cd", "--worktree").out
    kbctl("withdraw", "card-loss-report", "--on", "2026-12-01", "--reason", "并入", "--replaced-by", "passbook-loss")
    shown = kbctl("show", "card-loss-report", "--worktree").out
    assert "! withdrawn on 2026-12-01: 并入" in shown
    assert "passbook-loss" in shown


def test_the_head_office_stands_for_the_whole_bank(sample: Path, kbctl: Run) -> None:
    assert "scope  the whole bank" in kbctl("show", "hongyun-cd").out
    assert "the whole bank" not in kbctl("show", "dongcheng-outlets").out
