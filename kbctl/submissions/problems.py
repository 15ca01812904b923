"""What can be wrong with a change that should have been approved: codes with name and severity.

They are findings like those of the rules, so every format can report them; the sentences stand in ``output``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kbctl.model.finding import Finding, Severity
from kbctl.rules.registry import Rule

NO_SUBMISSION = "KB951"
NOTICE_BROKEN = "KB952"
NOTICE_CHANGED = "KB953"
CONTENT_DIFFERS = "KB954"
UNDECIDED = "KB955"
OWN_DECISION = "KB956"
NO_REVIEWER = "KB957"
NOT_OWNER = "KB958"
BEYOND_BRANCH = "KB959"
DELETED = "KB960"
NO_ADMINISTRATOR = "KB961"
WRONG_KIND = "KB962"
SUBMITTER = "KB963"
AUTHOR = "KB964"
SIGNATURE = "KB965"
UNPROVEN = "KB966"
UNSEEN = "KB967"
CONTRADICTS = "KB968"
LATER_VERSION = "KB969"

PROBLEMS: Mapping[str, Rule] = {
    code: Rule(code, name, severity)
    for code, name, severity in (
        (NO_SUBMISSION, "change-without-submission", Severity.ERROR),
        (NOTICE_BROKEN, "notice-inconsistent", Severity.ERROR),
        (NOTICE_CHANGED, "notice-changed-afterwards", Severity.ERROR),
        (CONTENT_DIFFERS, "content-not-as-decided", Severity.ERROR),
        (UNDECIDED, "not-accepted", Severity.ERROR),
        (OWN_DECISION, "own-submission-accepted", Severity.ERROR),
        (NO_REVIEWER, "not-a-reviewer", Severity.ERROR),
        (NOT_OWNER, "not-the-owner", Severity.ERROR),
        (BEYOND_BRANCH, "branch-beyond-itself", Severity.ERROR),
        (DELETED, "deleted-not-withdrawn", Severity.ERROR),
        (NO_ADMINISTRATOR, "not-an-administrator", Severity.ERROR),
        (WRONG_KIND, "kind-does-not-fit", Severity.ERROR),
        (SUBMITTER, "submitter-unknown", Severity.ERROR),
        (AUTHOR, "author-is-somebody-else", Severity.ERROR),
        (SIGNATURE, "signature-missing", Severity.ERROR),
        (UNPROVEN, "author-not-recorded", Severity.NOTE),
        (UNSEEN, "hidden-or-link", Severity.ERROR),
        (CONTRADICTS, "changed-on-the-base-too", Severity.ERROR),
        (LATER_VERSION, "later-version-unchanged", Severity.WARNING),
    )
}


def problem(code: str, path: str, subject: str = "", **params: Any) -> Finding:
    """A finding about the file *path* with the severity of *code*."""
    return Finding(code, path, subject=subject, params=params, severity=PROBLEMS[code].severity)


class RefusedError(Exception):
    """A change that cannot be taken: ``findings`` say why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(", ".join(finding.code for finding in findings))
        self.findings = tuple(findings)
