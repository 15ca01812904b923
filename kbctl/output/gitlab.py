"""A report as GitLab's Code Quality JSON."""

from __future__ import annotations

import json

from kbctl.model.finding import Severity
from kbctl.output.checked import Checked, sentence
from kbctl.output.plain import clean

_LEVELS = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def as_gitlab(checked: Checked) -> str:
    """A list of issues; a fingerprint never depends on the line, or every insertion would make old findings new."""
    issues = [
        {
            "description": sentence(finding),
            "check_name": finding.code,
            "fingerprint": fingerprint,
            "severity": _LEVELS[finding.severity],
            "location": {"path": clean(checked.path(finding)), "lines": {"begin": finding.line}},
        }
        for finding, fingerprint in checked.fingerprints()
    ]
    return json.dumps(issues, ensure_ascii=False, indent=2) + "\n"
