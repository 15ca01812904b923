"""A reviewer decides about what they were shown, and about nothing that came after it."""

import os
from pathlib import Path

import pytest

from tests.submissions.bank import LOSS, Bank, Clone
from tests.submissions.test_bad_input import NUMBER, change, refuses


@pytest.fixture
def zhang(bank: Bank) -> Clone:
    clone = bank.clone("zhang-wei", "zhang")
    change(clone)
    clone.ok("submit", "--summary", "补卡时间")
    return clone


def resubmit(clone: Clone) -> None:
    clone.edit(LOSS, "立等可取", "当日可取")
    clone.ok("submit", "--resubmit", NUMBER, "--summary", "更正")


@pytest.mark.parametrize("verdict", ["accept", "return"])
@pytest.mark.parametrize("how", [(), ("--json",), ("--save-to", "check")])
def test_what_was_handed_in_after_it_was_shown_is_not_decided(
    bank: Bank, zhang: Clone, verdict: str, how: tuple[str, ...]
) -> None:
    zhao = bank.clone("zhao-min")
    assert zhao.kbctl("review", "show", NUMBER, *how).status == 0
    resubmit(zhang)
    zhao.git("fetch", "-q")
    said = refuses(zhao, "review", verdict, NUMBER, "--opinion", "同意")
    assert "no. 1" in said and "no. 2" in said and f"`kbctl review show {NUMBER}`" in said
    shown = zhao.kbctl("review", "show", NUMBER)
    assert "submission no. 2 of it" in shown.out
    done = zhao.kbctl("review", verdict, NUMBER, "--opinion", "同意")
    assert done.status == 0 and "(submission no. 2 of it)" in done.out and "shown" not in done.err


def test_what_was_never_shown_is_named_when_it_is_decided(bank: Bank, zhang: Clone) -> None:
    resubmit(zhang)
    done = bank.clone("zhao-min").kbctl("review", "accept", NUMBER, "--opinion", "同意")
    assert done.status == 0
    assert "had not shown" in done.err and "银行卡丢失怎么办" in done.err


def test_a_colleagues_decision_is_no_other_content(bank: Bank, zhang: Clone) -> None:
    zhao, qian = bank.clone("zhao-min"), bank.clone("qian-lei")
    zhao.ok("review", "show", NUMBER)
    qian.ok("review", "accept", NUMBER, "--opinion", "同意", "--no-merge")
    assert zhao.ok("review", "accept", NUMBER, "--opinion", "同意")["published"]


def test_content_that_was_rewritten_under_the_same_revision_is_not_decided(bank: Bank, zhang: Clone) -> None:
    zhao = bank.clone("zhao-min")
    zhao.ok("review", "show", NUMBER)
    zhang.git("push", "-q", "origin", f":submission/{NUMBER}")
    zhang.edit(LOSS, "立等可取", "当日可取")
    zhang.ok("submit", "--summary", "补卡时间")
    zhao.git("fetch", "-q", "--prune")
    assert "changed after" in refuses(zhao, "review", "accept", NUMBER, "--opinion", "同意")


def test_what_is_published_is_forgotten(bank: Bank, zhang: Clone) -> None:
    zhao = bank.clone("zhao-min")
    zhao.ok("review", "show", NUMBER)
    zhao.ok("review", "accept", NUMBER, "--opinion", "同意")
    zhang.ok("sync")
    zhang.edit(LOSS, "立等可取", "当日可取")
    second = zhang.ok("submit", LOSS, "--summary", "x")["number"]
    zhao.ok("review", "show", second)
    kept = zhao.git("for-each-ref", "--format=%(refname)", "refs/worktree/")
    assert kept.split() == [f"refs/worktree/kbctl/shown/{second}"]


@pytest.mark.parametrize("obstacle", ["ref", "lock"])
def test_looking_does_not_fail_where_nothing_can_be_written(bank: Bank, zhang: Clone, obstacle: str) -> None:
    zhao = bank.clone("zhao-min")
    if obstacle == "ref":
        zhao.git("update-ref", "refs/worktree/kbctl/shown", "HEAD")
    else:
        lock = zhao.path / f".git/refs/worktree/kbctl/shown/{NUMBER}.lock"
        lock.parent.mkdir(parents=True)
        lock.write_bytes(b"")
        os.utime(lock, (0, 0))
    assert zhao.kbctl("review", "show", NUMBER).status == 0
    assert zhao.kbctl("review", "accept", NUMBER, "--opinion", "同意").status == 0


def test_each_work_tree_remembers_for_itself(bank: Bank, zhang: Clone, tmp_path: Path) -> None:
    zhao = bank.clone("zhao-min")
    zhao.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    Clone(tmp_path / "linked", "zhao-min").ok("review", "show", NUMBER)
    resubmit(zhang)
    assert zhao.kbctl("review", "accept", NUMBER, "--opinion", "同意").status == 0
