"""What is wrong with the server is said, and not taken for a race; what it recorded is never called unchanged."""

import shutil
import threading
import time

import pytest

from tests.submissions.bank import LOSS, Bank, Clone, Done
from tests.submissions.test_bad_input import NUMBER, change, submitted
from tests.submissions.test_kill import over_network

BRANCH = f"refs/heads/submission/{NUMBER}"
SUBMIT = ("submit", "--summary", "x")
ACCEPT = ("review", "accept", NUMBER, "--opinion", "同意")
RETURN = ("review", "return", NUMBER, "--opinion", "请核对")
RECALL = ("submit", "--recall", NUMBER, "--reason", "重复提交")
COMMANDS = pytest.mark.parametrize(
    "command", [SUBMIT, ACCEPT, RETURN, RECALL], ids=["submit", "accept", "return", "recall"]
)


def ready(bank: Bank, command: tuple[str, ...]) -> Clone:
    """A clone in which *command* has something to do."""
    if command is SUBMIT:
        clone = bank.clone("zhang-wei", "submitting")
        change(clone)
        return clone
    submitted(bank)
    return bank.clone("li-na" if command is RECALL else "zhao-min")


def hook(bank: Bank, name: str, script: str) -> None:
    path = bank.bare / "hooks" / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def fails(clone: Clone, command: tuple[str, ...]) -> str:
    """Run kbctl, which must fail with one message; the message."""
    before = clone.desk()
    done = clone.kbctl(*command)
    assert (done.status, done.err.count("Error:")) == (2, 1), done.err
    assert clone.desk() == before
    return done.err


def succeeded(bank: Bank, command: tuple[str, ...], done: Done) -> bool:
    """Whether *command* said so, and the server has it once."""
    if command is ACCEPT:
        count = bank.git("rev-list", "--count", "--first-parent", "main").strip() == "2"
    else:
        count = bank.git("rev-list", "--count", f"{bank.baseline}..{BRANCH}").strip() == str(
            1 + (command is not SUBMIT)
        )
    return done.status == 0 and count


@COMMANDS
def test_a_lock_that_a_crash_left_behind(bank: Bank, command: tuple[str, ...]) -> None:
    clone = ready(bank, command)
    lock = bank.bare / f"{'refs/heads/main' if command is ACCEPT else BRANCH}.lock"
    lock.parent.mkdir(exist_ok=True)
    lock.touch()
    before, begun = bank.refs(), time.monotonic()
    said = fails(clone, command)
    assert time.monotonic() - begun < 60
    assert lock.name in said and "a lock that a crash left behind" in said and "nothing was changed" in said
    assert "others kept" not in said and "an editor opened" not in said
    assert bank.refs() == before
    lock.unlink()
    assert succeeded(bank, command, clone.kbctl(*command))


@COMMANDS
@pytest.mark.parametrize("words", ["failed to update ref", "cannot lock ref: 只读"])
def test_a_hook_whose_words_are_those_of_a_race(bank: Bank, command: tuple[str, ...], words: str) -> None:
    clone = ready(bank, command)
    hook(bank, "update", f"echo {words!r} >&2\nexit 1")
    before = bank.refs()
    said = fails(clone, command)
    assert f"refuses the push: {words}" in said and "crash" not in said
    assert bank.refs() == before


@COMMANDS
def test_a_lock_that_is_held_for_a_moment(bank: Bank, command: tuple[str, ...]) -> None:
    """Whoever holds it lets go without a change: the push goes through after all."""
    clone = ready(bank, command)
    lock = bank.bare / f"{'refs/heads/main' if command is ACCEPT else BRANCH}.lock"
    lock.parent.mkdir(exist_ok=True)
    lock.touch()
    # Told by the first push that it meets.
    met = bank.folder / "met"
    hook(bank, "pre-receive", f"touch {met}")

    def release() -> None:
        while not met.exists():
            time.sleep(0.01)
        time.sleep(0.3)
        lock.unlink()

    thread = threading.Thread(target=release, daemon=True)
    thread.start()
    assert succeeded(bank, command, clone.kbctl(*command))
    thread.join()


@COMMANDS
def test_gone_once_it_has_recorded_it(bank: Bank, command: tuple[str, ...]) -> None:
    clone = ready(bank, command)
    away = bank.folder / "away.git"
    hook(bank, "post-receive", f"mv {bank.bare} {away}")
    done = clone.kbctl(*command)
    assert away.exists()
    shutil.move(away, bank.bare)
    if command is RECALL:
        # Whether it was published meanwhile would have been asked.
        assert (done.status, done.err.count("Error:")) == (2, 1), done.err
        assert f"{NUMBER} is recalled" in done.err and "could not be looked up" in done.err
        assert "nothing was changed" not in done.err and "kbctl submissions" in done.err
        assert clone.ok("submissions")["submissions"][0]["state"] == "recalled"
    else:
        assert succeeded(bank, command, done), done.err


@COMMANDS
def test_fallen_silent_once_it_has_recorded_it(bank: Bank, command: tuple[str, ...]) -> None:
    """The connection breaks before the server reports: what became of it is looked up."""
    clone = ready(bank, command)
    hook(bank, "reference-transaction", 'test "$1" != committed || kill -9 $PPID')
    assert succeeded(bank, command, clone.kbctl(*command))


@COMMANDS
def test_gone_before_it_reported(bank: Bank, command: tuple[str, ...]) -> None:
    clone = ready(bank, command)
    away = bank.folder / "away.git"
    hook(bank, "reference-transaction", f'test "$1" != committed || {{ mv {bank.bare} {away}; kill -9 $PPID; }}')
    said = fails(clone, command)
    assert "broke off" in said and "may have arrived" in said and "nothing was changed" not in said
    # It had; who tries again does no harm.
    shutil.move(away, bank.bare)
    refs = bank.refs()
    done = clone.kbctl(*command)
    assert command is RECALL or "already" in done.err
    assert bank.refs() == refs


@COMMANDS
def test_fallen_silent_before_it_recorded_it(bank: Bank, command: tuple[str, ...]) -> None:
    clone = ready(bank, command)
    before = bank.refs()
    hook(bank, "pre-receive", "kill -9 $PPID")
    said = fails(clone, command)
    assert "broke off" in said and "may have arrived" in said
    assert bank.refs() == before


def test_a_branch_here_that_cannot_be_written(bank: Bank) -> None:
    """Without a remote too, what stands where it did is no race."""
    clone = bank.alone("zhang-wei")
    change(clone)
    clone.ok(*SUBMIT)
    (clone.path / ".git" / BRANCH).rename(clone.path / "tip")
    clone.git("pack-refs", "--all")
    clone.git("update-ref", BRANCH, clone.read("tip").strip())
    clone.git("pack-refs", "--all")
    (clone.path / ".git" / BRANCH).mkdir(parents=True)
    (clone.path / ".git" / BRANCH / "left").touch()
    said = fails(clone, RECALL)
    assert "cannot be made or moved" in said and "others kept" not in said


def tips(clone: Clone) -> tuple[str, str]:
    """The tips of the submission's branch, here and as the server has it."""
    names = (BRANCH, f"refs/remotes/origin/submission/{NUMBER}")
    here, there = (clone.git("rev-parse", "--verify", "--quiet", name, check=False).strip() for name in names)
    return here, there


def correct(clone: Clone, turn: int, *options: str) -> Done:
    """Hand the submission in again with another text."""
    clone.write(LOSS, clone.git("show", f"HEAD:{LOSS}").replace("工本费10元", f"工本费10元，第{turn}稿"))
    return clone.kbctl("submit", "--summary", "x", "--resubmit", NUMBER, *options)


@pytest.fixture
def zhang(bank: Bank) -> Clone:
    clone = bank.clone("zhang-wei")
    change(clone)
    return clone


def test_corrected_here_after_it_was_handed_in(bank: Bank, zhang: Clone) -> None:
    """The branch that --no-push left is brought forward."""
    zhang.ok("submit", "--summary", "x", "--no-push")
    first, _ = tips(zhang)
    assert correct(zhang, 1).status == 0
    assert correct(zhang, 2, "--no-push").status == 0
    here, there = tips(zhang)
    assert zhang.git("rev-list", f"{here}", f"^{bank.baseline}").split() == [here, there, first]
    # As it is pushed by hand.
    zhang.git("push", "-q", "origin", f"submission/{NUMBER}")
    assert "第2稿" in bank.show(LOSS, f"submission/{NUMBER}")


def test_corrected_here_after_somebody_pushed_and_returned_it(bank: Bank, zhang: Clone) -> None:
    zhang.ok("submit", "--summary", "x", "--no-push")
    zhang.git("push", "-q", "origin", f"submission/{NUMBER}")
    bank.clone("zhao-min").ok(*RETURN)
    zhang.git("fetch", "-q")
    _, returned = tips(zhang)
    assert correct(zhang, 1, "--no-push").status == 0
    here, _ = tips(zhang)
    assert zhang.git("rev-parse", f"{here}^").strip() == returned


def test_corrected_here_again_and_again(bank: Bank, zhang: Clone) -> None:
    zhang.ok("submit", "--summary", "x")
    made = []
    for turn in range(3):
        assert correct(zhang, turn, "--no-push").status == 0
        made.append(tips(zhang)[0])
    _, there = tips(zhang)
    assert zhang.git("rev-list", made[-1], f"^{there}").split() == made[::-1]
    assert "holds already" in correct(zhang, 2, "--no-push").err


def test_what_stands_here_only_is_not_left_behind(bank: Bank, zhang: Clone) -> None:
    zhang.ok("submit", "--summary", "x")
    assert correct(zhang, 1, "--no-push").status == 0
    kept, _ = tips(zhang)
    # What is handed in goes on from what the server has.
    assert correct(zhang, 2).status == 0
    done = correct(zhang, 3, "--no-push")
    rename = f"git branch -m submission/{NUMBER} submission/{NUMBER}-old"
    assert (done.status, rename in done.err) == (2, True), done.err
    assert tips(zhang)[0] == kept
    zhang.git(*rename.split()[1:])
    assert correct(zhang, 3, "--no-push").status == 0
    assert zhang.git("rev-parse", f"submission/{NUMBER}-old").strip() == kept
    assert len(zhang.ok("submissions")["submissions"]) == 1


def test_another_fetch_of_the_same_clone_is_quicker(bank: Bank) -> None:
    """It has reached the server all the same."""
    clone = bank.clone("li-na")
    submitted(bank)
    bank.clone("zhao-min").ok(*ACCEPT)
    over_network(bank, clone)
    done = bank.folder / "done"
    again = f"env -u GIT_DIR git -C {clone.path} fetch -q {bank.bare} +refs/heads/*:refs/remotes/origin/*"
    quicker = bank.folder / "quicker"
    quicker.write_text(f'#!/bin/sh\ntest -e {done} || {{ touch {done}; {again}; }} >&2\nexec "$@"\n', encoding="utf-8")
    quicker.chmod(0o755)
    # On the server's side, once it has told where its branches stand.
    ssh = bank.folder / "ssh"
    setting = f"GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=uploadpack.packObjectsHook GIT_CONFIG_VALUE_0={quicker}"
    ssh.write_text(ssh.read_text(encoding="utf-8").replace("exec", f"export {setting}\nexec"), encoding="utf-8")
    said = clone.kbctl("submissions")
    assert done.exists()
    assert (said.status, "cannot be reached" in said.err) == (0, False), said.err
