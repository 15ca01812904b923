"""Operating tables gathered over the branches, each row with its freshness (R20, R49)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kbctl.model.corpus import Corpus
from kbctl.model.entry import Entry
from kbctl.model.entry_type import Column, EntryType, TableShape
from kbctl.model.finding import Finding
from kbctl.model.organization import Organization
from kbctl.model.rulebook import Rulebook
from kbctl.model.validity import State
from kbctl.reports.selection import Selection, department_rank, governing
from kbctl.store.json_schema import parse_date
from kbctl.store.snapshot import Snapshot
from kbctl.store.tables import Row, Table, load_tables


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its line in the file, its cells by column name, and how many days ago it was verified.

    ``verified_on`` and ``days`` are ``None`` where the row states no readable day.
    """

    line: int
    key: str
    cells: Mapping[str, str]
    verified_on: date | None
    days: int | None
    stale: bool


@dataclass(frozen=True, slots=True)
class OperatingTable:
    """The rows that one entry keeps. ``branch`` is an institution id; ``findings`` say which rows are left out."""

    entry: Entry
    type: EntryType
    shape: TableShape
    branch: str
    path: str
    rows: tuple[TableRow, ...]
    findings: tuple[Finding, ...]

    @property
    def stale(self) -> tuple[TableRow, ...]:
        """The rows that must be checked again."""
        return tuple(row for row in self.rows if row.stale)

    @property
    def undated(self) -> tuple[TableRow, ...]:
        """The rows that do not say when they were verified."""
        return tuple(row for row in self.rows if row.verified_on is None)

    @property
    def unjudged(self) -> tuple[Finding, ...]:
        """The rows of which nobody can say whether they are stale: what cannot be read, and what states no day."""
        return (*self.findings, *(self._undated(row) for row in self.undated))

    def _undated(self, row: TableRow) -> Finding:
        value = row.cells.get(self.shape.verified, "")
        titles = next((column.titles for column in self.shape.columns if column.name == self.shape.verified), {})
        problem = {"problem": "kind", "kind": "date"} if value else {"problem": "empty"}
        params = {"column": self.shape.verified, "titles": titles, "value": value, "choices": (), **problem}
        return Finding("KB605", self.path, row.line, subject=row.key, params=params)

    @property
    def oldest(self) -> int | None:
        """Days since the row was verified that was verified longest ago; ``None`` without a dated row."""
        return max((row.days for row in self.rows if row.days is not None), default=None)

    def columns(self, *, external: bool) -> tuple[Column, ...]:
        """The columns in the schema's order; without the internal ones for what leaves the bank (R67)."""
        return tuple(column for column in self.shape.columns if not (external and column.internal))


@dataclass(frozen=True, slots=True)
class TableReport:
    """All tables asked for; ``left_out`` are entries that are not in force today, with their state."""

    today: date
    tables: tuple[OperatingTable, ...]
    left_out: tuple[tuple[Entry, State], ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the files of rows."""
        return tuple(finding for table in self.tables for finding in table.findings)


def table_report(
    corpus: Corpus, rulebook: Rulebook, snapshot: Snapshot, today: date, selection: Selection | None = None
) -> TableReport:
    """Gather the operating tables that are in force on *today*, by type, then in the organization's order."""
    chosen = selection or Selection()
    asked = (
        (entry, state)
        for entry, state in governing(corpus, today, rulebook.settings.expiring_days)
        if chosen.takes(entry, rulebook.organization)
    )
    return gather(asked, rulebook, snapshot, today)


def gather(entries: Iterable[tuple[Entry, State]], rulebook: Rulebook, snapshot: Snapshot, today: date) -> TableReport:
    """The tables of those of *entries* (with their states) that have one."""
    found = [(entry, state) for entry, state in entries if _shape(entry, rulebook) is not None]
    organization = rulebook.organization
    rank = department_rank(organization)
    serving = sorted(
        (entry for entry, state in found if state.serves),
        key=lambda entry: (entry.type, rank.get(entry.owner, (len(rank), entry.owner)), entry.id),
    )
    tables = tuple(_table(entry, table, rulebook, today) for entry, table in load_tables(snapshot, serving))
    return TableReport(today, tables, tuple((entry, state) for entry, state in found if not state.serves))


def _shape(entry: Entry, rulebook: Rulebook) -> TableShape | None:
    entry_type = rulebook.types.get(entry.type)
    return entry_type.table if entry_type else None


def _table(entry: Entry, table: Table, rulebook: Rulebook, today: date) -> OperatingTable:
    entry_type = rulebook.types[entry.type]
    shape = entry_type.table
    assert shape is not None
    rows = tuple(_row(row, shape, today) for row in table.rows)
    branch = branch_of(entry, rulebook.organization)
    return OperatingTable(entry, entry_type, shape, branch, table.path, rows, tuple(table.findings))


def branch_of(entry: Entry, organization: Organization) -> str:
    """The branch that owns *entry*; empty for an unknown owner."""
    department = organization.departments.get(entry.owner)
    return organization.branch_of(department.institution) if department else ""


def _row(row: Row, shape: TableShape, today: date) -> TableRow:
    verified = parse_date(row.cells.get(shape.verified, ""))
    days = (today - verified).days if verified else None
    stale = days is not None and days > shape.verify_every_days
    return TableRow(row.line, row.cells.get(shape.key, ""), row.cells, verified, days, stale)
