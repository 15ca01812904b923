"""What a submission says of itself before it has a number: the notice's fields, and the sentence that a change owes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kbctl.model.notice import Urgency
from kbctl.model.organization import Contact
from kbctl.model.submission import Content, Kind, Submission
from kbctl.submissions.changes import changes_of
from kbctl.submissions.content import Delta, content_digest
from kbctl.submissions.timeliness import judge

# Asks for the sentence about a change of these entries; gives none where nobody can be asked.
Ask = Callable[[Sequence[str]], str]


@dataclass(frozen=True, slots=True)
class Wording:
    """What the submitter says; ``None`` leaves a field as it was when handed in before, or at its default."""

    urgency: Urgency | None = None
    note: str | None = None
    summary: str | None = None


class SummaryMissingError(Exception):
    """A change of what is published needs a sentence about what changed; ``ids`` are the entries."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(", ".join(ids))
        self.ids = tuple(ids)


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
        summary=printable(wording.summary, earlier.summary if earlier else ""),
        note=printable(wording.note, earlier.note if earlier else ""),
        changes=changes,
        content=content,
        digest=content_digest(content, delta.after),
        decisions=earlier.decisions if earlier else (),
    )


def with_summary(submission: Submission, ask: Ask) -> Submission:
    """A change of what is published is summed up (R44, R68); *ask* is called where it is not yet.

    :raises SummaryMissingError: if there is no sentence even so.
    """
    owing = ("changed", "removed", "transferred")
    every = submission.kind is Kind.ADMINISTRATION
    changed = [change.id for change in submission.changes if every or change.change in owing]
    if not changed or submission.summary:
        return submission
    summary = printable(ask(changed), "")
    if not summary:
        raise SummaryMissingError(changed)
    return replace(submission, summary=summary)


def printable(text: str | None, before: str) -> str:
    """*text* in printable characters and line ends; *before* where there is none."""
    if text is None:
        return before
    return "".join(char for char in text.strip() if char.isprintable() or char == "\n")
