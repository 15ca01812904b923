"""Handing in again what was returned, or is still in review: whose it is, what was corrected, onto which commit it goes."""

from __future__ import annotations

from dataclasses import replace

from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.model.organization import Contact
from kbctl.model.rulebook import Rulebook
from kbctl.model.submission import Submission, SubmissionState
from kbctl.store.git.remotes import SUBMISSIONS, Place
from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import is_ancestor, refs
from kbctl.submissions.content import content_digest
from kbctl.submissions.desk import starting_point
from kbctl.submissions.listing import Filed, find_submission
from kbctl.submissions.view import View


def find_earlier(repository: Repository, place: Place, base: View, number: str, *, push: bool) -> Filed:
    """Submission *number*, as it was handed in before; where nothing is to be pushed, as it stands here.

    :raises KbctlError: if there is none, or it is published or recalled.
    """
    found = find_submission(repository, place, base, number)
    if found.state in (SubmissionState.PUBLISHED, SubmissionState.RECALLED):
        raise KbctlError(
            N_("{number} is published already")
            if found.state is SubmissionState.PUBLISHED
            else N_("{number} was recalled"),
            hint=N_("submit the new change by itself: `kbctl submit`"),
            number=number,
        )
    return found if push else _latest_here(repository, place, base, found)


def _latest_here(repository: Repository, place: Place, base: View, found: Filed) -> Filed:
    """*found*, or what was put upon it on this computer and not pushed yet."""
    ref = f"refs/heads/{SUBMISSIONS}{found.submission.number}"
    tip = refs(repository, ref).get(ref)
    if tip is None or not is_ancestor(repository, found.commit, tip):
        return found
    return find_submission(repository, replace(place, remote=""), base, found.submission.number)


def refuse_anothers(earlier: Submission, submitter: Contact, rulebook: Rulebook, *, take_over: bool) -> None:
    """What somebody else handed in is not replaced unawares.

    :raises KbctlError: if it is another department's, or a colleague's and not meant to be taken over.
    """
    if earlier.department != submitter.department:
        raise KbctlError(
            N_("{number} was submitted by {department}, and you are of {own}"),
            hint=N_("the department that submitted it hands it in again"),
            number=earlier.number,
            department=f"{earlier.department_name} ({earlier.department})",
            own=f"{rulebook.organization.department_of(submitter).name} ({submitter.department})",
        )
    if earlier.submitter != submitter.id and not take_over:
        raise KbctlError(
            N_("{number} is {name}'s submission (phone {phone}), and your text would replace theirs"),
            hint=N_(
                "ask {name} to hand it in again; where it is settled that you do, add --take-over: the notice records "
                "both names"
            ),
            number=earlier.number,
            name=earlier.submitter_name,
            phone=earlier.phone or "-",
        )


def corrected(earlier: Filed, submission: Submission, base: View) -> Submission:
    """*submission*, which has to differ from *earlier*: a correction that was not saved would go to the reviewer as one.

    Another note or urgency is a correction too, and leaves the sentence about the change as it was unless a new one is
    given. Another sentence alone is none: it is owed with every correction, that of a file not saved included.

    :raises KbctlError: if nothing was corrected.
    """
    if not same_content(earlier, submission, base):
        return submission
    before = earlier.submission
    if (submission.note, submission.urgency) != (before.note, before.urgency):
        return replace(submission, summary=submission.summary or before.summary)
    raise KbctlError(
        N_("your files are exactly what {number} holds already: nothing was corrected"),
        hint=N_(
            "save your correction, and look at it with `kbctl diff ID`; where only note or urgency is wrong, give it with "
            "--note or --urgency; where only the summary is: `kbctl submit --recall {number}`, then submit anew"
        ),
        number=submission.number,
    )


def same_content(earlier: Filed, submission: Submission, base: View) -> bool:
    """Whether the files are what *earlier* holds; where something else was published since, putting them onto that differs."""
    before = View(base.repository, earlier.commit)
    start = View(base.repository, starting_point(base.repository, base.revision, earlier.commit))
    if any(start.blob(path) != base.blob(path) for path in submission.content.paths):
        return False
    same_paths = earlier.submission.content.paths == submission.content.paths
    return same_paths and submission.digest == content_digest(submission.content, before)


def old_tip(repository: Repository, branch: str, earlier: Filed, *, remote: bool) -> str:
    """Where the *branch* of what is handed in again stands, there or here; empty where it does not stand yet.

    What stands here only is not left behind: it has to be in *earlier*, on which the new commit is put.

    :raises KbctlError: if it is not.
    """
    ref = f"refs/heads/{branch}"
    if remote:
        return "" if earlier.ref == ref else earlier.commit
    old = refs(repository, ref).get(ref, "")
    if old and not is_ancestor(repository, old, earlier.commit):
        raise KbctlError(
            N_("the branch {branch} on this computer holds something that the server's does not"),
            hint=N_(
                "it was made with --no-push, and {number} went on without it: keep it under another name "
                "(`git branch -m {branch} {branch}-old`), or hand in without --no-push"
            ),
            branch=branch,
            number=earlier.submission.number,
        )
    return old
