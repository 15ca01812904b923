"""Whether the commits of a submission bear the names that its notice bears, and where asked for, their signatures."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from kbctl.model.finding import Finding
from kbctl.model.rulebook import Rulebook
from kbctl.model.submission import Decision, Submission, Verdict
from kbctl.submissions.authorship import CommitRecord, History, decisions_by_commit, writing_commits
from kbctl.submissions.identity import bearers
from kbctl.submissions.inspecting import name_of, own_decision
from kbctl.submissions.problems import AUTHOR, NOTICE_BROKEN, SIGNATURE, UNPROVEN, problem


def check_authors(
    history: History, submission: Submission, rulebook: Rulebook, *, settled: bool, signed: bool
) -> Iterator[Finding]:
    """Hold the authors of the commits against the notice: content by the owner's department, decisions by who decided.

    :param settled: whether this is published already; then a squash that lost the names is noted, not refused.
    """
    told = list(decisions_by_commit(history))
    yield from _record(submission, [decision for _, decision in told])
    decided: dict[str, list[Decision]] = {}
    for commit, decision in told:
        if decision in submission.valid_decisions:
            decided.setdefault(commit.id, []).append(decision)
    writing = {commit.id for commit in writing_commits(history, submission, rulebook)}
    writers: set[str] = set()
    for commit in history.commits:
        decisions = decided.get(commit.id, [])
        content = commit.id in writing
        if decisions and content and settled and not signed:
            yield _finding(UNPROVEN, submission, commit)
            continue
        if content:
            writers.update(contact.id for contact in bearers(rulebook.organization, commit.email))
            yield from _content(submission, commit, rulebook, signed)
        for decision in decisions:
            yield from _decision(submission, commit, decision, rulebook, signed)
    for decision in submission.valid_decisions:
        if decision.by in writers and decision.verdict is not Verdict.RECALLED:
            yield own_decision(submission, decision, rulebook)


def _record(submission: Submission, told: Collection[Decision]) -> Iterator[Finding]:
    """The notice holds what was decided, all of it (a return is not unsaid), and each decision was made here."""
    if any(decision not in submission.decisions for decision in told):
        yield problem(NOTICE_BROKEN, submission.path, submission.number, cause="decision-lost")
    if any(decision not in told for decision in submission.valid_decisions):
        yield problem(NOTICE_BROKEN, submission.path, submission.number, cause="decision-from-elsewhere")


def _content(submission: Submission, commit: CommitRecord, rulebook: Rulebook, signed: bool) -> Iterator[Finding]:
    contacts = bearers(rulebook.organization, commit.email)
    if not any(contact.department == submission.department for contact in contacts):
        name = rulebook.organization.department_name(submission.department)
        yield _finding(AUTHOR, submission, commit, cause="content", expected=submission.department, name=name)
    elif signed:
        allowed = {contact.id for contact in contacts if contact.department == submission.department}
        yield from _signature(submission, commit, allowed, rulebook)


def _decision(
    submission: Submission, commit: CommitRecord, decision: Decision, rulebook: Rulebook, signed: bool
) -> Iterator[Finding]:
    if decision.by not in {contact.id for contact in bearers(rulebook.organization, commit.email)}:
        name = name_of(decision.by, rulebook, decision.name)
        yield _finding(AUTHOR, submission, commit, cause="decision", expected=decision.by, name=name)
    elif signed:
        yield from _signature(submission, commit, {decision.by}, rulebook)


def _signature(
    submission: Submission, commit: CommitRecord, allowed: Collection[str], rulebook: Rulebook
) -> Iterator[Finding]:
    """The commit is signed by one of *allowed*, under an address that is registered as theirs."""
    signers = {contact.id for contact in bearers(rulebook.organization, commit.signer)}
    if signers.isdisjoint(allowed):
        names = ", ".join(name_of(id_, rulebook) for id_ in sorted(allowed))
        yield _finding(SIGNATURE, submission, commit, expected=", ".join(sorted(allowed)), name=names)


def _finding(code: str, submission: Submission, commit: CommitRecord, **params: str) -> Finding:
    return problem(code, submission.path, submission.number, commit=commit.id[:12], email=commit.email, **params)
