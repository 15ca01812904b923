"""What a submission says of itself before it has a number: the notice's fields, and the sentence that a change owes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kbctl.model.notice import Urgency
from kbctl.model.organization import Contact
from kbctl.model.submission import SUBMITTER, Content, Decision, Kind, Submission, Verdict
from kbctl.submissions.changes import changes_of
from kbctl.submissions.content import Delta, content_digest
from kbctl.submissions.timeliness import judge

# Asks for the sentence about a change of these entries, given what was said before; gives none where nobody can be asked.
Ask = Callable[[Sequence[str], str], str]


@dataclass(frozen=True, slots=True)
class Wording:
    """What the submitter says; ``None`` leaves a field as it was when handed in before, or at its default."""

    urgency: Urgency | None = None
    note: str | None = None
    summary: str | None = None


class SummaryMissingError(Exception):
    """A change of what is published needs a sentence about what changed; ``ids`` are the entries.

    ``before`` is what was said when it was handed in before, empty where it was not.
    """

    def __init__(self, ids: Sequence[str], before: str) -> None:
        super().__init__(", ".join(ids))
        self.ids = tuple(ids)
        self.before = before


def draft_submission(
    delta: Delta,
    content: Content,
    kind: Kind,
    submitter: Contact,
    wording: Wording,
    earlier: Submission | None,
    now: datetime,
) -> Submission:
    """The submission, without a number where it is new. *earlier* is the same as it was handed in before."""
    rulebook = delta.before.rulebook
    department = rulebook.organization.department_of(submitter)
    changes = changes_of(delta, kind)
    carriers = (rulebook.types[change.type].carrier for change in changes if change.type in rulebook.types)
    timely = judge(delta, content, rulebook, now.date())
    return Submission(
        number=earlier.number if earlier else "",
        kind=kind,
        urgency=wording.urgency or (earlier.urgency if earlier else Urgency.NORMAL),
        day=earlier.day if earlier else now.date(),
        revision=earlier.revision + 1 if earlier else 1,
        submitted_at=now,
        department=department.id,
        department_name=department.name,
        submitter=submitter.id,
        submitter_name=submitter.name,
        phone=submitter.phone,
        carriers=tuple(dict.fromkeys(carriers)),
        effective=timely.effective,
        timely=timely.timely,
        summary=printable(wording.summary, ""),
        note=printable(wording.note, earlier.note if earlier else ""),
        changes=changes,
        content=content,
        digest=content_digest(content, delta.after),
        decisions=_decisions(earlier, submitter, now),
    )


def _decisions(earlier: Submission | None, submitter: Contact, now: datetime) -> tuple[Decision, ...]:
    """The record so far; that a colleague hands in what somebody else did before is part of it."""
    if earlier is None:
        return ()
    if earlier.submitter == submitter.id:
        return earlier.decisions
    taken_over = Decision(
        verdict=Verdict.TAKEN_OVER,
        by=submitter.id,
        name=submitter.name,
        role=SUBMITTER,
        at=now,
        opinion=f"原提交责任人：{earlier.submitter_name}",
        revision=earlier.revision,
        digest=earlier.digest,
    )
    return (*earlier.decisions, taken_over)


def with_summary(submission: Submission, before: str, ask: Ask) -> Submission:
    """A change of what is published is summed up (R44, R68), and anew each time; *ask* is called where it is not yet.

    :param before: what was said when it was handed in before, which is shown.

    :raises SummaryMissingError: if there is no sentence even so.
    """
    owing = ("changed", "removed", "transferred")
    every = submission.kind is Kind.ADMINISTRATION
    changed = [change.id for change in submission.changes if every or change.change in owing]
    if submission.summary or not (changed or before):
        return submission
    changed = changed or [change.id for change in submission.changes]
    summary = printable(ask(changed, before), "")
    if not summary:
        raise SummaryMissingError(changed, before)
    return replace(submission, summary=summary)


def printable(text: str | None, before: str) -> str:
    """*text* in printable characters and line ends; *before* where there is none."""
    if text is None:
        return before
    return "".join(char for char in text.strip() if char.isprintable() or char == "\n")
