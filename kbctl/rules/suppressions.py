"""Suppressing a finding by a comment in the file, which needs a reason.

In the body: ``<!-- kbctl: allow KB804 引用原文 -->`` on the line itself or the line before, or
``<!-- kbctl: allow-file KB804 引用原文 -->`` for the whole file. In the front matter: ``# kbctl: allow KB403 原因``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from kbctl.model.entry import Entry
from kbctl.model.finding import Finding
from kbctl.store.front_matter import FIRST_LINE

_COMMENT = re.compile(r"(?:<!--|#)\s*kbctl:\s*(allow-file|allow)\b([^\n]*)")
_CODES = re.compile(r"KB[0-9]{3}")
# What stops a file from being read, and what is said of the suppressions themselves, cannot be waved through.
_FIRM = ("KB0", "KB9")


@dataclass(slots=True)
class Suppression:
    """One comment: the codes it allows, where, and why; ``used`` are those that it really held back."""

    path: str
    line: int
    whole_file: bool
    codes: tuple[str, ...]
    reason: str
    used: set[str] = field(default_factory=set)

    def covers(self, finding: Finding) -> bool:
        """Whether it holds back *finding*."""
        if finding.code not in self.codes or finding.path != self.path or finding.code.startswith(_FIRM):
            return False
        return self.whole_file or finding.line in (self.line, self.line + 1)


def find(entry: Entry) -> list[Suppression]:
    """The suppressions in the file of *entry*, those without a reason included."""
    found = []
    for text, first in ((entry.block, FIRST_LINE), (entry.body, entry.body_line)):
        if "kbctl:" not in text:
            continue
        for match in _COMMENT.finditer(text):
            rest = match.group(2).split("-->", 1)[0]
            codes = tuple(_CODES.findall(rest))
            reason = _CODES.sub("", rest).strip(" ,，、:：-")
            line = first + text.count("\n", 0, match.start())
            found.append(Suppression(entry.path, line, match.group(1) == "allow-file", codes, reason))
    return found


def apply(
    findings: Iterable[Finding], entries: Iterable[Entry], known: Collection[str], report_unused: bool
) -> Iterator[Finding]:
    """Leave out the findings that are suppressed with a reason, and report suppressions that are wrong or idle."""
    suppressions = [suppression for entry in entries for suppression in find(entry)]
    valid = [suppression for suppression in suppressions if suppression.reason]
    for finding in findings:
        held = [suppression for suppression in valid if suppression.covers(finding)]
        for suppression in held:
            suppression.used.add(finding.code)
        if not held:
            yield finding
    for suppression in suppressions:
        yield from _problems(suppression, known, report_unused)


def _problems(suppression: Suppression, known: Collection[str], report_unused: bool) -> Iterator[Finding]:
    place = (suppression.path, suppression.line)
    if not suppression.codes or not suppression.reason:
        yield Finding("KB901", *place, params={"codes": ", ".join(suppression.codes)})
        return
    for code in suppression.codes:
        if code not in known or code.startswith(_FIRM):
            yield Finding("KB902", *place, subject=code, params={"code": code})
        elif report_unused and code not in suppression.used:
            yield Finding("KB903", *place, subject=code, params={"code": code})
