"""Validity windows and the states that follow from them (R25, R36)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

LONG_TERM = "long-term"


class State(Enum):
    """What an entry is on a given day. Derived from dates, never stored."""

    UPCOMING = "upcoming"
    IN_FORCE = "in-force"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"

    @property
    def serves(self) -> bool:
        """Whether an entry in this state is an answer for a customer."""
        return self in (State.IN_FORCE, State.EXPIRING)


@dataclass(frozen=True, slots=True)
class Validity:
    """A window of days, both ends inclusive; ``until`` is ``None`` for an entry that is valid long-term."""

    start: date
    until: date | None

    def covers(self, day: date) -> bool:
        """Whether *day* lies in the window."""
        return self.start <= day and (self.until is None or day <= self.until)

    def overlaps(self, other: Validity) -> bool:
        """Whether the two windows share a day."""
        return (self.until is None or other.start <= self.until) and (other.until is None or self.start <= other.until)

    def days_left(self, today: date) -> int | None:
        """Days from *today* to the last day: 0 on the last day, negative after it, ``None`` if long-term."""
        return None if self.until is None else (self.until - today).days

    def cut_before(self, day: date) -> Validity | None:
        """The part of the window that lies before *day*; ``None`` if there is none."""
        last = day - timedelta(days=1)
        if last < self.start:
            return None
        return Validity(self.start, last if self.until is None else min(self.until, last))


def state_on(day: date, validity: Validity, withdrawn_on: date | None, expiring_days: int) -> State:
    """Return the state on *day* of an entry with this window.

    :param withdrawn_on: the first day on which it is no longer served, or ``None``.
    :param expiring_days: an entry in force with at most this many days left is expiring.
    """
    if withdrawn_on is not None and day >= withdrawn_on:
        return State.WITHDRAWN
    if day < validity.start:
        return State.UPCOMING
    left = validity.days_left(day)
    if left is None:
        return State.IN_FORCE
    if left < 0:
        return State.EXPIRED
    return State.EXPIRING if left <= expiring_days else State.IN_FORCE
