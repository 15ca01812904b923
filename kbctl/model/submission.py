"""A submission: what a department hands in, the intake notice about it, and what the reviewers decided (R9, R52, R53)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum

from kbctl.model.notice import Notice, Urgency

REVIEWER = "reviewer"
# The role in which a submission is recalled or taken over: not as a reviewer.
SUBMITTER = "submitter"
NUMBER = re.compile(r"(?P<day>[0-9]{8})-(?P<department>[a-z0-9][a-z0-9-]{0,79})-(?P<n>[1-9][0-9]{0,5})\Z", re.ASCII)
NOTICES = "kb/submissions/"
_NOTICE_PATH = re.compile(r"kb/submissions/[0-9]{4}/([^/]+)\.md\Z", re.ASCII)


class Kind(Enum):
    """What a submission may touch, and who may hand it in."""

    ENTRIES = "entries"
    ROWS = "rows"
    VALIDITY = "validity"
    ADMINISTRATION = "administration"


class SubmissionState(Enum):
    """Where a submission stands; derived from git, never stored."""

    IN_REVIEW = "review"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    PUBLISHED = "published"
    RECALLED = "recalled"


class Verdict(Enum):
    """What a reviewer decided; or that the department took its submission back, or a colleague took it over."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    RECALLED = "recalled"
    TAKEN_OVER = "taken-over"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a submission changes.

    ``change`` is new 新上线, changed 变更, withdrawn 撤下, validity 有效期, rows, transferred or, of a file of the rulebook,
    new, changed or removed. ``id`` is the entry's, or the path of any other file; ``type`` is empty there.
    """

    id: str
    change: str
    title: str
    type: str
    path: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a submission covers: whole ``files``, and of operating tables the ``rows`` with these keys; all sorted."""

    files: tuple[str, ...]
    rows: Mapping[str, tuple[str, ...]]

    @property
    def paths(self) -> frozenset[str]:
        """Every file that is touched."""
        return frozenset((*self.files, *self.rows))


@dataclass(frozen=True, slots=True)
class Decision:
    """What one reviewer decided about one revision with exactly this content.

    ``role`` is ``reviewer`` (审核入库人) or that of a further reviewer (R22); ``digest`` names the content; ``leaves``
    are the roles that had still to accept after this acceptance.
    """

    verdict: Verdict
    by: str
    name: str
    role: str
    at: datetime
    opinion: str
    revision: int
    digest: str
    leaves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Submission:
    """A submission as its intake notice records it.

    ``day`` is that of the number; ``revision`` counts how often it was handed in, ``submitted_at`` is when it was last.
    Names and phone are those of that day: the notice is a record. ``effective`` is the day that ``timely`` was judged by.
    """

    number: str
    kind: Kind
    urgency: Urgency
    day: date
    revision: int
    submitted_at: datetime
    department: str
    department_name: str
    submitter: str
    submitter_name: str
    phone: str
    carriers: tuple[str, ...]
    effective: date | None
    timely: bool | None
    summary: str
    note: str
    changes: tuple[Change, ...]
    content: Content
    digest: str
    decisions: tuple[Decision, ...] = ()

    @property
    def path(self) -> str:
        """Where the notice stands."""
        return notice_path(self.number)

    @property
    def titles(self) -> tuple[str, ...]:
        """What the form calls 资料内容标题."""
        return tuple(dict.fromkeys(change.title for change in self.changes))

    @property
    def valid_decisions(self) -> tuple[Decision, ...]:
        """The decisions about exactly this revision and content; any later edit voids the others."""
        return tuple(d for d in self.decisions if d.revision == self.revision and d.digest == self.digest)

    @property
    def returned(self) -> Decision | None:
        """The decision by which this revision was returned."""
        return next((d for d in self.valid_decisions if d.verdict is Verdict.RETURNED), None)

    @property
    def recalled(self) -> Decision | None:
        """The decision by which the department took this revision back."""
        return next((d for d in self.valid_decisions if d.verdict is Verdict.RECALLED), None)

    @property
    def submitters(self) -> frozenset[str]:
        """The contacts who handed it in, as far as the record names them: the submitter, and whoever took it over."""
        return frozenset((self.submitter, *(d.by for d in self.decisions if d.verdict is Verdict.TAKEN_OVER)))

    def accepted_by(self) -> Mapping[str, Decision]:
        """By role, who accepted this revision."""
        return {d.role: d for d in self.valid_decisions if d.verdict is Verdict.ACCEPTED}

    def missing_roles(self, required: Collection[str]) -> tuple[str, ...]:
        """The roles of *required* that have not accepted this revision."""
        return tuple(role for role in required if role not in self.accepted_by())

    def state(self, required: Collection[str], published: bool) -> SubmissionState:
        """Where it stands. :param required: the roles that must accept, :param published: whether the base holds it."""
        if published:
            return SubmissionState.PUBLISHED
        if self.recalled is not None:
            return SubmissionState.RECALLED
        if self.returned is not None:
            return SubmissionState.RETURNED
        return SubmissionState.IN_REVIEW if self.missing_roles(required) else SubmissionState.ACCEPTED

    def decided(self, decision: Decision) -> Submission:
        """The same submission with one more decision."""
        return replace(self, decisions=(*self.decisions, decision))

    def notice(self) -> Notice:
        """The intake notice with its twelve fields, as far as they are known."""
        accepted = self.accepted_by()
        # Until the last of those who must has accepted nothing is taken in; a dict keeps the order of the decisions.
        waiting = bool(accepted) and bool(list(accepted.values())[-1].leaves)
        closed = None if waiting else accepted.get(REVIEWER)
        reviewed = self.returned or closed
        return Notice(
            number=self.number,
            day=self.day,
            department=self.department_name,
            submitter=self.submitter_name,
            phone=self.phone,
            carriers=self.carriers,
            urgency=self.urgency,
            titles=self.titles,
            reviewer=reviewed.name if reviewed else "",
            accepted_at=max(d.at for d in accepted.values())
            if closed and not (self.returned or self.recalled)
            else None,
            timely=self.timely,
            opinion=_opinion(self.valid_decisions),
            note="\n".join(part for part in (self.note, *_taken_over(self.decisions)) if part),
        )


def _taken_over(decisions: Collection[Decision]) -> list[str]:
    """Who took the submission over from whom, for the form's remark."""
    return [f"{d.name}接替提交（{d.opinion}）" for d in decisions if d.verdict is Verdict.TAKEN_OVER]


def _opinion(decisions: Collection[Decision]) -> str:
    """What the form shows under 审核意见; further reviewers by name, a return as such."""
    lines = []
    for decision in decisions:
        if decision.verdict is Verdict.RECALLED:
            lines.append(f"提交部门撤回（{decision.name}）：{decision.opinion}".removesuffix("："))
            continue
        text = decision.opinion if decision.role == REVIEWER else f"复核（{decision.name}）：{decision.opinion}"
        lines.append(f"退回：{text}" if decision.verdict is Verdict.RETURNED else text)
    return "\n".join(lines)


def notice_path(number: str) -> str:
    """Where the notice of submission *number* stands."""
    return f"{NOTICES}{number[:4]}/{number}.md"


def number_of_notice(path: str) -> str | None:
    """The number of the submission whose notice stands at *path*; ``None`` if it is no such place."""
    match = _NOTICE_PATH.match(path)
    return match.group(1) if match and NUMBER.match(match.group(1)) and notice_path(match.group(1)) == path else None
