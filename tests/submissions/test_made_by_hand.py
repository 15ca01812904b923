"""Branches made around ``kbctl submit``, notice and digest right: what must not pass `review accept` and `review verify`."""

from dataclasses import replace

import pytest

from kbctl.store.git.remotes import find_place
from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import FILE_MODE, common_ancestor, write_blobs, write_tree
from kbctl.submissions.changes import changes_of
from kbctl.submissions.commits import tree_with_notice
from kbctl.submissions.content import content_digest, content_of, delta_between
from kbctl.submissions.listing import find_submission
from kbctl.submissions.view import View, base_view
from tests.submissions.bank import LOSS, TABLE, Bank, Clone
from tests.submissions.test_merging import add_row, verify
from tests.submissions.test_rights import codes, refused

HIDDEN = "kb/entries/retail-banking/.gitattributes"
ATTACHED = "kb/entries/retail-banking/card-loss/form.txt"


def handed_in(bank: Bank, text: str = "工本费10元") -> tuple[Clone, str]:
    zhang = bank.clone("zhang-wei")
    zhang.edit(LOSS, text, text + "，立等可取")
    return zhang, str(zhang.ok("submit", "--summary", "补卡时间")["number"])


def rewritten(
    clone: Clone,
    number: str,
    edits: dict[str, tuple[str, bytes]],
    *,
    merge: str = "",
    notice: bool = True,
    sign: bool = False,
) -> str:
    """Put *edits* (mode, bytes) onto the branch in one commit, with a notice that fits. :param merge: a further parent."""
    clone.git("fetch", "-q")
    repository = Repository(clone.path)
    place = find_place(repository, None)
    base = base_view(repository, place)
    filed = find_submission(repository, place, base, number)
    files = [(path, mode, write_blobs(repository, [data])[0]) for path, (mode, data) in edits.items()]
    tree = write_tree(repository, filed.commit, files)
    if notice:
        start = common_ancestor(repository, base.revision, filed.commit) or ""
        delta = delta_between(View(repository, start, base.rulebook), View(repository, tree, base.rulebook))
        content, old = content_of(delta), filed.submission
        digest, changes = content_digest(content, delta.after), changes_of(delta, old.kind)
        new = replace(old, revision=old.revision + 1, content=content, digest=digest, changes=changes)
        tree = tree_with_notice(repository, tree, new)
    parents = [filed.commit, merge] if merge else [filed.commit]
    before = [part for parent in parents for part in ("-p", parent)]
    commit = clone.git("commit-tree", *(["-S"] if sign else []), tree, *before, "-m", "x").strip()
    clone.git("push", "-q", "origin", f"{commit}:refs/heads/submission/{number}")
    return commit


def text_of(clone: Clone, number: str) -> bytes:
    clone.git("fetch", "-q")
    return clone.git("show", f"origin/submission/{number}:{LOSS}").encode()


def verified(clone: Clone, head: str, *arguments: str) -> set[str]:
    clone.git("fetch", "-q")
    return codes(clone.kbctl("review", "verify", "--head", head, "--json", *arguments).json()["findings"])


def test_a_merge_commit_writes_content_too(bank: Bank) -> None:
    """A reviewer who writes in a merge is no reviewer of it, nor does anybody else accept that as the owner's."""
    _zhang, number = handed_in(bank)
    zhao = bank.clone("zhao-min")
    text = text_of(zhao, number).replace("立等可取".encode(), "当日可取".encode())
    rewritten(zhao, number, {LOSS: (FILE_MODE, text)}, merge=bank.baseline)
    done = zhao.kbctl("review", "accept", number, "--opinion", "x")
    assert (done.status, "submitted themselves" in done.err) == (2, True)
    assert refused(bank.clone("qian-lei"), "review", "accept", number, "--opinion", "x") == {"KB964"}
    assert "KB964" in verified(zhao, f"origin/submission/{number}")


def test_a_merge_that_brings_back_an_older_text_is_not_the_owners(bank: Bank) -> None:
    """Its bytes are those of one parent, but it is the notice that says that they are submitted."""
    zhao = bank.clone("zhao-min")
    zhao.edit(LOSS, "工本费10元", "工本费12元")
    zhao.commit_all("before kbctl")
    zhao.git("push", "-q")
    _zhang, number = handed_in(bank, "工本费12元")
    text = zhao.git("show", f"{bank.baseline}:{LOSS}").encode()
    rewritten(zhao, number, {LOSS: (FILE_MODE, text)}, merge=bank.baseline)
    done = zhao.kbctl("review", "accept", number, "--opinion", "x")
    assert (done.status, "submitted themselves" in done.err) == (2, True)


def test_content_in_a_merge_and_its_notice_afterwards(bank: Bank) -> None:
    _zhang, number = handed_in(bank)
    zhao = bank.clone("zhao-min")
    text = text_of(zhao, number).replace("立等可取".encode(), "当日可取".encode())
    rewritten(zhao, number, {LOSS: (FILE_MODE, text)}, merge=bank.baseline, notice=False)
    rewritten(zhao, number, {})
    assert zhao.kbctl("review", "accept", number, "--opinion", "x").status == 2


def test_the_merge_that_publishes_cannot_rewrite_either(bank: Bank) -> None:
    """Settled history: the merge on the base holds another text, and a notice and a decision that fit it."""
    _zhang, number = handed_in(bank)
    zhao = bank.clone("zhao-min")
    text = text_of(zhao, number).replace("立等可取".encode(), "当日可取".encode())
    rewritten(zhao, number, {LOSS: (FILE_MODE, text)}, merge=bank.baseline)
    commit = bank.git("rev-parse", f"submission/{number}").strip()
    merge = zhao.git("commit-tree", f"{commit}^{{tree}}", "-p", bank.baseline, "-p", f"{commit}^1", "-m", "x").strip()
    zhao.git("push", "-q", "origin", f"{merge}:refs/heads/main")
    assert "KB964" in verified(zhao, "origin/main", "--base", bank.baseline)


def test_a_merge_that_only_joins_rows_is_nobodys_writing(bank: Bank) -> None:
    """Both sides changed the same table; the merge differs from both, and says nothing that neither says."""
    one, other, zhao = bank.clone("liu-yang"), bank.clone("liu-yang", "again"), bank.clone("zhao-min")
    key = one.read(TABLE).split("\n")[1].split(",", 1)[0]
    verify(one, key)
    add_row(other, "NEW-1", key)
    numbers = [str(clone.ok("submit")["number"]) for clone in (one, other)]
    for number in numbers:
        zhao.ok("review", "accept", number, "--opinion", "同意")
    assert TABLE in zhao.git("show", "-c", "--format=", "--name-only", "origin/main")
    assert verified(zhao, "origin/main", "--base", bank.baseline) == set()


def test_what_is_resubmitted_on_a_moved_base_is_still_the_departments(bank: Bank) -> None:
    zhang, number = handed_in(bank)
    zhao = bank.clone("zhao-min")
    liu = bank.clone("liu-yang")
    row = liu.read(TABLE).split("\n")[1]
    liu.edit(TABLE, row, row.rsplit(",", 1)[0] + ",2026-11-20")
    zhao.ok("review", "accept", liu.ok("submit")["number"], "--opinion", "同意")
    zhao.ok("review", "return", number, "--opinion", "请核对")
    zhang.edit(LOSS, "立等可取", "当日可取")
    zhang.ok("submit", "--resubmit", number, "--summary", "x")
    assert len(bank.git("log", "-1", "--format=%P", f"submission/{number}").split()) == 2
    zhao.ok("review", "accept", number, "--opinion", "同意")
    assert verified(zhao, "origin/main", "--base", bank.baseline) == set()


@pytest.mark.parametrize(("path", "mode"), [(HIDDEN, FILE_MODE), (ATTACHED, "120000"), (LOSS + "/~$x", FILE_MODE)])
def test_what_no_reviewer_is_shown_is_not_submitted(bank: Bank, path: str, mode: str) -> None:
    """Hidden files, office locks and links: the notice may name them, the digest does not hold them."""
    zhang, number = handed_in(bank)
    path = path.replace(".md/", "/")
    rewritten(zhang, number, {path: (mode, b"/etc/passwd")})
    zhao = bank.clone("zhao-min")
    assert refused(zhao, "review", "accept", number, "--opinion", "同意") == {"KB967"}
    assert "KB967" in verified(zhao, f"origin/submission/{number}")


def test_a_branch_that_rewrites_another_notice_is_not_accepted(bank: Bank) -> None:
    zhang, number = handed_in(bank)
    zhao = bank.clone("zhao-min")
    zhao.ok("review", "accept", number, "--opinion", "同意")
    zhang.ok("sync")
    zhang.edit(LOSS, "立等可取", "当日可取")
    other = zhang.ok("submit", "--summary", "x")["number"]
    rewritten(zhang, other, {f"kb/submissions/2026/{number}.md": (FILE_MODE, b"x")})
    assert "KB953" in refused(zhao, "review", "accept", other, "--opinion", "同意")


def test_what_lies_beside_the_knowledge_base_is_not_carried_along(bank: Bank) -> None:
    zhang, number = handed_in(bank)
    rewritten(zhang, number, {".github/workflows/x.yml": (FILE_MODE, b"on: push\n")})
    zhao = bank.clone("zhao-min")
    zhao.ok("review", "accept", number, "--opinion", "x")
    zhao.git("fetch", "-q")
    published = zhao.git("ls-tree", "-r", "--name-only", "origin/main").splitlines()
    assert ".github/workflows/x.yml" not in published
    assert "立等可取" in zhao.git("show", f"origin/main:{LOSS}")
