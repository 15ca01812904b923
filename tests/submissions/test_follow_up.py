"""What people are told between submitting and publishing: list, show, save, sync, the baseline."""

from pathlib import Path

import pytest

from tests.submissions.bank import CD, LOSS, Bank, Clone
from tests.submissions.test_bad_input import NUMBER, change, refuses

NEW = "kb/entries/retail-banking/card-query.md"
ATTACHED = "kb/entries/retail-banking/card-query/办理 说明.docx"


def new_entry(clone: Clone) -> None:
    text = clone.read(LOSS).replace("card-loss", "card-query").replace("银行卡丢失怎么办", "银行卡查询")
    clone.write(NEW, text.split("facts:")[0].split("---\n## 问题")[0] + "---\n## 问题" + text.split("## 问题")[1])
    clone.write(ATTACHED, b"PK\x03\x04 docx")
    clone.edit(NEW, "keywords:", "attachments:\n  - {file: 办理 说明.docx, kind: other}\nkeywords:")


@pytest.fixture
def zhang(bank: Bank) -> Clone:
    return bank.clone("zhang-wei")


def test_the_list_says_what_how_urgent_and_how_often(bank: Bank, zhang: Clone) -> None:
    change(zhang)
    zhang.ok("submit", "--summary", "x", "--urgency", "urgent")
    zhao = bank.clone("zhao-min")
    zhao.ok("review", "return", NUMBER, "--opinion", "请核对")
    zhang.edit(LOSS, "立等可取", "当日可取")
    zhang.ok("submit", "--resubmit", NUMBER, "--summary", "y")
    out = zhao.kbctl("review", "list").out
    assert "changed; urgent; submission no. 2 of it" in out


def test_a_new_entry_is_shown_plainly_and_its_files_can_be_saved(bank: Bank, zhang: Clone) -> None:
    new_entry(zhang)
    number = zhang.ok("submit")["number"]
    zhao = bank.clone("zhao-min")
    shown = zhao.kbctl("review", "show", number)
    assert "{+" not in shown.out and "title: 银行卡查询" in shown.out
    assert "--save-to" in shown.err
    before = zhao.desk()
    done = zhao.kbctl("review", "show", number, "--save-to", str(bank.folder / "check"))
    assert done.status == 0, done.err
    assert (bank.folder / "check" / ATTACHED).read_bytes() == b"PK\x03\x04 docx"
    assert (bank.folder / "check" / NEW).read_text(encoding="utf-8") == zhang.read(NEW)
    assert zhao.desk() == before
    # Never over what is there.
    (bank.folder / "check" / NEW).write_text("mine", encoding="utf-8")
    assert "already" in refuses(zhao, "review", "show", number, "--save-to", str(bank.folder / "check"))
    assert (bank.folder / "check" / NEW).read_text(encoding="utf-8") == "mine"


def test_sync_names_what_became_of_my_submissions(bank: Bank, zhang: Clone) -> None:
    change(zhang)
    first = zhang.ok("submit", "--summary", "x")["number"]
    zhang.edit(CD, "title: 鸿运", "title: 新鸿运")
    second = zhang.ok("submit", CD, "--summary", "x")["number"]
    zhao, li = bank.clone("zhao-min"), bank.clone("li-na")
    zhao.ok("review", "accept", first, "--opinion", "同意")
    zhao.ok("review", "return", second, "--opinion", "请核对名称")
    assert not {first, second} & set(li.ok("sync")["published"])
    done = zhang.kbctl("sync")
    assert f"your submission {first} is published" in done.out
    assert "请核对名称" in done.err and f"--resubmit {second}" in done.err
    again = zhang.ok("sync")
    assert (again["published"], again["returned"]) == ([], [second])


def test_mine_holds_what_was_published_lately(bank: Bank, zhang: Clone) -> None:
    change(zhang)
    number = zhang.ok("submit", "--summary", "x")["number"]
    bank.clone("zhao-min").ok("review", "accept", number, "--opinion", "同意")
    (mine,) = zhang.ok("submissions", "--mine")["submissions"]
    assert (mine["number"], mine["state"]) == (number, "published")
    assert zhang.ok("submissions")["submissions"] == []
    later = zhang.kbctl("submissions", "--mine", today="2027-01-20")
    assert number not in later.out and "1 older one" in later.err and "--state published" in later.err


def test_only_what_is_published_is_withdrawn(bank: Bank, zhang: Clone) -> None:
    new_entry(zhang)
    number = zhang.ok("submit")["number"]
    said = refuses(zhang, "withdraw", "card-query", "--reason", "不做了")
    assert "not published" in said and "--recall" in said
    bank.clone("zhao-min").ok("review", "accept", number, "--opinion", "同意")
    zhang.ok("sync")
    assert zhang.kbctl("withdraw", "card-query", "--reason", "不做了").status == 0


def test_without_a_baseline_verify_gives_the_line(bank: Bank) -> None:
    clone = bank.clone("qian-lei")
    said = refuses(clone, "review", "verify")
    assert f'baseline = "{bank.baseline}"' in said and "[knowledge-base]" in said and "administrator" in said
    clone.edit("kb/kb.toml", "[knowledge-base]\n", f'[knowledge-base]\nbaseline = "{bank.baseline}"\n')
    number = clone.ok("submit", "--summary", "核对起点")["number"]
    bank.clone("zhao-min").ok("review", "accept", number, "--opinion", "同意")
    clone.ok("sync")
    assert clone.ok("review", "verify")["submissions"] == [number]


def test_whose_it_is_is_said_with_names(bank: Bank) -> None:
    liu = bank.clone("liu-yang")
    change(liu)
    done = liu.kbctl("submit", "--summary", "x")
    assert "运营管理部 (operations)" in done.out and "零售银行部 (retail-banking)" in done.out
    zhang = bank.clone("zhang-wei")
    change(zhang)
    zhang.ok("submit", "--summary", "x")
    said = refuses(bank.clone("li-na"), "review", "accept", NUMBER, "--opinion", "x")
    assert "赵敏 (zhao-min)" in said


def test_the_servers_address_is_said_without_a_password(bank: Bank, zhang: Clone) -> None:
    zhang.git("remote", "set-url", "origin", f"file://name:secret@{Path('/nowhere/bank.git')}")
    said = refuses(zhang, "sync")
    assert "/nowhere/bank.git" in said and "secret" not in said and "git says" in said
