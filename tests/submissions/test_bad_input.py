"""What may be wrong with the repository, the desk, the names and the remote: one clear message, and nothing changed."""

import os
import shutil
from pathlib import Path

import pytest

from tests.submissions.bank import CD, LOSS, OUTLETS, Bank, Clone, Done

NUMBER = "20261120-retail-banking-1"


def change(clone: Clone) -> None:
    clone.edit(LOSS, "工本费10元", "工本费10元，立等可取")


def refuses(clone: Clone, *arguments: str, status: int = 2) -> str:
    """Run kbctl, which must refuse with one message and change nothing; the message."""
    before = clone.everything()
    done = clone.kbctl(*arguments)
    assert done.status == status, done.out + done.err
    assert clone.everything() == before
    if status == 2:
        assert done.err.count("Error:") == 1
        assert "→" in done.err
    return done.err


def submitted(bank: Bank) -> str:
    zhang = bank.clone("zhang-wei")
    change(zhang)
    return str(zhang.ok("submit", "--summary", "补卡时间")["number"])


@pytest.fixture
def zhang(bank: Bank) -> Clone:
    clone = bank.clone("zhang-wei", "zhang")
    change(clone)
    return clone


def submit(clone: Clone, *arguments: str) -> Done:
    return clone.kbctl("submit", "--summary", "x", *arguments)


def test_a_detached_head_submits_and_does_not_sync(bank: Bank, zhang: Clone) -> None:
    zhang.git("switch", "-q", "--detach")
    before = zhang.desk()
    assert submit(zhang).status == 0
    assert zhang.desk() == before
    assert "detached" in refuses(zhang, "sync")


@pytest.mark.parametrize("command", [("submit", "--summary", "x"), ("sync",)])
def test_a_merge_in_progress(bank: Bank, zhang: Clone, command: tuple[str, ...]) -> None:
    zhang.git("switch", "-q", "-c", "other")
    zhang.commit_all("one")
    zhang.git("switch", "-q", "main")
    zhang.edit(LOSS, "工本费10元", "工本费12元")
    zhang.commit_all("two")
    zhang.git("merge", "other", check=False)
    assert "git merge --abort" in refuses(zhang, *command)


def test_a_staged_and_dirty_desk_stays_as_it_is(bank: Bank, zhang: Clone) -> None:
    zhang.git("add", LOSS)
    zhang.edit(LOSS, "立等可取", "当日可取")
    zhang.write("notes.txt", "mine\n")
    zhang.edit(CD, "title: 鸿运", "title: 新鸿运")
    zhang.git("stash", "push", "-q", CD)
    before = zhang.desk()
    assert submit(zhang).status == 0
    assert zhang.desk() == before
    assert "当日可取" in bank.show(LOSS, f"submission/{NUMBER}")


def test_a_shallow_clone(bank: Bank) -> None:
    shallow = bank.clone("zhang-wei", "shallow", "--depth", "1")
    change(shallow)
    assert submit(shallow).status == 0
    reviewer = bank.clone("zhao-min")
    reviewer.ok("review", "accept", NUMBER, "--opinion", "同意")
    assert shallow.kbctl("sync").status == 0
    fresh = bank.clone("zhao-min", "fresh", "--depth", "1")
    done = fresh.kbctl("review", "verify", "--base", "HEAD~1", "--head", "HEAD")
    assert (done.status, "git fetch --unshallow" in done.err) == (2, True)


def test_a_linked_work_tree(bank: Bank) -> None:
    clone = bank.clone("zhang-wei", "main-tree")
    clone.git("worktree", "add", "-q", "-b", "side", str(bank.folder / "side"))
    side = Clone(bank.folder / "side", "zhang-wei")
    change(side)
    before = side.read(LOSS)
    assert submit(side).status == 0
    assert side.read(LOSS) == before
    assert side.git("status", "--porcelain").split() == ["M", LOSS]


def test_a_bare_repository(bank: Bank) -> None:
    bare = Clone(bank.bare, "zhang-wei")
    done = bare.kbctl("submit")
    assert (done.status, "no knowledge base" in done.err, "make a clone" in done.err) == (2, True, True)


def test_a_rebase_in_progress(bank: Bank, zhang: Clone) -> None:
    zhang.git("switch", "-q", "-c", "other")
    zhang.commit_all("one")
    zhang.git("switch", "-q", "main")
    zhang.edit(LOSS, "工本费10元", "工本费12元")
    zhang.commit_all("two")
    zhang.git("rebase", "other", check=False)
    for command in (("submit", "--summary", "x"), ("sync",)):
        assert "git rebase --abort" in refuses(zhang, *command)


def test_an_index_in_use(bank: Bank, zhang: Clone) -> None:
    """Another git command is running: submit needs no index; sync changes nothing."""
    published = submitted(bank)
    bank.clone("zhao-min").ok("review", "accept", published, "--opinion", "同意")
    zhang.git("checkout", "-q", "--", LOSS)
    zhang.git("fetch", "-q")
    (zhang.path / ".git/index.lock").touch()
    assert "index.lock" in refuses(zhang, "sync")
    zhang.edit(CD, "title: 鸿运", "title: 新鸿运")
    assert zhang.kbctl("submit", "--summary", "x").status == 0


def test_a_submodule_is_left_alone(bank: Bank, zhang: Clone) -> None:
    zhang.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", bank.bare.as_uri(), "kb/entries/other")
    assert zhang.kbctl("submit", LOSS, "--summary", "x").status == 0
    assert "kb/entries/other" not in bank.git("ls-tree", "-r", "--name-only", f"submission/{NUMBER}")


def test_no_identity(zhang: Clone) -> None:
    zhang.git("config", "--unset", "user.email")
    assert "who you are" in refuses(zhang, "submit", "--summary", "x")


def test_an_identity_that_no_contact_bears(zhang: Clone) -> None:
    zhang.git("config", "user.email", "nobody@bank.example")
    assert "nobody@bank.example" in refuses(zhang, "submit", "--summary", "x")


def test_a_contact_who_has_left(bank: Bank, zhang: Clone) -> None:
    admin, reviewer = bank.clone("sun-tao"), bank.clone("zhao-min")
    line = next(line for line in admin.read("kb/organization/retail-banking.yaml").split("\n") if "zhou-jie" in line)
    admin.edit("kb/organization/retail-banking.yaml", line, line.replace("}", ", until: 2026-11-01}"))
    number = admin.ok("submit", "--summary", "离任")["number"]
    reviewer.ok("review", "accept", number, "--opinion", "同意")
    gone = bank.clone("zhou-jie")
    change(gone)
    assert "does not hold the post" in refuses(gone, "submit", "--summary", "x")


def test_nothing_to_submit(bank: Bank) -> None:
    assert "nothing to submit" in refuses(bank.clone("zhang-wei"), "submit")


def test_a_file_that_is_not_there_or_outside(bank: Bank, zhang: Clone) -> None:
    refuses(zhang, "submit", "kb/entries/retail-banking/nothing.md")
    for outside in (str(bank.folder), "..", "../", "kb/../.."):
        assert "outside" in refuses(zhang, "submit", outside)
    # What is there and is no entry, or is as it is published, is named; what else changed is not taken for it.
    zhang.write("notes.txt", "x")
    for path in ("notes.txt", CD, "kb/organization"):
        assert path in refuses(zhang, "submit", path, "--summary", "x")


def test_chinese_and_odd_names(bank: Bank, zhang: Clone) -> None:
    folder = "kb/entries/retail-banking/card-loss"
    names = [
        "挂失 流程（2026）.docx",
        "-rf.docx",
        "--upload-pack=x.docx",
        "a'b\"c.docx",
        ":(top)x.docx",
        "e\u0301.docx",
    ]
    listed = "".join(f"  - {{file: {name!r}, kind: other}}\n" for name in names[:4] if '"' not in name)
    for name in names:
        zhang.write(f"{folder}/{name}", name)
    zhang.edit(LOSS, "keywords:", f"attachments:\n{listed}keywords:")
    before = zhang.desk()
    done = zhang.ok("submit", "--summary", "附件")
    assert zhang.desk() == before
    tree = bank.git("ls-tree", "-r", "-z", "--name-only", f"submission/{NUMBER}", folder).split("\0")
    assert {f"{folder}/{name}" for name in names} == {name for name in tree if name}
    bank.clone("zhao-min").ok("review", "accept", done["number"], "--opinion", "同意")
    assert sorted(zhang.ok("sync")["adopted"]) == sorted([LOSS, *(f"{folder}/{name}" for name in names)])
    assert zhang.git("status", "--porcelain") == ""


def test_a_path_that_begins_with_a_dash(bank: Bank, zhang: Clone) -> None:
    zhang.write("-x.md", "x")
    refuses(zhang, "submit", "--summary", "x", "--", "-x.md")


@pytest.mark.parametrize("name", ["line\nend.docx", "back\\slash.docx", "tab\t.docx"])
def test_names_that_cannot_be_recorded(zhang: Clone, name: str) -> None:
    zhang.write(f"kb/entries/retail-banking/card-loss/{name}", "x")
    said = refuses(zhang, "submit", "--summary", "x")
    assert "rename it" in said
    # On one line, whatever the name is made of.
    assert "card-loss/" + name.encode("unicode_escape").decode().replace("\\\\", "\\") in said


def test_a_name_that_is_not_utf8(zhang: Clone) -> None:
    folder = zhang.path / "kb/entries/retail-banking/card-loss"
    folder.mkdir()
    Path(os.fsdecode(os.fsencode(folder) + b"/\xb9\xd2\xca\xa7.docx")).write_bytes(b"x")
    done = submit(zhang)
    assert (done.status, "rename it" in done.err) == (2, True)


def test_a_link_is_no_file(zhang: Clone) -> None:
    (zhang.path / LOSS).unlink()
    (zhang.path / LOSS).symlink_to("/etc/hostname")
    assert "no plain file" in refuses(zhang, "submit", "--summary", "x")


def test_an_unreachable_remote(bank: Bank, zhang: Clone) -> None:
    shutil.move(bank.bare, bank.folder / "away.git")
    assert "cannot be reached" in refuses(zhang, "submit", "--summary", "x")
    refuses(zhang, "sync")
    refuses(zhang, "review", "accept", NUMBER, "--opinion", "x")
    # What needs no remote goes on, and says so.
    assert submit(zhang, "--no-push").status == 0
    listed = zhang.kbctl("submissions")
    assert (listed.status, "cannot be reached" in listed.err, NUMBER in listed.out) == (0, True, True)


def test_a_remote_that_refuses(bank: Bank, zhang: Clone) -> None:
    hook = bank.bare / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho 本仓库只读 >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    said = refuses(zhang, "submit", "--summary", "x")
    assert "本仓库只读" in said
    assert "declined" not in said and "review accept" not in said


def test_a_protected_base(bank: Bank) -> None:
    number = submitted(bank)
    hook = bank.bare / "hooks/update"
    hook.write_text('#!/bin/sh\ntest "$1" != refs/heads/main || { echo protected >&2; exit 1; }\n', encoding="utf-8")
    hook.chmod(0o755)
    zhao, before = bank.clone("zhao-min"), bank.refs()
    assert "--no-merge" in refuses(zhao, "review", "accept", number, "--opinion", "同意")
    assert bank.refs() == before
    assert zhao.ok("review", "accept", number, "--opinion", "同意", "--no-merge")["published"] is None


def test_hooks_and_monitors_of_the_clone_do_not_run(bank: Bank, zhang: Clone) -> None:
    trace = bank.folder / "ran"
    for name in ("pre-push", "pre-commit", "post-commit", "reference-transaction", "post-checkout", "commit-msg"):
        hook = zhang.path / ".git/hooks" / name
        hook.write_text(f"#!/bin/sh\necho {name} >> {trace}\nexit 1\n", encoding="utf-8")
        hook.chmod(0o755)
    zhang.git("config", "core.fsmonitor", str(zhang.path / ".git/hooks/pre-push"))
    done = submit(zhang)
    assert done.status == 0, done.err
    assert not trace.exists()


def test_a_branch_that_is_in_the_way(bank: Bank, zhang: Clone) -> None:
    zhang.git("branch", f"submission/{NUMBER}")
    zhang.git("push", "-q", "origin", f"submission/{NUMBER}")
    assert zhang.ok("submit", "--summary", "x")["number"] == "20261120-retail-banking-2"
    zhang.edit(LOSS, "立等可取", "当日可取")
    zhang.git("branch", "-D", f"submission/{NUMBER}")
    zhang.git("branch", "submission")
    assert "cannot be made" in refuses(
        zhang, "submit", "--summary", "x", "--no-push", "--resubmit", "20261120-retail-banking-2"
    )


def test_a_branch_of_the_remote_that_is_in_the_way(bank: Bank, zhang: Clone) -> None:
    bank.git("update-ref", "refs/heads/submission", "main")
    before = bank.refs()
    said = refuses(zhang, "submit", "--summary", "x")
    assert "'refs/heads/submission' exists" in said
    assert bank.refs() == before


def test_a_branch_rewritten_by_hand(bank: Bank, zhang: Clone) -> None:
    number = submitted(bank)
    zhang.git("fetch", "-q")
    zhang.git("push", "-q", "--force", "origin", f"main:refs/heads/submission/{number}")
    zhao = bank.clone("zhao-min")
    for command in (("show", number), ("accept", number, "--opinion", "x"), ("return", number, "--opinion", "x")):
        assert "edited by hand" in refuses(zhao, "review", *command)
    assert zhao.ok("review", "list")["unreadable"] == [f"submission/{number}"]
    # The clerk, whose files are as they were, hands it in anew.
    clerk = bank.clone("zhang-wei", "anew")
    change(clerk)
    assert clerk.ok("submit", "--summary", "x")["number"] == "20261120-retail-banking-2"


def test_a_notice_edited_by_hand(bank: Bank) -> None:
    number = submitted(bank)
    editor = bank.clone("zhang-wei", "editor")
    editor.git("switch", "-q", f"submission/{number}")
    editor.edit(f"kb/submissions/2026/{number}.md", "urgency: normal", "urgency: urgent")
    editor.commit_all("by hand")
    editor.git("push", "-q")
    zhao = bank.clone("zhao-min")
    assert "edited by hand" in refuses(zhao, "review", "accept", number, "--opinion", "x")
    done = zhao.kbctl("review", "verify", "--head", f"origin/submission/{number}", "--json")
    assert "KB952" in {finding["code"] for finding in done.json()["findings"]}


@pytest.mark.parametrize(
    "number", ["x", "../../etc", "-D", "20261120-retail-banking-99", "20261120-retail-banking-1\n"]
)
def test_numbers_that_name_nothing(bank: Bank, number: str) -> None:
    clone = bank.clone("zhao-min")
    refuses(clone, "review", "accept", "--opinion", "x", "--", number)
    refuses(clone, "review", "show", "--", number)


def test_an_empty_opinion(bank: Bank) -> None:
    number = submitted(bank)
    refuses(bank.clone("zhao-min"), "review", "return", number, "--opinion", "  ")


def test_errors_are_shown_and_nothing_is_handed_in(bank: Bank, zhang: Clone) -> None:
    zhang.edit(LOSS, "## 答复\n", "## 回答\n")
    before = bank.refs()
    refuses(zhang, "submit", "--summary", "x", status=1)
    done = zhang.kbctl("submit", "--summary", "x", "--json")
    assert {"KB201"} <= {finding["code"] for finding in done.json()["findings"]}
    assert bank.refs() == before


def test_what_the_type_owes_is_asked_for(bank: Bank, zhang: Clone) -> None:
    assert "--summary" in refuses(zhang, "submit")
    zhang.edit(CD, next(line for line in zhang.read(CD).split("\n") if line.startswith("tested")) + "\n", "")
    done = zhang.kbctl("submit", CD, "--summary", "x", "--json")
    assert {finding["code"] for finding in done.json()["findings"]} == {"KB130"}


def test_findings_of_others_do_not_stand_in_the_way(bank: Bank) -> None:
    """What is wrong elsewhere on the desk or on the base is not this submission's matter."""
    clone = bank.clone("zhang-wei", "zhang")
    change(clone)
    clone.write("kb/entries/retail-banking/broken.md", "no front matter\n")
    clone.write("kb/roles.yaml", "reviewers: [\n")
    assert clone.kbctl("submit", LOSS, "--summary", "x").status == 0


def test_a_dry_run_changes_nothing(bank: Bank, zhang: Clone) -> None:
    before, refs = zhang.everything(), bank.refs()
    done = zhang.ok("submit", "--summary", "x", "--dry-run")
    assert (done["number"], done["commit"], done["pushed"]) == (NUMBER, None, False)
    assert (zhang.everything(), bank.refs()) == (before, refs)


def test_what_is_in_review_is_not_submitted_twice(bank: Bank, zhang: Clone) -> None:
    zhang.ok("submit", "--summary", "x")
    assert "submitted already" in refuses(zhang, "submit", "--summary", "x")
    zhang.edit(CD, "title: 鸿运", "title: 新鸿运")
    second = zhang.ok("submit", "--summary", "x")
    assert (second["number"], second["left_out"]) == ("20261120-retail-banking-2", {LOSS: NUMBER})
    zhang.edit(LOSS, "立等可取", "当日可取")
    assert "--resubmit" in refuses(zhang, "submit", "--summary", "x")


def test_resubmitting_what_is_anothers_or_published(bank: Bank, zhang: Clone) -> None:
    number = submitted(bank)
    liu = bank.clone("liu-yang")
    liu.edit(OUTLETS, "title: ", "title: 新")
    assert "retail-banking" in refuses(liu, "submit", "--summary", "x", "--resubmit", number)
    bank.clone("zhao-min").ok("review", "accept", number, "--opinion", "同意")
    zhang.ok("submissions")
    assert "published already" in refuses(zhang, "submit", "--summary", "x", "--resubmit", number)


def test_without_a_commit(tmp_path: Path, bank: Bank) -> None:
    clone = bank.clone("zhang-wei", "empty")
    shutil.rmtree(clone.path / ".git")
    clone.git("init", "-q", "-b", "main")
    done = clone.kbctl("submit")
    assert (done.status, "nothing is published yet" in done.err) == (2, True)


def test_what_was_not_pushed_is_handed_in_again(bank: Bank, zhang: Clone) -> None:
    assert submit(zhang, "--no-push").status == 0
    zhang.edit(LOSS, "立等可取", "当日可取")
    assert submit(zhang, "--resubmit", NUMBER, "--no-push").status == 0
    zhang.edit(LOSS, "当日可取", "次日可取")
    assert submit(zhang, "--resubmit", NUMBER).status == 0
    assert "次日可取" in bank.show(LOSS, f"submission/{NUMBER}")
    zhang.edit(LOSS, "次日可取", "三日可取")
    assert submit(zhang, "--resubmit", NUMBER).status == 0
    assert "三日可取" in bank.show(LOSS, f"submission/{NUMBER}")


def test_the_entries_alone_are_handed_in(bank: Bank, zhang: Clone) -> None:
    zhang.write("kb/roles.yaml", zhang.read("kb/roles.yaml") + "# mine\n")
    assert submit(zhang).status == 1
    assert submit(zhang, "kb/entries").status == 0


def test_a_key_that_git_cannot_sign_with(bank: Bank) -> None:
    """The message is git's own, and nothing was changed, whoever would have signed what."""
    zhang, zhao = bank.clone("zhang-wei"), bank.clone("zhao-min")
    change(zhang)
    for clone in (zhang, zhao):
        clone.git("config", "commit.gpgsign", "true")
        clone.git("config", "gpg.program", shutil.which("false") or "")
    said = refuses(zhang, "submit", "--summary", "x")
    assert "failed to sign" in said and "user.signingkey" in said and "GNUPG" not in said
    zhang.git("config", "commit.gpgsign", "false")
    zhang.ok("submit", "--summary", "x")
    zhang.git("config", "commit.gpgsign", "true")
    zhao.ok("review", "show", NUMBER)
    zhang.git("fetch", "-q")
    bare = bank.refs()
    assert "failed to sign" in refuses(zhang, "submit", "--recall", NUMBER)
    for verdict in ("accept", "return"):
        assert "failed to sign" in refuses(zhao, "review", verdict, NUMBER, "--opinion", "x")
    assert bank.refs() == bare
