"""Whether every change went through the approval flow: for CI, and for all that was published since the baseline.

Who may do what comes from the base, never from the change. A git author is a name that anybody can write, so what is
proven without signatures is that the record is complete and consistent; ``signed`` asks for proof of who.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.model.finding import Finding
from kbctl.model.rulebook import Rulebook
from kbctl.model.submission import Submission, Verdict, number_of_notice
from kbctl.store.entries import ENTRIES, is_entry_path
from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import common_ancestors, is_ancestor
from kbctl.submissions.attribution import check_authors
from kbctl.submissions.authorship import History, commits_between, histories
from kbctl.submissions.content import Delta, delta_between, knowledge_changes, restricted
from kbctl.submissions.inspecting import check_decisions, check_submission
from kbctl.submissions.kinds import required_roles
from kbctl.submissions.merging import contradictions
from kbctl.submissions.notice_file import NoticeError, read_notice
from kbctl.submissions.problems import CONTRADICTS, DELETED, NO_SUBMISSION, NOTICE_BROKEN, NOTICE_CHANGED, problem
from kbctl.submissions.view import View


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at (from *base* to *head*), the submissions found, and what is wrong.

    ``unsigned`` counts the submissions whose signatures were not asked for, though others' were.
    """

    base: str
    head: str
    submissions: tuple[Submission, ...]
    findings: tuple[Finding, ...]
    unsigned: int = 0


@dataclass(frozen=True, slots=True)
class _Group:
    """Neighbouring commits that belong together: from *before* to *after*."""

    before: str
    after: str
    numbers: frozenset[str]


def verify(
    repository: Repository,
    base: str,
    head: str,
    published: str | None = None,
    *,
    signed: bool = False,
    signed_since: str = "",
) -> Verification:
    """Verify what *head* has and *base* has not.

    :param published: the commit that is published; what it holds is looked at commit by commit, and that a forge
        squashed it there is noted. Anything else is one change that wants to be published, and must prove itself.
    :param signed_since: a commit; of what is published, signatures are asked only for what came after it.
    :raises KbctlError: if the two share no history, or that in more than one way.
    """
    shared = common_ancestors(repository, base, head)
    if not shared:
        raise KbctlError(
            N_("{base} and {head} share no history here"),
            hint=N_("in a shallow clone: `git fetch --unshallow` (in CI: fetch the whole history)"),
            base=base,
            head=head,
        )
    if len(shared) > 1:
        # By either alone the change could undo what the other holds, and no difference would show it.
        raise KbctlError(
            N_("{base} and {head} each hold parts of the other by different merges: what the change is cannot be told"),
            hint=N_("bring the branch up to date first: `git merge {base}` there"),
            base=base,
            head=head,
        )
    if signed_since and not is_ancestor(repository, signed_since, head):
        raise KbctlError(
            N_("{commit} is not in the history of {head}: no signature would ever be asked for"),
            hint=N_("name the published commit after which everything is signed"),
            commit=signed_since,
            head=head,
        )
    start = shared[0]
    settled = published is not None and is_ancestor(repository, head, published)
    groups = _groups(repository, start, head) if settled else [_Group(start, head, frozenset())]
    rulebook = View(repository, base).rulebook
    submissions: list[Submission] = []
    findings: list[Finding] = []
    unsigned = 0
    for group in groups:
        late = not (settled and signed_since) or is_ancestor(repository, signed_since, group.before)
        delta = delta_between(View(repository, group.before, rulebook), View(repository, group.after, rulebook))
        checked = _Check(repository, delta, rulebook, settled, signed and late)
        findings.extend(checked.run())
        submissions.extend(checked.submissions)
        unsigned += 0 if late else len(checked.submissions)
        if settled and any(not path.startswith(ENTRIES) for path in delta.paths):
            # The next change is judged by what this one put in force.
            rulebook = View(repository, group.after).rulebook
    if not settled:
        judged = (View(repository, revision, rulebook) for revision in (start, base, head))
        findings.extend(problem(CONTRADICTS, clash.path, clash.path) for clash in contradictions(repository, *judged))
    distinct = {(finding.order, str(finding.params)): finding for finding in findings}
    return Verification(base, head, tuple(submissions), tuple(distinct[key] for key in sorted(distinct)), unsigned)


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
        self.delta.before.prefetch(self.delta.paths)
        self.delta.after.prefetch(self.delta.paths)
        for path, data in self.delta.after.own.read_many(self.delta.notices):
            yield from self._notice(path, b"" if isinstance(data, OSError) else data)
        covered = {path for submission in self.submissions for path in submission.content.paths}
        for path in self.delta.paths:
            if path not in covered:
                gone = is_entry_path(path) and not self.delta.after.holds(path)
                yield problem(DELETED if gone else NO_SUBMISSION, path, path)
        before, after = self.delta.before.revision, self.delta.after.revision
        commits = commits_between(self.repository, before, after, signed=self.signed) if self.submissions else []
        found = histories(self.repository, commits, [submission.number for submission in self.submissions])
        for submission in self.submissions:
            yield from self._submission(submission, found[submission.number])

    def _notice(self, path: str, data: bytes) -> Iterator[Finding]:
        number = number_of_notice(path)
        if self.delta.before.holds(path):
            yield problem(NOTICE_CHANGED, path, number or path, number=number or path)
            return
        try:
            self.submissions.append(read_notice(data, number or ""))
        except NoticeError:
            yield problem(NOTICE_BROKEN, path, number or path, cause="unreadable")

    def _submission(self, submission: Submission, history: History) -> Iterator[Finding]:
        delta = restricted(self.delta, submission.content.paths)
        yield from check_submission(submission, delta, self.rulebook)
        yield from check_decisions(submission, required_roles(delta, self.rulebook), self.rulebook)
        yield from check_authors(history, submission, self.rulebook, settled=self.settled, signed=self.signed)


def accepted(verification: Verification) -> int:
    """How many of the submissions found bear an acceptance."""
    return sum(
        any(decision.verdict is Verdict.ACCEPTED for decision in submission.valid_decisions)
        for submission in verification.submissions
    )
