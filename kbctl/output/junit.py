"""A report as JUnit XML, which nearly every CI shows."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from kbctl.i18n import _
from kbctl.output.checked import Checked, sentence
from kbctl.output.findings import SEVERITY_NAMES
from kbctl.output.messages import message
from kbctl.output.plain import clean

# What is left of what XML 1.0 cannot hold once controls are gone.
_FORBIDDEN = re.compile("[\ud800-\udfff\ufffe\uffff]")


def as_junit(checked: Checked) -> str:
    """A test case for each finding: one that fails is a failure, any other a success with a remark."""
    failures = sum(finding.severity >= checked.threshold for finding in checked.findings)
    name = f"kbctl {checked.what}"
    counts = {"tests": str(max(len(checked.findings), 1)), "failures": str(failures), "errors": "0"}
    root = Element("testsuites", {"name": name, **counts})
    suite = SubElement(root, "testsuite", {"name": name, **counts, "skipped": "0"})
    for finding in checked.findings:
        place = f"{finding.code} {_fit(checked.path(finding))}:{finding.line}:{finding.column}"
        case = SubElement(suite, "testcase", {"classname": _fit(checked.path(finding)), "name": place})
        text = f"{place}\n{_fit(sentence(finding))}"
        if finding.severity >= checked.threshold:
            attributes = {"type": finding.code, "message": _fit(message(finding))}
            SubElement(case, "failure", attributes).text = text
        else:
            SubElement(case, "system-out").text = f"{_(SEVERITY_NAMES[finding.severity])} {text}"
    if not checked.findings:
        SubElement(suite, "testcase", {"classname": "kbctl", "name": checked.what})
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _fit(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", clean(text))
