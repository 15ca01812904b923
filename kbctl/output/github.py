"""A report as GitHub's workflow commands: each finding an annotation at its line."""

from __future__ import annotations

from kbctl.model.finding import Finding, Severity
from kbctl.output.checked import Checked, sentence
from kbctl.output.plain import clean

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def as_github(checked: Checked) -> str:
    """One line a finding; nothing in a finding can begin a command of its own."""
    return "".join(_command(finding, checked) for finding in checked.findings)


def _command(finding: Finding, checked: Checked) -> str:
    properties = {
        "file": clean(checked.path(finding)),
        "line": str(finding.line),
        "col": str(finding.column),
        "title": finding.code,
    }
    listed = ",".join(f"{name}={value.translate(_PROPERTY)}" for name, value in properties.items())
    return f"::{_LEVELS[finding.severity]} {listed}::{sentence(finding).translate(_DATA)}\n"
