"""``kbctl notice``: the intake notice of entries, as a draft."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Outcome
from tests.documents.office import all_text, workbook

Run = Callable[..., Outcome]


def test_markdown_goes_to_standard_output(sample: Path, kbctl: Run) -> None:
    outcome = kbctl("notice", "hongyun-cd", "fixed-deposit", "--urgency", "urgent", "--note", "请尽快")
    assert outcome.status == 0
    assert outcome.out.startswith("# 知识入库通知单\n\n编号：未编号（提交时编定）\n")
    for line in (
        "| 日期 | 2026年11月21日 |",
        "| 资料提交部门 | 个人金融部 |",
        "| 提交责任人 | 张伟 |",
        "| 联系电话 | 0379-01001005 |",
        "| 提交资料形式 | Word |",
        "| 缓急程度 | □普通 □加急 ☑特急 |",
        "| 备注 | 请尽快 |",
    ):
        assert line in outcome.out
    assert "1. 鸿运大额存单<br>2. 整存整取定期存款" in outcome.out


def test_the_form_is_chinese_in_any_language(sample: Path, kbctl: Run) -> None:
    assert kbctl("--lang", "en", "notice", "hongyun-cd").out == kbctl("--lang", "zh_CN", "notice", "hongyun-cd").out


def test_an_operating_table_comes_as_excel(sample: Path, kbctl: Run) -> None:
    assert "| 提交资料形式 | Excel |" in kbctl("notice", "dongcheng-outlets").out
    assert "| 提交资料形式 | Word、Excel |" in kbctl("notice", "dongcheng-outlets", "dongcheng-night-market").out


def test_files(sample: Path, kbctl: Run, tmp_path: Path) -> None:
    outcome = kbctl("notice", "hongyun-cd", "--format", "docx")
    path = sample / "知识入库通知单-hongyun-cd.docx"
    assert outcome.out == ""
    assert "wrote" in outcome.err
    assert "鸿运大额存单" in all_text(path.read_bytes())
    target = tmp_path / "单.xlsx"
    assert kbctl("notice", "hongyun-cd", "--format", "xlsx", "--output", str(target)).status == 0
    assert workbook(target.read_bytes()).worksheets[0]["A1"].value == "知识入库通知单"
    assert kbctl("notice", "hongyun-cd", "--format", "xlsx", "--output", str(tmp_path)).status == 0
    assert (tmp_path / "知识入库通知单-hongyun-cd.xlsx").read_bytes() == target.read_bytes()
    assert not list(tmp_path.glob(".*.tmp"))


def test_a_file_is_not_overwritten_unasked(sample: Path, kbctl: Run, tmp_path: Path) -> None:
    target = tmp_path / "notice.docx"
    target.write_bytes(b"mine")
    arguments = ("notice", "hongyun-cd", "--format", "docx", "--output", str(target))
    outcome = kbctl(*arguments)
    assert (outcome.status, target.read_bytes()) == (2, b"mine")
    assert "--force" in outcome.err
    assert kbctl(*arguments, "--force").status == 0
    assert kbctl(*arguments).status == 0, "the same bytes are there already"


@pytest.mark.parametrize("place", ["absent/notice.docx", "file/notice.docx"])
def test_what_cannot_be_written(sample: Path, kbctl: Run, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    outcome = kbctl("notice", "hongyun-cd", "--format", "docx", "--output", str(tmp_path / place))
    assert outcome.status == 2
    assert "cannot write" in outcome.err
    assert "open in Word or Excel" in outcome.err


def test_a_folder_that_is_not_ours(sample: Path, kbctl: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()

    def refuse(*_arguments: object, **_options: object) -> None:
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr("kbctl.cli.deliver.create_files", refuse)
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    outcome = kbctl("notice", "hongyun-cd", "--format", "docx", "--output", str(folder / "n.docx"))
    assert outcome.status == 2
    assert "Permission denied" in outcome.err


def test_standard_output_takes_a_file_through_a_pipe(sample: Path, kbctl: Run) -> None:
    assert kbctl("notice", "hongyun-cd", "--output", "-").out.startswith("# 知识入库通知单")


def test_unknown_entries_and_two_departments(sample: Path, kbctl: Run) -> None:
    outcome = kbctl("notice", "hongyun-ce")
    assert outcome.status == 2
    assert "hongyun-cd" in outcome.err
    outcome = kbctl("notice", "hongyun-cd", "card-loss-report")
    assert outcome.status == 2
    assert "retail-banking, operations" in outcome.err
    assert kbctl("notice").status == 2


def test_a_version_that_takes_effect_later(sample: Path, kbctl: Run) -> None:
    assert "（2026年12月15日起） |" in kbctl("notice", "hongyun-cd@2026-12-15").out
    outcome = kbctl("notice", "hongyun-cd@2026-12-16")
    assert outcome.status == 2
    assert "hongyun-cd@2026-12-15" in outcome.err


def test_a_draft_is_found_on_the_desk_alone(sample: Path, kbctl: Run) -> None:
    old = sample / "kb/entries/retail-banking/fixed-deposit.md"
    new = sample / "kb/entries/retail-banking/fixed-deposit-new.md"
    new.write_text(old.read_text().replace("id: fixed-deposit\n", "id: fixed-deposit-new\n"))
    outcome = kbctl("notice", "fixed-deposit-new")
    assert outcome.status == 2
    assert "--worktree" in outcome.err
    assert kbctl("notice", "fixed-deposit-new", "--worktree").status == 0


def test_a_contact_without_phone_and_none_at_all(sample: Path, kbctl: Run) -> None:
    path = sample / "kb/organization/retail-banking.yaml"
    text = path.read_text()
    path.write_text(text.replace("    phone: 0379-01001005\n", ""))
    outcome = kbctl("notice", "hongyun-cd", "--worktree")
    assert "张伟 has no phone" in outcome.err
    assert "| 联系电话 |  |" in outcome.out
    path.write_text(text.replace("from: 2024-01-01", "from: 2024-01-01\n    until: 2025-01-01", 1))
    outcome = kbctl("notice", "hongyun-cd", "--worktree")
    assert "| 提交责任人 |  |" in outcome.out
    assert "提交责任人" in outcome.err


def test_a_rulebook_with_findings_is_named(sample: Path, kbctl: Run) -> None:
    path = sample / "kb/organization/retail-banking.yaml"
    path.write_text(path.read_text() + "unknown: key\n")
    outcome = kbctl("notice", "hongyun-cd", "--worktree")
    assert outcome.status == 0
    assert "| 资料提交部门 | retail-banking |" in outcome.out
    assert "KB911" in outcome.err


def test_urgency_in_the_words_of_the_form(sample: Path, kbctl: Run) -> None:
    assert "☑加急" in kbctl("notice", "hongyun-cd", "--urgency", "加急").out
    wrong = kbctl("notice", "hongyun-cd", "--urgency", "马上")
    assert (wrong.status, wrong.out) == (2, "")
    assert "normal 普通, expedited 加急, urgent 特急" in wrong.err
