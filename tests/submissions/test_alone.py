"""A repository without a remote: the base is a branch here, and its checked-out files come along."""

import os
import time
from pathlib import Path

import pytest

from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import move_ref
from tests.submissions.bank import CD, LOSS, Bank, Clone


@pytest.fixture
def alone(bank: Bank) -> Clone:
    clone = bank.alone("zhang-wei")
    clone.edit(LOSS, "工本费10元", "工本费10元，立等可取")
    return clone


def become(clone: Clone, person: str) -> None:
    clone.git("config", "user.email", f"{person}@bank.example")


def submit(clone: Clone) -> str:
    before = clone.desk()
    done = clone.ok("submit", "--summary", "补卡时间")
    after = clone.desk()
    assert {name for name in after if after[name] != before.get(name)} == {"branches"}
    become(clone, "zhao-min")
    return str(done["number"])


def test_the_accepted_text_is_adopted(alone: Clone) -> None:
    number = submit(alone)
    done = alone.ok("review", "accept", number, "--opinion", "同意")
    assert alone.git("rev-parse", "main").strip() == done["published"]
    assert alone.git("status", "--porcelain") == ""
    assert alone.ok("review", "verify", "--base", "HEAD~1", "--head", "HEAD")["findings"] == []


def test_a_clean_desk_is_brought_forward(alone: Clone) -> None:
    number = submit(alone)
    alone.git("checkout", "-q", "--", LOSS)
    alone.write("notes.txt", "mine\n")
    alone.edit(CD, "title: 鸿运", "title: 新鸿运")
    alone.ok("review", "accept", number, "--opinion", "同意")
    assert "立等可取" in alone.read(LOSS)
    assert alone.git("status", "--porcelain").split("\n")[:-1] == [f" M {CD}", "?? notes.txt"]


@pytest.mark.parametrize("staged", [False, True])
def test_a_file_with_own_changes_is_not_overwritten(alone: Clone, staged: bool) -> None:
    number = submit(alone)
    alone.edit(LOSS, "立等可取", "当日可取")
    if staged:
        alone.git("add", LOSS)
    before = alone.everything()
    done = alone.kbctl("review", "accept", number, "--opinion", "同意")
    assert (done.status, LOSS in done.err) == (2, True)
    assert alone.everything() == before


def test_what_a_killed_run_left_is_finished(alone: Clone) -> None:
    """The accepted files and a notice of another minute lie on the desk, and no ref has moved."""
    number = submit(alone)
    alone.write(f"kb/submissions/2026/{number}.md", "---\nwritten a minute ago\n")
    alone.ok("review", "accept", number, "--opinion", "同意")
    assert alone.git("status", "--porcelain") == ""


def test_an_index_in_use_is_respected(alone: Clone) -> None:
    number = submit(alone)
    alone.git("checkout", "-q", "--", LOSS)
    lock = alone.path / ".git/index.lock"
    lock.write_bytes(b"")
    refs, text = alone.git("for-each-ref"), alone.read(LOSS)
    done = alone.kbctl("review", "accept", number, "--opinion", "同意")
    assert (done.status, "index.lock" in done.err) == (2, True)
    assert (alone.git("for-each-ref"), alone.read(LOSS)) == (refs, text)
    lock.unlink()
    alone.ok("review", "accept", number, "--opinion", "同意")
    assert alone.git("status", "--porcelain") == ""


def test_a_base_that_is_checked_out_elsewhere(alone: Clone, bank: Bank) -> None:
    number = submit(alone)
    alone.git("switch", "-q", "-c", "side")
    alone.git("worktree", "add", "-q", str(bank.folder / "elsewhere"), "main")
    refs = alone.git("for-each-ref")
    done = alone.kbctl("review", "accept", number, "--opinion", "同意")
    assert (done.status, "elsewhere" in done.err) == (2, True)
    assert alone.git("for-each-ref") == refs


def test_a_base_that_is_not_checked_out_moves_alone(alone: Clone) -> None:
    number = submit(alone)
    alone.git("switch", "-q", "-c", "side")
    before = alone.desk()
    alone.ok("review", "accept", number, "--opinion", "同意")
    assert {name: alone.desk()[name] for name in before if name != "branches"} == {
        name: value for name, value in before.items() if name != "branches"
    }
    assert "立等可取" in alone.git("show", f"main:{LOSS}")


def test_returning_needs_no_clean_desk(alone: Clone) -> None:
    number = submit(alone)
    alone.edit(LOSS, "立等可取", "当日可取")
    before = alone.desk()
    alone.ok("review", "return", number, "--opinion", "请补充")
    assert {name for name, value in alone.desk().items() if before[name] != value} == {"branches"}
    become(alone, "zhang-wei")
    assert alone.ok("submit", "--resubmit", number, "--summary", "y")["number"] == number


def test_a_detached_head_is_no_base(bank: Bank) -> None:
    clone = bank.alone("zhang-wei")
    clone.git("switch", "-q", "--detach")
    clone.git("branch", "-q", "-D", "main")
    clone.edit(LOSS, "工本费10元", "工本费10元，立等可取")
    done = clone.kbctl("submit", "--summary", "x")
    assert (done.status, "no branch" in done.err) == (2, True)


def test_sync_has_nothing_to_do(alone: Clone) -> None:
    before = alone.everything()
    done = alone.kbctl("sync")
    assert (done.status, "no remote" in done.err) == (0, True)
    assert alone.everything() == before


def left_behind(clone: Clone, lock: str) -> Path:
    """A lock of a git that was killed a minute ago."""
    path = clone.path / ".git" / lock
    path.touch()
    os.utime(path, (time.time() - 60,) * 2)
    return path


@pytest.mark.parametrize("lock", ["HEAD.lock", "refs/heads/main.lock"])
def test_a_lock_that_a_killed_git_left_is_removed(alone: Clone, lock: str) -> None:
    number = submit(alone)
    left = left_behind(alone, lock)
    alone.ok("review", "accept", number, "--opinion", "同意")
    assert not left.exists()
    assert alone.git("status", "--porcelain") == ""


def test_a_lock_on_the_packed_refs_is_removed(alone: Clone) -> None:
    head = alone.git("rev-parse", "HEAD").strip()
    alone.git("branch", "old")
    left = left_behind(alone, "packed-refs.lock")
    move_ref(Repository(alone.path), "refs/heads/old", "0" * len(head), head, "gone")
    assert alone.git("branch", "--list", "old") == ""
    assert not left.exists()
