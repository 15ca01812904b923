"""Whether every change went through the approval flow: for CI, and for all that was published since the baseline.

Who may do what comes from the base, never from the change. A git author is a name that anybody can write, so what is
proven without signatures is that the record is complete and consistent; ``signed`` asks for proof of who.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.model.finding import Finding
from kbctl.model.rulebook import Rulebook
from kbctl.model.submission import Submission, Verdict, number_of_notice
from kbctl.store.entries import ENTRIES, is_entry_path
from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import common_ancestor, is_ancestor, refs
from kbctl.submissions.attribution import check_authors
from kbctl.submissions.authorship import commits_between
from kbctl.submissions.content import Delta, delta_between, knowledge_changes, restricted
from kbctl.submissions.inspecting import check_decisions, check_submission
from kbctl.submissions.kinds import required_roles
from kbctl.submissions.notice_file import NoticeError, read_notice
from kbctl.submissions.problems import DELETED, NO_SUBMISSION, NOTICE_BROKEN, NOTICE_CHANGED, problem
from kbctl.submissions.view import View


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at (from *base* to *head*), the submissions found, and what is wrong."""

    base: str
    head: str
    submissions: tuple[Submission, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    """Neighbouring commits that belong together: from *before* to *after*."""

    before: str
    after: str
    numbers: frozenset[str]


def verify(
    repository: Repository, base: str, head: str, published: Sequence[str] = (), *, signed: bool = False
) -> Verification:
    """Verify what *head* has and *base* has not.

    :param published: refs that say what is published; what they hold is looked at commit by commit, and that a forge
        squashed it there is noted. Anything else is one change that wants to be published, and must prove itself.
    :raises KbctlError: if the two share no history.
    """
    start = common_ancestor(repository, base, head)
    if start is None:
        raise KbctlError(
            N_("{base} and {head} share no history here"),
            hint=N_("in a shallow clone: `git fetch --unshallow` (in CI: fetch the whole history)"),
            base=base,
            head=head,
        )
    tips = refs(repository, *published) if published else {}
    settled = any(is_ancestor(repository, head, tip) for tip in tips.values())
    groups = _groups(repository, start, head) if settled else [_Group(start, head, frozenset())]
    rulebook = View(repository, base).rulebook
    submissions: list[Submission] = []
    findings: list[Finding] = []
    for group in groups:
        delta = delta_between(View(repository, group.before, rulebook), View(repository, group.after, rulebook))
        checked = _Check(repository, delta, rulebook, settled, signed)
        findings.extend(checked.run())
        submissions.extend(checked.submissions)
        if settled and any(not path.startswith(ENTRIES) for path in delta.paths):
            # The next change is judged by what this one put in force.
            rulebook = View(repository, group.after).rulebook
    distinct = {(finding.order, str(finding.params)): finding for finding in findings}
    return Verification(base, head, tuple(submissions), tuple(distinct[key] for key in sorted(distinct)))


def _groups(repository: Repository, start: str, head: str) -> list[_Group]:
    """The published commits that concern the knowledge base, those of one submission together, as a rebase puts them."""
    output = repository.run(
        "rev-list", "--first-parent", "--reverse", "--parents", "--end-of-options", f"{start}..{head}"
    )
    groups: list[_Group] = []
    for line in output.splitlines():
        commit, parent, *_ = line.split(" ")
        changed = knowledge_changes(repository, parent, commit)
        numbers = frozenset(number for path in changed if (number := number_of_notice(path)))
        if not changed:
            continue
        if groups and numbers and groups[-1].numbers == numbers:
            groups[-1] = _Group(groups[-1].before, commit, numbers)
        else:
            groups.append(_Group(parent, commit, numbers))
    return groups


class _Check:
    """One change, judged by the base's rulebook."""

    def __init__(self, repository: Repository, delta: Delta, rulebook: Rulebook, settled: bool, signed: bool) -> None:
        self.repository = repository
        self.delta = delta
        self.rulebook = rulebook
        self.settled = settled
        self.signed = signed
        self.submissions: list[Submission] = []

    def run(self) -> Iterator[Finding]:
        """Everything that is wrong with the change."""
        for path in self.delta.notices:
            yield from self._notice(path)
        covered = {path for submission in self.submissions for path in submission.content.paths}
        for path in self.delta.paths:
            if path not in covered:
                gone = is_entry_path(path) and not self.delta.after.holds(path)
                yield problem(DELETED if gone else NO_SUBMISSION, path, path)
        for submission in self.submissions:
            yield from self._submission(submission)

    def _notice(self, path: str) -> Iterator[Finding]:
        number = number_of_notice(path)
        if self.delta.before.holds(path):
            yield problem(NOTICE_CHANGED, path, number or path, number=number or path)
            return
        try:
            self.submissions.append(read_notice(self.delta.after.read(path) or b"", number or ""))
        except NoticeError:
            yield problem(NOTICE_BROKEN, path, number or path, cause="unreadable")

    def _submission(self, submission: Submission) -> Iterator[Finding]:
        delta = restricted(self.delta, submission.content.paths)
        yield from check_submission(submission, delta, self.rulebook)
        yield from check_decisions(submission, required_roles(delta, self.rulebook), self.rulebook)
        commits = commits_between(
            self.repository, self.delta.before.revision, self.delta.after.revision, signed=self.signed
        )
        yield from check_authors(
            self.repository, submission, commits, self.rulebook, settled=self.settled, signed=self.signed
        )


def accepted(verification: Verification) -> int:
    """How many of the submissions found bear an acceptance."""
    return sum(
        any(decision.verdict is Verdict.ACCEPTED for decision in submission.valid_decisions)
        for submission in verification.submissions
    )
