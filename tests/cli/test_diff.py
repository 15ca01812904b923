"""``kbctl diff``: figures whole, front matter in words, rows by key, in every format, and never by colour alone."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import docx
import pytest
from docx.shared import RGBColor

from tests.conftest import Outcome, git

Run = Callable[..., Outcome]
ENTRY = "kb/entries/retail-banking/hongyun-cd.md"
TABLE = "kb/entries/operations/head-office-outlets/table.csv"


def edit(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def changed(sample: Path) -> Path:
    edit(
        sample / ENTRY,
        ("起点金额20万元", "起点金额30万元"),
        ("contact: [zhang-wei]", "contact: [li-na]"),
        ("## 风险提示\n", "## 风险提示\n<script>alert(1)</script> \x1b[31m & ]]> \u202e\n"),
    )
    text = (sample / ENTRY).read_text(encoding="utf-8")
    (sample / ENTRY).write_text(re.sub(r"(?m)^valid_until: .*$", "valid_until: 2028-01-31", text), encoding="utf-8")
    return sample


def test_marks_stand_in_the_text_with_colour_and_without(changed: Path, kbctl: Run) -> None:
    plain = kbctl("diff", "hongyun-cd").out
    assert "起点金额[-20万元-]{+30万元+}，" in plain
    assert re.search(r"contact: \[-\S+ zhang-wei-\], \{\+\S+ li-na\+\}", plain)
    assert re.search(r"last day: \[-20\d\d-\d\d-\d\d-\] → \{\+2028-01-31\+\}", plain)
    assert "\x1b" not in plain
    assert "\u202e" not in plain
    assert "## 购买的条件" in plain
    assert "## 特殊事项说明" not in plain
    colored = kbctl("--color", "always", "diff", "hongyun-cd").out
    assert "\x1b[31m{+30万元+}\x1b[0m" in colored
    assert "[-20万元-]" in colored


def test_line_numbers_are_those_of_the_new_file(changed: Path, kbctl: Run) -> None:
    lines = (changed / ENTRY).read_text(encoding="utf-8").split("\n")
    number = next(number for number, line in enumerate(lines, 1) if "起点金额30万元" in line)
    assert re.search(rf"^ +{number} .*30万元", kbctl("diff", "hongyun-cd").out, re.MULTILINE)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)


def test_html_is_one_file_and_everything_is_escaped(changed: Path, kbctl: Run) -> None:
    outcome = kbctl("diff", "hongyun-cd", "--format", "html")
    assert outcome.status == 0
    assert "起点金额<del>20万元</del><ins>30万元</ins>" in outcome.out
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in outcome.out
    tags = Tags()
    tags.feed(outcome.out)
    assert not {"script", "img", "link", "a", "iframe"} & set(tags.found)
    assert "\x1b" not in outcome.out and "\u202e" not in outcome.out
    # The whole text, not only what changed.
    assert "特殊事项说明" in outcome.out
    assert kbctl("diff", "hongyun-cd", "--format", "html", "--output", "a.html").status == 0
    assert (changed / "a.html").read_text(encoding="utf-8") == outcome.out


def runs(data: bytes) -> list[tuple[str, bool, bool]]:
    """Text, red, struck of each run."""
    document = docx.Document(io.BytesIO(data))
    return [
        (run.text, run.font.color.rgb == RGBColor(0xC0, 0, 0), bool(run.font.strike))
        for paragraph in document.paragraphs
        for run in paragraph.runs
    ]


def test_word_has_new_text_red_and_old_text_struck(changed: Path, kbctl: Run) -> None:
    assert kbctl("diff", "hongyun-cd", "--format", "docx").status == 0
    found = runs((changed / "hongyun-cd-changes.docx").read_bytes())
    assert ("30万元", True, False) in found
    assert ("20万元", False, True) in found
    assert kbctl("diff", "hongyun-cd", "--format", "docx").status == 0
    edit(changed / ENTRY, ("30万元", "40万元"))
    assert kbctl("diff", "hongyun-cd", "--format", "docx").status == 2
    assert kbctl("diff", "hongyun-cd", "--format", "docx", "--new-only", "--output", "hand-in.docx").status == 0
    clean = runs((changed / "hand-in.docx").read_bytes())
    assert ("40万元", True, False) in clean
    assert not any(struck or "20万元" in text for text, _, struck in clean)


def test_the_copy_to_hand_in_is_laid_out_like_the_entry(sample: Path, kbctl: Run) -> None:
    edit(
        sample / ENTRY,
        ("| 1年 | 1.30% |", "| 1年 | 1.25% |"),
        ("- 利率固定：", "- 期限灵活：可选。\n- 利率固定："),
        ("keywords: [", "keywords: [三十万, "),
        ("## 特殊事项说明", "## 另外一节\n\n新的一段。\n\n## 特殊事项说明"),
    )
    assert kbctl("diff", "hongyun-cd", "--format", "docx", "--new-only").status == 0
    document = docx.Document(str(sample / "hongyun-cd-changes.docx"))
    facts, rates, *_others = document.tables
    named = {row.cells[0].text: row.cells[1] for row in facts.rows}
    assert named["id"].text == "hongyun-cd"
    assert named["owner"].text == "个人金融部"
    assert named["compared with"].text == "what was published on 2026-11-20"
    assert named["keywords"].text == "三十万"
    (cell,) = [row.cells[1] for row in rates.rows if row.cells[0].text == "1年"]
    assert [(run.text, run.font.color.rgb) for run in cell.paragraphs[0].runs] == [("1.25%", RGBColor(0xC0, 0, 0))]
    texts = {paragraph.text: paragraph for paragraph in document.paragraphs}
    assert "鸿运大额存单" in texts
    assert not any(text.startswith(("- ", "| ", "#", "kb/")) for text in texts)
    assert texts["期限灵活：可选。"]._p.xpath("w:pPr/w:numPr")
    section = texts["另外一节"]
    assert section.style is not None and section.style.name == "Heading 1"
    assert section.runs[0].font.color.rgb == RGBColor(0xC0, 0, 0)


def test_rows_and_attachments_stand_in_the_copy_to_hand_in(sample: Path, kbctl: Run) -> None:
    edit(sample / TABLE, ("0379", "0388"))
    (sample / TABLE.replace("table.csv", "图.png")).write_bytes(b"x")
    assert kbctl("diff", "head-office-outlets", "--format", "docx", "--new-only").status == 0
    document = docx.Document(str(sample / "head-office-outlets-changes.docx"))
    reds = [
        run.text
        for table in document.tables
        for row in table.rows
        for cell in row.cells
        for paragraph in cell.paragraphs
        for run in paragraph.runs
        if run.font.color.rgb == RGBColor(0xC0, 0, 0)
    ]
    assert "图.png  new" in reds
    assert any(text.startswith("0388") for text in reds)


def test_where_nothing_is_changed_no_file_is_written(sample: Path, kbctl: Run) -> None:
    for arguments in (["--format", "docx", "--new-only"], ["--format", "html"], ["--output", "a.txt"]):
        done = kbctl("diff", "hongyun-cd", *arguments)
        assert (done.status, done.out) == (0, "")
        assert "as it is published" in done.err
    assert not list(sample.glob("*.docx")) and not (sample / "a.txt").exists()


def test_rows_are_compared_by_their_key(sample: Path, kbctl: Run) -> None:
    path = sample / TABLE
    header, first, second, *rest = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    columns = header.split(",")
    cells = second.split(",")
    cells[columns.index("phone")] = "0379-01009999"
    key = first.split(",")[0]
    added = ",".join(["HO-NEW", *second.split(",")[1:]])
    # The rows are put in another order, which changes nothing.
    path.write_text("\n".join([header, added, *reversed(rest), ",".join(cells)]) + "\n", encoding="utf-8")
    found = json.loads(kbctl("diff", "head-office-outlets", "--json").out)
    assert {(row["key"], row["change"]) for row in found["rows"]} == {
        ("HO-NEW", "new"),
        (cells[0], "changed"),
        (key, "removed"),
    }
    changed = next(row for row in found["rows"] if row["change"] == "changed")
    assert [cell["column"] for cell in changed["cells"]] == ["phone"]
    text = kbctl("--lang", "en", "diff", "head-office-outlets").out
    assert re.search(rf"{cells[0]} changed  [^:]+: \[-[0-9-]+-\] → \{{\+0379-01009999\+\}}", text)
    assert "{+HO-NEW+} new" in text
    assert f"[-{key}-] removed" in text
    path.write_text(path.read_text(encoding="utf-8") + f"{key},\n", encoding="utf-8")
    broken = json.loads(kbctl("diff", "head-office-outlets", "--json").out)
    assert broken["rows"] == [] and broken["table"]


def test_a_later_version_is_compared_with_the_one_in_force(sample: Path, kbctl: Run) -> None:
    for path in sample.glob("kb/entries/retail-banking/hongyun-cd@*.md"):
        path.unlink()
    git(sample, "commit", "-q", "-am", "one version")
    text = (sample / ENTRY).read_text(encoding="utf-8").replace("起点金额20万元", "起点金额50万元")
    later = "kb/entries/retail-banking/hongyun-cd@2027-03-01.md"
    (sample / later).write_text(re.sub(r"(?m)^valid_from: .*$", "valid_from: 2027-03-01", text), encoding="utf-8")
    (version,) = json.loads(kbctl("diff", "hongyun-cd", "--json").out)["versions"]
    assert (version["path"], version["change"], version["against"]) == (later, "new", ENTRY)
    assert {key["key"] for key in version["front_matter"]} == {"valid_from"}
    shown = kbctl("diff", later).out
    assert "{+50万元+}" in shown
    assert f"(against {ENTRY})" in shown


def test_new_removed_moved_and_attachments(sample: Path, kbctl: Run) -> None:
    (sample / "kb/entries/retail-banking/hongyun-cd/新.pdf").write_bytes(b"%PDF-1.4")
    shown = kbctl("diff", "hongyun-cd").out
    assert "{+kb/entries/retail-banking/hongyun-cd/新.pdf+}" in shown
    (sample / ENTRY).rename(sample / "kb/entries/wealth-management/hongyun-cd.md")
    versions = json.loads(kbctl("diff", "hongyun-cd", "--json").out)["versions"]
    assert [(one["path"], one["change"], one["against"]) for one in versions] == [
        ("kb/entries/wealth-management/hongyun-cd.md", "changed", ENTRY)
    ]
    (sample / "kb/entries/wealth-management/hongyun-cd.md").unlink()
    removed = json.loads(kbctl("diff", "hongyun-cd", "--json").out)["versions"]
    assert [(one["path"], one["change"]) for one in removed] == [(ENTRY, "removed")]
    (sample / "kb/entries/retail-banking/brand-new.md").write_text(
        "---\nid: brand-new\ntitle: 新\n---\n## 内容\n全新\n"
    )
    fresh = kbctl("diff", "brand-new")
    assert fresh.status == 0
    assert "{+全新+}" in fresh.out


def test_nothing_changed_another_base_and_unknown_names(sample: Path, kbctl: Run) -> None:
    same = kbctl("diff", "hongyun-cd")
    assert same.status == 0
    assert "as it is published" in same.err
    edit(sample / ENTRY, ("起点金额20万元", "起点金额30万元"))
    git(sample, "commit", "-q", "-am", "change")
    assert "30万元" not in kbctl("diff", "hongyun-cd").out
    assert "{+30万元+}" in kbctl("diff", "hongyun-cd", "--base", "HEAD~1").out
    missing = kbctl("diff", "hongyun-ce")
    assert missing.status == 2
    assert "hongyun-cd" in missing.err
    assert kbctl("diff", "hongyun-cd", "--base", "no-such-branch").status == 2


def test_a_file_that_cannot_be_read_is_compared_as_it_is(sample: Path, kbctl: Run) -> None:
    edit(sample / ENTRY, ("title:", "title: [\ntitle:"))
    outcome = kbctl("diff", "hongyun-cd")
    assert outcome.status == 0
    assert "{+title: [+}" in outcome.out


def test_without_an_id_it_lists_what_is_changed(sample: Path, kbctl: Run) -> None:
    assert kbctl("diff").out == ""
    edit(sample / ENTRY, ("起点金额20万元", "起点金额30万元"))
    edit(sample / TABLE, ("0379", "0388"))
    (sample / "kb/entries/operations/passbook-loss.md").unlink()
    (sample / "kb/entries/retail-banking/hongyun-cd").mkdir(exist_ok=True)
    (sample / "kb/entries/retail-banking/hongyun-cd/a.docx").write_bytes(b"x")
    kbctl("withdraw", "dining-campaign", "--reason", "停办")
    done = kbctl("diff")
    assert [line.split("  ")[:2] for line in done.out.splitlines()] == [
        ["withdrawal", "dining-campaign"],
        ["rows changed", "head-office-outlets"],
        ["removed", "passbook-loss"],
        ["changed", "hongyun-cd"],
        ["new", "hongyun-cd"],
    ]
    assert f"({ENTRY})" in done.out
    assert "鸿运大额存单" in done.out
    assert "kbctl submit" in done.err
    document = json.loads(kbctl("diff", "--json").out)
    assert document["changes"][3] == {
        "path": ENTRY,
        "change": "changed",
        "id": "hongyun-cd",
        "title": "鸿运大额存单",
    }
    assert kbctl("diff", "--new-only").status == 2


def test_what_others_published_is_not_listed_as_changed(sample: Path, kbctl: Run) -> None:
    git(sample, "switch", "-q", "-c", "desk")
    git(sample, "switch", "-q", "main")
    edit(sample / ENTRY, ("起点金额20万元", "起点金额30万元"))
    git(sample, "commit", "-qam", "published")
    git(sample, "switch", "-q", "desk")
    assert kbctl("diff").out == ""


@pytest.mark.parametrize("path", [ENTRY, TABLE])
def test_a_text_that_is_not_utf8_is_refused_like_validate_does(sample: Path, kbctl: Run, path: str) -> None:
    (sample / path).write_bytes((sample / path).read_text(encoding="utf-8").encode("gbk"))
    done = kbctl("diff", path)
    assert done.status == 1
    assert f"{path}:" in done.out
    assert "KB001" in done.out
    assert "Notepad" in done.out
    assert "{+" not in done.out


@pytest.mark.parametrize("name", ["鸿运大额存单", ENTRY, "hongyun-cd", f"{ENTRY.removesuffix('.md')}@x.md"])
def test_an_entry_is_named_by_title_path_or_id(sample: Path, kbctl: Run, name: str) -> None:
    done = kbctl("diff", name)
    assert (done.status == 0) == ("@x" not in name)
