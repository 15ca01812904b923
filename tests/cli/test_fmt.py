"""``kbctl fmt``: layout is mended, facts are not, and what cannot be read is left alone."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from kbctl.store.entries import parse_entry
from kbctl.store.markdown import parse_document
from tests.conftest import Outcome

Run = Callable[..., Outcome]
ENTRY = "kb/entries/operations/atm-limits.md"


def _untidy(text: str) -> str:
    _, block, body = text.split("---\n", 2)
    keys = "".join(sorted(block.splitlines(keepends=True), key=lambda line: not line.startswith("contact")))
    return f"---\n# 联系人的注释\n{keys}---\n\n{body.replace('## ', '##  ', 1)}\n\n\n结束 语,本人办理。  \n".replace(
        "\n", "\r\n"
    )


@pytest.fixture
def untidy(sample: Path) -> Path:
    path = sample / ENTRY
    text = path.read_text(encoding="utf-8")
    path.write_bytes(b"\xef\xbb\xbf" + _untidy(text.replace("  - {", "- {")).encode())
    return path


def test_the_sample_is_tidied_once_without_a_change_of_content(sample: Path, kbctl: Run) -> None:
    before = {path: parse_entry("x.md", path.read_bytes())[0] for path in sample.glob("kb/entries/*/*.md")}
    assert kbctl("fmt").status == 0
    for path, old in before.items():
        new = parse_entry("x.md", path.read_bytes())[0]
        assert old is not None
        assert new is not None
        assert new.front_matter == old.front_matter
        one, other = parse_document(old.body, 1), parse_document(new.body, 1)
        assert [section.heading for section in one.sections] == [section.heading for section in other.sections]
        assert [block.text for block in one.blocks()] == [block.text for block in other.blocks()]
    again = kbctl("fmt", "--check")
    assert again.status == 0
    assert again.out == ""
    assert kbctl("validate").status == 0


def test_everything_untidy_in_a_file_is_mended(untidy: Path, kbctl: Run) -> None:
    before = parse_entry("x.md", untidy.read_bytes())[0]
    done = kbctl("fmt", ENTRY)
    assert done.status == 0
    text = untidy.read_bytes().decode("utf-8")
    assert text.startswith("---\nid: atm-limits\n")
    assert "\r" not in text
    assert "\n# 联系人的注释\ncontact: " in text
    assert text.endswith("\n结束 语，本人办理。\n")
    after = parse_entry("x.md", text.encode())[0]
    assert before is not None
    assert after is not None
    assert before.front_matter == after.front_matter
    assert "byte order mark removed" in done.err
    assert "Windows line ends" in done.err
    assert "-结束 语,本人办理。" in done.out
    assert "+结束 语，本人办理。" in done.out
    assert kbctl("fmt", "--check", ENTRY).status == 0


@pytest.mark.parametrize(("option", "status"), [("--check", 1), ("--dry-run", 0)])
def test_nothing_is_written_when_only_asked(option: str, status: int, untidy: Path, kbctl: Run) -> None:
    before = untidy.read_bytes()
    done = kbctl("fmt", option, ENTRY)
    assert done.status == status
    assert f"+++ b/{ENTRY}" in done.out
    assert untidy.read_bytes() == before


def test_suppressions_and_what_they_cover_stay(sample: Path, kbctl: Run) -> None:
    path = sample / ENTRY
    text = path.read_text(encoding="utf-8").replace("\nid:", "\n# kbctl: allow KB403 分行不同\nid:", 1)
    quoted = "<!-- kbctl: allow KB804 引用原文 -->\n原文为:客户须本人办理,不得代办。\n"
    path.write_text(f"{text}\n{quoted}\n客户须本人办理,不得代办。\n", encoding="utf-8")
    assert kbctl("fmt", ENTRY).status == 0
    text = path.read_text(encoding="utf-8")
    assert quoted in text
    assert "\n客户须本人办理，不得代办。\n" in text
    assert "---\n# kbctl: allow KB403 分行不同\nid: atm-limits\n" in text
    whole = text.replace("\n客户须本人办理，", "\n客户须本人办理,") + "\n<!-- kbctl: allow-file KB804 引用原文 -->\n"
    path.write_text(whole, encoding="utf-8")
    assert kbctl("fmt", ENTRY).out == ""


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"---\nid: [\n---\n", "KB012"),
        (b"---\nid: a\nid: b\n---\n", "KB015"),
        ("标题".encode("gbk"), "KB001"),
        (b"no front matter", "KB010"),
        (b"---\nid: a\n", "KB011"),
        (b"\0", "KB005"),
    ],
)
def test_a_broken_file_is_named_and_left_alone(content: bytes, code: str, sample: Path, kbctl: Run) -> None:
    broken = sample / "kb/entries/operations/broken.md"
    broken.write_bytes(content)
    other = sample / "kb/entries/operations/atm-limits.md"
    tidy = other.read_bytes()
    other.write_bytes(tidy + b"\n\n\n")
    done = kbctl("fmt", "kb/entries/operations")
    assert done.status == 1
    assert "kb/entries/operations/broken.md:" in done.err
    assert code in done.err
    assert broken.read_bytes() == content
    # The others are tidied all the same.
    assert other.read_bytes() == tidy


def test_a_link_is_not_followed(sample: Path, kbctl: Run, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("---\ntitle: a\nid: a\n---\n", encoding="utf-8")
    (sample / "kb/entries/operations/link.md").symlink_to(outside)
    done = kbctl("fmt", "kb/entries/operations/link.md")
    assert done.status == 1
    assert "KB006" in done.err
    assert outside.read_text(encoding="utf-8").startswith("---\ntitle: a\n")


def test_rows_saved_by_a_spreadsheet_lose_its_marks(sample: Path, kbctl: Run) -> None:
    table = sample / "kb/entries/operations/head-office-outlets/table.csv"
    before = table.read_bytes()
    table.write_bytes(b"\xef\xbb\xbf" + before.replace(b"\n", b"\r\n"))
    assert kbctl("fmt", "kb/entries/operations/head-office-outlets").status == 0
    assert table.read_bytes() == before


def test_the_permissions_stay(untidy: Path, kbctl: Run) -> None:
    untidy.chmod(0o640)
    assert kbctl("fmt", ENTRY).status == 0
    assert stat.S_IMODE(untidy.stat().st_mode) == 0o640
    assert not list(untidy.parent.glob(".*"))


@pytest.mark.parametrize("path", ["nowhere.md", "kb/kb.toml", "schemas", "/etc/hostname", ".git"])
def test_what_is_no_entry_is_refused(path: str, sample: Path, kbctl: Run) -> None:
    assert kbctl("fmt", path).status == 2


def test_it_works_as_a_process_with_colours(untidy: Path, kbctl_process: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(untidy.parent)
    done = kbctl_process("fmt", "--check", "--color", "always", "atm-limits.md")
    assert done.status == 1
    assert "\x1b[32m+结束 语，本人办理。" in done.out
    done = kbctl_process("fmt", "atm-limits.md")
    assert done.status == 0, done.err
    assert "\x1b" not in done.out


def test_the_shipped_knowledge_base_is_tidy(sample: Path, kbctl: Run) -> None:
    assert kbctl("fmt", "--check").status == 0


TABLE = "kb/entries/operations/head-office-outlets/table.csv"


@pytest.mark.parametrize(
    "written", ["2026/11/9", "2026/11/09", "2026-11-9", "2026年11月9日", '"2026/11/9"', "2026/11/9 0:00"]
)
def test_days_that_excel_wrote_are_days_again(sample: Path, kbctl: Run, written: str) -> None:
    lines = (sample / TABLE).read_text(encoding="utf-8").splitlines()
    head, row = lines[0], lines[1]
    before = row.rpartition(",")[0]
    (sample / TABLE).write_bytes(f"\ufeff{head}\r\n{before},{written}\r\n".encode())
    found = kbctl("validate", "head-office-outlets").out
    assert "kbctl fmt" in found
    assert kbctl("fmt", "head-office-outlets").status == 0
    assert (sample / TABLE).read_text(encoding="utf-8") == f"{head}\n{before},2026-11-09\n"


def test_only_date_columns_are_mended(sample: Path, kbctl: Run) -> None:
    text = (sample / TABLE).read_text(encoding="utf-8")
    head, row = text.splitlines()[:2]
    cells = row.split(",")
    cells[1], cells[6] = "2026/11/9", '"开户, ""2026-1-2"""'
    wrong = [*cells[:-1], "2026/13/9"]
    (sample / TABLE).write_text("\n".join([head, ",".join(cells), ",".join(wrong), ""]), encoding="utf-8")
    assert kbctl("fmt", "head-office-outlets", "--check").status == 0


def test_days_of_the_front_matter_are_mended_and_nothing_else(sample: Path, kbctl: Run) -> None:
    path = sample / "kb/entries/retail-banking/hongyun-cd.md"
    text = path.read_text(encoding="utf-8")
    block = text.split("---\n")[1]
    start = next(line for line in block.splitlines() if line.startswith("valid_from: "))
    day = start.removeprefix("valid_from: ")
    year, month, date_ = (int(part) for part in day.split("-"))
    wrong = text.replace(start, f"valid_from: '{year}/{month}/{date_}'  # 首日").replace("title: ", "title: 2026/1/2")
    wrong = wrong.replace("keywords: [", "keywords: [2026/1/2, ")
    path.write_text(wrong, encoding="utf-8")
    assert kbctl("fmt", "鸿运大额存单").status in (0, 1)
    now = wrong.replace(f"'{year}/{month}/{date_}'", day)
    assert path.read_text(encoding="utf-8") == now


def test_a_day_within_a_key_is_mended_in_its_place(sample: Path, kbctl: Run) -> None:
    path = sample / "kb/entries/retail-banking/hongyun-cd.md"
    kbctl("withdraw", "hongyun-cd", "--reason", "停售 2026/1/2", "--on", "2026-12-01")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("on: 2026-12-01", "on: 2026年12月1日"), encoding="utf-8")
    assert kbctl("fmt", "hongyun-cd").status == 0
    assert path.read_text(encoding="utf-8") == text


def test_a_heading_without_its_blank_or_with_full_width_marks_becomes_one(sample: Path, kbctl: Run) -> None:
    path = sample / ENTRY
    text = path.read_text(encoding="utf-8")
    assert "\n\n## 答复\n\n" in text
    path.write_text(text.replace("\n\n## 答复\n\n", "\n＃＃答复\n", 1), encoding="utf-8")
    assert "KB211" in kbctl("validate", ENTRY).out
    assert kbctl("fmt", ENTRY).status == 0
    assert path.read_text(encoding="utf-8") == text
