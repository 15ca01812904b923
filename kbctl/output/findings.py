"""A report of findings as text and as JSON (machine output, version 1)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from kbctl.i18n import N_, _, ngettext
from kbctl.model.finding import Finding, Severity
from kbctl.output.messages import hint, message
from kbctl.output.plain import clean

SEVERITY_NAMES = {Severity.ERROR: N_("error"), Severity.WARNING: N_("warning"), Severity.NOTE: N_("note")}


def as_json(findings: Sequence[Finding], files: int) -> str:
    """The report as one JSON object."""
    document = {
        "schema_version": 1,
        "findings": [
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
        ],
        "summary": {
            "files": files,
            **{f"{severity.word}s": sum(f.severity is severity for f in findings) for severity in reversed(Severity)},
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def lines(findings: Sequence[Finding]) -> Iterator[tuple[Finding, str, str]]:
    """For each finding its head line (``path:line:column: severity code message``) and its hint, each on one line."""
    for finding in findings:
        name = _(SEVERITY_NAMES[finding.severity])
        head = f"{shown_path(finding)}:{finding.line}:{finding.column}: {name} {finding.code} {_flat(message(finding))}"
        yield finding, head, _flat(hint(finding))


def shown_path(finding: Finding) -> str:
    """The file of *finding* as :func:`lines` shows it: a file's name may hold anything, and must not begin a line."""
    return _flat(finding.path)


def _flat(text: str) -> str:
    return clean(" ".join(text.splitlines()))


def summary(findings: Sequence[Finding], files: int) -> str:
    """One line that sums the report up."""
    counts = {severity: sum(finding.severity is severity for finding in findings) for severity in Severity}
    checked = ngettext("{files} entry checked", "{files} entries checked", files).format(files=files)
    if not findings:
        return _("{checked}: nothing to mend").format(checked=checked)
    parts = (
        ngettext("{n} error", "{n} errors", counts[Severity.ERROR]).format(n=counts[Severity.ERROR]),
        ngettext("{n} warning", "{n} warnings", counts[Severity.WARNING]).format(n=counts[Severity.WARNING]),
        ngettext("{n} note", "{n} notes", counts[Severity.NOTE]).format(n=counts[Severity.NOTE]),
    )
    return _("{checked}: {counts}").format(checked=checked, counts=_(", ").join(parts))
