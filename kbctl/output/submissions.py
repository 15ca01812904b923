"""Submissions as text and as JSON (machine output, version 1)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from kbctl.i18n import N_, _, ngettext
from kbctl.model.finding import Finding
from kbctl.model.notice import Urgency
from kbctl.model.submission import REVIEWER, SUBMITTER, Decision, Submission, SubmissionState, Verdict
from kbctl.output.messages import hint, message
from kbctl.submissions.change_view import FileChange
from kbctl.submissions.listing import Filed, Listing
from kbctl.submissions.submit import Outcome
from kbctl.submissions.tally import Tally
from kbctl.submissions.timeliness import Cause, Claim
from kbctl.submissions.verify import Verification

STATE_NAMES = {
    SubmissionState.IN_REVIEW: N_("in review"),
    SubmissionState.RETURNED: N_("returned"),
    SubmissionState.ACCEPTED: N_("accepted, not merged yet"),
    SubmissionState.PUBLISHED: N_("published"),
    SubmissionState.RECALLED: N_("recalled"),
}
URGENCY_NAMES = {
    Urgency.NORMAL: N_("normal"),
    Urgency.EXPEDITED: N_("expedited"),
    Urgency.URGENT: N_("urgent"),
}
CHANGE_NAMES = {
    "new": N_("new"),
    "changed": N_("changed"),
    "withdrawn": N_("withdrawal"),
    "validity": N_("validity changed"),
    "rows": N_("rows changed"),
    "transferred": N_("transferred"),
    "removed": N_("removed"),
}
VERDICT_NAMES = {
    Verdict.ACCEPTED: N_("accepted"),
    Verdict.RETURNED: N_("returned"),
    Verdict.RECALLED: N_("recalled"),
    Verdict.TAKEN_OVER: N_("taken over"),
}
TIMELY_NAMES = {True: N_("in time"), False: N_("late"), None: N_("not known: the calendar does not reach that far")}


def role_name(role: str, names: Mapping[str, str]) -> str:
    """What a role is called. :param names: the bank's own words for its roles."""
    if role == SUBMITTER:
        return _("the submitter")
    return names.get(role) or (_("the reviewer") if role == REVIEWER else role)


def role_list(roles: Iterable[str], names: Mapping[str, str]) -> str:
    """Several roles in one line."""
    return _(", ").join(role_name(role, names) for role in roles)


def standing(filed: Filed) -> str:
    """Where a submission stands, and how often it was handed in."""
    return _("; ").join([_(STATE_NAMES[filed.state]), *again(filed.submission)])


def again(submission: Submission) -> list[str]:
    """That it was handed in more than once, if it was."""
    return [_("submission no. {n} of it").format(n=submission.revision)] if submission.revision > 1 else []


def named(submission: Submission) -> str:
    """The number, and with it how often it was handed in, if that is more than once."""
    times = "".join(again(submission))
    return _("{number} ({again})").format(number=submission.number, again=times) if times else submission.number


def titles(submission: Submission) -> str:
    """What it is about, in short."""
    return "、".join(submission.titles[:3]) + ("…" if len(submission.titles) > 3 else "")


def lateness(missed: Claim) -> str:
    """By when what came late should have been submitted, and why."""
    if missed.deadline is None:
        return _("it takes effect on {day}, which is past").format(day=missed.effective)
    texts = {
        Cause.BEGINS: ngettext(
            "it should have been submitted by {deadline}: {n} working day before its first day, {day}",
            "it should have been submitted by {deadline}: {n} working days before its first day, {day}",
            missed.lead,
        )
        if missed.lead
        else _("it should have been submitted by {deadline}, its first day"),
        Cause.WITHDRAWN: _("it should have been submitted by {deadline}, the day of the withdrawal"),
        Cause.EXTENDED: _("it should have been submitted by {deadline}, the last day of its validity"),
        Cause.VERIFIED: _(
            "it should have been submitted by {deadline}: the working day after {day}, when it was verified"
        ),
    }
    return texts[missed.cause].format(deadline=missed.deadline, day=missed.effective, n=missed.lead)


def tally_text(tally: Tally) -> str:
    """How many rows are new, changed and removed."""
    counts = (
        (ngettext("{n} row new", "{n} rows new", len(tally.new)), tally.new),
        (ngettext("{n} row changed", "{n} rows changed", len(tally.changed)), tally.changed),
        (ngettext("{n} row removed", "{n} rows removed", len(tally.removed)), tally.removed),
    )
    return _(", ").join(text.format(n=len(keys)) for text, keys in counts if keys)


def tally_dict(tally: Tally) -> dict[str, Any]:
    """The rows of one table by what becomes of them."""
    return {
        "path": tally.path,
        "new": list(tally.new),
        "changed": list(tally.changed),
        "removed": list(tally.removed),
    }


def claim_dict(missed: Claim | None) -> dict[str, Any] | None:
    """What came late, and when it was due."""
    if missed is None:
        return None
    deadline = missed.deadline.isoformat() if missed.deadline else None
    return {"cause": missed.cause.value, "effective": missed.effective.isoformat(), "deadline": deadline}


def as_json(document: dict[str, Any]) -> str:
    """One JSON object with the version of its shape."""
    return json.dumps({"schema_version": 1, **document}, ensure_ascii=False, indent=2) + "\n"


def outcome_dict(outcome: Outcome) -> dict[str, Any]:
    """What submit prints for machines."""
    submission = outcome.submission
    return {
        "number": submission.number,
        "branch": outcome.branch,
        "commit": outcome.commit or None,
        "kind": submission.kind.value,
        "urgency": submission.urgency.value,
        "entries": [{"id": change.id, "change": change.change} for change in submission.changes],
        "timely": submission.timely,
        "effective": submission.effective.isoformat() if submission.effective else None,
        "notice": submission.path,
        "digest": submission.digest,
        "pushed": outcome.pushed,
        "reviewers": list(outcome.roles),
        "left_out": {path: filed.submission.number for path, filed in outcome.elsewhere.items()},
        "findings": findings_list(outcome.findings),
        "rows": [tally_dict(tally) for tally in outcome.remarks.tallies],
        "missed": claim_dict(outcome.remarks.missed),
    }


def findings_list(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings as in the report of ``validate``."""
    return [
        {
            "code": finding.code,
            "severity": finding.severity.word,
            "path": finding.path,
            "line": finding.line,
            "column": finding.column,
            "subject": finding.subject,
            "message": message(finding),
            "hint": hint(finding),
        }
        for finding in findings
    ]


def listing_dict(filed: Sequence[Filed], listing: Listing, now: datetime) -> dict[str, Any]:
    """The submissions asked for, and what could not be read."""
    return {"submissions": [filed_dict(one, now) for one in filed], "unreadable": list(listing.broken)}


def filed_dict(filed: Filed, now: datetime) -> dict[str, Any]:
    """One submission with where it stands."""
    return {
        **submission_dict(filed.submission),
        "state": filed.state.value,
        "due": _moment(filed.due),
        "overdue": filed.overdue(now),
        "missing": list(filed.missing),
        "altered": filed.altered,
    }


def submission_dict(submission: Submission) -> dict[str, Any]:
    """What the notice records."""
    return {
        "number": submission.number,
        "kind": submission.kind.value,
        "urgency": submission.urgency.value,
        "day": submission.day.isoformat(),
        "revision": submission.revision,
        "submitted_at": _moment(submission.submitted_at),
        "department": submission.department,
        "submitter": submission.submitter,
        "timely": submission.timely,
        "effective": submission.effective.isoformat() if submission.effective else None,
        "summary": submission.summary,
        "note": submission.note,
        "entries": [
            {"id": change.id, "change": change.change, "title": change.title, "type": change.type, "path": change.path}
            for change in submission.changes
        ],
        "digest": submission.digest,
        "notice": submission.path,
        "decisions": [decision_dict(decision) for decision in submission.decisions],
    }


def decision_dict(decision: Decision) -> dict[str, Any]:
    """One decision."""
    return {
        "verdict": decision.verdict.value,
        "by": decision.by,
        "name": decision.name,
        "role": decision.role,
        "at": _moment(decision.at),
        "opinion": decision.opinion,
        "revision": decision.revision,
        "digest": decision.digest,
    }


def change_dict(change: FileChange) -> dict[str, Any]:
    """One file of a submission with its changed lines, piece by piece."""
    return {
        "path": change.path,
        "change": change.change,
        "size": change.size,
        "against": change.against or None,
        "lines": [
            {"line": line.line, "pieces": [[piece.mark.value, piece.text] for piece in line.pieces]}
            for line in change.lines
            if line.changed
        ],
    }


def verification_dict(verification: Verification) -> dict[str, Any]:
    """What verify prints for machines."""
    return {
        "base": verification.base,
        "head": verification.head,
        "submissions": [submission.number for submission in verification.submissions],
        "findings": findings_list(verification.findings),
    }


def time_text(moment: datetime | None) -> str:
    """A moment for people."""
    return moment.strftime("%Y-%m-%d %H:%M") if moment else "?"


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="minutes") if moment else None
