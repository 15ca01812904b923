"""Whether a knowledge base is sound with a change in it: the rules, over the tree that would be published."""

from __future__ import annotations

from datetime import date

from kbctl.model.entry import Entry
from kbctl.model.finding import Finding, Severity
from kbctl.model.rulebook import Rulebook
from kbctl.model.submission import Kind
from kbctl.rules.context import Context
from kbctl.rules.run import concerned, run
from kbctl.store.entries import load_entries
from kbctl.submissions.content import Delta
from kbctl.submissions.later import later_versions_unchanged
from kbctl.submissions.view import View, unit_of


def findings_of(delta: Delta, kind: Kind, today: date) -> tuple[Finding, ...]:
    """What the rules find in the change, as it would stand on the base, and that it will not last if it will not.

    The base's rulebook judges; of an administration the rulebook that it would have, over all entries, and what was
    wrong before is not held against it.
    """
    if kind is Kind.ADMINISTRATION:
        own = View(delta.after.repository, delta.after.revision)
        old = {_identity(finding) for finding in _run(delta.before, delta.before, None, today)}
        return tuple(finding for finding in _run(own, delta.before, None, today) if _identity(finding) not in old)
    asked = concerned(delta.paths, delta.after.snapshot) or set()
    units = {unit_of(path) for path in delta.paths}
    found = _run(delta.after, delta.before, asked, today)
    kept = (finding for finding in found if unit_of(finding.path) in units)
    return (*kept, *later_versions_unchanged(delta, today))


def errors(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Those of *findings* that stand in the way."""
    return tuple(finding for finding in findings if finding.severity is Severity.ERROR)


def _run(view: View, published: View, asked: set[str] | None, today: date) -> tuple[Finding, ...]:
    def look_up(path: str) -> Entry | None:
        return published.entry(path)

    rulebook: Rulebook = view.rulebook
    loaded = load_entries(view.snapshot, rulebook)
    context = Context(view.snapshot, rulebook, loaded.corpus, today, look_up)
    return run(context, loaded, asked).findings


def _identity(finding: Finding) -> tuple[str, str, str, str]:
    return finding.code, finding.path, finding.subject, str(sorted(finding.params.items(), key=str))
