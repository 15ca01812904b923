"""The formats of a report of findings, and the function that writes each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from kbctl.output import findings
from kbctl.output.checked import Checked
from kbctl.output.github import as_github
from kbctl.output.gitlab import as_gitlab
from kbctl.output.junit import as_junit
from kbctl.output.sarif import as_sarif


class Format(StrEnum):
    """The formats by the names that ``--format`` takes."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    GITLAB = "gitlab"
    SARIF = "sarif"
    JUNIT = "junit"


def as_json(checked: Checked) -> str:
    """The report as kbctl's own JSON."""
    return findings.as_json(checked.findings, checked.files)


# All but text, which the command line prints itself, with colour.
WRITERS: Mapping[Format, Callable[[Checked], str]] = {
    Format.JSON: as_json,
    Format.GITHUB: as_github,
    Format.GITLAB: as_gitlab,
    Format.SARIF: as_sarif,
    Format.JUNIT: as_junit,
}
