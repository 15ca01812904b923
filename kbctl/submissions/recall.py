"""Taking a submission back: its department's own decision, on its branch, before anything is published (R68)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.model.organization import Contact
from kbctl.model.submission import SUBMITTER, Decision, Submission, SubmissionState, Verdict
from kbctl.store.git.pushing import TRIES, PushRacedError, RefUpdate, push
from kbctl.store.git.remotes import SUBMISSIONS, Place, RemoteError, fetch
from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import RefMovedError, move_refs
from kbctl.submissions.commits import decision_commit
from kbctl.submissions.drafting import printable
from kbctl.submissions.identity import git_person, identify
from kbctl.submissions.listing import Filed, find_submission
from kbctl.submissions.view import View, base_view


def _nobody(submission: Submission) -> str:
    return ""


def recall(
    repository: Repository,
    place: Place,
    number: str,
    reason: str,
    contact: str | None,
    now: datetime,
    ask: Callable[[Submission], str] = _nobody,
) -> Submission:
    """Take submission *number* back; one that is back already stays as it is. Files, index and HEAD are not touched.

    :param contact: who recalls, where several share git's address.
    :param ask: asks for the reason, which is owed for a colleague's; gives none where nobody can be asked.
    :raises KbctlError: if it is published, or another department's, or a reason is owed.
    """
    fetch(repository, place)
    for _ in range(TRIES):
        base = base_view(repository, place)
        person = git_person(repository)
        own = identify(base.rulebook.organization, person, contact, now.date())
        filed = find_submission(repository, place, base, number)
        _refuse(filed, own)
        if filed.state is SubmissionState.RECALLED:
            return filed.submission
        if filed.submission.submitter != own.id:
            reason = _reason(filed.submission, reason, ask)
        submission = filed.submission.decided(_decision(filed.submission, own, reason, now))
        commit = decision_commit(repository, filed.commit, submission, own, person)
        try:
            _publish(repository, place, base, filed, commit)
        except (PushRacedError, RefMovedError):
            # Somebody decided or published just now, which is fetched: look again.
            continue
        _refuse_overtaken(repository, place, submission)
        return submission
    raise KbctlError(
        N_("others kept changing {number}; it is not recalled"), hint=N_("try again in a minute"), number=number
    )


def _refuse(filed: Filed, own: Contact) -> None:
    submission = filed.submission
    if filed.state is SubmissionState.PUBLISHED:
        raise _published(submission)
    if own.department != submission.department:
        raise KbctlError(
            N_("{number} was submitted by {department}, and only they recall it"),
            hint=N_("ask {name} ({phone}); a reviewer returns it: `kbctl review return {number} --opinion TEXT`"),
            number=submission.number,
            department=submission.department_name,
            name=submission.submitter_name,
            phone=submission.phone or "-",
        )


def _reason(submission: Submission, reason: str, ask: Callable[[Submission], str]) -> str:
    """Why a colleague's submission is taken back: they read it in the notice."""
    said = printable(reason, "") or printable(ask(submission), "")
    if not said:
        raise KbctlError(
            N_("{number} is {name}'s submission (phone {phone}): to recall it needs a reason"),
            hint=N_('kbctl submit --recall {number} --reason "…"; the notice keeps it'),
            number=submission.number,
            name=submission.submitter_name,
            phone=submission.phone or "-",
        )
    return said


def _refuse_overtaken(repository: Repository, place: Place, submission: Submission) -> None:
    """A push holds the branch and not the base, which the forge may have moved since it was looked at."""
    try:
        fetch(repository, place)
    except RemoteError as error:
        raise RemoteError(
            N_(
                "{number} is recalled, but whether it was published at the same moment could not be looked up: {address}"
            ),
            hint=N_(
                "the recall is recorded; once the server answers, `kbctl submissions` shows how it stands (git says: {reason})"
            ),
            **{**error.params, "number": submission.number},
        ) from None
    if base_view(repository, place).holds(submission.path):
        raise _published(submission)


def _published(submission: Submission) -> KbctlError:
    return KbctlError(
        N_("{number} is published already, and cannot be recalled"),
        hint=N_("submit a correction, or withdraw the entry: `kbctl withdraw ID --reason TEXT`"),
        number=submission.number,
    )


def _decision(submission: Submission, own: Contact, reason: str, now: datetime) -> Decision:
    return Decision(
        verdict=Verdict.RECALLED,
        by=own.id,
        name=own.name,
        role=SUBMITTER,
        at=now,
        opinion=printable(reason, ""),
        revision=submission.revision,
        digest=submission.digest,
    )


def _publish(repository: Repository, place: Place, base: View, filed: Filed, commit: str) -> None:
    """Let the branch end in the recall, from where it was looked at: the remote's if it is there, else the one here.

    A branch here moves only while the base, as it is known here, stands where it was looked at.
    """
    branch = SUBMISSIONS + filed.submission.number
    if place.remote and not filed.ref.startswith("refs/heads/"):
        push(repository, place, [RefUpdate(branch, commit, filed.commit)])
    else:
        moves = [(f"refs/heads/{branch}", commit, filed.commit), (place.base_ref, base.revision, base.revision)]
        move_refs(repository, moves, "kbctl submit --recall")
