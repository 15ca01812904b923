"""The expiry report: what has lapsed or is about to, who is to be called, and which command mends it (R4, R20, R25)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from kbctl.i18n import N_
from kbctl.model.corpus import Corpus
from kbctl.model.entry import Entry
from kbctl.model.entry_type import EntryType
from kbctl.model.finding import Finding
from kbctl.model.organization import Contact, Department, Organization
from kbctl.model.rulebook import Rulebook
from kbctl.model.validity import State
from kbctl.reports.selection import Selection, department_rank, governing
from kbctl.reports.tables import OperatingTable, TableRow, gather
from kbctl.store.snapshot import Snapshot

EXPIRED = "expired"
SUCCESSOR_WAITING = "successor_waiting"
REVIEW_OVERDUE = "review_overdue"
CONTACT_LEFT = "contact_left"
CONTACT_LEAVES = "contact_leaves"
# Short names of what is counted, in the order in which they are shown; those of warning days come after the first.
NAMES = {
    EXPIRED: N_("expired"),
    REVIEW_OVERDUE: N_("overdue for review"),
    SUCCESSOR_WAITING: N_("successor waiting"),
    CONTACT_LEFT: N_("contact has left"),
    CONTACT_LEAVES: N_("contact leaves first"),
    "stale_rows": N_("stale rows"),
}
# What :class:`DueLoad` counts, which is not what is counted as expired.
LOAD_NOTE = N_(
    "By last day, or by review day where an entry is valid long-term: overdue are expired entries and overdue reviews."
)
_PLAIN_ID = re.compile(r"[a-z0-9][a-z0-9-]*\Z")
# Reasons that say nothing is wrong by itself; the others ask for somebody's work.
_CALM = (SUCCESSOR_WAITING,)


def within(days: int) -> str:
    """The reason of an entry that lapses in at most *days* days."""
    return f"within_{days}"


@dataclass(frozen=True, slots=True)
class ExpiryItem:
    """One entry that asks for attention.

    ``days`` are those left to its last day (negative after it, ``None`` if long-term); ``reasons`` begin with the most
    pressing; ``contacts`` are its contacts that the organization knows, ``gone`` those that have left, ``leaving`` those
    that leave before the entry lapses; ``call`` is who is to be called today; ``mend`` are commands, one of which mends it.
    """

    entry: Entry
    state: State
    days: int | None
    reasons: tuple[str, ...]
    contacts: tuple[Contact, ...]
    gone: tuple[Contact, ...]
    leaving: tuple[Contact, ...]
    call: Contact | None
    successor: Entry | None
    mend: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StaleRow:
    """A row of an operating table that must be checked again: where it stands, and whom to call."""

    table: OperatingTable
    row: TableRow
    call: Contact | None

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.table.path}:{self.row.line}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file, or a row of one, that the report can say nothing about: where it stands, whose it is, and why."""

    path: str
    line: int
    owner: str
    codes: tuple[str, ...]
    reason: str

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class ExpiryGroup:
    """What one department has to do; ``department`` is ``None`` where the owner is unknown."""

    owner: str
    department: Department | None
    items: tuple[ExpiryItem, ...]
    rows: tuple[StaleRow, ...]


@dataclass(frozen=True, slots=True)
class DueLoad:
    """How many entries fall due: by owner, first what is overdue, then one number a month of ``months``."""

    months: tuple[date, ...]
    by_owner: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class ExpiryReport:
    """The report of one day. ``thresholds`` are the warning days, shortest first; ``horizon`` the longest that is listed.

    ``findings`` are about rows of which it cannot be said whether they are stale.
    """

    today: date
    thresholds: tuple[int, ...]
    horizon: int
    groups: tuple[ExpiryGroup, ...]
    summary: Mapping[str, int]
    load: DueLoad
    organization: Organization
    types: Mapping[str, EntryType]
    findings: tuple[Finding, ...]

    @property
    def items(self) -> Iterator[ExpiryItem]:
        """Every entry reported on, by department."""
        return (item for group in self.groups for item in group.items)

    @property
    def rows(self) -> Iterator[StaleRow]:
        """Every stale row, by department."""
        return (row for group in self.groups for row in group.rows)

    @property
    def lapsing(self) -> int:
        """How many entries lapse within the horizon."""
        return sum(item.state.serves and item.days is not None and item.days <= self.horizon for item in self.items)


def expiry_report(
    corpus: Corpus,
    rulebook: Rulebook,
    snapshot: Snapshot,
    today: date,
    selection: Selection | None = None,
    within_days: int | None = None,
) -> ExpiryReport:
    """Report on the versions that govern *today*; withdrawn and superseded ones are left out.

    :param within_days: list what lapses in at most so many days, by default the longest warning of ``kb.toml``.
    """
    chosen = selection or Selection()
    settings = rulebook.settings
    horizon = settings.expiring_days if within_days is None else within_days
    thresholds = tuple(sorted({*settings.warning_days, horizon}))
    judge = _Judge(corpus, rulebook, today, thresholds)
    asked = [
        (entry, state)
        for entry, state in governing(corpus, today, settings.expiring_days)
        if chosen.takes(entry, rulebook.organization)
    ]
    judged = [item for entry, state in asked if (item := judge.item(entry, state)).reasons]
    tables = gather(asked, rulebook, snapshot, today)
    rows = [
        StaleRow(table, row, judge.call(table.entry, judge.contacts(table.entry)))
        for table in tables.tables
        for row in table.stale
    ]
    shown = [item for item in judged if _shown(item, horizon)]
    return ExpiryReport(
        today=today,
        thresholds=thresholds,
        horizon=horizon,
        groups=_groups(shown, rows, rulebook.organization),
        summary=_summary(judged, rows, thresholds),
        load=_load(corpus, (entry for entry, _state in asked), rulebook.organization, today),
        organization=rulebook.organization,
        types=rulebook.types,
        findings=tuple(finding for table in tables.tables for finding in table.unjudged),
    )


class _Judge:
    """What one entry is reported for."""

    def __init__(self, corpus: Corpus, rulebook: Rulebook, today: date, thresholds: tuple[int, ...]) -> None:
        self.corpus = corpus
        self.rulebook = rulebook
        self.organization = rulebook.organization
        self.today = today
        self.thresholds = thresholds

    def item(self, entry: Entry, state: State) -> ExpiryItem:
        contacts = self.contacts(entry)
        gone = tuple(one for one in contacts if one.until is not None and one.until < self.today)
        leaving = tuple(one for one in contacts if one not in gone and self.leaves(one, entry))
        successor = self.corpus.successor(entry)
        days = (entry.valid_until - self.today).days if entry.valid_until else None
        reasons = [*self.lapse(entry, state, days)]
        if successor is not None:
            reasons.append(SUCCESSOR_WAITING)
        if entry.review_by is not None and entry.review_by < self.today and not entry.withdrawn:
            reasons.append(REVIEW_OVERDUE)
        reasons += [CONTACT_LEFT] * bool(gone) + [CONTACT_LEAVES] * bool(leaving)
        if not reasons:
            return ExpiryItem(entry, state, days, (), contacts, gone, leaving, None, successor, ())
        mend = tuple(self.mend(entry, reasons, successor, (*gone, *leaving)))
        call = self.call(entry, contacts)
        return ExpiryItem(entry, state, days, tuple(reasons), contacts, gone, leaving, call, successor, mend)

    def contacts(self, entry: Entry) -> tuple[Contact, ...]:
        known = self.organization.contacts
        return tuple(known[id_] for id_ in entry.contact if id_ in known)

    def lapse(self, entry: Entry, state: State, days: int | None) -> Iterator[str]:
        """Whether the entry has lapsed or is about to; an end that was already decided is no surprise."""
        if state is State.EXPIRED:
            yield EXPIRED
        elif state.serves and days is not None and not entry.withdrawn:
            yield from (within(limit) for limit in self.thresholds if days <= limit)

    def leaves(self, contact: Contact, entry: Entry) -> bool:
        """Whether *contact* leaves while the entry still answers."""
        window = self.corpus.effective(entry)
        if contact.until is None or window is None:
            return False
        return window.until is None or contact.until < window.until

    def call(self, entry: Entry, contacts: Iterable[Contact]) -> Contact | None:
        """Who is to be called: a contact of the entry who is there, else one of the department or of those above it."""
        here = [one for one in contacts if one.live_on(self.today)]
        department = self.organization.departments.get(entry.owner)
        seen: set[str] = set()
        while not here and department is not None and department.id not in seen:
            seen.add(department.id)
            here = [one for one in department.contacts if one.live_on(self.today)]
            department = self.organization.departments.get(department.parent or "")
        return next((one for one in here if one.phone), here[0] if here else None)

    def mend(
        self, entry: Entry, reasons: list[str], successor: Entry | None, leaving: Iterable[Contact]
    ) -> Iterator[str]:
        """The commands that take the reasons away; words in capitals are to be filled in.

        They are meant to be copied into a shell, so an id that is more than an id gets none.
        """
        if not _PLAIN_ID.match(entry.id):
            return
        if reasons[0] == EXPIRED or reasons[0].startswith("within_"):
            yield from self.mend_lapse(entry, successor)
        if REVIEW_OVERDUE in reasons:
            yield f"kbctl extend {entry.id} --review-by DATE --reason TEXT"
        for contact in leaving:
            command = f"kbctl contacts replace {contact.id} CONTACT"
            yield f"{command} --department {entry.owner}" if entry.owner in self.organization.departments else command

    def mend_lapse(self, entry: Entry, successor: Entry | None) -> Iterator[str]:
        last = entry.valid_until
        if successor is not None and successor.valid_from is not None and last is not None:
            if successor.valid_from > last + timedelta(days=1):
                until = successor.valid_from - timedelta(days=1)
                yield f"kbctl extend {entry.id} --until {until} --reason TEXT"
            return
        yield f"kbctl extend {entry.id} --until DATE --reason TEXT"
        yield f"kbctl withdraw {entry.id} --reason TEXT"
        entry_type = self.rulebook.types.get(entry.type)
        if last is not None and (entry_type is None or entry_type.table is None):
            yield f"kbctl change {entry.id} --from {max(last + timedelta(days=1), self.today)}"


def _shown(item: ExpiryItem, horizon: int) -> bool:
    """Whether an entry is listed: for any reason but lapsing later than the horizon."""
    wider = tuple(reason for reason in item.reasons if not reason.startswith("within_"))
    return bool(wider) or within(horizon) in item.reasons


def _groups(
    items: Iterable[ExpiryItem], rows: Iterable[StaleRow], organization: Organization
) -> tuple[ExpiryGroup, ...]:
    by_owner: dict[str, tuple[list[ExpiryItem], list[StaleRow]]] = defaultdict(lambda: ([], []))
    for item in sorted(items, key=_urgency):
        by_owner[item.entry.owner][0].append(item)
    for row in rows:
        by_owner[row.table.entry.owner][1].append(row)
    return tuple(
        ExpiryGroup(owner, organization.departments.get(owner), tuple(by_owner[owner][0]), tuple(by_owner[owner][1]))
        for owner in _ordered(by_owner, organization)
    )


def _urgency(item: ExpiryItem) -> tuple[bool, bool, int, str]:
    """What lapsed longest ago comes first, then what lapses soonest, then what only has something else."""
    lapsing = item.reasons[0] == EXPIRED or item.reasons[0].startswith("within_")
    calm = all(reason in _CALM for reason in item.reasons)
    return not lapsing, calm, item.days if lapsing and item.days is not None else 0, item.entry.id


def _summary(items: Iterable[ExpiryItem], rows: list[StaleRow], thresholds: tuple[int, ...]) -> dict[str, int]:
    names = [EXPIRED, *map(within, thresholds), REVIEW_OVERDUE]
    names += [SUCCESSOR_WAITING, CONTACT_LEFT, CONTACT_LEAVES]
    counts = dict.fromkeys(names, 0)
    for item in items:
        for reason in item.reasons:
            counts[reason] += 1
    return {**counts, "stale_rows": len(rows)}


def _load(
    corpus: Corpus, entries: Iterable[Entry], organization: Organization, today: date, length: int = 12
) -> DueLoad:
    """Count by owner when the entries fall due: at the end of their last waiting version, or for review."""
    months = tuple(_month_after(today, number) for number in range(length))
    counts: dict[str, list[int]] = {}
    for entry in entries:
        due = _due(corpus, entry)
        if due is None:
            continue
        distance = (due.year - today.year) * 12 + due.month - today.month
        slot = 0 if due < today else distance + 1
        if slot <= length:
            counts.setdefault(entry.owner, [0] * (length + 1))[slot] += 1
    return DueLoad(months, {owner: tuple(counts[owner]) for owner in _ordered(counts, organization)})


def _ordered(owners: Iterable[str], organization: Organization) -> list[str]:
    """Departments in the organization's order; unknown ones last."""
    rank = department_rank(organization)
    last = (len(organization.institutions) + 1, "")
    return sorted(owners, key=lambda owner: (rank.get(owner, last), owner))


def _due(corpus: Corpus, entry: Entry) -> date | None:
    last = entry
    while (later := corpus.successor(last)) is not None:
        last = later
    return None if last.withdrawn else last.valid_until or last.review_by


def _month_after(day: date, months: int) -> date:
    number = day.month - 1 + months
    return date(day.year + number // 12, number % 12 + 1, 1)
