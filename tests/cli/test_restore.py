"""``kbctl restore``: the published text comes back, what lay on the desk is kept, git is left alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Outcome, git

Run = Callable[..., Outcome]
FOLDER = "kb/entries/retail-banking/hongyun-cd"
ENTRY = f"{FOLDER}.md"
TABLE = "kb/entries/operations/head-office-outlets/table.csv"


def kept(root: Path) -> dict[str, bytes]:
    """What is kept, by its path in the knowledge base."""
    folder = root / ".kbctl" / "kept"
    files = (path for path in folder.rglob("*") if path.is_file())
    return {"/".join(path.relative_to(folder).parts[1:]): path.read_bytes() for path in files}


def test_the_published_text_comes_back_and_the_own_is_kept(sample: Path, kbctl: Run) -> None:
    before = (sample / ENTRY).read_bytes()
    index = (sample / ".git/index").read_bytes()
    (sample / ENTRY).write_text("mine", encoding="utf-8")
    done = kbctl("restore", "hongyun-cd")
    assert done.status == 0
    assert done.out == f"put back: {ENTRY}\n"
    assert ".kbctl" in done.err
    assert (sample / ENTRY).read_bytes() == before
    assert kept(sample) == {ENTRY: b"mine"}
    assert (sample / ".git/index").read_bytes() == index
    assert git(sample, "status", "--short") == ""
    again = kbctl("restore", "hongyun-cd")
    assert again.status == 0
    assert again.out == ""


@pytest.mark.parametrize("name", ["hongyun-cd", ENTRY, "鸿运大额存单"])
def test_a_deleted_file_comes_back_by_id_path_and_title(sample: Path, kbctl: Run, name: str) -> None:
    (sample / ENTRY).unlink()
    assert kbctl("restore", name).out == f"put back: {ENTRY}\n"
    assert git(sample, "status", "--short") == ""
    assert kept(sample) == {}


def test_rows_and_attachments_belong_to_the_entry(sample: Path, kbctl: Run) -> None:
    (sample / TABLE).write_bytes(b"\xff\xfe")
    assert kbctl("restore", "head-office-outlets").out == f"put back: {TABLE}\n"
    assert kept(sample) == {TABLE: b"\xff\xfe"}


def test_a_file_named_is_put_back_alone(sample: Path, kbctl: Run) -> None:
    for path in (ENTRY, TABLE):
        (sample / path).write_text("mine", encoding="utf-8")
    assert kbctl("restore", TABLE).out == f"put back: {TABLE}\n"
    assert (sample / ENTRY).read_text(encoding="utf-8") == "mine"
    assert kbctl("restore", "kb/entries").out == f"put back: {ENTRY}\n"


def test_a_new_file_goes_only_with_yes(sample: Path, kbctl: Run) -> None:
    (sample / FOLDER).mkdir(exist_ok=True)
    new = f"{FOLDER}/新.txt"
    (sample / new).write_text("mine", encoding="utf-8")
    (sample / ENTRY).write_text("mine", encoding="utf-8")
    refused = kbctl("restore", "hongyun-cd")
    assert refused.status == 2
    assert new in refused.err
    assert "--yes" in refused.err
    assert (sample / ENTRY).read_text(encoding="utf-8") == "mine"
    shown = kbctl("restore", "hongyun-cd", "--dry-run")
    assert shown.out == f"put back: {ENTRY}\nmoved away, not published: {new}\n"
    assert kept(sample) == {}
    assert kbctl("restore", "hongyun-cd", "--yes").status == 0
    assert not (sample / new).exists()
    assert kept(sample) == {new: b"mine", ENTRY: b"mine"}


def test_what_cannot_be_written_leaves_every_copy(sample: Path, kbctl: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path, data: bytes) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("kbctl.cli.commands.restore.put_file", fail)
    (sample / ENTRY).write_text("mine", encoding="utf-8")
    assert kbctl("restore", "hongyun-cd").status == 130
    assert (sample / ENTRY).read_text(encoding="utf-8") == "mine"
    assert kept(sample) == {ENTRY: b"mine"}


def test_a_link_in_the_way_is_not_followed(sample: Path, kbctl: Run, tmp_path: Path) -> None:
    folder = (sample / ENTRY).parent
    outside = tmp_path / "outside"
    folder.rename(outside)
    folder.symlink_to(outside)
    (outside / "hongyun-cd.md").write_text("mine", encoding="utf-8")
    done = kbctl("restore", ENTRY)
    assert done.status == 2
    assert (outside / "hongyun-cd.md").read_text(encoding="utf-8") == "mine"


def test_what_is_in_the_way_is_named_before_anything_is_replaced(sample: Path, kbctl: Run) -> None:
    (sample / ENTRY).write_text("mine", encoding="utf-8")
    folder = (sample / TABLE).parent
    (sample / TABLE).unlink()
    folder.rmdir()
    folder.write_text("a file", encoding="utf-8")
    done = kbctl("restore", ".", "--yes")
    assert done.status == 2
    assert f": {TABLE.rpartition('/')[0]}\n" in done.err
    assert (sample / ENTRY).read_text(encoding="utf-8") == "mine"
    assert kept(sample) == {}


def test_a_pipe_is_no_file_to_keep(sample: Path, kbctl: Run) -> None:
    (sample / ENTRY).unlink()
    os.mkfifo(sample / ENTRY)
    done = kbctl("restore", "kb/entries")
    assert done.status == 2
    assert ENTRY in done.err


def test_nothing_is_replaced_where_nothing_can_be_kept(sample: Path, kbctl: Run) -> None:
    (sample / ".kbctl").symlink_to("nowhere")
    (sample / ENTRY).write_text("mine", encoding="utf-8")
    done = kbctl("restore", "hongyun-cd")
    assert done.status == 2
    assert "kept" in done.err
    assert (sample / ENTRY).read_text(encoding="utf-8") == "mine"


def test_a_failure_halfway_says_where_the_copies_are(sample: Path, kbctl: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path, data: bytes) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("kbctl.cli.commands.restore.put_file", fail)
    (sample / ENTRY).write_text("mine", encoding="utf-8")
    done = kbctl("restore", "hongyun-cd")
    assert done.status == 2
    assert "Permission denied" in done.err
    assert str(Path(".kbctl/kept")) in done.err
    assert kept(sample) == {ENTRY: b"mine"}


def test_copies_are_neither_in_a_cache_nor_taken_by_git(
    sample: Path, kbctl: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KBCTL_CACHE_DIR", str(tmp_path / "cache"))
    (sample / ".gitignore").unlink(missing_ok=True)
    before = git(sample, "status", "--short", "--untracked-files=all")
    (sample / ENTRY).write_text("mine", encoding="utf-8")
    assert kbctl("restore", "hongyun-cd").status == 0
    assert kept(sample) == {ENTRY: b"mine"}
    assert git(sample, "status", "--short", "--untracked-files=all") == before
    (sample / ".kbctl/.gitignore").write_text("own", encoding="utf-8")
    (sample / ENTRY).write_text("mine", encoding="utf-8")
    assert kbctl("restore", "hongyun-cd").status == 0
    assert (sample / ".kbctl/.gitignore").read_text(encoding="utf-8") == "own"


def test_an_id_typed_beside_the_folder_of_that_name(sample: Path, kbctl: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (sample / FOLDER).mkdir(exist_ok=True)
    (sample / ENTRY).write_text("mine", encoding="utf-8")
    monkeypatch.chdir((sample / FOLDER).parent)
    assert kbctl("restore", "hongyun-cd").out == f"put back: {ENTRY}\n"


def test_a_repository_within_is_passed_over(sample: Path, kbctl: Run) -> None:
    inner = sample / "kb/inner"
    inner.mkdir()
    git(inner, "init", "-q")
    (sample / ENTRY).write_text("mine", encoding="utf-8")
    assert kbctl("restore", ".").out == f"put back: {ENTRY}\n"
    assert (inner / ".git").is_dir()


def test_what_does_not_exist_is_refused(sample: Path, kbctl: Run) -> None:
    done = kbctl("restore", "hongyun")
    assert done.status == 2
    assert "hongyun-cd" in done.err
