"""Two people of one department: nobody overwrites unawares what the other handed in; and what a return says."""

import pytest

from tests.submissions.bank import CD, LOSS, Bank, Clone
from tests.submissions.test_bad_input import NUMBER, change, refuses


@pytest.fixture
def zhang(bank: Bank) -> Clone:
    clone = bank.clone("zhang-wei")
    change(clone)
    clone.ok("submit", "--summary", "补卡时间")
    return clone


@pytest.fixture
def li(bank: Bank, zhang: Clone) -> Clone:
    """A colleague with another text of the entry that is in review."""
    clone = bank.clone("li-na")
    clone.edit(LOSS, "工本费10元", "工本费12元")
    return clone


def test_a_colleagues_submission_is_named_with_its_submitter(bank: Bank, li: Clone) -> None:
    said = refuses(li, "submit", "--summary", "x")
    assert "张伟" in said and "0379-01001" in said and "ask 张伟" in said
    assert "--resubmit" not in said


def test_resubmitting_a_colleagues_is_refused_unless_said(bank: Bank, li: Clone) -> None:
    before = bank.refs()
    said = refuses(li, "submit", "--summary", "工本费", "--resubmit", NUMBER)
    assert "张伟" in said and "--take-over" in said
    assert bank.refs() == before
    li.ok("submit", "--summary", "工本费", "--resubmit", NUMBER, "--take-over")
    notice = bank.show(f"kb/submissions/2026/{NUMBER}.md", f"submission/{NUMBER}")
    assert "提交责任人 | 李娜" in notice and "李娜接替提交（原提交责任人：张伟）" in notice
    assert "补卡时间" not in notice
    # The one who wrote it before does not accept it; a reviewer does, and nothing is wrong with it.
    zhao = bank.clone("zhao-min")
    zhao.ok("review", "accept", NUMBER, "--opinion", "同意")
    assert zhao.kbctl("review", "verify", "--base", bank.baseline, "--head", "origin/main").status == 0
    assert "张伟" in zhao.kbctl("notice", NUMBER).out


def test_a_resubmission_says_anew_what_changed(bank: Bank, zhang: Clone) -> None:
    zhang.edit(LOSS, "立等可取", "当日可取")
    said = refuses(zhang, "submit", "--resubmit", NUMBER)
    assert "--summary" in said and "补卡时间" in said
    # Only to look, it need not be said.
    assert zhang.ok("submit", "--resubmit", NUMBER, "--dry-run")["commit"] is None
    zhang.ok("submit", "--resubmit", NUMBER, "--summary", "改为当日")
    assert "改为当日" in bank.show(f"kb/submissions/2026/{NUMBER}.md", f"submission/{NUMBER}")


def test_the_same_text_again_is_no_correction(bank: Bank, zhang: Clone) -> None:
    bank.clone("zhao-min").ok("review", "return", NUMBER, "--opinion", "请写明时限")
    zhang.ok("submissions")
    before = bank.refs()
    assert "nothing was corrected" in refuses(zhang, "submit", "--resubmit", NUMBER, "--summary", "已改")
    assert bank.refs() == before


def test_another_urgency_is_a_correction_and_keeps_the_sentence(bank: Bank, zhang: Clone) -> None:
    before = zhang.desk()
    zhang.ok("submit", "--resubmit", NUMBER, "--urgency", "urgent", "--note", "监管要求")
    notice = bank.show(f"kb/submissions/2026/{NUMBER}.md", f"submission/{NUMBER}")
    assert "补卡时间" in notice and "监管要求" in notice
    zhao = bank.clone("zhao-min")
    (listed,) = zhao.ok("review", "list")["submissions"]
    assert (listed["urgency"], listed["revision"]) == ("urgent", 2)
    assert zhang.desk() == before
    # Said once more, it is none.
    assert "--urgency" in refuses(zhang, "submit", "--resubmit", NUMBER, "--urgency", "urgent")
    zhao.ok("review", "accept", NUMBER, "--opinion", "同意")
    assert zhao.kbctl("review", "verify", "--base", bank.baseline, "--head", "origin/main").status == 0


def test_the_same_text_put_onto_what_was_published_since_is_a_correction(bank: Bank, zhang: Clone) -> None:
    """What holds the colleague's published sentence already, and was in conflict with it."""
    zhang.edit(LOSS, "立等可取", "立等可取，可代办")
    zhang.ok("submit", "--resubmit", NUMBER, "--summary", "可代办")
    li, zhao = bank.clone("li-na"), bank.clone("zhao-min")
    li.edit(LOSS, "工本费10元", "工本费10元，立等可取")
    other = li.git("commit-tree", "-p", "HEAD", "-m", "x", _tree(li)).strip()
    li.git("push", "-q", "origin", f"{other}:refs/heads/main")
    assert zhao.kbctl("review", "accept", NUMBER, "--opinion", "同意").status == 2
    zhao.ok("review", "return", NUMBER, "--opinion", "请先 sync")
    assert zhang.ok("sync")["kept"] == [LOSS]
    assert zhang.ok("submit", "--resubmit", NUMBER, "--summary", "已并入")["number"] == NUMBER
    zhao.ok("review", "accept", NUMBER, "--opinion", "同意")
    assert "可代办" in bank.show(LOSS)


def _tree(clone: Clone) -> str:
    clone.git("add", LOSS)
    return clone.git("write-tree").strip()


def test_a_plain_submit_after_a_return_says_so(bank: Bank, zhang: Clone) -> None:
    bank.clone("zhao-min").ok("review", "return", NUMBER, "--opinion", "请写明时限")
    zhang.ok("submissions")
    line = f"kbctl submit --resubmit {NUMBER}"
    said = refuses(zhang, "submit", "--summary", "x")
    assert "returned by 赵敏: 请写明时限" in said and line in said
    zhang.edit(CD, "title: 鸿运", "title: 新鸿运")
    done = zhang.kbctl("submit", "--summary", "x")
    assert done.status == 0 and "请写明时限" in done.err and line in done.err
    zhang.edit(LOSS, "立等可取", "当日可取")
    said = refuses(zhang, "submit", "--summary", "x")
    assert "请写明时限" in said and line in said


def test_a_summary_is_not_asked_for_on_a_dry_run(bank: Bank) -> None:
    clone = bank.clone("zhang-wei")
    change(clone)
    assert clone.ok("submit", "--dry-run")["commit"] is None
    assert clone.ok("submit", "--summary", "x", "--urgency", "加急")["urgency"] == "expedited"


def test_what_is_left_out_is_one_line(bank: Bank, zhang: Clone) -> None:
    zhang.write("kb/entries/retail-banking/hongyun-cd/说明书.pdf", b"%PDF")
    zhang.edit(CD, "title: 鸿运", "title: 新鸿运")
    done = zhang.kbctl("submit", "--summary", "x")
    assert done.status == 0, done.err
    assert [line for line in done.err.splitlines() if "left out" in line] == [
        f"left out, as submitted already: 1 file, in {NUMBER}"
    ]
    assert "说明书.pdf" in done.out


def test_a_file_that_is_no_text_is_the_rules_finding(bank: Bank) -> None:
    """In GBK, as Windows' Notepad saves it: what `validate` says; other files are submitted all the same."""
    clone = bank.clone("zhang-wei")
    change(clone)
    clone.write(CD, clone.read(CD).encode("gbk"))
    codes = {finding["code"] for finding in clone.kbctl("validate", CD, "--json").json()["findings"]}
    for names in ([CD], []):
        done = clone.kbctl("submit", *names, "--summary", "x", "--json")
        assert done.status == 1
        assert {finding["code"] for finding in done.json()["findings"]} == codes
    assert "KB962" not in codes
    assert clone.ok("submit", "card-loss", "--summary", "x")["number"] == NUMBER
