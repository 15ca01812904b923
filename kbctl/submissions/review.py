"""Accepting and returning: the decision in the notice, and what is accepted on the base in one step (R9, R22, R52)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.model.finding import Finding
from kbctl.model.organization import Contact
from kbctl.model.submission import Decision, Submission, Verdict
from kbctl.store.git.pushing import TRIES, PushRacedError, RefUpdate, push
from kbctl.store.git.remotes import SUBMISSIONS, Place, fetch
from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import Person, RefMovedError
from kbctl.submissions.attribution import check_authors
from kbctl.submissions.authorship import commits_between, histories, writing_commits
from kbctl.submissions.checking import errors
from kbctl.submissions.commits import commit_as, decision_commit, message
from kbctl.submissions.dossier import Dossier, inspect, judge_merged, merged, open_dossier
from kbctl.submissions.drafting import printable
from kbctl.submissions.identity import author, bearers, git_person, identify, named
from kbctl.submissions.inspecting import check_decisions, decision_of, open_roles
from kbctl.submissions.kinds import roles_of
from kbctl.submissions.local_base import put_on_local_base
from kbctl.submissions.problems import UNDECIDED, RefusedError
from kbctl.submissions.shown import refuse_unseen
from kbctl.submissions.view import base_view


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a reviewer asks for: accept or return *number*; ``merge`` false leaves the merge to the forge's button."""

    number: str
    verdict: Verdict
    opinion: str
    merge: bool = True
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided. ``published`` is the commit on the base, empty where it is not there (yet).

    ``missing`` are the roles that have still to accept; ``findings`` what the rules say that does not stand in the way;
    ``seen`` says whether it was shown here before, ``role_names`` what the bank calls the roles.
    """

    submission: Submission
    decision: Decision
    branch: str
    published: str
    missing: tuple[str, ...]
    findings: tuple[Finding, ...]
    seen: bool = True
    role_names: Mapping[str, str] = field(default_factory=dict)


def decide(repository: Repository, place: Place, ruling: Ruling, now: datetime) -> Decided:
    """Record the decision and, where it is the last one needed, publish.

    With a remote nothing here moves but what git knows of the remote; HEAD, index and work tree stay as they are.

    :raises RefusedError: if the submission is not sound, or contradicts the base.
    :raises ConflictError: if the base has changed the same things. :raises KbctlError: if the reviewer may not decide.
    """
    fetch(repository, place)
    for _ in range(TRIES):
        base = base_view(repository, place)
        person = git_person(repository)
        reviewer = identify(base.rulebook.organization, person, ruling.contact, now.date())
        dossier = open_dossier(repository, place, base, ruling.number)
        decision = _decision(dossier, ruling, reviewer, _role(dossier, reviewer, ruling), now)
        seen = refuse_unseen(repository, dossier.filed.submission)
        try:
            decided = _record(repository, place, dossier, decision, ruling, person)
            return replace(decided, seen=seen, role_names=base.rulebook.roles.names)
        except (PushRacedError, RefMovedError):
            # Somebody else was quicker, and where it stands now is fetched.
            continue
    raise KbctlError(
        N_("others kept changing the base; {number} is not decided"), hint=N_("try again"), number=ruling.number
    )


def _role(dossier: Dossier, reviewer: Contact, ruling: Ruling) -> str:
    """The role in which *reviewer* decides. :raises KbctlError: if they may not (four eyes, R9, R22, R66)."""
    submission, rulebook = dossier.filed.submission, dossier.base.rulebook
    may = [role for role in roles_of(reviewer.id, rulebook) if role in dossier.roles]
    if not may:
        raise KbctlError(
            N_("{name} ({id}) may not review this: kb/roles.yaml on the base does not name them"),
            hint=N_("those who may: {known}"),
            name=reviewer.name,
            id=reviewer.id,
            known=_names(dossier, _reviewers(dossier, dossier.roles)),
        )
    if reviewer.id in _submitters(dossier):
        raise KbctlError(
            N_("nobody decides on what they submitted themselves: {number} is {name}'s"),
            hint=N_("ask another reviewer: {known}"),
            number=submission.number,
            name=reviewer.name,
            known=_names(
                dossier, [id_ for id_ in _reviewers(dossier, dossier.roles) if id_ not in _submitters(dossier)]
            ),
        )
    _refuse_decided(dossier, reviewer, ruling)
    left = open_roles(submission, reviewer.id, dossier.roles, rulebook)
    return left[0] if left else may[0]


def _refuse_decided(dossier: Dossier, reviewer: Contact, ruling: Ruling) -> None:
    """Nobody decides twice about the same revision; what is accepted by all may be merged by any reviewer."""
    submission = dossier.filed.submission
    if submission.recalled is not None:
        raise KbctlError(
            N_("{number} was recalled by {name}: there is nothing to decide"),
            hint=N_("the department submits its change anew; `kbctl review list` shows what waits"),
            number=submission.number,
            name=submission.recalled.name,
        )
    if submission.returned is not None:
        raise KbctlError(
            N_("{number} was returned by {name} already"),
            hint=N_("the department hands it in again: `kbctl submit --resubmit {number}`"),
            number=submission.number,
            name=submission.returned.name,
        )
    agreed = ruling.verdict is Verdict.ACCEPTED and decision_of(submission, reviewer.id) is not None
    if not agreed or (ruling.merge and _complete(dossier)):
        return
    missing = set(submission.missing_roles(dossier.roles))
    raise KbctlError(
        N_("you have accepted {number} already"),
        hint=N_("it still needs another's acceptance: {known}")
        if missing
        else N_("nobody's acceptance is missing any more; without --no-merge the same command publishes it"),
        number=submission.number,
        known=_names(dossier, [id_ for id_ in _reviewers(dossier, missing) if id_ not in _involved(dossier)]),
    )


def _involved(dossier: Dossier) -> set[str]:
    """Who cannot decide any more: whose it is, and who has accepted it."""
    return {*_submitters(dossier), *(one.by for one in dossier.filed.submission.valid_decisions)}


def _complete(dossier: Dossier) -> bool:
    """Whether everybody who must has accepted already, so that only the merge is left."""
    submission = dossier.filed.submission
    return submission.returned is None and not submission.missing_roles(dossier.roles)


def _reviewers(dossier: Dossier, roles: Collection[str]) -> list[str]:
    contacts = dossier.base.rulebook.organization.contacts
    return [id_ for id_ in contacts if not set(roles_of(id_, dossier.base.rulebook)).isdisjoint(roles)]


def _names(dossier: Dossier, ids: Sequence[str]) -> str:
    return ", ".join(named(_contact(dossier, id_)) for id_ in ids) or "-"


def _submitters(dossier: Dossier) -> set[str]:
    """Everybody who wrote what is submitted: the notice's submitter, and the authors of the branch's content."""
    base, submission = dossier.base, dossier.filed.submission
    commits = commits_between(base.repository, dossier.delta.before.revision, dossier.filed.commit)
    found = set(submission.submitters)
    history = histories(base.repository, commits, [submission.number])[submission.number]
    for commit in writing_commits(history, submission, base.rulebook):
        found.update(contact.id for contact in bearers(base.rulebook.organization, commit.email))
    return found


def _decision(dossier: Dossier, ruling: Ruling, reviewer: Contact, role: str, now: datetime) -> Decision:
    submission = dossier.filed.submission
    return Decision(
        verdict=ruling.verdict,
        by=reviewer.id,
        name=reviewer.name,
        role=role,
        at=now,
        opinion=printable(ruling.opinion, ""),
        revision=submission.revision,
        digest=submission.digest,
    )


def _record(
    repository: Repository, place: Place, dossier: Dossier, decision: Decision, ruling: Ruling, person: Person
) -> Decided:
    """Write the decision onto the branch and, if it completes the acceptance, the merge onto the base."""
    accepting = decision.verdict is Verdict.ACCEPTED
    if accepting and _complete(dossier):
        submission, branch_commit = dossier.filed.submission, dossier.filed.commit
    else:
        submission = dossier.filed.submission.decided(decision)
        if accepting:
            decision = replace(decision, leaves=submission.missing_roles(dossier.roles))
            submission = dossier.filed.submission.decided(decision)
        branch_commit = decision_commit(
            dossier.base.repository, dossier.filed.commit, submission, _contact(dossier, decision.by), person
        )
    missing = submission.missing_roles(dossier.roles) if accepting else ()
    findings: tuple[Finding, ...] = ()
    base_commit = ""
    if accepting:
        _refuse_unsound(dossier, submission, branch_commit, missing)
        result = merged(dossier, branch_commit)
        findings = judge_merged(dossier, result, decision.at.date())
        if errors(findings):
            raise RefusedError(findings)
        if not missing and ruling.merge:
            base_commit = _merge_commit(dossier, submission, decision, [result.after.revision, branch_commit], person)
    _publish(repository, place, dossier, branch_commit, base_commit)
    return Decided(submission, decision, SUBMISSIONS + submission.number, base_commit, missing, findings)


def _refuse_unsound(dossier: Dossier, submission: Submission, commit: str, missing: Sequence[str]) -> None:
    """A branch that is not what its notice says, or bears decisions that do not count, is not accepted."""
    base = dossier.base
    wrong = inspect(dossier)
    wrong += [found for found in check_decisions(submission, dossier.roles, base.rulebook) if found.code != UNDECIDED]
    commits = commits_between(base.repository, dossier.delta.before.revision, commit)
    history = histories(base.repository, commits, [submission.number])[submission.number]
    wrong += check_authors(history, submission, base.rulebook, settled=False, signed=False)
    if wrong:
        raise RefusedError(wrong)


def _merge_commit(
    dossier: Dossier, submission: Submission, decision: Decision, made: Sequence[str], person: Person
) -> str:
    """The commit on the base. :param made: the merged tree, and the branch's commit that it merges."""
    tree, branch_commit = made
    nobody = Person("", "")
    people = [("Submitted-by", author(_contact(dossier, submission.submitter), nobody))]
    for accepted in submission.accepted_by().values():
        people.append(("Reviewed-by", author(_contact(dossier, accepted.by), nobody)))
    text = message("Accept", submission, decision.opinion, people)
    parents = [dossier.base.revision, branch_commit]
    return commit_as(dossier.base.repository, tree, parents, text, _contact(dossier, decision.by), person)


def _contact(dossier: Dossier, id_: str) -> Contact:
    return dossier.base.rulebook.organization.contacts[id_]


def _publish(repository: Repository, place: Place, dossier: Dossier, branch_commit: str, base_commit: str) -> None:
    """Move the branch and the base together, each only from where it was looked at."""
    branch = SUBMISSIONS + dossier.filed.submission.number
    local = dossier.filed.ref.startswith("refs/heads/")
    if place.remote:
        updates = [RefUpdate(branch, branch_commit, "" if local else dossier.filed.commit)]
        if base_commit:
            updates.insert(0, RefUpdate(place.branch, base_commit, dossier.base.revision))
        push(repository, place, updates)
    else:
        moves = [(f"refs/heads/{branch}", branch_commit, dossier.filed.commit)]
        notice = dossier.filed.submission.path
        put_on_local_base(repository, place, dossier.base.revision, base_commit, moves, notice)
