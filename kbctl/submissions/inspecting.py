"""Whether a submission is what its notice says, and its decisions count: asked by accept and by verify alike."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from kbctl.model.finding import Finding
from kbctl.model.organization import Contact
from kbctl.model.rulebook import Rulebook
from kbctl.model.submission import NUMBER, Decision, Submission, Verdict
from kbctl.submissions.changes import changes_of
from kbctl.submissions.content import Delta, content_digest, covers
from kbctl.submissions.kinds import kind_of, refusals, roles_of, unseen
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
from kbctl.submissions.timeliness import judge


def check_submission(submission: Submission, delta: Delta, rulebook: Rulebook) -> list[Finding]:
    """What is wrong with *submission* as the notice of *delta*, by the base's *rulebook*; decisions apart."""
    found = [*_check_names(submission, rulebook), *unseen(delta, [submission.path])]
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
    params = {
        "contact": submission.submitter,
        "name": name_of(submission.submitter, rulebook, submission.submitter_name),
        "department": submission.department,
        "department_name": rulebook.organization.department_name(submission.department),
    }
    if submitter is None or submitter.department != submission.department:
        yield problem(SUBMITTER, submission.path, submission.submitter, cause="unknown", **params)
    elif submitter.name != submission.submitter_name:
        yield problem(NOTICE_BROKEN, submission.path, submission.number, cause="name")
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
    # Where the calendar did not reach, it may by now; what was judged then stands.
    if whole and submission.timely is not None:
        judged = judge(delta, submission.content, rulebook, submission.submitted_at.date())
        if (judged.effective, judged.timely) != (submission.effective, submission.timely):
            yield problem(NOTICE_BROKEN, submission.path, submission.number, cause="timely")


def check_decisions(submission: Submission, required: Collection[str], rulebook: Rulebook) -> Iterator[Finding]:
    """Why the decisions do not put the submission on the base: missing, for other content, or not by who may decide."""
    missing = submission.missing_roles(required)
    back = "recalled" if submission.recalled else "returned" if submission.returned else ""
    if back or missing:
        cause = back or "undecided"
        roles = tuple(rulebook.roles.names.get(role, role) for role in missing)
        params = {"cause": cause, "number": submission.number, "roles": roles}
        yield problem(UNDECIDED, submission.path, submission.number, **params)
    seen = set(submission.submitters)
    for decision in submission.valid_decisions:
        if decision.verdict is not Verdict.ACCEPTED:
            continue
        yield from _check_reviewer(submission, decision, rulebook)
        if decision.by in seen:
            yield own_decision(submission, decision, rulebook)
        seen.add(decision.by)


def _check_reviewer(submission: Submission, decision: Decision, rulebook: Rulebook) -> Iterator[Finding]:
    contact = rulebook.organization.contacts.get(decision.by)
    named = decision.role in roles_of(decision.by, rulebook)
    if contact is None or not named or not contact.live_on(decision.at.date()):
        name = name_of(decision.by, rulebook, decision.name)
        params = {"contact": decision.by, "name": name, "role": decision.role, "cause": "left" if named else "no-role"}
        yield problem(NO_REVIEWER, submission.path, decision.by, **params)
    elif contact.name != decision.name:
        yield problem(NOTICE_BROKEN, submission.path, submission.number, cause="name")


def own_decision(submission: Submission, decision: Decision, rulebook: Rulebook) -> Finding:
    """That somebody decided about what is theirs, or twice."""
    name = name_of(decision.by, rulebook, decision.name)
    return problem(OWN_DECISION, submission.path, decision.by, contact=decision.by, name=name)


def name_of(contact: str, rulebook: Rulebook, recorded: str = "") -> str:
    """A contact's name and department, for people. :param recorded: the name of one whom the base does not know."""
    found = rulebook.organization.contacts.get(contact)
    if found is None:
        return f"{recorded} ({contact})" if recorded else contact
    return f"{found.name} ({rulebook.organization.department_name(found.department)})"


def open_roles(submission: Submission, contact: str, required: Collection[str], rulebook: Rulebook) -> list[str]:
    """The roles in which *contact* may still decide: theirs, required, and not filled yet."""
    return [role for role in submission.missing_roles(required) if role in roles_of(contact, rulebook)]


def decision_of(submission: Submission, contact: str) -> Decision | None:
    """What *contact* decided already about this revision."""
    return next((decision for decision in submission.valid_decisions if decision.by == contact), None)
