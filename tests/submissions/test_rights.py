"""Who may do what: role by action, refused by the commands, and by ``review verify`` where it was done by hand."""

import subprocess
import sys

import pytest

from tests.submissions.bank import CD, LOSS, OUTLETS, TABLE, Bank, Clone, environment

BRANCH_ENTRY = "kb/entries/dongcheng-business/local-loss.md"
ROLES = "kb/roles.yaml"


def codes(findings: list[dict[str, str]]) -> set[str]:
    return {finding["code"] for finding in findings if finding["severity"] == "error"}


def refused(clone: Clone, *arguments: str) -> set[str]:
    done = clone.kbctl(*arguments, "--json")
    assert done.status == 1, done.out + done.err
    return codes(done.json()["findings"])


def branch_entry(clone: Clone, scope: str) -> None:
    text = clone.read(LOSS).replace("id: card-loss", "id: local-loss\ntopic: card-loss")
    text = text.replace("owner: retail-banking", "owner: dongcheng-business").replace("[head-office]", f"[{scope}]")
    clone.write(
        BRANCH_ENTRY, text.replace("[zhang-wei]", "[yuan-mei]").replace("facts:\n", "").replace("  - {key", "# {key")
    )


def test_the_owner_may_change_its_entries_and_rows(bank: Bank) -> None:
    zhang = bank.clone("zhang-wei")
    zhang.edit(LOSS, "工本费10元", "工本费10元，立等可取")
    assert zhang.ok("submit", "--summary", "x")["kind"] == "entries"
    liu = bank.clone("liu-yang")
    first = liu.read(TABLE).split("\n")[1]
    liu.edit(TABLE, first, first.rsplit(",", 1)[0] + ",2026-11-20")
    done = liu.ok("submit")
    assert (done["kind"], done["entries"], done["timely"]) == (
        "rows",
        [{"id": "head-office-outlets", "change": "rows"}],
        True,
    )


def test_another_departments_entry_is_refused(bank: Bank) -> None:
    liu = bank.clone("liu-yang")
    liu.edit(LOSS, "工本费10元", "工本费10元，立等可取")
    assert refused(liu, "submit", "--summary", "x") == {"KB958"}
    assert bank.refs().count("submission") == 0


def test_a_file_in_another_departments_folder_is_refused(bank: Bank) -> None:
    liu = bank.clone("liu-yang")
    liu.write("kb/entries/retail-banking/fake.md", liu.read(OUTLETS).replace("id: head-office-outlets", "id: fake"))
    assert refused(liu, "submit") == {"KB958"}


def test_an_entry_that_says_another_owner_is_refused(bank: Bank) -> None:
    liu = bank.clone("liu-yang")
    liu.edit(OUTLETS, "owner: operations", "owner: retail-banking")
    assert refused(liu, "submit", "--summary", "x") == {"KB958"}


def test_a_branch_writes_for_itself_only(bank: Bank) -> None:
    yuan = bank.clone("yuan-mei")
    branch_entry(yuan, "head-office")
    assert refused(yuan, "submit") == {"KB959"}
    branch_entry(yuan, "dongcheng-branch")
    assert yuan.ok("submit")["entries"] == [{"id": "local-loss", "change": "new"}]


def test_the_managing_department_may_change_the_validity_of_others_and_nothing_else(bank: Bank) -> None:
    zhao = bank.clone("zhao-min")
    zhao.edit(LOSS, "valid_until: 2027-12-31", "valid_until: 2028-06-30")
    done = zhao.ok("submit", "--no-push")
    assert (done["kind"], done["entries"]) == ("validity", [{"id": "card-loss", "change": "validity"}])
    zhao.git("branch", "-D", done["branch"])
    zhao.edit(LOSS, "工本费10元", "工本费10元，立等可取")
    assert refused(zhao, "submit", "--summary", "x") == {"KB962"}


def test_an_entry_is_not_deleted(bank: Bank) -> None:
    zhang = bank.clone("zhang-wei")
    (zhang.path / LOSS).unlink()
    assert refused(zhang, "submit") == {"KB960"}


def test_the_rules_are_changed_by_administrators_only(bank: Bank) -> None:
    for person, status in (("zhang-wei", 1), ("zhao-min", 1), ("sun-tao", 0)):
        clone = bank.clone(person)
        clone.edit(ROLES, "reviewers: [zhao-min, qian-lei]", "reviewers: [zhao-min, qian-lei, sun-tao]")
        done = clone.kbctl("submit", "--summary", "增加审核人", "--json")
        assert done.status == status, done.out + done.err
        assert done.json()["kind"] == "administration" if not status else codes(done.json()["findings"]) == {"KB961"}


def test_rules_and_entries_are_submitted_apart(bank: Bank) -> None:
    qian = bank.clone("qian-lei")
    qian.edit(ROLES, "reviewers: [zhao-min, qian-lei]", "reviewers: [zhao-min, qian-lei, sun-tao]")
    qian.edit(LOSS, "valid_until: 2027-12-31", "valid_until: 2028-06-30")
    assert refused(qian, "submit", "--summary", "x") == {"KB962"}
    assert qian.ok("submit", ROLES, "--summary", "x")["kind"] == "administration"
    assert qian.ok("submit", LOSS)["kind"] == "validity"


def test_a_change_of_rules_is_judged_by_the_rules_that_it_makes(bank: Bank) -> None:
    qian = bank.clone("qian-lei")
    qian.edit("kb/organization/retail-banking.yaml", "id: zhang-wei", "id: zhang-wei-2")
    assert "KB105" in refused(qian, "submit", "--summary", "x")


def test_an_entry_goes_over_to_another_department_by_an_administrator(bank: Bank) -> None:
    qian = bank.clone("qian-lei")
    new = LOSS.replace("retail-banking", "operations")
    qian.write(
        new, qian.read(LOSS).replace("owner: retail-banking", "owner: operations").replace("[zhang-wei]", "[liu-yang]")
    )
    (qian.path / LOSS).unlink()
    done = qian.ok("submit", "--summary", "移交")
    assert (done["kind"], done["entries"]) == ("administration", [{"id": "card-loss", "change": "transferred"}])
    zhao = bank.clone("zhao-min")
    zhao.ok("review", "accept", done["number"], "--opinion", "同意")
    assert zhao.ok("review", "verify", "--base", bank.baseline, "--head", "origin/main")["findings"] == []


def test_a_transfer_keeps_the_text(bank: Bank) -> None:
    qian = bank.clone("qian-lei")
    text = qian.read(LOSS).replace("owner: retail-banking", "owner: operations").replace("[zhang-wei]", "[liu-yang]")
    qian.write(LOSS.replace("retail-banking", "operations"), text.replace("工本费10元", "工本费10元，立等可取"))
    (qian.path / LOSS).unlink()
    assert refused(qian, "submit", "--summary", "x") == {"KB962"}


@pytest.fixture
def waiting(bank: Bank) -> str:
    """A submission that waits for its review."""
    zhang = bank.clone("zhang-wei")
    zhang.edit(LOSS, "工本费10元", "工本费10元，立等可取")
    return str(zhang.ok("submit", "--summary", "补卡时间")["number"])


@pytest.mark.parametrize(
    ("person", "status"),
    [("zhang-wei", 2), ("li-na", 2), ("sun-tao", 2), ("xie-fang", 2), ("yuan-mei", 2), ("qian-lei", 0)],
)
@pytest.mark.parametrize("action", ["accept", "return"])
def test_only_reviewers_decide(bank: Bank, waiting: str, person: str, status: int, action: str) -> None:
    clone = bank.clone(person, "reviewer")
    before = bank.refs()
    assert clone.kbctl("review", action, waiting, "--opinion", "x").status == status
    assert (bank.refs() == before) is bool(status)


def test_nobody_accepts_their_own(bank: Bank) -> None:
    zhao = bank.clone("zhao-min")
    zhao.edit(LOSS, "valid_until: 2027-12-31", "valid_until: 2028-06-30")
    number = zhao.ok("submit")["number"]
    done = zhao.kbctl("review", "accept", number, "--opinion", "x")
    assert (done.status, "qian-lei" in done.err) == (2, True)
    assert bank.clone("qian-lei").kbctl("review", "accept", number, "--opinion", "同意").status == 0


def test_nobody_accepts_what_they_wrote_on_the_branch(bank: Bank, waiting: str) -> None:
    """A reviewer who rewrote the content is no reviewer of it, whoever the notice names."""
    zhao = bank.clone("zhao-min")
    zhao.git("switch", "-q", f"submission/{waiting}")
    zhao.edit(LOSS, "立等可取", "当日可取")
    zhao.commit_all("better")
    zhao.git("push", "-q")
    done = zhao.kbctl("review", "accept", waiting, "--opinion", "x")
    assert (done.status, "submitted themselves" in done.err) == (2, True)
    # For anybody else the content is not what was submitted.
    assert refused(bank.clone("qian-lei"), "review", "accept", waiting, "--opinion", "x") == {"KB954", "KB964"}


def test_reviewers_are_those_of_the_base_not_of_the_change(bank: Bank) -> None:
    sun = bank.clone("sun-tao")
    sun.edit(ROLES, "reviewers: [zhao-min, qian-lei]", "reviewers: [zhao-min, qian-lei, sun-tao, li-na]")
    number = sun.ok("submit", "--summary", "增加审核人")["number"]
    for person in ("li-na", "sun-tao"):
        clone = bank.clone(person, person + "-2")
        clone.git("checkout", "-q", f"origin/submission/{number}")
        clone.git("switch", "-q", "main")
        clone.git("merge", "-q", "--ff-only", f"origin/submission/{number}")
        assert clone.kbctl("review", "accept", number, "--opinion", "x").status == 2
    assert bank.clone("qian-lei").kbctl("review", "accept", number, "--opinion", "同意").status == 0


def test_a_type_may_demand_a_further_reviewer(bank: Bank) -> None:
    admin, reviewer = bank.clone("sun-tao"), bank.clone("zhao-min")
    admin.edit("schemas/faq.yaml", "reviewers: []", "reviewers: [compliance]")
    number = admin.ok("submit", "--summary", "合规复核")["number"]
    reviewer.ok("review", "accept", number, "--opinion", "同意")

    zhang, xie = bank.clone("zhang-wei"), bank.clone("xie-fang")
    zhang.edit(LOSS, "工本费10元", "工本费10元，立等可取")
    done = zhang.ok("submit", "--summary", "补卡时间")
    assert done["reviewers"] == ["reviewer", "compliance"]
    number, base = done["number"], bank.git("rev-parse", "main")
    first = reviewer.ok("review", "accept", number, "--opinion", "同意")
    assert (first["published"], first["missing"]) == (None, ["compliance"])
    assert bank.git("rev-parse", "main") == base
    again = reviewer.kbctl("review", "accept", number, "--opinion", "再次")
    assert again.status == 2
    assert "you have accepted" in again.err and "谢芳" in again.err and "赵敏" not in again.err
    # What waits for somebody's acceptance is not taken in yet, and the form does not say so.
    form = bank.show(f"kb/submissions/2026/{number}.md", f"submission/{number}")
    assert "| 审核入库人 |  |" in form and "| 入库时间 |  |" in form and "| 审核意见 | 同意 |" in form
    assert xie.ok("submissions")["submissions"][0]["missing"] == ["compliance"]
    second = xie.ok("review", "accept", number, "--opinion", "合规无异议")
    assert second["published"] == bank.git("rev-parse", "main").strip()
    notice = bank.show(f"kb/submissions/2026/{number}.md")
    assert "| 审核入库人 | 赵敏 |" in notice
    assert "| 入库时间 | 2026年11月20日 " in notice
    assert "同意<br>复核（谢芳）：合规无异议" in notice
    assert codes(reviewer.ok("review", "verify", "--base", base.strip(), "--head", "origin/main")["findings"]) == set()


def test_a_shared_address_needs_a_name_and_somebody_elses_name_is_refused(bank: Bank) -> None:
    zhang = bank.clone("zhang-wei")
    zhang.edit(LOSS, "工本费10元", "工本费10元，立等可取")
    before = zhang.everything()
    assert zhang.kbctl("submit", "--summary", "x", "--as", "li-na").status == 2
    assert zhang.kbctl("submit", "--summary", "x", "--as", "nobody").status == 2
    # Under an address that no contact bears, nobody acts in anybody's name.
    zhang.git("config", "user.email", "stranger@bank.example")
    unknown = zhang.kbctl("submit", "--summary", "x")
    assert (unknown.status, "stranger@bank.example" in unknown.err) == (2, True)
    assert zhang.kbctl("submit", "--summary", "x", "--as", "zhang-wei") == unknown
    assert zhang.everything() == before
    zhang.git("config", "user.email", "zhang-wei@bank.example")
    number = zhang.ok("submit", "--summary", "x")["number"]
    zhang.git("config", "user.email", "stranger@bank.example")
    assert zhang.kbctl("submit", "--recall", number, "--as", "zhang-wei").err == unknown.err
    assert zhang.kbctl("review", "accept", number, "--opinion", "x", "--as", "zhao-min").err == unknown.err


def test_several_who_share_an_address_say_who_they_are(bank: Bank) -> None:
    manager = bank.clone("qian-lei")
    manager.edit(
        "kb/organization/retail-banking.yaml", "[li-na@bank.example]", "[li-na@bank.example, zhang-wei@bank.example]"
    )
    manager.commit_all("shared")
    manager.git("push", "-q")
    zhang = bank.clone("zhang-wei")
    zhang.edit(LOSS, "工本费10元", "工本费10元，立等可取")
    assert "--as CONTACT" in zhang.kbctl("submit", "--summary", "x").err
    assert "zhou-jie" in zhang.kbctl("submit", "--summary", "x", "--as", "zhou-jie").err
    number = zhang.ok("submit", "--summary", "x", "--as", "li-na")["number"]
    assert bank.git("log", "-1", "--format=%an %ae", f"submission/{number}").strip() == "李娜 zhang-wei@bank.example"


# What is done by hand, around the commands, and what verify says of it.


def by_hand(clone: Clone) -> set[str]:
    clone.commit_all("by hand")
    done = clone.kbctl("review", "verify", "--base", "origin/main", "--head", "HEAD", "--json")
    found = codes(done.json()["findings"])
    assert done.status == bool(found)
    return found


def take(clone: Clone, number: str) -> str:
    """Stand on the branch of a submission; its notice's text."""
    clone.git("fetch", "-q")
    clone.git("switch", "-q", "-c", "mine", f"origin/submission/{number}")
    return clone.read(f"kb/submissions/2026/{number}.md")


def test_verify_refuses_a_change_without_submission(bank: Bank) -> None:
    zhang = bank.clone("zhang-wei")
    zhang.edit(LOSS, "10元", "15元")
    assert by_hand(zhang) == {"KB951"}


def test_verify_refuses_a_deletion(bank: Bank) -> None:
    zhang = bank.clone("zhang-wei")
    (zhang.path / LOSS).unlink()
    assert by_hand(zhang) == {"KB960"}


def test_verify_leaves_what_is_not_the_knowledge_base_alone(bank: Bank) -> None:
    zhang = bank.clone("zhang-wei")
    zhang.write("README.md", "x\n")
    zhang.write("kb/questions/2026/1.md", "x\n")
    assert by_hand(zhang) == set()


def test_verify_refuses_an_undecided_submission(bank: Bank, waiting: str) -> None:
    clone = bank.clone("zhang-wei", "again")
    done = clone.kbctl("review", "verify", "--head", f"origin/submission/{waiting}", "--json")
    assert (done.status, codes(done.json()["findings"])) == (1, {"KB955"})


def test_verify_accepts_an_accepted_branch_and_refuses_any_edit_after(bank: Bank, waiting: str) -> None:
    zhao = bank.clone("zhao-min")
    zhao.ok("review", "accept", waiting, "--opinion", "同意", "--no-merge")
    assert zhao.ok("submissions")["submissions"][0]["state"] == "accepted"
    assert zhao.ok("review", "verify", "--head", f"origin/submission/{waiting}")["findings"] == []
    clone = bank.clone("zhang-wei", "again")
    take(clone, waiting)
    clone.edit(LOSS, "立等可取", "立等可取！")
    assert by_hand(clone) == {"KB954"}


def test_verify_refuses_what_is_added_to_an_accepted_branch(bank: Bank, waiting: str) -> None:
    bank.clone("zhao-min").ok("review", "accept", waiting, "--opinion", "同意", "--no-merge")
    clone = bank.clone("zhang-wei", "again")
    take(clone, waiting)
    clone.edit(CD, "title: 鸿运", "title: 新鸿运")
    clone.write("kb/entries/retail-banking/.hidden", "x")
    assert by_hand(clone) == {"KB951"}


def forge(clone: Clone, number: str, reviewer: str, name: str) -> None:
    """Write an acceptance by *reviewer* into the notice with kbctl's own means, form and all."""
    path = f"kb/submissions/2026/{number}.md"
    script = f"""
import sys
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo
from pathlib import Path
from kbctl.model.submission import Decision, Verdict
from kbctl.submissions.notice_file import parse_notice, write_notice
path = Path({str(clone.path / path)!r})
found = parse_notice(path.read_bytes())
now = datetime(2026, 11, 20, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
path.write_bytes(write_notice(found.decided(Decision(
    Verdict.ACCEPTED, {reviewer!r}, {name!r}, "reviewer", now, "同意", found.revision, found.digest))))
"""
    subprocess.run([sys.executable, "-c", script], check=True, env=environment())


@pytest.mark.parametrize(
    ("reviewer", "name", "code"),
    [("zhao-min", "赵敏", "KB964"), ("zhang-wei", "张伟", "KB956"), ("li-na", "李娜", "KB957")],
)
def test_verify_refuses_a_forged_acceptance(bank: Bank, waiting: str, reviewer: str, name: str, code: str) -> None:
    clone = bank.clone("zhang-wei", "again")
    take(clone, waiting)
    forge(clone, waiting, reviewer, name)
    assert code in by_hand(clone)


def test_verify_refuses_a_squashed_forgery(bank: Bank, waiting: str) -> None:
    """Content and decision in one commit prove nothing before it is published."""
    clone = bank.clone("zhang-wei", "again")
    take(clone, waiting)
    forge(clone, waiting, "zhao-min", "赵敏")
    clone.git("reset", "-q", "--soft", "origin/main")
    assert "KB964" in by_hand(clone)


def test_verify_refuses_a_reviewer_list_edited_in_the_same_change(bank: Bank, waiting: str) -> None:
    clone = bank.clone("li-na")
    take(clone, waiting)
    clone.edit(ROLES, "reviewers: [", "reviewers: [li-na, ")
    forge(clone, waiting, "li-na", "李娜")
    assert by_hand(clone) >= {"KB951", "KB957"}


def test_verify_refuses_an_edited_notice(bank: Bank, waiting: str) -> None:
    clone = bank.clone("zhang-wei", "again")
    take(clone, waiting)
    clone.edit(f"kb/submissions/2026/{waiting}.md", "补卡时间", "别的")
    clone.edit(f"kb/submissions/2026/{waiting}.md", "summary: 别的", "summary: 补卡时间")
    assert "KB952" in by_hand(clone)


def test_verify_refuses_a_change_of_a_published_notice(bank: Bank, waiting: str) -> None:
    zhao = bank.clone("zhao-min")
    zhao.ok("review", "accept", waiting, "--opinion", "同意")
    zhao.ok("sync")
    zhao.edit(f"kb/submissions/2026/{waiting}.md", "同意", "不同意")
    assert by_hand(zhao) == {"KB953"}


def test_verify_refuses_the_wrong_author(bank: Bank, waiting: str) -> None:
    """The commit bears another department's name than the notice."""
    clone = bank.clone("liu-yang")
    take(clone, waiting)
    clone.git("commit", "-q", "--amend", "--no-edit", "--reset-author")
    done = clone.kbctl("review", "verify", "--head", "HEAD", "--json")
    assert codes(done.json()["findings"]) == {"KB955", "KB964"}


def test_verify_without_signatures_says_what_it_does_not_prove(bank: Bank, waiting: str) -> None:
    done = bank.clone("zhao-min").kbctl("review", "verify", "--head", f"origin/submission/{waiting}")
    assert "a name that anybody can write" in done.err


def test_a_squash_or_rebase_on_the_forge_keeps_the_decision(bank: Bank, waiting: str) -> None:
    zhao = bank.clone("zhao-min")
    zhao.ok("review", "accept", waiting, "--opinion", "同意", "--no-merge")
    zhao.git("fetch", "-q")
    zhao.git("merge", "-q", "--squash", f"origin/submission/{waiting}")
    zhao.commit_all("squashed by the forge")
    zhao.git("push", "-q")
    done = zhao.ok("review", "verify", "--base", bank.baseline, "--head", "origin/main")
    assert [finding["code"] for finding in done["findings"]] == ["KB966"]
    assert zhao.ok("submissions", "--state", "published")["submissions"][0]["number"] == waiting


def test_a_rebase_on_the_forge_keeps_the_decision(bank: Bank, waiting: str) -> None:
    zhao = bank.clone("zhao-min")
    zhao.ok("review", "accept", waiting, "--opinion", "同意", "--no-merge")
    zhao.git("fetch", "-q")
    zhao.write("README.md", "x\n")
    zhao.commit_all("meanwhile")
    zhao.git("cherry-pick", f"main..origin/submission/{waiting}")
    zhao.git("push", "-q")
    assert zhao.ok("review", "verify", "--base", bank.baseline, "--head", "origin/main")["findings"] == []


def test_everything_since_the_baseline(bank: Bank, waiting: str) -> None:
    zhao = bank.clone("zhao-min")
    assert zhao.kbctl("review", "verify").status == 2
    zhao.ok("review", "accept", waiting, "--opinion", "同意")
    qian = bank.clone("qian-lei")
    qian.edit("kb/kb.toml", "[knowledge-base]\n", f'[knowledge-base]\nbaseline = "{bank.baseline}"\n')
    number = qian.ok("submit", "--summary", "基线")["number"]
    zhao.ok("review", "accept", number, "--opinion", "同意")
    zhao.ok("sync")
    assert zhao.ok("review", "verify")["submissions"] == [waiting, number]
    zhao.edit(LOSS, "立等可取", "一小时可取")
    zhao.commit_all("around")
    zhao.git("push", "-q")
    assert codes(zhao.kbctl("review", "verify", "--json").json()["findings"]) == {"KB951"}


@pytest.mark.parametrize(
    ("reviewer", "name", "said"),
    [
        ("zhang-wei", "张伟", "张伟 (零售银行部) decided on what they submitted themselves"),
        ("li-na", "李娜", "李娜 (零售银行部) may not decide as reviewer"),
        ("nobody", "某人", "某人 (nobody) may not decide as reviewer"),
        ("zhao-min", "赵敏", "it should be 赵敏 (电子银行运行部), whose decision it records"),
    ],
)
def test_people_are_named_and_programs_get_the_id(
    bank: Bank, waiting: str, reviewer: str, name: str, said: str
) -> None:
    clone = bank.clone("zhang-wei", "again")
    take(clone, waiting)
    forge(clone, waiting, reviewer, name)
    clone.commit_all("by hand")
    assert said in clone.kbctl("review", "verify", "--head", "HEAD").out
    done = clone.kbctl("review", "verify", "--head", "HEAD", "--json")
    subjects = {finding["subject"] for finding in done.json()["findings"]}
    assert reviewer in subjects or reviewer == "zhao-min"


def test_a_reviewer_who_has_left_decides_no_more(bank: Bank, waiting: str) -> None:
    admin = bank.clone("qian-lei")
    admin.edit("kb/organization/e-banking.yaml", "{id: zhao-min,", "{id: zhao-min, until: 2026-11-19,")
    admin.commit_all("left")
    admin.git("push", "-q")
    clone = bank.clone("zhao-min")
    take(clone, waiting)
    forge(clone, waiting, "zhao-min", "赵敏")
    clone.commit_all("by hand")
    done = clone.kbctl("review", "verify", "--base", "origin/main", "--head", "HEAD")
    assert "赵敏 (电子银行运行部) may not decide as reviewer: the person did not hold the post" in done.out
