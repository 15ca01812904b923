"""A base that moves between submission and acceptance: what fits is merged, what contradicts is explained."""

from tests.submissions.bank import CD, LOSS, OUTLETS, TABLE, Bank, Clone

SECOND = "20261120-operations-2"


def verify(clone: Clone, head: str) -> None:
    """Mark the row *head* as verified today."""
    row = next(line for line in clone.read(TABLE).split("\n") if line.startswith(head))
    clone.edit(TABLE, row, row.rsplit(",", 1)[0] + ",2026-11-20")


def add_row(clone: Clone, key: str, after: str) -> None:
    row = next(line for line in clone.read(TABLE).split("\n") if line.startswith(after))
    clone.edit(TABLE, row, f"{row}\n{key},{row.split(',', 1)[1]}")


def test_submissions_of_neighbouring_rows_both_land(bank: Bank) -> None:
    one, other, zhao = bank.clone("liu-yang", "one"), bank.clone("liu-yang", "other"), bank.clone("zhao-min")
    rows = one.read(TABLE).split("\n")[1:-1]
    keys = [row.split(",", 1)[0] for row in rows]
    verify(one, keys[0])
    add_row(other, "NEW-1", keys[0])
    first = one.ok("submit")["number"]
    second = other.ok("submit")["number"]
    assert (first, second) == ("20261120-operations-1", SECOND)
    zhao.ok("review", "accept", second, "--opinion", "同意")
    zhao.ok("review", "accept", first, "--opinion", "同意")
    table = bank.show(TABLE).split("\n")
    assert [row.split(",", 1)[0] for row in table[1:3]] == [keys[0], "NEW-1"]
    assert table[1].endswith("2026-11-20")
    assert zhao.ok("review", "verify", "--base", bank.baseline, "--head", "origin/main")["findings"] == []
    assert one.ok("sync")["merged"] == [TABLE]
    assert one.read(TABLE) == bank.show(TABLE)
    assert one.git("status", "--porcelain") == ""


def test_rows_added_later_to_the_same_desk_are_a_submission_of_their_own(bank: Bank) -> None:
    liu, zhao = bank.clone("liu-yang"), bank.clone("zhao-min")
    key = liu.read(TABLE).split("\n")[1].split(",", 1)[0]
    verify(liu, key)
    first = liu.ok("submit")["number"]
    add_row(liu, "NEW-1", key)
    second = liu.ok("submit")
    assert (second["number"], second["left_out"]) == (SECOND, {TABLE: first})
    zhao.ok("review", "accept", second["number"], "--opinion", "同意")
    assert "2026-11-20" not in bank.show(TABLE).split("\n")[1]
    zhao.ok("review", "accept", first, "--opinion", "同意")
    assert liu.read(TABLE) == bank.show(TABLE)


def test_two_changes_of_one_entry_are_a_conflict(bank: Bank) -> None:
    one, other, zhao = bank.clone("zhang-wei", "one"), bank.clone("li-na", "other"), bank.clone("zhao-min")
    one.edit(LOSS, "工本费10元", "工本费10元，立等可取")
    other.edit(LOSS, "我的银行卡丢了", "我的卡丢了")
    first = one.ok("submit", "--summary", "x")["number"]
    refused = other.kbctl("submit", "--summary", "x")
    # Nobody has to wait for the review to hear that somebody else is at it.
    assert (refused.status, first in refused.err) == (2, True)
    second = other.ok("submit", "--summary", "x", "--no-push", "--resubmit", first, "--take-over")["number"]
    assert second == first
    zhao.ok("review", "accept", first, "--opinion", "同意")
    done = other.kbctl("submit", "--summary", "x")
    assert (done.status, "would undo it" in done.err, "立等可取" in done.err) == (2, True, True)


def test_a_base_that_changed_the_same_entry_is_explained(bank: Bank) -> None:
    zhang, zhao, qian = bank.clone("zhang-wei"), bank.clone("zhao-min"), bank.clone("qian-lei")
    zhang.edit(LOSS, "工本费10元", "工本费10元，立等可取")
    first = zhang.ok("submit", "--summary", "x")["number"]
    # Around the check for open submissions: a clone that had not fetched.
    qian.git("update-ref", "-d", f"refs/remotes/origin/submission/{first}")
    qian.edit(LOSS, "valid_until: 2027-12-31", "valid_until: 2028-06-30")
    qian.ok("submit", "--no-push")
    qian.git("push", "-q", "origin", "submission/20261120-e-banking-1")
    zhao.ok("review", "accept", "20261120-e-banking-1", "--opinion", "同意")
    before, refs = zhao.everything(), bank.refs()
    done = zhao.kbctl("review", "accept", first, "--opinion", "同意")
    assert (done.status, LOSS in done.err) == (2, True)
    assert (zhao.everything(), bank.refs()) == (before, refs)
    assert zhao.ok("review", "show", first)["conflicts"] == [LOSS]
    # The way out: return, synchronise, change the published text, hand in again.
    zhao.ok("review", "return", first, "--opinion", "请在新文本上修改")
    zhang.ok("sync")
    zhang.git("checkout", "-q", "HEAD", "--", LOSS)
    zhang.edit(LOSS, "工本费10元", "工本费10元，立等可取")
    zhang.ok("submit", "--resubmit", first, "--summary", "y")
    zhao.ok("review", "show", first)
    zhao.ok("review", "accept", first, "--opinion", "同意")
    text = bank.show(LOSS)
    assert "2028-06-30" in text
    assert "立等可取" in text
    assert zhao.ok("review", "verify", "--base", bank.baseline, "--head", "origin/main")["findings"] == []


def test_a_base_that_contradicts_by_now_is_explained(bank: Bank) -> None:
    """Each by itself was sound: the other submission stated another figure for the same fact (R64).

    That the table's entry does not say its fact in words either is a warning (KB404), and stands in nobody's way.
    """
    fact = 'facts: [{key: 补卡工本费, value: "15", unit: 元, source: 通知}]\n'
    li = bank.clone("li-na")
    li.edit(LOSS, "aliases:", fact.replace("15", "10") + "aliases:")
    li.commit_all("a fact that is published")
    li.git("push", "-q", "origin", "main")
    zhang, liu, zhao = bank.clone("zhang-wei"), bank.clone("liu-yang"), bank.clone("zhao-min")
    liu.edit(OUTLETS, "scope:", fact + "scope:")
    zhang.edit(LOSS, 'value: "10"', 'value: "15"')
    zhang.edit(LOSS, "工本费10元", "工本费15元")
    number = zhang.ok("submit", "--summary", "补卡工本费")["number"]
    refused = liu.kbctl("submit", "--summary", "x", "--json")
    assert {finding["code"] for finding in refused.json()["findings"]} == {"KB402", "KB404"}
    liu.edit(OUTLETS, 'value: "15"', 'value: "10"')
    second = liu.ok("submit", "--summary", "x")["number"]
    zhao.ok("review", "accept", number, "--opinion", "同意")
    before, refs = zhao.everything(), bank.refs()
    done = zhao.kbctl("review", "accept", second, "--opinion", "同意", "--json")
    assert (done.status, {finding["code"] for finding in done.json()["findings"]}) == (1, {"KB402", "KB404"})
    assert (zhao.everything(), bank.refs()) == (before, refs)


def test_submissions_of_different_entries_land_in_any_order(bank: Bank) -> None:
    zhang, zhao = bank.clone("zhang-wei"), bank.clone("zhao-min")
    zhang.edit(LOSS, "工本费10元", "工本费10元，立等可取")
    first = zhang.ok("submit", "--summary", "x")["number"]
    zhang.edit(CD, "title: 鸿运", "title: 新鸿运")
    second = zhang.ok("submit", "--summary", "x")["number"]
    for number in (second, first):
        zhao.ok("review", "accept", number, "--opinion", "同意")
    assert sorted(zhang.ok("sync")["adopted"]) == [LOSS, CD]
    assert zhang.git("status", "--porcelain") == ""
