"""Running the rules: from a snapshot to a sorted report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from kbctl.model.entry import Entry
from kbctl.model.finding import Finding, Severity
from kbctl.rules import suppressions
from kbctl.rules.context import Context
from kbctl.rules.registry import CORPUS_CHECKS, ENTRY_CHECKS, RULES
from kbctl.store.entries import ENTRIES, LoadedEntries, entry_folder, is_entry_path
from kbctl.store.markdown import mend_headings, parse_document
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

    With them the files among *paths* that are no entry's. ``None`` for everything, because the rulebook is among them.
    """
    units: dict[str, list[str]] = defaultdict(list)
    files = snapshot.files()
    for path in files:
        if path.startswith(ENTRIES):
            units[entry_folder(path) or path].append(path)
    found: set[str] = set()
    for path in paths:
        if is_rulebook_path(path):
            return None
        folder = path.rstrip("/")
        if is_entry_path(path):
            found.update({path} & files.keys())
        elif unit := entry_folder(folder):
            found.update(_held(units.get(unit, ()), folder))
        else:
            for unit, held in units.items():
                if unit == folder or unit.startswith(f"{folder}/"):
                    found.update(_held(held, folder))
    return found


def _held(files: Iterable[str], path: str) -> list[str]:
    """The entries among the *files* that belong together; where there is none, those that *path* names."""
    entries = [file for file in files if is_entry_path(file)]
    return entries or [file for file in files if file == path or file.startswith(f"{path}/")]


def run(
    context: Context,
    loaded: LoadedEntries,
    asked: Collection[str] | None = None,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Check the entries of *loaded* and return the findings.

    :param asked: the files to report on, as :func:`concerned` names them; all of them if ``None``. The whole knowledge
        base is looked at in any case.
    :param select: only these codes or prefixes of codes; all if empty. :param ignore: never these.
    :param progress: called with how many entries are done, and of how many.
    """
    entries = [entry for entry in context.corpus if asked is None or entry.path in asked]
    findings = [*_of_files(context, loaded, asked), *_of_entries(entries, context, progress)]
    known = RULES.keys()
    kept = suppressions.apply(findings, entries, known, report_unused=not select and not ignore)
    stamped = (replace(finding, severity=RULES[finding.code].severity) for finding in kept)
    chosen = [finding for finding in stamped if _chosen(finding.code, select, ignore)]
    files = len(loaded.paths) if asked is None else sum(map(is_entry_path, asked))
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
    folders = {entry_folder(path) for path in asked or () if is_entry_path(path)}
    for path, info in context.snapshot.files().items():
        if asked is None or path in asked or entry_folder(path) in folders:
            yield from _misplaced(path, info.kind, context)


def _misplaced(path: str, kind: str, context: Context) -> Iterator[Finding]:
    if not path.startswith(ENTRIES) or is_entry_path(path):
        return
    name = path.rpartition("/")[2]
    if path.count("/") < 4 or entry_folder(path) not in context.entry_folders:
        yield Finding("KB009", path, subject=name, params={"name": name})
    elif kind == "symlink":
        yield Finding("KB006", path, subject=name)


def _of_entries(
    entries: list[Entry], context: Context, progress: Callable[[int, int], None] | None
) -> Iterator[Finding]:
    for number, entry in enumerate(entries):
        # What was meant as a heading counts as one, so that the slip is one finding and hides nothing.
        document = parse_document(mend_headings(entry.body), entry.body_line)
        for check in ENTRY_CHECKS:
            yield from check(entry, document, context)
        if progress:
            progress(number + 1, len(entries))
    for corpus_check in CORPUS_CHECKS:
        yield from corpus_check(entries, context)
