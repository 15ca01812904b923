"""With ``--require-signed`` a name is not enough: the signature must be the contact's own."""

import shutil
import subprocess
from pathlib import Path

import pytest

from kbctl.store.git.writing import FILE_MODE
from tests.submissions.bank import CD, LOSS, Bank, Clone
from tests.submissions.test_made_by_hand import rewritten, text_of
from tests.submissions.test_rights import forge

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs ssh-keygen")


class Keys:
    """A key for each person, and the list of keys that the bank trusts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.allowed = folder / "allowed"
        self.allowed.write_text("", encoding="utf-8")

    def give(self, clone: Clone, person: str, *, trusted: bool = True) -> None:
        """Let *clone* sign with the key of *person*."""
        key = self.folder / person
        if not key.exists():
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
            if trusted:
                line = f"{person}@bank.example {key.with_suffix('.pub').read_text(encoding='utf-8')}"
                self.allowed.write_text(self.allowed.read_text(encoding="utf-8") + line, encoding="utf-8")
        for name, value in (
            ("gpg.format", "ssh"),
            ("user.signingkey", str(key)),
            ("commit.gpgsign", "true"),
            ("gpg.ssh.allowedSignersFile", str(self.allowed)),
        ):
            clone.git("config", name, value)


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    folder = tmp_path / "keys"
    folder.mkdir()
    return Keys(folder)


def submit(clone: Clone) -> str:
    clone.edit(LOSS, "工本费10元", "工本费10元，立等可取")
    return str(clone.ok("submit", "--summary", "x")["number"])


def codes(clone: Clone, number: str) -> set[str]:
    done = clone.kbctl("review", "verify", "--head", f"origin/submission/{number}", "--require-signed", "--json")
    return {finding["code"] for finding in done.json()["findings"]}


def test_signed_by_both(bank: Bank, keys: Keys) -> None:
    zhang, zhao = bank.clone("zhang-wei"), bank.clone("zhao-min")
    keys.give(zhang, "zhang-wei")
    keys.give(zhao, "zhao-min")
    number = submit(zhang)
    zhao.ok("review", "accept", number, "--opinion", "同意", "--no-merge")
    assert codes(zhao, number) == set()


def test_a_published_merge_is_signed_too(bank: Bank, keys: Keys) -> None:
    zhang, zhao = bank.clone("zhang-wei"), bank.clone("zhao-min")
    keys.give(zhang, "zhang-wei")
    keys.give(zhao, "zhao-min")
    number = submit(zhang)
    zhao.ok("review", "accept", number, "--opinion", "同意")
    assert zhao.git("log", "-1", "--format=%G? %GS", "origin/main").strip() == "G zhao-min@bank.example"
    done = zhao.ok("review", "verify", "--base", bank.baseline, "--head", "origin/main", "--require-signed")
    assert done["findings"] == []


def test_without_signatures(bank: Bank, keys: Keys) -> None:
    zhang, zhao = bank.clone("zhang-wei"), bank.clone("zhao-min")
    number = submit(zhang)
    zhao.ok("review", "accept", number, "--opinion", "同意", "--no-merge")
    assert codes(zhao, number) == {"KB965"}


@pytest.mark.parametrize("trusted", [True, False])
def test_impersonation(bank: Bank, keys: Keys, trusted: bool) -> None:
    """Somebody writes the reviewer's name into git and decides, with a key of their own."""
    zhang, thief = bank.clone("zhang-wei"), bank.clone("zhao-min", "thief")
    keys.give(zhang, "zhang-wei")
    keys.give(thief, "liu-yang", trusted=trusted)
    number = submit(zhang)
    thief.ok("review", "accept", number, "--opinion", "同意", "--no-merge")
    done = thief.ok("review", "verify", "--head", f"origin/submission/{number}")
    assert done["findings"] == []
    assert codes(thief, number) == {"KB965"}


def published_meanwhile(bank: Bank) -> None:
    """The base moves on, so that a branch has to be brought up to date."""
    other = bank.clone("zhao-min", "meanwhile")
    other.write("README.md", "x\n")
    other.commit_all("meanwhile")
    other.git("push", "-q")


def brought_up_to_date(
    bank: Bank, keys: Keys, person: str, signer: str = "", edit: tuple[str, str, str] | None = None
) -> tuple[Clone, str]:
    """An accepted and signed submission into which *person* merges the base by hand, with the key of *signer*."""
    zhang, zhao = bank.clone("zhang-wei"), bank.clone("zhao-min")
    keys.give(zhang, "zhang-wei")
    keys.give(zhao, "zhao-min")
    number = submit(zhang)
    zhao.ok("review", "accept", number, "--opinion", "同意", "--no-merge")
    published_meanwhile(bank)
    merger = bank.clone(person, "merger")
    if signer:
        keys.give(merger, signer, trusted=signer != "stranger")
    merger.git("switch", "-q", "-c", "mine", f"origin/submission/{number}")
    merger.git("merge", "-q", "--no-ff", "--no-commit", "origin/main")
    if edit is not None:
        merger.edit(*edit)
    merger.commit_all("Merge main")
    merger.git("push", "-q", "origin", f"HEAD:submission/{number}")
    zhao.git("fetch", "-q")
    return zhao, number


@pytest.mark.parametrize(
    ("person", "signer"),
    [("zhang-wei", "zhang-wei"), ("zhang-wei", ""), ("liu-yang", "liu-yang"), ("liu-yang", "stranger")],
)
def test_a_merge_that_only_brings_the_base_is_nobodys_to_sign(bank: Bank, keys: Keys, person: str, signer: str) -> None:
    """It says nothing that its parents do not: neither content nor decision is anybody's but theirs."""
    zhao, number = brought_up_to_date(bank, keys, person, signer)
    assert codes(zhao, number) == set()


@pytest.mark.parametrize(
    ("person", "signer", "found"),
    [("zhang-wei", "zhang-wei", {"KB954"}), ("zhang-wei", "", {"KB954", "KB965"}), ("zhao-min", "zhao-min", set())],
)
def test_a_merge_with_another_text(bank: Bank, keys: Keys, person: str, signer: str, found: set[str]) -> None:
    """Signed by the right person or not: the decision was about another text."""
    zhao, number = brought_up_to_date(bank, keys, person, signer, (LOSS, "立等可取", "当日可取"))
    assert codes(zhao, number) == (found or {"KB954", "KB956", "KB964"})


def test_a_merge_with_what_no_submission_covers(bank: Bank, keys: Keys) -> None:
    zhao, number = brought_up_to_date(bank, keys, "zhang-wei", "zhang-wei", (CD, "title: ", "title: 新"))
    assert codes(zhao, number) == {"KB951"}


@pytest.mark.parametrize(("signer", "found"), [("zhang-wei", set()), ("", {"KB965"}), ("stranger", {"KB965"})])
def test_content_and_notice_handed_in_by_a_merge(bank: Bank, keys: Keys, signer: str, found: set[str]) -> None:
    """What is accepted afterwards was written in a merge: it bears the submitter's signature, or none counts."""
    zhang, zhao = bank.clone("zhang-wei"), bank.clone("zhao-min")
    keys.give(zhang, "zhang-wei")
    keys.give(zhao, "zhao-min")
    number = submit(zhang)
    published_meanwhile(bank)
    merger = bank.clone("zhang-wei", "merger")
    if signer:
        keys.give(merger, signer, trusted=signer != "stranger")
    text = text_of(merger, number).replace("立等可取".encode(), "当日可取".encode())
    rewritten(merger, number, {LOSS: (FILE_MODE, text)}, merge="origin/main", sign=bool(signer))
    zhao.ok("review", "accept", number, "--opinion", "同意", "--no-merge")
    assert codes(zhao, number) == found


@pytest.mark.parametrize("signer", ["", "stranger"])
def test_a_decision_in_a_merge(bank: Bank, keys: Keys, signer: str) -> None:
    """The acceptance comes with the merge that brings the branch up to date."""
    zhang, thief = bank.clone("zhang-wei"), bank.clone("zhao-min", "thief")
    keys.give(zhang, "zhang-wei")
    number = submit(zhang)
    published_meanwhile(bank)
    if signer:
        keys.give(thief, signer, trusted=False)
    thief.git("fetch", "-q")
    thief.git("switch", "-q", "-c", "mine", f"origin/submission/{number}")
    thief.git("merge", "-q", "--no-ff", "--no-commit", "origin/main")
    forge(thief, number, "zhao-min", "赵敏")
    thief.commit_all("Merge main")
    thief.git("push", "-q", "origin", f"HEAD:submission/{number}")
    thief.git("fetch", "-q")
    assert codes(thief, number) == {"KB965"}


def test_the_forges_merge(bank: Bank, keys: Keys) -> None:
    """The button's merge bears the forge's name, and the forge's key or none; content and decision are signed beneath it."""
    zhao, number = brought_up_to_date(bank, keys, "zhang-wei")
    published_again = bank.clone("zhao-min", "forge")
    for name, value in (("user.name", "Forge"), ("user.email", "noreply@forge.example")):
        published_again.git("config", name, value)
    published_again.git("merge", "-q", "--no-ff", "-m", "Merge pull request #1", f"origin/submission/{number}")
    published_again.git("push", "-q")
    zhao.git("fetch", "-q")
    done = zhao.kbctl(
        "review", "verify", "--base", bank.baseline, "--head", "origin/main", "--require-signed", "--json"
    )
    assert done.json()["findings"] == []


def test_settings_that_print_signatures(bank: Bank, keys: Keys) -> None:
    """`log.showSignature` puts lines of its own into what git prints."""
    zhao, number = brought_up_to_date(bank, keys, "zhang-wei")
    zhao.git("config", "log.showSignature", "true")
    assert codes(zhao, number) == set()


PROVEN = "are proven by signatures"


def test_proof_is_claimed_only_where_nothing_speaks_against_it(bank: Bank, keys: Keys) -> None:
    zhang, zhao = bank.clone("zhang-wei"), bank.clone("zhao-min")
    keys.give(zhao, "zhao-min")
    number = submit(zhang)
    zhao.ok("review", "accept", number, "--opinion", "同意", "--no-merge")
    done = zhao.kbctl("review", "verify", "--head", f"origin/submission/{number}", "--require-signed")
    assert (done.status, "KB965" in done.out, PROVEN in done.err) == (1, True, False)
    empty = zhao.kbctl("review", "verify", "--base", bank.baseline, "--head", "origin/main", "--require-signed")
    assert (empty.status, "Nothing was verified" in empty.err, PROVEN in empty.err) == (0, True, False)


def test_signatures_demanded_from_a_day_on(bank: Bank, keys: Keys) -> None:
    """What was published before counts by its names; a change that wants to be published is never older."""
    zhang, zhao = bank.clone("zhang-wei"), bank.clone("zhao-min")
    zhao.ok("review", "accept", submit(zhang), "--opinion", "同意")
    since = zhao.git("rev-parse", "origin/main").strip()
    keys.give(zhang, "zhang-wei")
    keys.give(zhao, "zhao-min")
    zhang.ok("sync")
    zhang.edit(LOSS, "立等可取", "当日可取")
    number = str(zhang.ok("submit", "--summary", "x")["number"])
    zhao.ok("review", "accept", number, "--opinion", "同意")
    whole = ("review", "verify", "--base", bank.baseline, "--head", "origin/main")
    assert zhao.kbctl(*whole, "--require-signed").status == 1
    done = zhao.kbctl(*whole, "--signed-since", since)
    assert done.status == 0, done.out
    assert "not of 1 submission published before" in done.err
    unsigned = bank.clone("zhang-wei", "unsigned")
    unsigned.edit(LOSS, "当日可取", "次日可取")
    number = str(unsigned.ok("submit", "--summary", "x")["number"])
    zhao.ok("review", "accept", number, "--opinion", "同意", "--no-merge")
    change = ("review", "verify", "--base", "origin/main", "--head", f"origin/submission/{number}")
    last = zhao.git("rev-parse", "origin/main").strip()
    assert "KB965" in zhao.kbctl(*change, "--signed-since", last).out
    assert zhao.kbctl(*whole, "--signed-since", f"origin/submission/{number}").status == 2
