"""What submit, list and show say to people: rows counted, deadlines explained, roles by name, opinions asked for."""

from datetime import date

import pytest

from kbctl.output.submissions import lateness
from kbctl.submissions.timeliness import Cause, Claim
from tests.submissions.bank import CD, LOSS, TABLE, Bank, Clone
from tests.submissions.test_bad_input import NUMBER, change, submitted
from tests.submissions.test_prompts import typed

ROWS = "20261120-operations-1"
QUERY = "kb/entries/retail-banking/card-query.md"


def write_rows(clone: Clone, names: dict[str, str]) -> None:
    """The table of outlets with a row for each key, called so."""
    header, row = clone.read(TABLE).splitlines()[:2]
    rest = row.split(",", 2)[2]
    clone.write(
        TABLE, "".join(f"{line}\n" for line in (header, *(f"{key},{name},{rest}" for key, name in names.items())))
    )


def add_entry(clone: Clone, valid_from: str = "2026-12-18", text: str = "请拨打客服热线。") -> None:
    found = clone.read(LOSS).replace("card-loss", "card-query").replace("银行卡丢失怎么办", "银行卡查询")
    lines = [f"valid_from: {valid_from}" if line.startswith("valid_from:") else line for line in found.splitlines()]
    front = "\n".join(line for line in lines[: lines.index("---", 1)] if not line.startswith("facts:"))
    clone.write(QUERY, f"{front}\n---\n## 问题\n银行卡如何查询？\n\n## 答复\n{text}\n")


def test_rows_are_counted_and_those_removed_are_named(bank: Bank) -> None:
    first = bank.clone("zhao-min", "founding")
    write_rows(first, {"A1": "一号网点", "A2": "二号网点"})
    first.commit_all("Outlets")
    first.git("push", "-q", "origin", "main")
    liu = bank.clone("liu-yang")
    write_rows(liu, {"A1": "改名网点", "A3": "三号网点"})
    done = liu.kbctl("submit")
    assert done.status == 0, done.err + done.out
    assert "1 row new, 1 row changed, 1 row removed" in done.out
    assert "removed from the table: A2" in done.out
    zhao = bank.clone("zhao-min")
    assert "1 row new, 1 row changed, 1 row removed" in zhao.kbctl("review", "list").out
    shown = zhao.kbctl("review", "show", ROWS).out
    assert "1 row new, 1 row changed, 1 row removed" in shown and "removed from the table: A2" in shown
    assert "{+A3+} new" in shown and "[-A2-] removed" in shown
    (rows,) = zhao.ok("review", "show", ROWS)["rows"]
    assert rows == {"path": TABLE, "new": ["A3"], "changed": ["A1"], "removed": ["A2"]}


def test_a_change_is_shown_below_its_headings_with_names_of_fields(bank: Bank) -> None:
    zhang = bank.clone("zhang-wei")
    zhang.edit(LOSS, "工本费10元", "工本费15元")
    zhang.edit(CD, "title: 鸿运", "title: 新鸿运")
    number = zhang.ok("submit", "--summary", "x")["number"]
    shown = bank.clone("zhao-min").kbctl("review", "show", number)
    lines = shown.out.splitlines()
    at = next(place for place, line in enumerate(lines) if "[-10元-]{+15元+}" in line)
    assert any("## " in line for line in lines[at - 2 : at])
    assert "title: {+新+}鸿运" in shown.out
    assert "The rules find nothing." in shown.out


def test_a_new_entry_is_shown_without_marks_comments_and_blank_lines(bank: Bank) -> None:
    zhang = bank.clone("zhang-wei")
    add_entry(zhang, text="<!-- 先给结论。\n再说例外。 -->\n\n请拨打客服热线。")
    number = zhang.ok("submit")["number"]
    shown = bank.clone("zhao-min").kbctl("review", "show", number).out
    assert "{+" not in shown and "先给结论" not in shown and "再说例外" not in shown and "## 答复" in shown


def test_why_it_is_late_is_said(bank: Bank) -> None:
    zhang = bank.clone("zhang-wei")
    add_entry(zhang, "2026-11-18")
    for how in (["--dry-run"], []):
        done = zhang.kbctl("submit", *how)
        assert "it should have been submitted by 2026-11-18, its first day" in done.out, done.out + done.err
    shown = bank.clone("zhao-min").kbctl("review", "show", NUMBER).out
    assert "it should have been submitted by 2026-11-18, its first day" in shown


@pytest.mark.parametrize(
    ("cause", "lead", "said"),
    [
        (Cause.BEGINS, 3, "by 2026-11-18: 3 working days before its first day, 2026-11-23"),
        (Cause.BEGINS, 1, "by 2026-11-18: 1 working day before"),
        (Cause.WITHDRAWN, 0, "by 2026-11-18, the day of the withdrawal"),
        (Cause.EXTENDED, 0, "by 2026-11-18, the last day of its validity"),
        (Cause.VERIFIED, 0, "by 2026-11-18: the working day after 2026-11-23, when it was verified"),
    ],
)
def test_each_deadline_has_its_reason(cause: Cause, lead: int, said: str) -> None:
    assert said in lateness(Claim(cause, date(2026, 11, 23), date(2026, 11, 18), lead))


def test_beyond_the_calendar_no_deadline_is_named() -> None:
    assert "2026-11-23, which is past" in lateness(Claim(Cause.BEGINS, date(2026, 11, 23), None, 3))


def test_roles_have_names(bank: Bank) -> None:
    admin = bank.clone("sun-tao")
    admin.edit("schemas/faq.yaml", "reviewers: []", "reviewers: [compliance]")
    admin.edit("kb/roles.yaml", "administrators:", "names: {compliance: 合规审核岗}\nadministrators:")
    number = admin.ok("submit", "--summary", "合规复核")["number"]
    bank.clone("zhao-min").ok("review", "accept", number, "--opinion", "同意")
    zhang = bank.clone("zhang-wei")
    change(zhang)
    assert "the reviewer, 合规审核岗" in zhang.kbctl("submit", "--summary", "x").err
    qian = bank.clone("qian-lei")
    assert "the reviewer, 合规审核岗" in qian.kbctl("review", "list").out
    assert "the reviewer, 合规审核岗" in qian.kbctl("review", "show", NUMBER).out
    assert "waits for 合规审核岗" in qian.kbctl("review", "accept", NUMBER, "--opinion", "同意").out


@pytest.mark.parametrize("verdict", ["accept", "return"])
def test_an_opinion_is_asked_for_at_a_terminal(bank: Bank, verdict: str) -> None:
    number = submitted(bank)
    zhao = bank.clone("zhao-min")
    missing = zhao.kbctl("review", verdict, number)
    assert missing.status == 2 and f"kbctl review {verdict} {number} --opinion" in missing.err
    status, said = typed(zhao, "\n请核对金额\n", "review", verdict, number)
    assert status == 0 and "An opinion is needed" in said, said
    filed = zhao.ok("submissions", "--state", "published", "--state", "returned")["submissions"]
    assert [one["decisions"][-1]["opinion"] for one in filed] == ["请核对金额"]


def test_what_was_rewritten_after_its_acceptance_is_not_listed_as_accepted(bank: Bank) -> None:
    number = submitted(bank)
    zhao = bank.clone("zhao-min")
    zhao.ok("review", "accept", number, "--opinion", "同意", "--no-merge")
    assert "accepted, not merged yet" in zhao.kbctl("review", "list").out
    li = bank.clone("li-na")
    li.git("switch", "-q", f"submission/{number}")
    li.edit(LOSS, "立等可取", "另付50元")
    li.commit_all("around")
    li.git("push", "-q", "--force", "origin", f"submission/{number}")
    listed = zhao.kbctl("review", "list").out
    assert "accepted, not merged yet" not in listed and "changed after it was accepted" in listed
    (one,) = zhao.ok("submissions")["submissions"]
    assert (one["state"], one["altered"], one["missing"]) == ("review", True, ["reviewer"])


def test_that_nothing_waits_is_said(bank: Bank) -> None:
    submitted(bank)
    assert "nothing waits too long" in bank.clone("zhao-min").kbctl("review", "list", "--overdue").err
