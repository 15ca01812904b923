"""A text that began before what is published now never silently undoes what came in between: with three real clones."""

import pytest

from tests.submissions.bank import CD, LOSS, TABLE, Bank, Clone
from tests.submissions.test_bad_input import refuses

OLD, NEWER, OWN = "工本费10元", "工本费15元，立等可取", "我的卡丢了"


@pytest.fixture
def behind(bank: Bank) -> Clone:
    """A clerk with a change on the desk, who synchronised after a colleague's change of the same entry was published."""
    clerk = bank.clone("zhang-wei")
    clerk.edit(LOSS, "我的银行卡丢了", OWN)
    publish(bank, "li-na", OLD, NEWER)
    assert clerk.ok("sync")["kept"] == [LOSS]
    return clerk


def publish(bank: Bank, person: str, old: str, new: str, path: str = LOSS) -> None:
    count = len(list(bank.folder.iterdir()))
    colleague, reviewer = bank.clone(person, f"{person}-{count}"), bank.clone("zhao-min", f"reviewer-{count}")
    colleague.edit(path, old, new)
    number = colleague.ok("submit", path, "--summary", "x")["number"]
    reviewer.ok("review", "accept", number, "--opinion", "同意")


def test_it_is_refused_and_says_what_it_would_undo(bank: Bank, behind: Clone) -> None:
    said = refuses(behind, "submit", "--summary", "x")
    assert "立等可取" in said and LOSS in said
    assert "kbctl diff" in said and "--replace-newer" in said
    refuses(behind, "submit", "--summary", "x", "--dry-run")
    assert "submission" not in "".join(line for line in bank.refs().split("\n") if "zhang" in line)


def test_with_the_published_text_in_it_it_is_taken(bank: Bank, behind: Clone) -> None:
    behind.edit(LOSS, OLD, NEWER)
    number = behind.ok("submit", "--summary", "x")["number"]
    bank.clone("qian-lei").ok("review", "accept", number, "--opinion", "同意")
    assert NEWER in bank.show(LOSS) and OWN in bank.show(LOSS)
    assert behind.ok("sync")["adopted"] == [LOSS]
    assert "begun-from" not in behind.git("for-each-ref")


def test_what_is_meant_to_replace_it_is_taken_once_said(bank: Bank, behind: Clone) -> None:
    before = behind.desk()
    number = behind.ok("submit", "--summary", "x", "--replace-newer")["number"]
    assert behind.desk() == before
    reviewer = bank.clone("qian-lei")
    # The reviewer sees it go.
    assert "立等可取" in reviewer.kbctl("review", "show", number).out
    reviewer.ok("review", "return", number, "--opinion", "请再看")
    behind.edit(LOSS, OWN, OWN + "！")
    assert behind.ok("submit", "--resubmit", number, "--summary", "再看过")["number"] == number


def test_it_is_remembered_over_further_changes_of_the_base(bank: Bank, behind: Clone) -> None:
    publish(bank, "li-na", "再到网点补卡", "再到任一网点补卡")
    assert behind.ok("sync")["kept"] == [LOSS]
    behind.edit(LOSS, f"再到网点补卡，{OLD}", f"再到任一网点补卡，{OLD}")
    assert "立等可取" in refuses(behind, "submit", "--summary", "x")
    publish(bank, "li-na", "title: 鸿运", "title: 新鸿运", CD)
    assert behind.ok("sync")["kept"] == []
    refuses(behind, "submit", "--summary", "x")


def test_another_entry_is_submitted_all_the_same(bank: Bank, behind: Clone) -> None:
    behind.edit(CD, "title: 鸿运", "title: 新鸿运")
    assert behind.ok("submit", CD, "--summary", "x")["entries"] == [{"id": "hongyun-cd", "change": "changed"}]
    refuses(behind, "submit", LOSS, "--summary", "x")


def test_without_a_sync_it_is_refused_just_so(bank: Bank) -> None:
    clerk = bank.clone("zhang-wei")
    clerk.edit(LOSS, "我的银行卡丢了", OWN)
    publish(bank, "li-na", OLD, NEWER)
    done = clerk.kbctl("submit", "--summary", "x")
    assert (done.status, "立等可取" in done.err) == (2, True)


def test_a_text_taken_back_and_begun_anew_is_no_older_text(bank: Bank, behind: Clone) -> None:
    behind.git("checkout", "-q", "--", LOSS)
    behind.edit(LOSS, "我的银行卡丢了", OWN)
    assert behind.ok("submit", "--summary", "x")["entries"] == [{"id": "card-loss", "change": "changed"}]


def test_a_text_made_as_it_is_published_by_hand_is_no_older_text(bank: Bank, behind: Clone) -> None:
    behind.write(LOSS, bank.show(LOSS))
    assert behind.ok("sync")["kept"] == []
    assert "begun-from" not in behind.git("for-each-ref")
    behind.edit(LOSS, NEWER, "工本费20元")
    assert behind.ok("submit", "--summary", "x")["entries"] == [{"id": "card-loss", "change": "changed"}]


def test_a_new_entry_that_somebody_else_published_first(bank: Bank) -> None:
    new = "kb/entries/retail-banking/card-query.md"
    clerk, colleague, reviewer = bank.clone("zhang-wei"), bank.clone("li-na"), bank.clone("zhao-min")
    text = colleague.read(LOSS).replace("card-loss", "card-query").replace("银行卡丢失怎么办", "银行卡查询")
    text = text.split("facts:")[0].split("---\n## 问题")[0] + "---\n## 问题" + text.split("## 问题")[1]
    colleague.write(new, text)
    clerk.write(new, text.replace("再到网点补卡", "再到柜台补卡"))
    reviewer.ok("review", "accept", colleague.ok("submit")["number"], "--opinion", "同意")
    assert clerk.ok("sync")["kept"] == [new]
    assert "再到网点补卡" in refuses(clerk, "submit", "--summary", "x")
    clerk.write(new, text + "\n凭有效身份证件办理。\n")
    assert clerk.ok("submit", "--summary", "x")["entries"] == [{"id": "card-query", "change": "changed"}]


def test_rows_of_a_table_that_two_changed(bank: Bank) -> None:
    clerk, colleague, reviewer = bank.clone("liu-yang"), bank.clone("liu-yang", "colleague"), bank.clone("zhao-min")
    first = clerk.read(TABLE).split("\n")[1]
    added = first.replace("ZH01", "ZH02").replace("总行营业部", "中州路支行")
    colleague.write(TABLE, colleague.read(TABLE).replace("08:30-17:00", "09:00-17:00") + added + "\n")
    reviewer.ok("review", "accept", colleague.ok("submit")["number"], "--opinion", "同意")
    clerk.edit(TABLE, "08:30-17:00", "09:30-17:00")
    assert clerk.ok("sync")["kept"] == [TABLE]
    assert "09:00-17:00" in refuses(clerk, "submit")
    number = clerk.ok("submit", "--replace-newer")["number"]
    reviewer.ok("review", "accept", number, "--opinion", "同意")
    # The clerk's row stands, and so does the one that was added meanwhile.
    assert "09:30-17:00" in bank.show(TABLE) and "中州路支行" in bank.show(TABLE)
    assert clerk.ok("sync")["merged"] == [TABLE]
    assert clerk.read(TABLE) == bank.show(TABLE)


def handed_in_and_edited_on(bank: Bank) -> tuple[Clone, str]:
    """A clerk whose submission is in review while they edit its entry further."""
    clerk = bank.clone("zhang-wei")
    clerk.edit(LOSS, OLD, "工本费60元")
    number = clerk.ok("submit", "--summary", "x")["number"]
    clerk.edit(LOSS, "工本费60元", "工本费70元")
    return clerk, number


def accept(bank: Bank, number: str) -> None:
    count = len(list(bank.folder.iterdir()))
    bank.clone("zhao-min", f"reviewer-{count}").ok("review", "accept", number, "--opinion", "同意")


@pytest.mark.parametrize("synchronised", [True, False])
def test_ones_own_further_edit_is_no_older_text(bank: Bank, synchronised: bool) -> None:
    clerk, number = handed_in_and_edited_on(bank)
    accept(bank, number)
    if synchronised:
        done = clerk.kbctl("sync")
        assert (done.status, "a different text" in done.err, LOSS in done.err) == (0, False, True)
    second = clerk.ok("submit", "--summary", "x")["number"]
    assert "工本费70元" in bank.show(LOSS, f"submission/{second}")


def test_what_a_colleague_published_upon_it_is_still_seen(bank: Bank) -> None:
    clerk, number = handed_in_and_edited_on(bank)
    accept(bank, number)
    publish(bank, "li-na", "再到网点补卡", "再到任一网点补卡")
    done = clerk.kbctl("submit", "--summary", "x")
    assert (done.status, "任一" in done.err, "{+60" in done.err) == (2, True, False)
    assert clerk.ok("sync")["kept"] == [LOSS]
    said = refuses(clerk, "submit", "--summary", "x")
    assert "任一" in said and "{+60" not in said
    clerk.edit(LOSS, "再到网点补卡", "再到任一网点补卡")
    clerk.ok("submit", "--summary", "x")


def test_what_was_handed_in_and_not_published_is_not_begun_from(bank: Bank) -> None:
    clerk, number = handed_in_and_edited_on(bank)
    clerk.ok("submit", "--recall", number)
    publish(bank, "li-na", OLD, NEWER)
    assert clerk.ok("sync")["kept"] == [LOSS]
    assert "立等可取" in refuses(clerk, "submit", "--summary", "x")


def test_what_was_put_back_does_not_begin_from_what_was_handed_in(bank: Bank) -> None:
    clerk, number = handed_in_and_edited_on(bank)
    assert clerk.kbctl("restore", LOSS).status == 0
    clerk.edit(LOSS, "我的银行卡丢了", OWN)
    accept(bank, number)
    clerk.ok("sync")
    assert "{+60" in refuses(clerk, "submit", "--summary", "x")


def test_a_row_of_ones_own_edited_on(bank: Bank) -> None:
    clerk = bank.clone("liu-yang")
    clerk.edit(TABLE, "08:30-17:00", "09:00-17:00")
    number = clerk.ok("submit")["number"]
    clerk.edit(TABLE, "09:00-17:00", "10:00-17:00")
    accept(bank, number)
    assert clerk.ok("sync")["merged"] == [TABLE]
    assert "10:00-17:00" in clerk.read(TABLE)
    second = clerk.ok("submit")["number"]
    accept(bank, second)
    assert "10:00-17:00" in bank.show(TABLE)
