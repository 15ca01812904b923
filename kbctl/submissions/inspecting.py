"""Whether a submission is what its notice says, and its decisions count: asked by accept and by verify alike."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from kbctl.model.finding import Finding
from kbctl.model.organization import Contact
from kbctl.model.rulebook import Rulebook
from kbctl.model.submission import NUMBER, Decision, Submission, Verdict
from kbctl.submissions.changes import changes_of
from kbctl.submissions.content import Delta, content_digest, covers
from kbctl.submissions.kinds import kind_of, refusals, roles_of
from kbctl.submissions.problems import (
    CONTENT_DIFFERS,
    NO_REVIEWER,
    NO_SUBMISSION,
    NOTICE_BROKEN,
    OWN_DECISION,
    SUBMITTER,
    UNDECIDED,
    WRONG_KIND,
    problem,
)


def check_submission(submission: Submission, delta: Delta, rulebook: Rulebook) -> list[Finding]:
    """What is wrong with *submission* as the notice of *delta*, by the base's *rulebook*; decisions apart."""
    found = list(_check_names(submission, rulebook))
    submitter = rulebook.organization.contacts.get(submission.submitter)
    found.extend(problem(NO_SUBMISSION, path, path) for path in covers(submission.content, delta))
    digest = content_digest(submission.content, delta.after)
    if digest != submission.digest:
        found.append(problem(CONTENT_DIFFERS, submission.path, submission.number, number=submission.number))
    if submitter is None or submitter.department != submission.department or not delta.paths:
        return found
    return [*found, *_check_kind(submission, delta, submitter, rulebook)]


def _check_names(submission: Submission, rulebook: Rulebook) -> Iterator[Finding]:
    match = NUMBER.match(submission.number)
    same = match and (match["day"], match["department"]) == (f"{submission.day:%Y%m%d}", submission.department)
    if not same:
        yield problem(NOTICE_BROKEN, submission.path, submission.number, cause="number")
    submitter = rulebook.organization.contacts.get(submission.submitter)
    params = {"contact": submission.submitter, "department": submission.department}
    if submitter is None or submitter.department != submission.department:
        yield problem(SUBMITTER, submission.path, submission.submitter, cause="unknown", **params)
    elif not submitter.live_on(submission.submitted_at.date()):
        yield problem(SUBMITTER, submission.path, submission.submitter, cause="left", **params)


def _check_kind(submission: Submission, delta: Delta, submitter: Contact, rulebook: Rulebook) -> Iterator[Finding]:
    kind = kind_of(delta, submission.content, submitter, rulebook)
    if kind is not submission.kind:
        params = {"cause": "other-kind", "kind": submission.kind.value, "fitting": kind.value}
        yield problem(WRONG_KIND, submission.path, submission.number, **params)
    yield from refusals(delta, kind, submitter, rulebook)
    whole = set(delta.paths) == submission.content.paths
    if whole and changes_of(delta, kind) != submission.changes:
        yield problem(NOTICE_BROKEN, submission.path, submission.number, cause="changes")


def check_decisions(submission: Submission, required: Collection[str], rulebook: Rulebook) -> Iterator[Finding]:
    """Why the decisions do not put the submission on the base: missing, for other content, or not by who may decide."""
    missing = submission.missing_roles(required)
    back = "recalled" if submission.recalled else "returned" if submission.returned else ""
    if back or missing:
        cause = back or "undecided"
        params = {"cause": cause, "number": submission.number, "roles": missing}
        yield problem(UNDECIDED, submission.path, submission.number, **params)
    seen = set(submission.submitters)
    for decision in submission.valid_decisions:
        if decision.verdict is not Verdict.ACCEPTED:
            continue
        if decision.role not in roles_of(decision.by, rulebook):
            params = {"contact": decision.by, "role": decision.role}
            yield problem(NO_REVIEWER, submission.path, decision.by, **params)
        if decision.by in seen:
            yield problem(OWN_DECISION, submission.path, decision.by, contact=decision.by)
        seen.add(decision.by)


def open_roles(submission: Submission, contact: str, required: Collection[str], rulebook: Rulebook) -> list[str]:
    """The roles in which *contact* may still decide: theirs, required, and not filled yet."""
    return [role for role in submission.missing_roles(required) if role in roles_of(contact, rulebook)]


def decision_of(submission: Submission, contact: str) -> Decision | None:
    """What *contact* decided already about this revision."""
    return next((decision for decision in submission.valid_decisions if decision.by == contact), None)
