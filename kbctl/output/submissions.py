"""Submissions as text and as JSON (machine output, version 1)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from kbctl.i18n import N_, _
from kbctl.model.finding import Finding
from kbctl.model.notice import Urgency
from kbctl.model.submission import REVIEWER, SUBMITTER, Decision, Submission, SubmissionState, Verdict
from kbctl.output.messages import hint, message
from kbctl.submissions.change_view import FileChange
from kbctl.submissions.listing import Filed, Listing
from kbctl.submissions.submit import Outcome
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
    "withdrawn": N_("withdrawn"),
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


def role_name(role: str) -> str:
    """What a role is called; further reviewers' roles are the bank's own words."""
    if role == SUBMITTER:
        return _("the submitter")
    return _("the reviewer") if role == REVIEWER else role


def role_list(roles: Iterable[str]) -> str:
    """Several roles in one line."""
    return _(", ").join(role_name(role) for role in roles)


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
