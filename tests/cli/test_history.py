"""``kbctl history`` after the approval flow, however the forge merged it; and the last changes of all files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kbctl.store.git import repository as repository_module
from kbctl.store.git.history import last_changes
from kbctl.store.git.repository import Repository
from tests.conftest import Outcome, git
from tests.submissions.bank import LOSS, Bank, Clone


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    return Bank(tmp_path)


def submitted(bank: Bank) -> tuple[Clone, str]:
    clone = bank.clone("zhang-wei")
    clone.edit(LOSS, "工本费10元。", "工本费10元。挂失全天受理。")
    return clone, clone.ok("submit", LOSS, "--summary", "补充受理时间")["number"]


def record(bank: Bank) -> Any:
    return bank.clone("qian-lei").ok("history", "card-loss")


def test_the_record_names_who_submitted_and_who_approved(bank: Bank) -> None:
    clone, number = submitted(bank)
    zhao = bank.clone("zhao-min")
    zhao.ok("review", "return", number, "--opinion", "写明补卡")
    clone.edit(LOSS, "挂失全天受理。", "挂失全天受理，补卡须到网点。")
    clone.ok("submit", "--resubmit", number, "--summary", "补充受理时间与补卡")
    zhao.ok("review", "accept", number, "--opinion", "同意入库")
    found = record(bank)
    assert (found["id"], found["department"], found["edition"]) == ("card-loss", "零售银行部", 2)
    newest, first = found["editions"]
    assert newest["submission"] == number
    assert newest["change"] == "changed"
    assert newest["submitted_by"] == "张伟"
    assert newest["reviewed_by"] == ["赵敏"]
    assert newest["summary"] == "补充受理时间与补卡"
    assert [(one["verdict"], one["opinion"]) for one in newest["decisions"]] == [
        ("returned", "写明补卡"),
        ("accepted", "同意入库"),
    ]
    assert (first["edition"], first["submission"], first["decisions"]) == (1, None, [])
    text = bank.clone("sun-tao").kbctl("--lang", "en", "history", "card-loss").out
    assert number in text
    assert "写明补卡" in text
    assert "before the approval flow" in text
    # The oldest edition is the entry as it began, whatever nobody noted of it.
    (oldest,) = [line for line in text.splitlines() if line.startswith("  1  ")]
    assert "  new  " in oldest


@pytest.mark.parametrize("way", ["merge", "squash", "rebase"])
def test_however_the_forge_merged_it(way: str, bank: Bank) -> None:
    _clone, number = submitted(bank)
    bank.clone("zhao-min").ok("review", "accept", number, "--opinion", "同意", "--no-merge")
    forge = bank.clone("zhao-min", "forge")
    branch = f"origin/submission/{number}"
    if way == "merge":
        forge.git("merge", "-q", "--no-ff", "-m", "Merge pull request #7", branch)
    elif way == "squash":
        forge.git("merge", "-q", "--squash", branch)
        forge.git("commit", "-q", "-m", "补充受理时间 (#7)")
    else:
        forge.git("cherry-pick", f"main..{branch}")
    forge.git("push", "-q", "origin", "main")
    found = record(bank)
    assert found["edition"] == 2
    newest = found["editions"][0]
    assert (newest["submission"], newest["submitted_by"], newest["reviewed_by"]) == (number, "张伟", ["赵敏"])


def test_a_later_version_attachments_and_a_move_belong_to_the_entry(
    sample: Path, kbctl: Callable[..., Outcome]
) -> None:
    def commit(message: str) -> None:
        git(sample, "add", "-A")
        git(sample, "commit", "-q", "-m", message)

    folder = sample / "kb/entries/retail-banking"
    (folder / "hongyun-cd/补充 材料.pdf").write_bytes(b"%PDF-1.4")
    commit("attachment")
    later = (folder / "hongyun-cd.md").read_text(encoding="utf-8")
    (folder / "hongyun-cd@2027-06-01.md").write_text(later, encoding="utf-8")
    commit("version")
    (folder / "hongyun-cd-2.md").write_text("another entry\n", encoding="utf-8")
    commit("somebody else's")
    (folder / "hongyun-cd.md").rename(sample / "kb/entries/wealth-management/hongyun-cd.md")
    commit("transfer")
    outcome = kbctl("history", "hongyun-cd", "--json")
    assert [subject in outcome.out for subject in ("attachment", "version", "transfer")] == [True] * 3
    assert "somebody else" not in outcome.out
    assert '"edition": 4' in outcome.out


def test_an_unknown_entry_and_no_commit(sample: Path, kbctl: Callable[..., Outcome]) -> None:
    assert kbctl("history", "no-such").status == 2
    git(sample, "update-ref", "-d", "HEAD")
    assert kbctl("history", "hongyun-cd").status == 2


def test_the_register_lists_all_entries_those_published_last_first(bank: Bank) -> None:
    _clone, number = submitted(bank)
    bank.clone("zhao-min").ok("review", "accept", number, "--opinion", "同意入库")
    reader = bank.clone("qian-lei")
    register = reader.ok("history")["entries"]
    assert register[0]["id"] == "card-loss"
    assert register[0]["commit"] == reader.git("rev-parse", "HEAD").strip()
    assert [one["id"] for one in register[1:]] == sorted(one["id"] for one in register[1:])
    assert {one["path"] for one in register} == set(reader.git("ls-files", "kb/entries/*.md").split())
    text = reader.kbctl("history", "-n", "1").out.splitlines()
    assert len(text) == 2
    assert "零售银行部" in text[1] and "card-loss" in text[1]


def test_last_changes_come_from_one_call_and_count_the_merge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "whole/知识 库"
    entries = root / "kb/entries/a"
    entries.mkdir(parents=True)
    git(tmp_path / "whole", "init", "-q", "-b", "main")
    names = ['一 "个".md', "two.md", "three.md"]
    for name in names:
        (entries / name).write_text("1\n", encoding="utf-8")
    (root / "kb/kb.toml").write_text("", encoding="utf-8")

    def commit(day: int, message: str, *options: str) -> str:
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"2026-11-{day:02}T10:00:00+08:00")
        git(root, "add", "-A")
        git(root, "commit", "-q", *options, "-m", message)
        return git(root, "rev-parse", "HEAD").strip()

    first = commit(1, "first")
    git(root, "switch", "-q", "-c", "branch")
    (entries / "two.md").write_text("2\n", encoding="utf-8")
    commit(2, "on the branch")
    git(root, "switch", "-q", "main")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-11-03T10:00:00+08:00")
    git(root, "merge", "-q", "--no-ff", "-m", "merge", "branch")
    merge = git(root, "rev-parse", "HEAD").strip()
    (entries / "three.md").unlink()
    gone = commit(4, "gone")
    calls: list[Any] = []
    execute = repository_module.Git.execute
    repository = Repository(root)
    monkeypatch.setattr(repository_module.Git, "execute", lambda *a, **k: (calls.append(a), execute(*a, **k))[1])
    found = last_changes(repository, "HEAD")
    assert len(calls) == 1
    assert {path: change.commit for path, change in found.items()} == {
        f"kb/entries/a/{names[0]}": first,
        "kb/entries/a/two.md": merge,
        "kb/entries/a/three.md": gone,
    }
    assert found["kb/entries/a/two.md"].time.isoformat() == "2026-11-03T02:00:00+00:00"


@pytest.mark.parametrize("arguments", [("card-loss",), ()])
def test_a_shallow_clone_knows_no_history(arguments: tuple[str, ...], bank: Bank) -> None:
    """Its oldest commit would pass for the one that brought everything."""
    _clone, number = submitted(bank)
    bank.clone("zhao-min").ok("review", "accept", number, "--opinion", "同意入库")
    shallow = bank.clone("qian-lei", "shallow", "--depth", "1")
    refused = shallow.kbctl("history", *arguments)
    assert (refused.status, refused.out) == (2, "")
    assert "git fetch --unshallow" in refused.err
    shallow.git("fetch", "-q", "--unshallow")
    assert shallow.kbctl("history", *arguments).status == 0
