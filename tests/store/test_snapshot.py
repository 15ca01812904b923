"""One contract that every snapshot keeps: of the desk, of a commit or tree, in memory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from kbctl.store.git.repository import Repository
from kbctl.store.rulebook import load_rulebook
from kbctl.store.snapshot import LayeredSnapshot, MemorySnapshot, Snapshot, WorktreeSnapshot, belongs

FILES: dict[str, bytes] = {
    "kb/kb.toml": '[knowledge-base]\nname = "库"\n'.encode(),
    "kb/entries/retail-banking/card-loss.md": b"---\nid: card-loss\n---\n",
    "kb/entries/retail-banking/card-loss/挂失申请书 （新）.docx": bytes(range(256)) * 40,
    'kb/entries/retail-banking/card-loss/it\'s "quoted".txt': b"",
    "kb/entries/retail-banking/card-loss/two\nlines.txt": b"\n\n",
    "kb/entries/retail-banking/card-loss/tab\there.txt": b"no newline at the end",
    "kb/entries/-rf/--help.md": b"-",
    "kb/entries/retail-banking/-n.md": b"x\r\ny\r\n",
    "kb/entries/retail-banking/100%.md": b"\xff\xfe not text \0",
    "schemas/faq.yaml": b"id: faq\n",
    "templates/entry/faq.md.j2": b"{{ id }}\n",
}
ELSEWHERE = {
    "README.md": b"not part of it",
    "kbctl/store/x.py": b"pass",
    "kb/.cache/x": b"hidden",
    "kb/entries/retail-banking/.DS_Store": b"hidden",
    "kb/entries/retail-banking/~$card-loss.docx": b"lock",
}

Make = Callable[[Mapping[str, bytes]], Snapshot]
ODD = sys.platform != "win32"


def write(root: Path, files: Mapping[str, bytes]) -> None:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)


def run(directory: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=directory, check=True, capture_output=True)
    return done.stdout.decode().strip()


def commit(top: Path) -> str:
    run(top, "init", "-q", "-b", "main")
    run(top, "-c", "core.autocrlf=false", "add", "--all", "--force")
    run(top, "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "-m", "知识库")
    return run(top, "rev-parse", "HEAD")


def committed(top: Path) -> Snapshot:
    revision = commit(top)
    return Repository(top).snapshot(revision)


@pytest.fixture(params=["memory", "worktree", "commit", "tree", "subdirectory"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Makes a snapshot of the kind asked for from a mapping of paths to bytes."""
    number = 0

    def snapshot(files: Mapping[str, bytes]) -> Snapshot:
        nonlocal number
        number += 1
        top = tmp_path / f"repository {number}"
        root = top / "知识库 'a' \"b\"" if request.param == "subdirectory" else top
        if request.param == "memory":
            return MemorySnapshot(files)
        write(root, files)
        if request.param == "worktree":
            return WorktreeSnapshot(root)
        write(top, {"other/kb/kb.toml": b"another one"})
        revision = commit(top)
        if request.param == "tree":
            revision = run(top, "rev-parse", "HEAD^{tree}")
        return Repository(root).snapshot(revision)

    return snapshot


def test_every_file_and_only_those(make: Make) -> None:
    snapshot = make({**FILES, **ELSEWHERE})
    assert set(snapshot.files()) == set(FILES)
    assert {path: info.size for path, info in snapshot.files().items()} == {
        path: len(data) for path, data in FILES.items()
    }
    assert {info.kind for info in snapshot.files().values()} == {"file"}
    assert all(belongs(path) for path in snapshot.files())


def test_reading_gives_the_very_bytes(make: Make) -> None:
    snapshot = make(FILES)
    assert {path: snapshot.read(path) for path in snapshot.files()} == FILES


def test_reading_many_keeps_the_order_and_names_what_is_missing(make: Make) -> None:
    snapshot = make(FILES)
    paths = [*reversed(FILES), "kb/nothing.md", "kb/kb.toml", "kb/kb.toml", "kb/entries", "../x", "/etc/passwd"]
    found = list(snapshot.read_many(paths))
    assert [path for path, _ in found] == paths
    assert [data for _, data in found[: len(FILES)]] == list(reversed(FILES.values()))
    rest = [data for _, data in found[len(FILES) :]]
    assert [isinstance(data, OSError) for data in rest] == [True, False, False, True, True, True]


def test_reading_many_may_be_broken_off(make: Make) -> None:
    snapshot = make(FILES)
    reader = snapshot.read_many(list(FILES))
    next(reader)
    del reader
    assert snapshot.read("kb/kb.toml") == FILES["kb/kb.toml"]


@pytest.mark.parametrize(
    "path", ["kb/nothing.md", "kb", "kb/entries", "", "/etc/passwd", "kb/../../x", "--help", "HEAD"]
)
def test_what_is_not_there_cannot_be_read(make: Make, path: str) -> None:
    with pytest.raises(OSError):
        make(FILES).read(path)


def test_a_fingerprint_stands_for_the_content(make: Make) -> None:
    changed = {**FILES, "kb/kb.toml": FILES["kb/kb.toml"].replace("库".encode(), "馆".encode())}
    one, other = make(FILES).files(), make(changed).files()
    assert one["kb/kb.toml"].fingerprint != other["kb/kb.toml"].fingerprint


def test_nothing_at_all(make: Make) -> None:
    snapshot = make({"README.md": b"empty"})
    assert snapshot.files() == {}
    assert list(snapshot.read_many([])) == []
    assert snapshot.identity


def test_many_files(make: Make) -> None:
    files = {f"kb/entries/retail-banking/e{number}.md": f"条目{number}".encode() * number for number in range(450)}
    assert dict(make(files).read_many(files)) == files


@pytest.mark.parametrize("kind", ["worktree", "git"])
def test_links_are_named_and_not_followed(kind: str, tmp_path: Path) -> None:
    write(tmp_path, {"kb/kb.toml": b"", "secret.txt": b"secret", "kb/entries/a/a.md": b""})
    (tmp_path / "kb/link.md").symlink_to("../secret.txt")
    (tmp_path / "kb/folder").symlink_to("entries")
    (tmp_path / "kb/dangling").symlink_to("nowhere")
    snapshot: Snapshot = WorktreeSnapshot(tmp_path) if kind == "worktree" else committed(tmp_path)
    kinds = {path: info.kind for path, info in snapshot.files().items()}
    assert kinds == {
        "kb/kb.toml": "file",
        "kb/entries/a/a.md": "file",
        "kb/link.md": "symlink",
        "kb/folder": "symlink",
        "kb/dangling": "symlink",
    }
    for path, data in snapshot.read_many(["kb/link.md", "kb/folder", "kb/dangling"]):
        assert isinstance(data, OSError), path


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "kb").mkdir()
    os.mkfifo(tmp_path / "kb/pipe")
    assert WorktreeSnapshot(tmp_path).files()["kb/pipe"].kind == "other"


@pytest.mark.skipif(not ODD, reason="names are Unicode there")
def test_names_that_are_no_text_agree(tmp_path: Path) -> None:
    (tmp_path / "kb").mkdir()
    try:
        Path(os.fsdecode(os.fsencode(tmp_path / "kb") + b"/\xff.md")).write_bytes(b"x")
    except OSError:
        pytest.skip("the file system takes only text for names")
    on_desk = WorktreeSnapshot(tmp_path)
    in_git = committed(tmp_path)
    assert set(on_desk.files()) == set(in_git.files())
    assert [in_git.read(path) for path in in_git.files()] == [b"x"]


def test_a_commit_stays_what_it_was(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    snapshot = committed(tmp_path)
    write(tmp_path, {"kb/kb.toml": b"changed", "kb/new.md": b""})
    assert snapshot.read("kb/kb.toml") == FILES["kb/kb.toml"]
    assert "kb/new.md" not in snapshot.files()
    assert WorktreeSnapshot(tmp_path).read("kb/kb.toml") == b"changed"


def test_a_knowledge_base_that_a_commit_does_not_hold_is_empty(tmp_path: Path) -> None:
    write(tmp_path, {"README.md": b""})
    revision = commit(tmp_path)
    (tmp_path / "later").mkdir()
    assert Repository(tmp_path / "later").snapshot(revision).files() == {}


class TestLayered:
    UPPER: Mapping[str, bytes] = {"kb/kb.toml": b"own", "templates/own.j2": b"own"}
    LOWER: Mapping[str, bytes] = {
        "schemas/faq.yaml": b"shipped",
        "templates/shipped.j2": b"shipped",
        "kb/kb.toml": b"no",
    }

    def layered(self) -> LayeredSnapshot:
        return LayeredSnapshot(MemorySnapshot(self.UPPER, "upper"), MemorySnapshot(self.LOWER))

    def test_a_room_without_files_is_borrowed_whole(self) -> None:
        snapshot = self.layered()
        assert set(snapshot.files()) == {"kb/kb.toml", "templates/own.j2", "schemas/faq.yaml"}
        assert snapshot.borrowed("schemas/faq.yaml")
        assert not snapshot.borrowed("kb/kb.toml")
        assert snapshot.identity == "upper"

    def test_reading(self) -> None:
        snapshot = self.layered()
        found = dict(snapshot.read_many(["schemas/faq.yaml", "kb/kb.toml"]))
        assert found == {"schemas/faq.yaml": b"shipped", "kb/kb.toml": b"own"}
        assert list(snapshot.read_many(["kb/kb.toml"])) == [("kb/kb.toml", b"own")]
        with pytest.raises(OSError):
            snapshot.read("templates/shipped.j2")

    def test_a_rulebook_is_read_through_it(self) -> None:
        shipped = {
            f"schemas/{path.name}": path.read_bytes() for path in (Path(__file__).parents[2] / "schemas").glob("*.yaml")
        }
        snapshot = LayeredSnapshot(MemorySnapshot({"kb/kb.toml": FILES["kb/kb.toml"]}), MemorySnapshot(shipped))
        assert "faq" in load_rulebook(snapshot).types
