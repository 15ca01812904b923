"""With ``--require-signed`` a name is not enough: the signature must be the contact's own."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.submissions.bank import LOSS, Bank, Clone

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
