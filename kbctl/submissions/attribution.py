"""Whether the commits of a submission bear the names that its notice bears, and where asked for, their signatures."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from kbctl.model.finding import Finding
from kbctl.model.rulebook import Rulebook
from kbctl.model.submission import Decision, Submission, Verdict
from kbctl.store.git.repository import Repository
from kbctl.submissions.authorship import CommitRecord, decisions_by_commit, writing_commits
from kbctl.submissions.identity import bearers
from kbctl.submissions.problems import AUTHOR, OWN_DECISION, SIGNATURE, UNPROVEN, problem


def check_authors(
    repository: Repository,
    submission: Submission,
    commits: Sequence[CommitRecord],
    rulebook: Rulebook,
    *,
    settled: bool,
    signed: bool,
) -> Iterator[Finding]:
    """Hold the authors of *commits* against the notice: content by the owner's department, decisions by who decided.

    :param settled: whether this is published already; then a squash that lost the names is noted, not refused.
    """
    decided = {
        commit.id: decision
        for commit, decision in decisions_by_commit(repository, commits, submission.number)
        if decision in submission.valid_decisions
    }
    writing = {commit.id for commit in writing_commits(repository, commits, submission, rulebook)}
    writers: set[str] = set()
    for commit in commits:
        decision = decided.get(commit.id)
        content = commit.id in writing
        if decision is not None and content and settled and not signed:
            yield _finding(UNPROVEN, submission, commit)
            continue
        if content:
            writers.update(contact.id for contact in bearers(rulebook.organization, commit.email))
            yield from _content(submission, commit, rulebook, signed)
        if decision is not None:
            yield from _decision(submission, commit, decision, rulebook, signed)
    for decision in decided.values():
        if decision.by in writers and decision.verdict is not Verdict.RECALLED:
            yield problem(OWN_DECISION, submission.path, decision.by, contact=decision.by)


def _content(submission: Submission, commit: CommitRecord, rulebook: Rulebook, signed: bool) -> Iterator[Finding]:
    contacts = bearers(rulebook.organization, commit.email)
    if not any(contact.department == submission.department for contact in contacts):
        yield _finding(AUTHOR, submission, commit, cause="content", expected=submission.department)
    elif signed:
        allowed = {contact.id for contact in contacts if contact.department == submission.department}
        yield from _signature(submission, commit, allowed, rulebook)


def _decision(
    submission: Submission, commit: CommitRecord, decision: Decision, rulebook: Rulebook, signed: bool
) -> Iterator[Finding]:
    if decision.by not in {contact.id for contact in bearers(rulebook.organization, commit.email)}:
        yield _finding(AUTHOR, submission, commit, cause="decision", expected=decision.by)
    elif signed:
        yield from _signature(submission, commit, {decision.by}, rulebook)


def _signature(
    submission: Submission, commit: CommitRecord, allowed: Collection[str], rulebook: Rulebook
) -> Iterator[Finding]:
    """The commit is signed by one of *allowed*, under an address that is registered as theirs."""
    signers = {contact.id for contact in bearers(rulebook.organization, commit.signer)}
    if signers.isdisjoint(allowed):
        yield _finding(SIGNATURE, submission, commit, expected=", ".join(sorted(allowed)))


def _finding(code: str, submission: Submission, commit: CommitRecord, **params: str) -> Finding:
    return problem(code, submission.path, submission.number, commit=commit.id[:12], email=commit.email, **params)
