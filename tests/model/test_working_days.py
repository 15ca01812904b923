from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbctl.model.working_days import WorkingDays
from kbctl.store.rulebook import load_rulebook
from kbctl.store.snapshot import MemorySnapshot

OPENS, CLOSES = time(8, 30), time(17, 30)


def calendar(**years: str) -> WorkingDays:
    files = {f"kb/calendar/{name.removeprefix('y')}.yaml": text.encode() for name, text in years.items()}
    return load_rulebook(MemorySnapshot(files)).calendar


def test_the_national_calendar_with_its_make_up_days() -> None:
    days = calendar()
    assert days.works(date(2026, 10, 1)) is False
    assert days.works(date(2026, 11, 21)) is False  # a Saturday
    assert days.works(date(2026, 2, 14)) is True  # a Saturday worked in exchange for a day of the Spring Festival


def test_the_banks_own_days_beat_the_national_ones() -> None:
    days = calendar(y2026="working_days:\n  - 2026-12-26\ndays_off:\n  - 2026-04-10\n")
    assert days.works(date(2026, 12, 26)) is True
    assert days.works(date(2026, 4, 10)) is False


def test_past_its_last_year_it_says_so() -> None:
    days = calendar()
    assert days.works(date(2031, 3, 3)) is None
    assert days.shift(date(2031, 3, 3), 2) is None
    assert days.between(date(2031, 3, 3), date(2031, 3, 5)) is None
    late = datetime(2031, 3, 3, 9, tzinfo=UTC)
    assert days.after_hours(late, 2, OPENS, CLOSES) is None


def test_a_calendar_file_that_is_wrong_is_reported_and_left_out() -> None:
    rulebook = load_rulebook(MemorySnapshot({"kb/calendar/2026.yaml": b"days_off: [2026-13-01]\n"}))
    assert [f.path for f in rulebook.findings if f.code == "KB911"] == ["kb/calendar/2026.yaml"]
    assert rulebook.calendar.works(date(2026, 11, 23)) is True


def test_shifting_by_working_days() -> None:
    days = calendar()
    assert days.shift(date(2026, 11, 23), -3) == date(2026, 11, 18)
    assert days.shift(date(2026, 11, 21), 1) == date(2026, 11, 23)
    assert days.shift(date(2026, 11, 21), 0) == date(2026, 11, 21)
    assert days.between(date(2026, 11, 20), date(2026, 11, 24)) == 2


@pytest.mark.parametrize(
    ("moment", "hours", "due"),
    [
        (datetime(2026, 11, 20, 16, 30), 2, datetime(2026, 11, 23, 9, 30)),
        (datetime(2026, 11, 20, 9, 0), 2, datetime(2026, 11, 20, 11, 0)),
        (datetime(2026, 11, 20, 22, 0), 8, datetime(2026, 11, 23, 16, 30)),
        (datetime(2026, 11, 21, 12, 0), 16, datetime(2026, 11, 24, 15, 30)),
        (datetime(2026, 11, 20, 6, 0), 9, datetime(2026, 11, 20, 17, 30)),
    ],
)
def test_working_hours(moment: datetime, hours: int, due: datetime) -> None:
    assert calendar().after_hours(moment, hours, OPENS, CLOSES) == due


@given(st.dates(date(2024, 2, 1), date(2026, 10, 1)), st.integers(0, 40))
def test_shifting_and_counting_agree(day: date, count: int) -> None:
    days = calendar()
    later = days.shift(day, count)
    assert later is not None
    assert days.between(day, later) == count
    if count:
        assert days.works(later)
        assert days.between(day, later - timedelta(days=1)) == count - 1
