"""What is pushed onto a submission's branch after its acceptance, where no digest looks: names, modes, links."""

import pytest

from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import FILE_MODE, write_blobs, write_tree
from tests.submissions.bank import LOSS, Bank, Clone
from tests.submissions.test_made_by_hand import handed_in, text_of, verified

PROGRAM, LINK, GITLINK = "100755", "120000", "160000"
ENTRIES = "kb/entries/retail-banking"


def accepted(bank: Bank) -> tuple[Clone, Clone, str]:
    """A submission that is accepted, and waits for the forge's button."""
    zhang, number = handed_in(bank)
    zhao = bank.clone("zhao-min")
    zhao.ok("review", "accept", number, "--opinion", "同意", "--no-merge")
    return zhang, zhao, number


def put(clone: Clone, number: str, path: str, mode: str, data: bytes = b"x\n") -> None:
    """Push a commit to the branch that lets *path* be this."""
    clone.git("fetch", "-q")
    repository = Repository(clone.path)
    parent = clone.git("rev-parse", f"origin/submission/{number}").strip()
    blob = parent if mode == GITLINK else write_blobs(repository, [data])[0]
    tree = write_tree(repository, parent, [(path, mode, blob)])
    commit = clone.git("commit-tree", tree, "-p", parent, "-m", "x").strip()
    clone.git("push", "-q", "origin", f"{commit}:refs/heads/submission/{number}")


def refuses(bank: Bank, zhao: Clone, number: str) -> set[str]:
    """What verify finds, where accept refuses too: by who accepted, and by who did not yet."""
    before = bank.git("rev-parse", "main")
    for reviewer in (zhao, bank.clone("qian-lei")):
        done = reviewer.kbctl("review", "accept", number, "--opinion", "同意")
        assert done.status in (1, 2), done.out
    assert bank.git("rev-parse", "main") == before
    return verified(zhao, f"origin/submission/{number}")


@pytest.mark.parametrize(
    "path",
    [
        f"{ENTRIES}/.hidden",
        f"{ENTRIES}/card-loss/.gitattributes",
        f"{ENTRIES}/.git-keep/x.md",
        f"{ENTRIES}/card-loss/~$form.docx",
        "kb/.hidden",
        "kb/organization/.retail-banking.yaml",
        "kb/submissions/.x",
        "kb/submissions/2026/.20261120-retail-banking-9.md",
        "kb/questions/.gitattributes",
        "schemas/.faq.yaml",
        "templates/entry/.faq.md.j2",
    ],
)
def test_a_hidden_file(bank: Bank, path: str) -> None:
    zhang, zhao, number = accepted(bank)
    put(zhang, number, path, FILE_MODE)
    assert refuses(bank, zhao, number) & {"KB951", "KB952", "KB967"}


@pytest.mark.parametrize("mode", [PROGRAM, LINK, GITLINK])
@pytest.mark.parametrize("what", ["entry", "notice", "templates", "kb/questions/2026/1.md"])
def test_another_mode(bank: Bank, mode: str, what: str) -> None:
    """The bytes, and so the digest, are what was accepted; of a link or a submodule there are none."""
    zhang, zhao, number = accepted(bank)
    notice = f"kb/submissions/2026/{number}.md"
    path = {"entry": LOSS, "notice": notice}.get(what, what)
    data = text_of(zhang, number)
    if what == "notice":
        data = zhang.git("show", f"origin/submission/{number}:{notice}").encode()
    if what == "templates":
        zhang.git("fetch", "-q")
    put(zhang, number, path, mode, data)
    assert refuses(bank, zhao, number)
