"""Working days and working hours: what time limits, timeliness and review deadlines are counted in (R13, R53).

Which days the nation works comes from outside, as a function that knows no answer beyond its years; the bank's own
calendar beats it. Where neither knows, the answer is ``None``: it is never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

ONE_DAY = timedelta(days=1)
# No limit in the bank's rules is counted over more days than this.
_FURTHEST = 4000


def _unknown(day: date) -> bool | None:
    return None


@dataclass(frozen=True)
class WorkingDays:
    """The working calendar.

    ``national`` says whether the nation works on a day, ``None`` beyond the years it knows; ``working`` and ``off``
    are the days on which the bank differs.
    """

    national: Callable[[date], bool | None] = _unknown
    working: frozenset[date] = frozenset()
    off: frozenset[date] = frozenset()

    def works(self, day: date) -> bool | None:
        """Whether the bank works on *day*; ``None`` where the calendar does not reach."""
        if day in self.working:
            return True
        if day in self.off:
            return False
        return self.national(day)

    def shift(self, day: date, count: int) -> date | None:
        """The working day that lies *count* working days after *day* (before it where negative); *day* itself for 0.

        ``None`` where the calendar does not reach that far.
        """
        step = ONE_DAY if count > 0 else -ONE_DAY
        left = abs(count)
        while left:
            day += step
            works = self.works(day)
            if works is None:
                return None
            left -= works
        return day

    def between(self, first: date, last: date) -> int | None:
        """How many working days lie after *first* up to and including *last*; 0 if *last* is not later."""
        count = 0
        day = first
        while day < last:
            day += ONE_DAY
            works = self.works(day)
            if works is None:
                return None
            count += works
        return count

    def after_hours(self, moment: datetime, hours: int, opens: time, closes: time) -> datetime | None:
        """The moment at which *hours* working hours after *moment* are over, in the same time zone.

        :param opens: when a working day begins, :param closes: and ends; the clock stands still outside.
        :return: ``None`` where the calendar does not reach that far.
        """
        left = timedelta(hours=hours)
        for day in _days_from(moment.date()):
            works = self.works(day)
            if works is None:
                return None
            if not works:
                continue
            start = max(moment, datetime.combine(day, opens, moment.tzinfo))
            room = datetime.combine(day, closes, moment.tzinfo) - start
            if room <= timedelta(0):
                continue
            if left <= room:
                return start + left
            left -= room
        return None


def _days_from(day: date) -> Iterator[date]:
    return (day + number * ONE_DAY for number in range(_FURTHEST))
