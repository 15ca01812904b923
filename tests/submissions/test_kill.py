"""Killed at any moment the next run works unaided; raced, exactly one wins, and none is lost. `make kill` runs these."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.submissions.bank import LOSS, Bank, Clone, environment

pytestmark = pytest.mark.slow

KILLS = 200
RACERS = 40
NUMBER = "20261120-retail-banking-1"
# Runs the server's side in a session of its own, as over a network: who is killed here does not die there.
_SSH = '#!/bin/sh\nwhile [ $# -gt 1 ]; do shift; done\nexec setsid sh -c "$1"\n'


def over_network(bank: Bank, clone: Clone) -> None:
    script = bank.folder / "ssh"
    script.write_text(_SSH, encoding="utf-8")
    script.chmod(0o755)
    clone.git("config", "core.sshCommand", str(script))
    clone.git("config", "ssh.variant", "simple")
    clone.git("remote", "set-url", "origin", f"ssh://bank{bank.bare}")


def duration(run: Callable[[], object]) -> float:
    begun = time.monotonic()
    run()
    return time.monotonic() - begun


def killed(clone: Clone, rng: random.Random, longest: float, *arguments: str, group: bool) -> None:
    """Start kbctl and kill it, with its children or alone, at any moment of its run."""
    process = clone.start(*arguments)
    time.sleep(rng.uniform(0, longest))
    (os.killpg if group else os.kill)(process.pid, signal.SIGKILL)
    process.communicate()
    # A child that was left alone finishes what it does.
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and _alive(process.pid):
        time.sleep(0.02)


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def sound(path: Path) -> None:
    done = subprocess.run(
        ["git", "fsck", "--strict", "--no-dangling"], cwd=path, capture_output=True, check=False, env=environment()
    )
    assert done.returncode == 0, done.stderr.decode()


def settle(bank: Bank) -> str:
    """The refs of the bare repository, once nothing is locked any more."""
    deadline = time.monotonic() + 10
    while list((bank.bare / "refs").rglob("*.lock")) and time.monotonic() < deadline:
        time.sleep(0.02)
    return bank.refs()


def test_submit_killed(bank: Bank) -> None:
    clone = bank.clone("zhang-wei")
    over_network(bank, clone)
    rng = random.Random(1)
    longest = 0.0
    left = clone.read(LOSS)
    for turn in range(KILLS):
        clone.write(LOSS, left.replace("工本费10元", f"工本费10元，第{turn}版"))
        before = clone.desk()
        killed(clone, rng, longest * 1.1, "submit", "--summary", "x", group=turn % 2 == 0)
        assert clone.desk() == before
        refs = settle(bank)
        assert refs.count("refs/heads/main") == 1
        assert bank.git("rev-parse", "main").strip() == bank.baseline
        begun = time.monotonic()
        done = clone.kbctl("submit", "--summary", "x")
        longest = max(longest, min(time.monotonic() - begun, 5.0))
        handed_in = "submitted already" in done.err
        assert done.status == (2 if handed_in else 0), done.err
        assert clone.desk() == before
        (listed,) = clone.ok("submissions")["submissions"]
        assert f"第{turn}版" in bank.show(LOSS, f"submission/{listed['number']}")
        bank.git("update-ref", "-d", f"refs/heads/submission/{listed['number']}")
    sound(bank.bare)
    sound(clone.path)


def prepare(bank: Bank) -> str:
    """A submission that waits for its review; the commit of its branch."""
    zhang = bank.clone("zhang-wei")
    zhang.edit(LOSS, "工本费10元", "工本费10元，立等可取")
    zhang.ok("submit", "--summary", "x")
    return bank.git("rev-parse", f"submission/{NUMBER}").strip()


def test_accept_killed(bank: Bank) -> None:
    waiting = prepare(bank)
    clone = bank.clone("zhao-min")
    over_network(bank, clone)
    rng = random.Random(2)
    longest = 0.0
    before = clone.desk()
    for turn in range(KILLS):
        killed(clone, rng, longest * 1.1, "review", "accept", NUMBER, "--opinion", "同意", group=turn % 2 == 0)
        assert clone.desk() == before
        settle(bank)
        published = bank.git("rev-parse", "main").strip() != bank.baseline
        assert (bank.git("rev-parse", f"submission/{NUMBER}").strip() != waiting) is published
        begun = time.monotonic()
        done = clone.kbctl("review", "accept", NUMBER, "--opinion", "同意")
        longest = max(longest, min(time.monotonic() - begun, 5.0))
        assert done.status == (2 if published else 0), done.err
        assert clone.desk() == before
        assert "立等可取" in bank.show(LOSS)
        assert bank.git("rev-list", "--count", "--first-parent", "main").strip() == "2"
        bank.git("update-ref", "refs/heads/main", bank.baseline)
        bank.git("update-ref", f"refs/heads/submission/{NUMBER}", waiting)
    sound(bank.bare)
    sound(clone.path)


def test_recall_killed(bank: Bank) -> None:
    recall_killed(bank, KILLS)


def recall_killed(bank: Bank, kills: int) -> None:
    """Kill the recall so many times, each time of a submission that waits; the next run recalls it, once."""
    waiting = prepare(bank)
    clone = bank.clone("zhang-wei", "recalling")
    over_network(bank, clone)
    rng = random.Random(4)
    longest = 0.0
    before = clone.desk()
    for turn in range(kills):
        killed(clone, rng, longest * 1.1, "submit", "--recall", NUMBER, group=turn % 2 == 0)
        assert clone.desk() == before
        settle(bank)
        assert bank.git("rev-list", "--count", f"{waiting}..submission/{NUMBER}").strip() in ("0", "1")
        begun = time.monotonic()
        clone.ok("submit", "--recall", NUMBER)
        longest = max(longest, min(time.monotonic() - begun, 5.0))
        assert clone.desk() == before
        assert bank.git("rev-list", "--count", f"{waiting}..submission/{NUMBER}").strip() == "1"
        assert bank.git("rev-parse", "main").strip() == bank.baseline
        bank.git("update-ref", f"refs/heads/submission/{NUMBER}", waiting)
    sound(bank.bare)
    sound(clone.path)


def test_accept_killed_without_a_remote(bank: Bank) -> None:
    """The checked-out files come along; killed half way, the next run finishes them."""
    clone = bank.alone("zhang-wei")
    start = clone.read(LOSS)
    rng = random.Random(3)
    longest = 0.0
    clone.edit(LOSS, "工本费10元", "工本费10元，立等可取")
    clone.ok("submit", "--summary", "x")
    waiting = clone.git("rev-parse", f"submission/{NUMBER}").strip()
    clone.git("config", "user.email", "zhao-min@bank.example")
    clone.write(LOSS, start)
    for turn in range(KILLS):
        # With the whole group a lock of git's may stay; that is waited for.
        killed(clone, rng, longest * 1.1, "review", "accept", NUMBER, "--opinion", "同意", group=turn % 10 == 0)
        begun = time.monotonic()
        done = clone.kbctl("review", "accept", NUMBER, "--opinion", "同意")
        longest = max(longest, min(time.monotonic() - begun, 5.0))
        finished = "published already" in done.err
        assert done.status == (2 if finished else 0), done.err
        assert "立等可取" in clone.read(LOSS)
        assert clone.git("status", "--porcelain") == ""
        assert clone.git("rev-list", "--count", "--first-parent", "main").strip() == "2"
        clone.git("reset", "-q", "--hard", bank.baseline)
        clone.git("update-ref", f"refs/heads/submission/{NUMBER}", waiting)
    sound(clone.path)


def race(clones: list[Clone], commands: list[tuple[str, ...]]) -> list[tuple[int, str]]:
    running = [clone.start(*command) for clone, command in zip(clones, commands, strict=True)]
    found = []
    for process in running:
        _out, err = process.communicate()
        found.append((process.returncode, err.decode()))
    return found


@pytest.mark.parametrize("remote", [True, False])
def test_one_submission_accepted_forty_times(bank: Bank, remote: bool) -> None:
    prepare(bank)
    clones = [bank.clone("zhao-min" if turn % 2 else "qian-lei", f"racer-{turn}") for turn in range(RACERS)]
    if not remote:
        alone = bank.clone("zhao-min", "alone")
        alone.git("branch", "-q", f"submission/{NUMBER}", f"origin/submission/{NUMBER}")
        alone.git("remote", "remove", "origin")
        clones = [alone] * RACERS
    done = race(clones, [("review", "accept", NUMBER, "--opinion", "同意")] * RACERS)
    assert sorted(status for status, _ in done) == [0, *[2] * (RACERS - 1)], done
    assert all("published already" in err for status, err in done if status)
    where = bank if remote else clones[0]
    assert where.git("rev-list", "--count", "--first-parent", "main").strip() == "2"
    if not remote:
        assert clones[0].git("status", "--porcelain") == ""


@pytest.mark.parametrize("remote", [True, False])
def test_forty_submissions_accepted_at_once(bank: Bank, remote: bool) -> None:
    zhang = bank.clone("zhang-wei")
    numbers = []
    for turn in range(RACERS):
        path = f"kb/entries/retail-banking/race-{turn}.md"
        text = (
            zhang.read(LOSS).replace("card-loss", f"race-{turn}").replace("银行卡丢失怎么办", f"银行卡丢失怎么办{turn}")
        )
        zhang.write(path, text.split("facts:")[0].split("---\n## 问题")[0] + "---\n## 问题" + text.split("## 问题")[1])
        numbers.append(zhang.ok("submit", path)["number"])
    if remote:
        clones = [bank.clone("zhao-min", f"racer-{turn}") for turn in range(RACERS)]
    else:
        alone = bank.clone("zhao-min", "alone")
        for number in numbers:
            alone.git("branch", "-q", f"submission/{number}", f"origin/submission/{number}")
        alone.git("remote", "remove", "origin")
        clones = [alone] * RACERS
    done = race(clones, [("review", "accept", number, "--opinion", "同意") for number in numbers])
    assert [status for status, _ in done] == [0] * RACERS, done
    where = bank if remote else clones[0]
    tree = where.git("ls-tree", "-r", "--name-only", "main").split("\n")
    assert all(f"kb/entries/retail-banking/race-{turn}.md" in tree for turn in range(RACERS))
    assert all(f"kb/submissions/2026/{number}.md" in tree for number in numbers)
    assert where.git("rev-list", "--count", "--first-parent", "main").strip() == str(RACERS + 1)
    if not remote:
        assert clones[0].git("status", "--porcelain") == ""
    else:
        clones[0].ok("sync")
        checked = clones[0].ok("review", "verify", "--base", bank.baseline, "--head", "origin/main")
        assert (len(checked["submissions"]), checked["findings"]) == (RACERS, [])


def test_forty_submissions_of_one_department_at_once(bank: Bank) -> None:
    """Each gets a number of its own."""
    clones = []
    for turn in range(RACERS):
        clone = bank.clone("zhang-wei", f"racer-{turn}")
        text = (
            clone.read(LOSS).replace("card-loss", f"race-{turn}").replace("银行卡丢失怎么办", f"银行卡丢失怎么办{turn}")
        )
        clone.write(
            f"kb/entries/retail-banking/race-{turn}.md",
            text.split("facts:")[0].split("---\n## 问题")[0] + "---\n## 问题" + text.split("## 问题")[1],
        )
        clones.append(clone)
    done = race(clones, [("submit",)] * RACERS)
    assert [status for status, _ in done] == [0] * RACERS, done
    branches = bank.git("for-each-ref", "--format=%(refname:lstrip=3)", "refs/heads/submission").split()
    assert sorted(int(name.rsplit("-", 1)[1]) for name in branches) == list(range(1, RACERS + 1))
