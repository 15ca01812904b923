"""Role by action: what each may do, refused by `submit` and `review accept`, and by `review verify` where it was done around them."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.submissions.bank import LOSS, TABLE, TODAY, Bank, Clone, environment
from tests.submissions.test_rights import ROLES, branch_entry, codes, refused

# A kbctl that has been tampered with: it hands in and accepts whatever it is given.
_TAMPERED = """
import sys
sys.path.insert(0, ".")
import kbctl.submissions.review as review, kbctl.submissions.submit as submit
submit.refusals, submit.findings_of = lambda *a: [], lambda *a: ()
review._refuse_unsound, review.judge_merged = lambda *a: None, lambda *a: ()
from kbctl.__main__ import main
main()
"""


def change_text(clone: Clone) -> None:
    clone.edit(LOSS, "工本费10元", "工本费10元，立等可取")


def add_entry(clone: Clone) -> None:
    text = clone.read(LOSS).replace("id: card-loss", "id: card-query").split("facts:")[0].split("---\n## 问题")[0]
    clone.write(LOSS.replace("card-loss", "card-query"), text + "---\n## 问题\n查询？\n\n## 答复\n请到网点查询。\n")


def write_bank_wide(clone: Clone) -> None:
    branch_entry(clone, "head-office")


def write_for_branch(clone: Clone) -> None:
    branch_entry(clone, "dongcheng-branch")


def change_validity(clone: Clone) -> None:
    clone.edit(LOSS, "valid_until: 2027-12-31", "valid_until: 2028-06-30")


def delete(clone: Clone) -> None:
    (clone.path / LOSS).unlink()


def verify_row(clone: Clone) -> None:
    clone.edit(TABLE, ",2026-11-02", ",2026-11-19")


def change_reviewers(clone: Clone) -> None:
    clone.edit(ROLES, "[zhao-min, qian-lei]", "[zhao-min, qian-lei, li-na]")


ACTIONS: tuple[Callable[[Clone], None], ...] = (
    change_text,
    add_entry,
    write_bank_wide,
    write_for_branch,
    change_validity,
    delete,
    verify_row,
    change_reviewers,
)
# By role the kind of submission that each action is, or the code with which it is refused.
MATRIX = {
    "zhang-wei": ("entries", "entries", "KB958", "KB958", "entries", "KB960", "KB958", "KB961"),  # the owner
    "liu-yang": ("KB958", "KB958", "KB958", "KB958", "KB958", "KB958", "rows", "KB961"),  # another department
    "yuan-mei": ("KB958", "KB958", "KB959", "entries", "KB958", "KB958", "KB958", "KB961"),  # a branch
    "zhao-min": ("KB962", "KB962", "KB962", "KB962", "validity", "KB960", "KB962", "KB961"),  # managing, a reviewer
    "sun-tao": ("KB962", "KB962", "KB962", "KB962", "validity", "KB960", "KB962", "administration"),  # administrator
}
CELLS = [
    pytest.param(person, action, expected, id=f"{person}-{action.__name__}")
    for person, row in MATRIX.items()
    for action, expected in zip(ACTIONS, row, strict=True)
]


def tampered(clone: Clone, *arguments: str) -> None:
    command = [sys.executable, "-c", _TAMPERED, "--lang", "en", "--today", TODAY, *arguments]
    done = subprocess.run(command, cwd=clone.path, capture_output=True, check=False, env=environment())
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize(("person", "action", "expected"), CELLS)
def test_who_may_do_what(bank: Bank, person: str, action: Callable[[Clone], None], expected: str) -> None:
    clone = bank.clone(person)
    action(clone)
    if not expected.startswith("KB"):
        assert clone.ok("submit", "--summary", "x", "--dry-run")["kind"] == expected
        return
    assert refused(clone, "submit", "--summary", "x") == {expected}
    assert "submission" not in bank.refs()

    # Around the check, and then around the reviewer's.
    tampered(clone, "submit", "--summary", "x")
    (number,) = (row.rsplit("/", 1)[1] for row in bank.refs().split("\n") if "refs/heads/submission/" in row)
    reviewer = bank.clone("qian-lei")
    assert expected in refused(reviewer, "review", "accept", number, "--opinion", "同意")
    tampered(reviewer, "review", "accept", number, "--opinion", "同意", "--no-merge")
    done = reviewer.kbctl("review", "verify", "--head", f"origin/submission/{number}", "--json")
    assert (done.status, expected in codes(done.json()["findings"])) == (1, True)
