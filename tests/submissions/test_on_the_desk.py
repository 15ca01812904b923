"""What is said on the desk already, and not only when it is handed in; what stays on this computer."""

import os

from tests.submissions.bank import CD, LOSS, OUTLETS, Bank
from tests.submissions.test_bad_input import NUMBER, change

REFUSED = "will refuse it from you"
NEW = ("new", "faq", "--title", "如何查询网点", "--owner", "operations")


def test_another_departments_entry_is_warned_of_at_once(bank: Bank) -> None:
    li = bank.clone("li-na")
    for command in (
        ("withdraw", "head-office-outlets", "--reason", "x", "--dry-run"),
        ("extend", "head-office-outlets", "--until", "2030-01-01", "--reason", "x", "--dry-run"),
        (*NEW, "--dry-run"),
    ):
        done = li.kbctl(*command)
        assert (done.err.count(REFUSED), "运营管理部" in done.err, "零售银行部" in done.err) == (1, True, True), (
            done.err
        )
    liu = bank.clone("liu-yang")
    done = liu.kbctl("change", "card-loss", "--from", "2027-01-01", "--dry-run")
    assert (done.status, REFUSED in done.err) == (0, True), done.err
    assert REFUSED not in liu.kbctl(*NEW, "--dry-run").err


def test_the_managing_department_may_change_validity_only(bank: Bank) -> None:
    zhao = bank.clone("zhao-min")
    assert REFUSED not in zhao.kbctl("withdraw", "head-office-outlets", "--reason", "x", "--dry-run").err
    assert REFUSED in zhao.kbctl("change", "card-loss", "--from", "2027-01-01", "--dry-run").err


def test_who_is_unknown_is_not_warned(bank: Bank) -> None:
    li = bank.clone("li-na")
    for email in ("stranger@bank.example", ""):
        li.git("config", "user.email", email)
        assert REFUSED not in li.kbctl("withdraw", "head-office-outlets", "--reason", "x", "--dry-run").err


def test_what_was_not_pushed_is_handed_in_as_it_is(bank: Bank) -> None:
    zhang = bank.clone("zhang-wei")
    change(zhang)
    done = zhang.kbctl("submit", "--summary", "补卡时间", "--no-push")
    assert f"kbctl submit --resubmit {NUMBER}" in done.err and "git push" not in done.err
    assert "on this computer only" in zhang.kbctl("submissions", "--mine").out
    commit = zhang.git("rev-parse", f"submission/{NUMBER}")
    desk = zhang.desk()
    done = zhang.ok("submit", "--resubmit", NUMBER)
    assert (done["pushed"], done["number"]) == (True, NUMBER)
    assert bank.git("rev-parse", f"submission/{NUMBER}") == commit
    assert zhang.desk() == desk
    assert "on this computer only" not in zhang.kbctl("submissions", "--mine").out
    # From then on it is one as any other.
    assert "nothing was corrected" in zhang.kbctl("submit", "--resubmit", NUMBER, "--summary", "x").err
    assert bank.clone("zhao-min").ok("submissions")["submissions"][0]["revision"] == 1


def test_what_was_not_pushed_and_changed_since_is_handed_in_as_a_correction(bank: Bank) -> None:
    zhang = bank.clone("zhang-wei")
    change(zhang)
    zhang.ok("submit", "--summary", "补卡时间", "--no-push")
    zhang.edit(LOSS, "立等可取", "当日可取")
    assert zhang.ok("submit", "--resubmit", NUMBER, "--summary", "改口径")["pushed"]
    assert "当日可取" in bank.show(LOSS, f"submission/{NUMBER}")


def test_a_file_whose_name_cannot_be_submitted_does_not_hold_up_the_others(bank: Bank) -> None:
    zhang = bank.clone("zhang-wei")
    for name in (b"a\nb.docx", b"\xff.docx"):
        zhang.write(LOSS.replace(".md", "/") + os.fsdecode(name), "x")
    assert (zhang.kbctl("diff").status, zhang.kbctl("submit").status) == (2, 2)
    zhang.edit(CD, "title: 鸿运", "title: 新鸿运")
    done = zhang.kbctl("diff")
    assert (done.status, r"a\nb.docx" in done.err, "hongyun-cd" in done.out) == (0, True, True), done.err
    done = zhang.kbctl("submit", "--summary", "x")
    assert (done.status, r"a\nb.docx" in done.err, NUMBER in done.out) == (0, True, True), done.err
    named = zhang.kbctl("submit", LOSS, "--summary", "x")
    assert (named.status, r"a\nb.docx" in named.err) == (2, True)
    assert OUTLETS not in done.out
