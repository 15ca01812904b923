"""The commits of the approval flow: who, and what their messages say."""

from __future__ import annotations

from collections.abc import Sequence

from kbctl.model.organization import Contact
from kbctl.model.submission import Submission, Verdict
from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import FILE_MODE, Person, write_blobs, write_commit, write_tree
from kbctl.submissions.identity import author
from kbctl.submissions.notice_file import write_notice


def tree_with_notice(repository: Repository, tree: str, submission: Submission) -> str:
    """*tree* with the notice of *submission* in it."""
    blob = write_blobs(repository, [write_notice(submission)])[0]
    return write_tree(repository, tree, [(repository.prefix + submission.path, FILE_MODE, blob)])


def commit_as(
    repository: Repository, tree: str, parents: Sequence[str], message: str, contact: Contact, person: Person
) -> str:
    """A commit by *contact*; *person* is who git says is at the keyboard."""
    who = author(contact, person)
    return write_commit(
        repository, tree, parents, message, who, Person(person.name or who.name, person.email or who.email)
    )


# What a decision's commit says that it does.
_DONE = {
    Verdict.ACCEPTED: ("Accept", "Reviewed-by"),
    Verdict.RETURNED: ("Return", "Reviewed-by"),
    Verdict.RECALLED: ("Recall", "Recalled-by"),
}


def decision_commit(
    repository: Repository, before: str, submission: Submission, contact: Contact, person: Person
) -> str:
    """The commit that adds the last decision of *submission*, by *contact*, to its branch, which stands at *before*."""
    decision = submission.decisions[-1]
    what, trailer = _DONE[decision.verdict]
    text = message(what, submission, decision.opinion, [(trailer, author(contact, person))])
    return commit_as(repository, tree_with_notice(repository, before, submission), [before], text, contact, person)


def message(what: str, submission: Submission, text: str, people: Sequence[tuple[str, Person]]) -> str:
    """A commit's message: subject with the titles, one paragraph, and trailers that no text can imitate."""
    titles = "、".join(submission.titles[:3]) + ("…" if len(submission.titles) > 3 else "")
    subject = " ".join(f"{what} {submission.number}: {titles}".split())
    trailers = [f"Submission: {submission.number}", *(f"{key}: {who.name} <{who.email}>" for key, who in people)]
    said = " ".join(text.split())
    return "\n\n".join(part for part in (subject, said, "\n".join(trailers)) if part) + "\n"
