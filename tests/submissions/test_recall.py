"""Taking a submission back: by its department, while it is open, on record; with real clones of one bare repository."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.submissions.bank import CD, LOSS, TODAY, Bank, Clone, environment
from tests.submissions.test_bad_input import NUMBER, change, refuses
from tests.submissions.test_kill import recall_killed


@pytest.fixture
def zhang(bank: Bank) -> Clone:
    clone = bank.clone("zhang-wei")
    change(clone)
    clone.ok("submit", "--summary", "补卡时间")
    return clone


def test_recalled_it_is_on_record_and_its_files_are_free(bank: Bank, zhang: Clone) -> None:
    before = zhang.desk()
    done = zhang.ok("submit", "--recall", NUMBER, "--reason", "重复提交")
    assert (done["number"], done["state"]) == (NUMBER, "recalled")
    assert zhang.desk() == before
    notice = bank.show(f"kb/submissions/2026/{NUMBER}.md", f"submission/{NUMBER}")
    assert "verdict: recalled" in notice and "提交部门撤回" in notice and "重复提交" in notice
    assert "Recalled-by: 张伟" in bank.git("log", "-1", "--format=%B", f"submission/{NUMBER}")
    (listed,) = zhang.ok("submissions", "--mine")["submissions"]
    assert listed["state"] == "recalled"
    assert zhang.ok("submissions", "--state", "review")["submissions"] == []
    # Again: nothing more happens.
    refs = bank.refs()
    zhang.ok("submit", "--recall", NUMBER)
    assert bank.refs() == refs
    assert zhang.ok("submit", "--summary", "x")["number"] == "20261120-retail-banking-2"
    assert "was recalled" in refuses(zhang, "submit", "--summary", "x", "--resubmit", NUMBER)


def test_what_is_recalled_is_not_accepted(bank: Bank, zhang: Clone) -> None:
    zhang.ok("submit", "--recall", NUMBER)
    zhao = bank.clone("zhao-min")
    assert zhao.ok("review", "list")["submissions"] == []
    for verdict in ("accept", "return"):
        assert "recalled by 张伟" in refuses(zhao, "review", verdict, NUMBER, "--opinion", "同意")
    assert "recalled" in zhao.kbctl("review", "show", NUMBER).out
    # Nor by a merge made by hand.
    zhao.git("merge", "-q", f"origin/submission/{NUMBER}")
    done = zhao.kbctl("review", "verify", "--base", "origin/main", "--head", "HEAD", "--json")
    assert {finding["code"] for finding in done.json()["findings"]} == {"KB955"}


def test_a_returned_one_is_recalled_and_verify_sees_nothing_of_it(bank: Bank, zhang: Clone) -> None:
    zhao = bank.clone("zhao-min")
    zhao.ok("review", "return", NUMBER, "--opinion", "请核对")
    li = bank.clone("li-na")
    # A colleague of the same department may, and says why.
    said = refuses(li, "submit", "--recall", NUMBER)
    assert "张伟" in said and "--reason" in said
    refuses(li, "submit", "--recall", NUMBER, "--reason", " ")
    assert li.ok("submit", "--recall", NUMBER, "--reason", "重复")["decisions"][-1]["by"] == "li-na"
    zhang.edit(CD, "title: 鸿运", "title: 新鸿运")
    second = zhang.ok("submit", CD, "--summary", "x")["number"]
    zhao.ok("review", "accept", second, "--opinion", "同意")
    done = zhao.kbctl("review", "verify", "--base", bank.baseline, "--head", "origin/main")
    assert done.status == 0, done.out


def test_not_by_another_department_and_not_once_published(bank: Bank, zhang: Clone) -> None:
    said = refuses(bank.clone("liu-yang"), "submit", "--recall", NUMBER)
    assert "零售银行部" in said and "张伟" in said and "0379-" in said
    bank.clone("zhao-min").ok("review", "accept", NUMBER, "--opinion", "同意")
    zhang.ok("submissions")
    assert "published already" in refuses(zhang, "submit", "--recall", NUMBER)
    assert "beside it" in refuses(zhang, "submit", LOSS, "--recall", NUMBER)


def test_one_that_is_on_this_computer_only(bank: Bank) -> None:
    clone = bank.clone("zhang-wei")
    change(clone)
    number = clone.ok("submit", "--summary", "x", "--no-push")["number"]
    clone.ok("submit", "--recall", number)
    assert clone.ok("submissions")["submissions"][0]["state"] == "recalled"


def test_files_put_back_and_resubmitted_point_to_the_recall(zhang: Clone) -> None:
    zhang.git("checkout", "-q", "--", LOSS)
    said = refuses(zhang, "submit", "--summary", "x", "--resubmit", NUMBER)
    assert f"kbctl submit --recall {NUMBER}" in said and "git status" not in said


def test_killed_at_any_moment(bank: Bank) -> None:
    """A few times; `make kill` does it some hundred times."""
    recall_killed(bank, 12)


def recalled_while(clone: Clone, folder: Path, *command: str) -> subprocess.CompletedProcess[bytes]:
    """Recall, and run a git *command* in *folder* once everything is looked at, just before the recall is put there."""
    script = f"""
import subprocess, sys
sys.path.insert(0, ".")
import kbctl.submissions.recall as recall
make = recall.decision_commit
def meanwhile(*arguments):
    recall.decision_commit = make
    subprocess.run({["git", *command]!r}, cwd={str(folder)!r}, check=True)
    return make(*arguments)
recall.decision_commit = meanwhile
from kbctl.__main__ import main
main()
"""
    arguments = ["--lang", "en", "--today", TODAY, "submit", "--recall", NUMBER]
    return subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=clone.path, capture_output=True, check=False, env=environment()
    )


def test_published_by_the_forge_at_the_same_moment(bank: Bank, zhang: Clone) -> None:
    zhao = bank.clone("zhao-min")
    zhao.ok("review", "accept", NUMBER, "--opinion", "同意", "--no-merge")
    zhao.git("fetch", "-q")
    zhao.git("merge", "-q", "--no-ff", f"origin/submission/{NUMBER}")
    done = recalled_while(zhang, zhao.path, "push", "-q", "origin", "main")
    assert (done.returncode, b"published already" in done.stderr) == (2, True), done.stderr


def test_published_here_at_the_same_moment(bank: Bank) -> None:
    alone = bank.alone("zhang-wei")
    change(alone)
    alone.ok("submit", "--summary", "x")
    alone.git("checkout", "-q", "--", LOSS)
    alone.git("config", "user.email", "zhao-min@bank.example")
    alone.ok("review", "accept", NUMBER, "--opinion", "同意", "--no-merge")
    alone.git("config", "user.email", "zhang-wei@bank.example")
    branch = alone.git("rev-parse", f"submission/{NUMBER}")
    done = recalled_while(alone, alone.path, "merge", "-q", "--no-ff", f"submission/{NUMBER}")
    assert (done.returncode, b"published already" in done.stderr) == (2, True), done.stderr
    assert alone.git("rev-parse", f"submission/{NUMBER}") == branch
