"""A report as SARIF 2.1.0, the OASIS standard for results of static analysis."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from kbctl import __version__
from kbctl.i18n import language
from kbctl.model.finding import Finding, Severity
from kbctl.output.checked import Checked, sentence
from kbctl.output.messages import title, why
from kbctl.rules.registry import RULES
from kbctl.submissions.problems import PROBLEMS

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def as_sarif(checked: Checked) -> str:
    """One run with the rules that were broken and every finding; columns count characters."""
    codes = sorted({finding.code for finding in checked.findings})
    places = {code: number for number, code in enumerate(codes)}
    run = {
        "tool": {"driver": {"name": "kbctl", "version": __version__, "rules": [_rule(code) for code in codes]}},
        "automationDetails": {"id": f"kbctl {checked.what}/"},
        "language": language().replace("_", "-"),
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(finding, checked.path(finding), places[finding.code], fingerprint)
            for finding, fingerprint in checked.fingerprints()
        ],
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _rule(code: str) -> dict[str, Any]:
    rule = RULES[code] if code in RULES else PROBLEMS[code]
    reason = why(code)
    return {
        "id": code,
        "name": rule.name,
        "shortDescription": {"text": title(code)},
        "fullDescription": {"text": reason},
        "help": {"text": f"{reason}\nkbctl rule {code}"},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(finding: Finding, path: str, rule: int, fingerprint: str) -> dict[str, Any]:
    region = {"startLine": finding.line, "startColumn": finding.column}
    place = {"artifactLocation": {"uri": _uri(path), "uriBaseId": "%SRCROOT%"}, "region": region}
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": _text(sentence(finding))},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"kbctl/v1": fingerprint},
    }


def _uri(path: str) -> str:
    """A relative reference to the file: the bytes of its name, percent-encoded."""
    return quote(path.encode("utf-8", "surrogateescape"))


def _text(text: str) -> str:
    """*text* as a message: its braces are no place holders, its brackets no links."""
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")
