"""Whoever may push branches, tags and files, but not to the base, gets nothing past `review verify` and `review accept`."""

import subprocess
from dataclasses import replace

import pytest

from kbctl.model.submission import Submission
from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import FILE_MODE, write_blobs, write_tree
from kbctl.submissions.notice_file import parse_notice, write_notice
from tests.submissions.bank import CD, LOSS, TABLE, Bank, Clone, environment
from tests.submissions.test_made_by_hand import handed_in, rewritten, verified
from tests.submissions.test_merging import add_row
from tests.submissions.test_rights import ROLES, codes, forge, refused

DAY = {"GIT_AUTHOR_DATE": "2020-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2020-01-01T00:00:00Z"}


def notice(number: str) -> str:
    return f"kb/submissions/{number[:4]}/{number}.md"


def accepted(bank: Bank) -> tuple[Clone, Clone, str]:
    zhang, number = handed_in(bank)
    zhao = bank.clone("zhao-min")
    zhao.ok("review", "accept", number, "--opinion", "同意", "--no-merge")
    return zhang, zhao, number


def take(clone: Clone, number: str) -> None:
    """Stand on the branch of a submission, with nothing of one's own."""
    clone.git("fetch", "-q")
    clone.git("switch", "-q", "--discard-changes", "-C", "mine", f"origin/submission/{number}")


def rewrite(clone: Clone, number: str, submission: Submission) -> None:
    clone.write(notice(number), write_notice(submission))


def head(clone: Clone, *arguments: str) -> set[str]:
    done = clone.kbctl("review", "verify", "--base", "origin/main", "--head", "HEAD", "--json", *arguments)
    return codes(done.json()["findings"]) if done.out else {f"exit {done.status}"}


def test_two_decisions_in_one_commit(bank: Bank) -> None:
    """A further reviewer writes the reviewer's acceptance along with her own."""
    sun, qian = bank.clone("sun-tao"), bank.clone("qian-lei")
    sun.edit("schemas/faq.yaml", "reviewers: []", "reviewers: [compliance]")
    qian.ok("review", "accept", sun.ok("submit", "--summary", "x")["number"], "--opinion", "同意")
    _zhang, number = handed_in(bank)
    xie = bank.clone("xie-fang")
    take(xie, number)
    forge(xie, number, "zhao-min", "赵敏")
    found = parse_notice(xie.read(notice(number)).encode())
    own = replace(found.decisions[-1], by="xie-fang", name="谢芳", role="compliance")
    rewrite(xie, number, found.decided(own))
    xie.commit_all("both")
    assert head(xie) == {"KB964"}


def test_a_return_that_is_taken_out_of_the_notice(bank: Bank) -> None:
    zhang, number = handed_in(bank)
    zhao, qian = bank.clone("zhao-min"), bank.clone("qian-lei")
    zhao.ok("review", "return", number, "--opinion", "请核对")
    take(zhang, number)
    found = parse_notice(zhang.read(notice(number)).encode())
    rewrite(zhang, number, replace(found, decisions=()))
    zhang.commit_all("never returned")
    zhang.git("push", "-q", "origin", f"HEAD:submission/{number}")
    assert "KB952" in refused(qian, "review", "accept", number, "--opinion", "同意")
    assert "KB952" in verified(qian, f"origin/submission/{number}")


def test_a_late_submission_that_calls_itself_timely(bank: Bank) -> None:
    zhang = bank.clone("zhang-wei")
    zhang.edit(LOSS, "valid_from: 2026-01-01", "valid_from: 2026-11-19")
    number = zhang.ok("submit", "--summary", "x")["number"]
    take(zhang, number)
    found = parse_notice(zhang.read(notice(number)).encode())
    assert found.timely is False
    rewrite(zhang, number, replace(found, timely=True))
    zhang.commit_all("in time")
    zhang.git("push", "-q", "origin", f"HEAD:submission/{number}")
    zhao = bank.clone("zhao-min")
    assert "KB952" in refused(zhao, "review", "accept", number, "--opinion", "同意")
    assert "KB952" in verified(zhao, f"origin/submission/{number}")


def test_replaced_objects(bank: Bank) -> None:
    """`git replace` shows another text to whoever fetches all refs."""
    zhang, zhao, number = accepted(bank)
    take(zhang, number)
    zhang.edit(LOSS, "立等可取", "免费")
    evil = zhang.commit_all("x")
    zhang.git("replace", *zhang.git("rev-parse", "HEAD^{tree}", "HEAD^^{tree}").split())
    zhang.git("push", "-q", "origin", f"{evil}:refs/heads/submission/{number}", "refs/replace/*:refs/replace/*")
    zhao.git("fetch", "-q", "origin", "refs/replace/*:refs/replace/*")
    assert verified(zhao, f"origin/submission/{number}") >= {"KB954"}


def test_a_tag_named_like_the_base(bank: Bank) -> None:
    """git prefers a tag to a branch of the same name, and every clone fetches tags."""
    li = bank.clone("li-na")
    li.git("switch", "-q", "-c", "mine")
    li.edit(ROLES, "reviewers: [", "reviewers: [li-na, ")
    li.edit(LOSS, "工本费10元", "免费")
    li.commit_all("x")
    for name in ("origin/main", "main"):
        li.git("push", "-q", "origin", f"HEAD:refs/tags/{name}")
    victim = bank.clone("zhao-min")
    assert "免费" not in victim.kbctl("show", "card-loss").out
    assert head(li, "--base", "refs/remotes/origin/main") == {"KB951"}
    victim.git("fetch", "-q")
    victim.git("checkout", "-q", "--detach", li.git("rev-parse", "HEAD").strip())
    assert head(victim) == {"KB951"}
    found = victim.ok("review", "verify", "--base", bank.baseline, "--head", "origin/main")
    assert found["head"] == bank.baseline


def test_a_tag_named_like_the_submission(bank: Bank) -> None:
    zhang, zhao, number = accepted(bank)
    take(zhang, number)
    zhang.git("push", "-q", "origin", f"HEAD:refs/tags/origin/submission/{number}")
    zhang.edit(LOSS, "立等可取", "免费")
    zhang.commit_all("x")
    zhang.git("push", "-q", "origin", f"HEAD:refs/heads/submission/{number}")
    zhao.git("fetch", "-q", "--tags")
    assert verified(zhao, f"origin/submission/{number}") == {"KB954"}


def test_a_branch_named_like_the_base_settles_nothing(bank: Bank) -> None:
    """A squash is noted where it is published; a branch `origin/main` or a local `main` ahead of it publishes nothing."""
    zhang, number = handed_in(bank)
    take(zhang, number)
    forge(zhang, number, "zhao-min", "赵敏")
    zhang.git("reset", "-q", "--soft", "origin/main")
    zhang.commit_all("squashed")
    zhang.git("branch", "origin/main")
    zhang.git("branch", "-f", "main")
    assert head(zhang, "--base", "refs/remotes/origin/main") == {"KB964"}
    assert head(zhang) == {"KB964"}


def test_a_submodule_that_gitmodules_hides(bank: Bank) -> None:
    zhang, _zhao, number = accepted(bank)
    take(zhang, number)
    path = "kb/entries/retail-banking/card-loss"
    zhang.write(".gitmodules", f'[submodule "x"]\n\tpath = {path}\n\turl = https://evil.example/x\n\tignore = all\n')
    zhang.git("add", ".gitmodules")
    zhang.git("update-index", "--add", "--cacheinfo", f"160000,{bank.baseline},{path}")
    zhang.git("commit", "-q", "-m", "x")
    assert head(zhang) == {"KB951"}


def test_a_file_named_like_a_commit(bank: Bank) -> None:
    """git prints commits and paths alike; what a commit changed is not counted for another."""
    zhang, number = handed_in(bank)
    zhao = bank.clone("zhao-min")
    take(zhao, number)
    first = zhao.git("rev-parse", "HEAD").strip()
    zhao.edit(LOSS, "立等可取", "免费")
    zhao.write(first, "x\n")
    zhao.commit_all("hers")
    zhao.git("push", "-q", "origin", f"HEAD:submission/{number}")
    rewritten(zhang, number, {})
    done = zhao.kbctl("review", "accept", number, "--opinion", "x")
    assert (done.status, "submitted themselves" in done.err) == (2, True)


def test_a_merge_with_two_common_ancestors(bank: Bank) -> None:
    """A branch that holds another's accepted submission by its branch alone, undone in a merge."""
    _zhang, number = handed_in(bank)
    zhao, liu = bank.clone("zhao-min"), bank.clone("liu-yang")
    row = liu.read(TABLE).split("\n")[1]
    liu.edit(TABLE, row, row.rsplit(",", 1)[0] + ",2026-11-20")
    zhao.ok("review", "accept", liu.ok("submit")["number"], "--opinion", "同意")
    zhao.git("fetch", "-q")
    middle = zhao.git("rev-parse", "origin/main").strip()
    zhao.ok("review", "accept", number, "--opinion", "同意")
    evil = bank.clone("li-na")
    theirs = evil.git("rev-parse", "origin/main^2").strip()
    commit = evil.git("commit-tree", f"{middle}^{{tree}}", "-p", middle, "-p", theirs, "-m", "x").strip()
    evil.git("switch", "-q", "-c", "mine", commit)
    assert len(evil.git("merge-base", "--all", "origin/main", "HEAD").split()) == 2
    assert head(evil) == {"exit 2"}


def test_rows_in_another_order(bank: Bank) -> None:
    liu, zhao = bank.clone("liu-yang"), bank.clone("zhao-min")
    key = liu.read(TABLE).split("\n")[1].split(",", 1)[0]
    add_row(liu, "NEW-1", key)
    zhao.ok("review", "accept", liu.ok("submit")["number"], "--opinion", "同意")
    liu.ok("sync")
    add_row(liu, "NEW-2", key)
    number = liu.ok("submit")["number"]
    zhao.ok("review", "accept", number, "--opinion", "同意", "--no-merge")
    take(liu, number)
    header, *rows = liu.read(TABLE).splitlines()
    liu.write(TABLE, "".join(f"{line}\n" for line in (header, *reversed(rows))))
    liu.commit_all("x")
    assert head(liu) == {"KB951"}


@pytest.mark.parametrize("path", ["KB/entries/retail-banking/card-loss.md", "Schemas/faq.yaml", "kb/Entries/x/y.md"])
def test_a_folder_that_is_the_same_on_windows(bank: Bank, path: str) -> None:
    zhang, _zhao, number = accepted(bank)
    take(zhang, number)
    blob = write_blobs(Repository(zhang.path), [b"x"])[0]
    tree = write_tree(Repository(zhang.path), "HEAD", [(path, FILE_MODE, blob)])
    zhang.git("reset", "-q", "--hard", zhang.git("commit-tree", tree, "-p", "HEAD", "-m", "x").strip())
    assert head(zhang) == {"KB951"}


def test_a_decision_of_another_submission(bank: Bank) -> None:
    _zhang, _zhao, number = accepted(bank)
    other = bank.clone("li-na")
    other.edit(CD, "title: ", "title: 新")
    second = str(other.ok("submit", "--summary", "x")["number"])
    take(other, number)
    decision = parse_notice(other.read(notice(number)).encode()).decisions[-1]
    trailers = other.git("log", "-1", "--format=%B")
    take(other, second)
    own = parse_notice(other.read(notice(second)).encode())
    rewrite(other, second, own.decided(decision))
    other.commit_all(trailers)
    assert head(other) == {"KB955"}
    rewrite(other, second, own.decided(replace(decision, digest=own.digest)))
    other.commit_all(trailers)
    assert head(other) == {"KB952", "KB964"}


def test_an_empty_commit_that_says_accepted(bank: Bank) -> None:
    zhang, number = handed_in(bank)
    take(zhang, number)
    zhang.git(
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        f"Accept {number}\n\nSubmission: {number}\nReviewed-by: 赵敏 <zhao-min@bank.example>",
    )
    assert head(zhang) == {"KB955"}


def test_an_octopus(bank: Bank) -> None:
    """A third parent brings what no submission covers, or the text of another."""
    zhang, _zhao, number = accepted(bank)
    take(zhang, number)
    zhang.git("switch", "-q", "--detach", "origin/main")
    zhang.edit(CD, "title: ", "title: 新")
    third = zhang.commit_all("x")
    zhang.git("switch", "-q", "mine")
    tree = write_tree(
        Repository(zhang.path), "HEAD", [(CD, FILE_MODE, zhang.git("rev-parse", f"{third}:{CD}").strip())]
    )
    commit = zhang.git("commit-tree", tree, "-p", "HEAD", "-p", "origin/main", "-p", third, "-m", "octopus").strip()
    zhang.git("reset", "-q", "--hard", commit)
    assert head(zhang) == {"KB951"}


def test_a_commit_dated_before_the_baseline(bank: Bank) -> None:
    zhao = bank.clone("zhao-min")
    zhao.edit(LOSS, "工本费10元", "免费")
    zhao.git("add", "-A")
    tree = zhao.git("write-tree").strip()
    done = subprocess.run(
        ["git", "commit-tree", tree, "-p", "HEAD", "-m", "old"],
        cwd=zhao.path,
        env={**environment(), **DAY},
        capture_output=True,
        check=True,
    )
    commit = done.stdout.decode().strip()
    zhao.git("push", "-q", "origin", f"{commit}:main")
    assert verified(zhao, "origin/main", "--base", bank.baseline) == {"KB951"}


def test_a_mailmap(bank: Bank) -> None:
    """.mailmap says who somebody else is."""
    zhang, number = handed_in(bank)
    take(zhang, number)
    forge(zhang, number, "zhao-min", "赵敏")
    zhang.write(".mailmap", "赵敏 <zhao-min@bank.example> <zhang-wei@bank.example>\n")
    zhang.git("config", "log.mailmap", "true")
    zhang.commit_all("x")
    assert head(zhang) == {"KB964"}


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("２０２６1120-retail-banking-1", "KB952"),
        ("20261120-retail‐banking-1", "KB952"),
        ("20261120-retail-banking-01", "KB952"),
        ("20261120-operations-1", "KB952"),
        ("20251120-retail-banking-1", "KB952"),
    ],
)
def test_a_number_that_is_not_its_own(bank: Bank, number: str, code: str) -> None:
    zhang, _zhao, old = accepted(bank)
    take(zhang, old)
    found = parse_notice(zhang.read(notice(old)).encode())
    (zhang.path / notice(old)).unlink()
    zhang.write(f"kb/submissions/2026/{number}.md", write_notice(replace(found, number=number)))
    if number.startswith("2025"):
        zhang.write(f"kb/submissions/2025/{number}.md", write_notice(replace(found, number=number)))
    zhang.commit_all("x")
    assert code in head(zhang)


def test_the_number_of_a_published_submission(bank: Bank) -> None:
    zhang, number = handed_in(bank)
    zhao = bank.clone("zhao-min")
    zhao.ok("review", "accept", number, "--opinion", "同意")
    zhang.ok("sync")
    zhang.edit(LOSS, "立等可取", "免费")
    second = zhang.ok("submit", "--summary", "x")["number"]
    take(zhang, second)
    found = parse_notice(zhang.read(notice(second)).encode())
    (zhang.path / notice(second)).unlink()
    rewrite(zhang, number, replace(found, number=number))
    zhang.commit_all("x")
    assert head(zhang) >= {"KB953"}


def test_the_same_id_in_another_department(bank: Bank) -> None:
    liu = bank.clone("liu-yang")
    text = liu.read(LOSS).replace("owner: retail-banking", "owner: operations").replace("[zhang-wei]", "[liu-yang]")
    liu.write(LOSS.replace("retail-banking", "operations"), text)
    done = liu.kbctl("submit", "--summary", "x", "--json")
    assert (done.status, codes(done.json()["findings"])) == (1, {"KB102"})


def test_a_transfer_that_brings_something_along(bank: Bank) -> None:
    sun = bank.clone("sun-tao")
    new = LOSS.replace("retail-banking", "operations")
    sun.write(
        new, sun.read(LOSS).replace("owner: retail-banking", "owner: operations").replace("[zhang-wei]", "[liu-yang]")
    )
    sun.write(new.replace(".md", "/more.txt"), "x\n")
    (sun.path / LOSS).unlink()
    assert refused(sun, "submit", "--summary", "x") >= {"KB962"}


def test_an_acceptance_under_another_name(bank: Bank) -> None:
    """The form shows the name, and the name is that of who decided."""
    _zhang, number = handed_in(bank)
    zhao = bank.clone("zhao-min")
    take(zhao, number)
    forge(zhao, number, "zhao-min", "钱磊")
    zhao.commit_all("x")
    assert head(zhao) == {"KB952"}


def test_a_submitter_under_another_name(bank: Bank) -> None:
    zhang, number = handed_in(bank)
    take(zhang, number)
    found = parse_notice(zhang.read(notice(number)).encode())
    rewrite(zhang, number, replace(found, submitter_name="李娜"))
    zhang.commit_all("x")
    zhang.git("push", "-q", "origin", f"HEAD:submission/{number}")
    assert refused(bank.clone("zhao-min"), "review", "accept", number, "--opinion", "同意") == {"KB952"}


def test_what_was_reverted_is_accepted_anew(bank: Bank) -> None:
    """A branch from before the revert brings content and decision back, and no commit of it made either."""
    _zhang, number = handed_in(bank)
    zhao = bank.clone("zhao-min")
    zhao.ok("review", "accept", number, "--opinion", "同意")
    zhao.git("pull", "-q")
    zhao.git("revert", "--no-edit", "-m", "1", "HEAD")
    zhao.git("push", "-q")
    evil = bank.clone("li-na")
    before = evil.git("rev-parse", "HEAD^").strip()
    commit = evil.git("commit-tree", f"{before}^{{tree}}", "-p", before, "-p", "origin/main", "-m", "x").strip()
    evil.git("switch", "-q", "-c", "mine", commit)
    assert head(evil) == {"KB952"}


def test_a_baseline_that_can_be_moved(bank: Bank) -> None:
    sun, qian = bank.clone("sun-tao"), bank.clone("qian-lei")
    sun.git("push", "-q", "origin", f"{bank.baseline}:refs/tags/begin")
    sun.edit("kb/kb.toml", "[knowledge-base]\n", '[knowledge-base]\nbaseline = "begin"\n')
    qian.ok("review", "accept", sun.ok("submit", "--summary", "x")["number"], "--opinion", "同意")
    qian.git("fetch", "-q", "--tags")
    done = qian.kbctl("review", "verify")
    assert (done.status, bank.baseline in done.err) == (2, True)


def test_a_text_that_the_forge_would_splice(bank: Bank) -> None:
    """Base and branch changed different lines of one entry: git could merge them, and nobody would have reviewed it."""
    zhang, zhao, number = accepted(bank)
    other = bank.clone("li-na", "other")
    other.edit(LOSS, "valid_until: 2027-12-31", "valid_until: 2027-12-30")
    other.commit_all("around")
    other.git("push", "-q")
    take(zhang, number)
    zhang.git("merge", "-q", "--no-commit", "origin/main")
    assert verified(zhao, f"origin/submission/{number}") == {"KB968"}
    assert zhao.kbctl("review", "accept", number, "--opinion", "x").status in (1, 2)
