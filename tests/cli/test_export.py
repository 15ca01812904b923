"""``kbctl export``: entries and handbooks as documents."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tests.conftest import Outcome
from tests.documents.office import all_text, document, draw, needs_office

Run = Callable[..., Outcome]


def test_word_is_the_default(sample: Path, kbctl: Run) -> None:
    outcome = kbctl("export", "social-security-card")
    assert outcome.status == 0
    done = document((sample / "social-security-card.docx").read_bytes())
    assert len(done.inline_shapes) == 1
    assert done.paragraphs[0].text == "社会保障卡金融账户激活"


def test_the_template_is_the_banks(sample: Path, kbctl: Run, tmp_path: Path) -> None:
    template = sample / "templates/report/entry.docx"
    done = document(template.read_bytes())
    done.add_paragraph("本文由洛河银行负责解释。")
    done.save(str(template))
    target = tmp_path / "a.docx"
    assert kbctl("export", "hongyun-cd", "--worktree", "--output", str(target)).status == 0
    assert all_text(target.read_bytes()).rstrip().endswith("本文由洛河银行负责解释。")
    template.write_bytes(b"no document")
    outcome = kbctl("export", "hongyun-cd", "--worktree", "--output", str(tmp_path / "b.docx"))
    assert outcome.status == 2
    assert "template" in outcome.err
    template.unlink()
    assert kbctl("export", "hongyun-cd", "--worktree", "--output", str(tmp_path / "b.docx")).status == 0


def test_html_and_markdown_go_to_standard_output(sample: Path, kbctl: Run) -> None:
    assert kbctl("export", "hongyun-cd", "--format", "html").out.startswith("<!DOCTYPE html>")
    assert kbctl("export", "hongyun-cd", "--format", "md").out.startswith("# 鸿运大额存单\n")


def test_several_go_to_a_folder(sample: Path, kbctl: Run, tmp_path: Path) -> None:
    ids = ("hongyun-cd", "hongyun-cd@2026-12-15", "fixed-deposit")
    assert kbctl("export", *ids, "--output", str(tmp_path / "absent")).status == 2
    assert "3 entries are 3 files" in kbctl("export", *ids, "--output", str(tmp_path / "three.docx")).err
    assert kbctl("export", *ids, "--format", "md").status == 2
    assert kbctl("export", *ids, "--format", "html", "--output", str(tmp_path)).status == 0
    names = {path.name for path in tmp_path.glob("*.html")}
    assert names == {"hongyun-cd.html", "hongyun-cd@2026-12-15.html", "fixed-deposit.html"}


def test_the_same_export_twice(sample: Path, kbctl: Run, tmp_path: Path) -> None:
    for format_ in ("docx", "html", "md"):
        one, two = tmp_path / f"1.{format_}", tmp_path / f"2.{format_}"
        for path in (one, two):
            assert kbctl("export", "hongyun-cd", "--format", format_, "--output", str(path)).status == 0
        assert one.read_bytes() == two.read_bytes()


def test_the_version_of_a_day(sample: Path, kbctl: Run) -> None:
    later = kbctl("export", "hongyun-cd", "--format", "md", "--as-of", "2026-12-15").out
    assert "2026-12-15 to" in later
    assert kbctl("export", "hongyun-cd", "--format", "md", "--at", "HEAD").status == 0
    assert kbctl("export", "hongyun-cd", "--at", "HEAD", "--worktree").status == 2


def test_drafts_are_marked(sample: Path, kbctl: Run) -> None:
    path = sample / "kb/entries/retail-banking/hongyun-cd.md"
    path.write_text(path.read_text() + "\n新增一句。\n")
    assert "Draft from the desk" in kbctl("export", "hongyun-cd", "--format", "md", "--worktree").out
    assert "Draft" not in kbctl("export", "fixed-deposit", "--format", "md", "--worktree").out
    assert "新增一句" not in kbctl("export", "hongyun-cd", "--format", "md").out


def test_external(sample: Path, kbctl: Run, tmp_path: Path) -> None:
    outcome = kbctl("export", "hongyun-cd", "--external", "--format", "md")
    assert outcome.status == 2
    assert "hongyun-cd" in outcome.err
    outcome = kbctl("export", "dongcheng-outlets", "--external", "--format", "md")
    assert outcome.status == 0
    target = tmp_path / "book.html"
    outcome = kbctl(
        "export", "--department", "retail-banking", "--external", "--format", "html", "--output", str(target)
    )
    assert outcome.status == 0
    assert re.search("internal entries are left out: .*hongyun-cd", outcome.err)
    assert not re.search(r"1[0-9]{10}(?!\d)|@example\.com", re.sub(r"base64,[^\"]+", "", target.read_text()))


def test_nothing_that_may_leave_the_bank(sample: Path, kbctl: Run) -> None:
    outcome = kbctl("export", "--type", "emergency-contacts", "--external", "--output", "-")
    assert (outcome.status, outcome.out) == (2, "")
    assert "not for readers outside the bank: dongcheng-emergency" in outcome.err


def test_handbook_of_a_department(sample: Path, kbctl: Run, tmp_path: Path) -> None:
    target = tmp_path / "book.docx"
    outcome = kbctl("export", "--department", "个人金融部", "--output", str(target))
    assert outcome.status == 0
    headings = [p.text for p in document(target.read_bytes()).paragraphs if p.style and p.style.name == "Heading 2"]
    assert "鸿运大额存单" in headings
    # Expired, withdrawn and later versions are no answers.
    assert "新春存款有礼" not in headings
    assert len(headings) == len(set(headings))


def test_handbook_of_a_type(sample: Path, kbctl: Run, tmp_path: Path) -> None:
    assert kbctl("export", "--type", "faq", "--format", "html", "--output", str(tmp_path / "a.html")).status == 0
    outcome = kbctl("export", "--type", "outlets", "--department", "operations", "--format", "html")
    assert outcome.status in (0, 1)
    assert kbctl("export", "--type", "faq", "--format", "md").status == 2


def test_what_does_not_exist(sample: Path, kbctl: Run) -> None:
    assert "hongyun-cd" in kbctl("export", "hongyun-ce").err
    assert kbctl("export", "--department", "nobody").status == 2
    assert kbctl("export", "--type", "nothing").status == 2
    assert kbctl("export").status == 2
    assert kbctl("export", "hongyun-cd", "--type", "faq").status == 2


def test_an_empty_handbook(sample: Path, kbctl: Run) -> None:
    outcome = kbctl("export", "--type", "sms", "--department", "operations")
    assert outcome.status == 1
    assert "no entry in force" in outcome.err


def test_a_broken_row_is_named_and_left_out(sample: Path, kbctl: Run) -> None:
    path = sample / "kb/entries/dongcheng-business/dongcheng-outlets/table.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:2], "DC99,zu wenig", *lines[2:]]) + "\n")
    outcome = kbctl("export", "dongcheng-outlets", "--format", "md", "--worktree")
    assert outcome.status == 0
    assert "DC99" not in outcome.out
    assert "| DC02 |" in outcome.out
    assert "table.csv:3" in outcome.err


@needs_office
def test_a_handbook_can_be_drawn(sample: Path, kbctl: Run, tmp_path: Path) -> None:
    target = tmp_path / "book.docx"
    kbctl("export", "--department", "dongcheng-business", "--output", str(target))
    assert draw(target.read_bytes(), "drawn.docx", tmp_path) > 5
