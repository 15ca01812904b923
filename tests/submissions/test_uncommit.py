"""Git commits made on the branch of what is published, as by an editor's button, are taken back without losing a byte."""

import os
import random
import signal
import time

import pytest

from tests.submissions.bank import CD, LOSS, Bank, Clone
from tests.submissions.test_sync import NEW, publish


def files(clone: Clone) -> dict[str, bytes]:
    """Every file on the desk."""
    paths = [path for path in clone.path.rglob("*") if path.is_file() and ".git" not in path.parts]
    return {str(path.relative_to(clone.path)): path.read_bytes() for path in paths}


def status(clone: Clone) -> list[str]:
    return clone.git("status", "--porcelain", "-z").split("\0")[:-1]


@pytest.fixture
def clerk(bank: Bank) -> Clone:
    """A clerk who pressed Commit after an edit."""
    clone = bank.clone("zhang-wei")
    clone.edit(CD, "title: 鸿运", "title: 新鸿运")
    clone.commit_all("mine")
    return clone


def test_the_dead_end_after_the_button_has_a_way_out(bank: Bank, clerk: Clone) -> None:
    done = clerk.kbctl("submit", "--summary", "x")
    assert (done.status, "kbctl sync --uncommit" in done.err) == (0, True)
    number = clerk.ok("submissions")["submissions"][0]["number"]
    bank.clone("zhao-min").ok("review", "accept", number, "--opinion", "同意")
    tip = clerk.git("rev-parse", "main").strip()
    refused = clerk.kbctl("sync")
    assert (refused.status, "kbctl sync --uncommit" in refused.err) == (2, True)
    done = clerk.kbctl("sync", "--uncommit")
    assert (done.status, "kept/20261120-1" in done.out) == (0, True), done.err
    assert clerk.git("rev-parse", "kept/20261120-1").strip() == tip
    assert clerk.git("rev-parse", "main") == clerk.git("rev-parse", "origin/main")
    assert status(clerk) == []
    assert "git commit" not in clerk.kbctl("sync").err


def test_what_is_not_published_is_an_edit_again(bank: Bank, clerk: Clone) -> None:
    clerk.write(NEW, "mine\n")
    clerk.commit_all("more")
    clerk.edit(CD, "title: 新鸿运", "title: 更新鸿运")
    (clerk.path / LOSS).unlink()
    clerk.git("rm", "-q", "--cached", LOSS)
    clerk.git("commit", "-q", "-m", "and gone")
    before = files(clerk)
    publish(bank)
    done = clerk.ok("sync", "--uncommit")
    assert (done["uncommitted"], done["kept"]) == ("kept/20261120-1", [LOSS, NEW])
    brought = set(done["brought"])
    assert {path: data for path, data in files(clerk).items() if path not in brought} == before
    # The edits show as such, and nothing of them is staged.
    assert status(clerk) == [f" D {LOSS}", f" M {NEW}", f" M {CD}"]
    assert clerk.git("rev-parse", "main") == clerk.git("rev-parse", "origin/main")
    assert clerk.kbctl("submit", CD, "--summary", "x").err.count("--uncommit") == 0


def test_it_works_before_anything_is_published(bank: Bank, clerk: Clone) -> None:
    done = clerk.kbctl("sync")
    assert (done.status, "kbctl sync --uncommit" in done.err) == (0, True)
    assert clerk.ok("sync", "--uncommit")["uncommitted"] == "kept/20261120-1"
    assert status(clerk) == [f" M {CD}"]
    assert clerk.ok("sync", "--uncommit")["uncommitted"] is None
    clerk.commit_all("again")
    assert clerk.ok("sync", "--uncommit")["uncommitted"] == "kept/20261120-2"


def test_what_is_staged_besides_stays_staged(bank: Bank, clerk: Clone) -> None:
    clerk.edit(LOSS, "工本费10元", "工本费12元")
    clerk.git("add", LOSS)
    clerk.ok("sync", "--uncommit")
    assert status(clerk) == [f"M  {LOSS}", f" M {CD}"]


def test_commits_that_were_merged_with_what_is_published(bank: Bank, clerk: Clone) -> None:
    """As by an editor's Synchronise button, whose push the server refused."""
    publish(bank)
    clerk.git("pull", "-q", "--no-rebase", "--no-edit")
    before = files(clerk)
    clerk.ok("sync", "--uncommit")
    assert clerk.git("rev-parse", "main") == clerk.git("rev-parse", "origin/main")
    assert files(clerk) == before
    assert status(clerk) == [f" M {CD}"]


def test_it_is_refused_where_it_is_not_safe(bank: Bank, clerk: Clone) -> None:
    clerk.edit(LOSS, "工本费10元", "工本费12元")
    clerk.commit_all("fee")
    publish(bank)
    clerk.git("pull", "-q", "--no-rebase", check=False)
    before = clerk.everything()
    done = clerk.kbctl("sync", "--uncommit")
    assert (done.status, "MERGE_HEAD" in done.err) == (2, True)
    assert clerk.everything() == before
    clerk.git("merge", "--abort")
    clerk.git("switch", "-q", "-c", "side")
    before = clerk.everything()
    done = clerk.kbctl("sync", "--uncommit")
    assert (done.status, "git switch main" in done.err) == (2, True)
    assert clerk.everything() == before
    clerk.git("switch", "-q", "main")
    lock = clerk.path / ".git/index.lock"
    lock.touch()
    main = clerk.git("rev-parse", "main")
    assert clerk.kbctl("sync", "--uncommit").status == 2
    assert clerk.git("rev-parse", "main") == main
    lock.unlink()
    assert clerk.ok("sync", "--uncommit")["uncommitted"] == "kept/20261120-1"


def test_doctor_says_so(clerk: Clone) -> None:
    (found,) = [one for one in clerk.ok("doctor")["checks"] if "--uncommit" in one["hint"] + one["text"]]
    assert found["status"] == "warning"


def test_without_a_remote_nothing_is_taken_back(bank: Bank) -> None:
    clone = bank.alone("zhang-wei")
    before = clone.everything()
    assert clone.kbctl("sync", "--uncommit").status == 2
    assert clone.everything() == before


def killed(bank: Bank, clerk: Clone, kills: int) -> None:
    """Kill it so many times at any moment; the next run finishes, and nothing is lost."""
    publish(bank)
    tip = clerk.git("rev-parse", "main").strip()
    mine = clerk.read(CD)
    rng = random.Random(5)
    longest = 0.0
    for turn in range(kills):
        process = clerk.start("sync", "--uncommit")
        time.sleep(rng.uniform(0, longest * 1.1))
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        time.sleep(0.1)
        begun = time.monotonic()
        done = clerk.kbctl("sync", "--uncommit")
        longest = max(longest, min(time.monotonic() - begun, 5.0))
        assert done.status == 0, done.err
        assert status(clerk) == [f" M {CD}"], turn
        assert clerk.read(CD) == mine
        kept = clerk.git("for-each-ref", "--format=%(objectname)", "refs/heads/kept").split()
        assert kept == [tip]
        assert clerk.git("rev-parse", "main") == clerk.git("rev-parse", "origin/main")
        clerk.git("reset", "-q", "--hard", tip)


@pytest.mark.slow
def test_killed(bank: Bank, clerk: Clone) -> None:
    killed(bank, clerk, 60)


def test_killed_a_few_times(bank: Bank, clerk: Clone) -> None:
    killed(bank, clerk, 3)
