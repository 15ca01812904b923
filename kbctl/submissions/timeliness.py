"""Whether material was submitted in time (R13, R53)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from kbctl.model.entry import Entry
from kbctl.model.rulebook import Rulebook
from kbctl.model.submission import Content
from kbctl.store.entries import is_entry_path
from kbctl.store.json_schema import parse_date
from kbctl.store.tables import Table, parse_table
from kbctl.submissions.content import Delta
from kbctl.submissions.view import unit_of

# Operating data is handed in at once: by the working day after it was verified.
_ROW_DAYS = 1


class Cause(Enum):
    """What takes effect on a day."""

    BEGINS = "begins"
    WITHDRAWN = "withdrawn"
    EXTENDED = "extended"
    VERIFIED = "verified"


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that takes effect on a day, and the last day on which it could be submitted in time.

    ``deadline`` is ``None`` where the calendar does not reach; ``lead`` counts the working days before a first day.
    """

    cause: Cause
    effective: date
    deadline: date | None
    lead: int = 0


@dataclass(frozen=True, slots=True)
class Timeliness:
    """The verdict with the earliest effective day; ``timely`` is ``None`` where the calendar does not reach.

    ``missed`` is what was due first of what came late.
    """

    effective: date | None
    timely: bool | None
    missed: Claim | None = None


def judge(delta: Delta, content: Content, rulebook: Rulebook, day: date) -> Timeliness:
    """Hold the submission *day* against what takes effect when.

    An entry that begins must be submitted its type's lead time before, in working days; a withdrawal by its first day;
    an extension before the old end; a row by the working day after it was verified. A correction that states no new
    day takes effect when it is accepted, and is in time.
    """
    claims = [*_entry_claims(delta, rulebook), *_row_claims(delta, content, rulebook)]
    if not claims:
        return Timeliness(None, True)
    effective = min(claim.effective for claim in claims)
    # Beyond the calendar nothing is guessed; what is late without counting days is late all the same.
    late = [claim for claim in claims if day > (claim.deadline or claim.effective)]
    if late:
        return Timeliness(effective, False, min(late, key=lambda claim: claim.deadline or claim.effective))
    return Timeliness(effective, None if any(claim.deadline is None for claim in claims) else True)


def _entry_claims(delta: Delta, rulebook: Rulebook) -> Iterator[Claim]:
    for path in delta.paths:
        after = delta.after.entry(path) if is_entry_path(path) else None
        if after is not None:
            yield from _claims_of(delta.before.entry(path), after, rulebook)


def _claims_of(before: Entry | None, after: Entry, rulebook: Rulebook) -> Iterator[Claim]:
    entry_type = rulebook.types.get(after.type)
    lead = entry_type.lead_time_days if entry_type else 0
    if after.withdrawn and after.withdrawn.on and (before is None or before.withdrawn != after.withdrawn):
        yield Claim(Cause.WITHDRAWN, after.withdrawn.on, after.withdrawn.on)
    elif after.valid_from and (before is None or before.valid_from != after.valid_from):
        yield Claim(Cause.BEGINS, after.valid_from, rulebook.calendar.shift(after.valid_from, -lead), lead)
    elif before is not None and before.valid_until and _later(before, after):
        first = before.valid_until + timedelta(days=1)
        yield Claim(Cause.EXTENDED, first, before.valid_until)


def _later(before: Entry, after: Entry) -> bool:
    """Whether the end of validity was moved on."""
    if before.valid_until is None:
        return False
    return after.long_term or (after.valid_until is not None and after.valid_until > before.valid_until)


def _row_claims(delta: Delta, content: Content, rulebook: Rulebook) -> Iterator[Claim]:
    for path, keys in content.rows.items():
        shape = next(
            (
                entry_type.table
                for entry in delta.after.entries_of(unit_of(path))
                if (entry_type := rulebook.types.get(entry.type)) is not None and entry_type.table is not None
            ),
            None,
        )
        data = delta.after.read(path)
        if shape is None or data is None:
            continue
        for verified in _verified_days(parse_table(path, data), shape.key, shape.verified, keys):
            yield Claim(Cause.VERIFIED, verified, rulebook.calendar.shift(verified, _ROW_DAYS))


def _verified_days(table: Table, key: str, column: str, keys: Iterable[str]) -> Iterator[date]:
    wanted = set(keys)
    for row in table.rows:
        verified = parse_date(row.cells.get(column, ""))
        if row.cells.get(key) in wanted and verified is not None:
            yield verified
