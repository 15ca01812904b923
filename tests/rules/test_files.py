"""Rules about what no excerpt can show: encodings, line ends, sizes, links, files in wrong places. With real files."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kbctl.output.messages import hint, message
from kbctl.store.snapshot import MemorySnapshot, WorktreeSnapshot
from tests.helpers import QUESTION, TABLE, base_files, check, codes, only, places

PRODUCT_FILE = "kb/entries/retail-banking/hongyun-cd/产品说明书.docx"

Spoil = Callable[[Path], None]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, data in base_files().items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return tmp_path


def as_gbk(root: Path) -> None:
    path = root / QUESTION
    path.write_bytes(path.read_text(encoding="utf-8").encode("gbk"))


def with_mark(root: Path) -> None:
    path = root / QUESTION
    path.write_bytes(codecs.BOM_UTF8 + path.read_bytes())


def with_carriage_returns(root: Path) -> None:
    path = root / QUESTION
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def too_large(root: Path) -> None:
    with (root / QUESTION).open("ab") as file:
        file.write("挂失\n".encode() * 40_000)


def with_bell(root: Path) -> None:
    path = root / QUESTION
    path.write_bytes(path.read_bytes() + "请拨打\a客服热线。\n".encode())


def as_link(root: Path) -> None:
    path = root / QUESTION
    path.rename(root / "elsewhere.md")
    path.symlink_to(root / "elsewhere.md")


def large_attachment(root: Path) -> None:
    os.truncate(root / PRODUCT_FILE, 11 * 1024 * 1024)


# What only a real file shows, as its examples tell in words: code -> how the file comes to be, and where it is found.
DESCRIBED: dict[str, tuple[Spoil | None, tuple[str, int, int]]] = {
    "KB001": (as_gbk, (QUESTION, 3, 1)),
    "KB002": (with_mark, (QUESTION, 1, 1)),
    "KB003": (with_carriage_returns, (QUESTION, 1, 1)),
    "KB004": (too_large, (QUESTION, 1, 1)),
    "KB005": (with_bell, (QUESTION, 19, 4)),
    "KB006": (as_link, (QUESTION, 1, 1)),
    "KB008": (None, (QUESTION, 1, 1)),  # test_unreadable: whoever is root may read everything
    "KB303": (large_attachment, ("kb/entries/retail-banking/hongyun-cd.md", 12, 12)),
}


@pytest.mark.parametrize("code", [code for code, (spoil, _) in DESCRIBED.items() if spoil])
def test_described(code: str, root: Path) -> None:
    spoil, place = DESCRIBED[code]
    assert spoil is not None
    spoil(root)
    report = check(WorktreeSnapshot(root))
    assert set(codes(report)) == {code}
    assert places(report, code) == [place]
    finding = only(report, code)
    assert "{" not in message(finding) + hint(finding)


def test_a_control_character_is_one_finding_a_line(root: Path) -> None:
    path = root / QUESTION
    path.write_bytes(path.read_bytes() + "请\a拨\x1b打\n客服\u200b热\a线\n".encode())
    report = check(WorktreeSnapshot(root))
    # The bell is KB005 and nothing else; what has no width and is no control is KB806.
    assert [(finding.code, finding.line, finding.column) for finding in report.findings] == [
        ("KB005", 19, 2),
        ("KB806", 20, 3),
        ("KB005", 20, 5),
    ]


class Refusing(MemorySnapshot):
    """A snapshot of which one file cannot be opened."""

    def read(self, path: str) -> bytes:
        if path == self.refused:
            raise PermissionError(13, "Permission denied", path)
        return super().read(path)

    refused = QUESTION


def test_unreadable() -> None:
    report = check(Refusing(base_files()))
    assert codes(report) == ["KB008"]
    assert message(only(report, "KB008")) == "the file cannot be read: Permission denied"


@pytest.mark.parametrize("path", [TABLE, "kb/roles.yaml"])
def test_an_unreadable_table_or_rulebook_file(path: str) -> None:
    snapshot = Refusing(base_files())
    snapshot.refused = path
    assert ("KB008", path) in {(finding.code, finding.path) for finding in check(snapshot).findings}


def test_the_other_entries_are_checked_all_the_same(root: Path) -> None:
    as_gbk(root)
    other = root / "kb/entries/retail-banking/card-pickup.md"
    other.write_text(other.read_text(encoding="utf-8").replace("card-pickup/流程截图.png", "x.png"), encoding="utf-8")
    assert codes(check(WorktreeSnapshot(root))) == ["KB001", "KB310"]


def test_a_link_to_a_folder_or_in_the_rulebook_is_not_followed(root: Path) -> None:
    (root / "kb/entries/linked").symlink_to(root / "kb/entries/operations")
    (root / "roles.yaml").write_bytes((root / "kb/roles.yaml").read_bytes())
    (root / "kb/roles.yaml").unlink()
    (root / "kb/roles.yaml").symlink_to(root / "roles.yaml")
    report = check(WorktreeSnapshot(root))
    assert places(report, "KB009") == [("kb/entries/linked", 1, 1)]
    assert places(report, "KB006") == [("kb/roles.yaml", 1, 1)]


def test_attachments_and_tables_that_are_links(root: Path) -> None:
    for path in (PRODUCT_FILE, TABLE):
        (root / path).rename(root / "moved")
        (root / path).symlink_to(root / "moved")
    found = places(check(WorktreeSnapshot(root)), "KB006")
    assert {path for path, _, _ in found} >= {PRODUCT_FILE, TABLE, "kb/entries/retail-banking/hongyun-cd.md"}


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("kb/entries/stray.md", "KB009"),
        ("kb/entries/retail-banking/stray.txt", "KB009"),
        ("kb/entries/retail-banking/stray/样张.docx", "KB009"),
        ("kb/entries/retail-banking/card-loss/样张.docx", "KB304"),
        ("kb/entries/retail-banking/card-loss/deep/样张.docx", "KB304"),
        ("kb/entries/retail-banking/card-loss/table.csv", "KB304"),
    ],
)
def test_files_that_no_entry_names(path: str, code: str, root: Path) -> None:
    (root / path).parent.mkdir(exist_ok=True, parents=True)
    (root / path).write_bytes(b"x")
    assert places(check(WorktreeSnapshot(root)), code) == [(path, 1, 1)]


@pytest.mark.parametrize("name", [".DS_Store", "~$产品说明书.docx", ".git/config"])
def test_hidden_and_lock_files_are_passed_over(name: str, root: Path) -> None:
    path = root / "kb/entries/retail-banking/hongyun-cd" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"x")
    assert codes(check(WorktreeSnapshot(root))) == []


def test_a_later_version_lists_what_lies_in_the_common_folder(root: Path) -> None:
    original = (root / "kb/entries/retail-banking/hongyun-cd.md").read_text(encoding="utf-8")
    later = original.replace("valid_from: 2026-03-01", "valid_from: 2026-12-15")
    later = later.replace("  - {file: 产品说明书.docx, kind: manual}", "  - {file: 新产品说明书.docx, kind: manual}")
    (root / "kb/entries/retail-banking/hongyun-cd@2026-12-15.md").write_text(later, encoding="utf-8")
    (root / PRODUCT_FILE).with_name("新产品说明书.docx").write_bytes(b"x")
    assert codes(check(WorktreeSnapshot(root))) == []
