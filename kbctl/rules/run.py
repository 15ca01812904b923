"""Running the rules: from a snapshot to a sorted report."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from kbctl.model.entry import Entry
from kbctl.model.finding import Finding, Severity
from kbctl.rules import suppressions
from kbctl.rules.context import Context
from kbctl.rules.registry import CORPUS_CHECKS, ENTRY_CHECKS, RULES
from kbctl.store.entries import ENTRIES, LoadedEntries, is_entry_path
from kbctl.store.markdown import parse_document
from kbctl.store.snapshot import Snapshot

_RULEBOOK = (
    "kb/kb.toml",
    "kb/roles.yaml",
    "kb/synonyms.yaml",
    "kb/organization/",
    "kb/calendar/",
    "schemas/",
    "templates/",
)
_BELOW_ENTRIES = re.compile(r"(kb/entries/[^/]+/[^/]+)/.+\Z")


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of a run, sorted by place, and how many files were looked at."""

    findings: tuple[Finding, ...]
    files: int

    def count(self, severity: Severity) -> int:
        """How many findings have exactly this severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def fails(self, threshold: Severity) -> bool:
        """Whether any finding is at or above *threshold*."""
        return any(finding.severity >= threshold for finding in self.findings)


def is_rulebook_path(path: str) -> bool:
    """Whether a change of *path* may change the verdict on every entry."""
    return path.startswith(_RULEBOOK) or f"{path}/" in _RULEBOOK


def concerned(paths: Iterable[str], snapshot: Snapshot) -> set[str] | None:
    """The entry files that *paths* (files or folders, attachments and rows included) concern.

    ``None`` for all of them, because the rulebook is among the paths.
    """
    files = snapshot.files()
    found: set[str] = set()
    for path in paths:
        if is_rulebook_path(path):
            return None
        below = _BELOW_ENTRIES.match(path)
        if is_entry_path(path):
            if path in files:
                found.add(path)
        elif below:
            stem = below.group(1)
            found.update(
                other
                for other in files
                if is_entry_path(other) and (other == f"{stem}.md" or other.startswith(f"{stem}@"))
            )
        else:
            folder = path.rstrip("/") + "/"
            found.update(other for other in files if is_entry_path(other) and other.startswith(folder))
    return found


def run(
    context: Context,
    loaded: LoadedEntries,
    asked: Collection[str] | None = None,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Check the entries of *loaded* and return the findings.

    :param asked: the entry files to report on; all of them if ``None``. The whole knowledge base is looked at in any case.
    :param select: only these codes or prefixes of codes; all if empty. :param ignore: never these.
    :param progress: called with how many entries are done, and of how many.
    """
    entries = [entry for entry in context.corpus if asked is None or entry.path in asked]
    findings = [*_of_files(context, loaded, asked), *_of_entries(entries, context, progress)]
    known = RULES.keys()
    kept = suppressions.apply(findings, entries, known, report_unused=not select and not ignore)
    stamped = (replace(finding, severity=RULES[finding.code].severity) for finding in kept)
    chosen = [finding for finding in stamped if _chosen(finding.code, select, ignore)]
    files = len(loaded.paths) if asked is None else len(asked)
    distinct = {(finding.order, str(finding.params)): finding for finding in chosen}
    return Report(tuple(distinct[key] for key in sorted(distinct)), files)


def _chosen(code: str, select: Collection[str], ignore: Collection[str]) -> bool:
    if select and not code.startswith(tuple(select)):
        return False
    return not (ignore and code.startswith(tuple(ignore)))


def _of_files(context: Context, loaded: LoadedEntries, asked: Collection[str] | None) -> Iterator[Finding]:
    """What reading found: the rulebook's problems always, because every verdict rests on it."""
    yield from context.rulebook.findings
    for finding in loaded.findings:
        if asked is None or finding.path in asked:
            yield finding
    if asked is None:
        for path, info in context.snapshot.files().items():
            yield from _misplaced(path, info.kind, context)


def _misplaced(path: str, kind: str, context: Context) -> Iterator[Finding]:
    parts = path.split("/")
    if not path.startswith(ENTRIES) or is_entry_path(path):
        return
    if len(parts) < 5:
        yield Finding("KB009", path, subject=parts[-1], params={"name": parts[-1]})
    elif kind == "symlink":
        yield Finding("KB006", path, subject=parts[-1])
    elif "/".join(parts[:4]) not in context.entry_folders:
        yield Finding("KB304", path, subject=parts[-1], params={"entry": "/".join(parts[:4]) + ".md"})


def _of_entries(
    entries: list[Entry], context: Context, progress: Callable[[int, int], None] | None
) -> Iterator[Finding]:
    for number, entry in enumerate(entries):
        document = parse_document(entry.body, entry.body_line)
        for check in ENTRY_CHECKS:
            yield from check(entry, document, context)
        if progress:
            progress(number + 1, len(entries))
    for corpus_check in CORPUS_CHECKS:
        yield from corpus_check(entries, context)
