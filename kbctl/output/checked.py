"""What a check found, as every format of a report takes it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kbctl.model.finding import Finding, Severity
from kbctl.output.messages import hint, message
from kbctl.output.plain import clean

# What changes from day to day, or with every line that is put in above, though the finding is the same.
_FLEETING = ("line", "days")


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings of one run.

    :param files: how many files were looked at. :param what: the command, such as ``validate``.
    :param prefix: the knowledge base's folder within the repository, empty or ending in ``/``.
    :param threshold: findings at or above this severity fail.
    """

    findings: Sequence[Finding]
    files: int
    what: str
    prefix: str = ""
    threshold: Severity = Severity.ERROR

    def path(self, finding: Finding) -> str:
        """The file of *finding* from the repository's top, which is what a forge knows it by."""
        return self.prefix + finding.path

    def fingerprints(self) -> Iterator[tuple[Finding, str]]:
        """Each finding with a name that stays the same while lines move and languages change.

        Made from code, path, what is said, and how often that was said before in the same file.
        """
        seen: Counter[str] = Counter()
        for finding in self.findings:
            said = {name: str(value) for name, value in finding.params.items() if name not in _FLEETING}
            key = json.dumps([finding.code, self.path(finding), finding.subject, said], sort_keys=True)
            seen[key] += 1
            yield finding, hashlib.sha256(f"{key}{seen[key]}".encode()).hexdigest()


def sentence(finding: Finding) -> str:
    """What is wrong and what to do, without characters that a terminal would act upon."""
    advice = hint(finding)
    return clean(message(finding) + (f"\n→ {advice}" if advice else ""))
