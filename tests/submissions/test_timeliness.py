"""Whether material was submitted in time: working days before it takes effect (R13, R53)."""

from datetime import date
from pathlib import Path

import pytest

from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import FILE_MODE, write_blobs, write_tree
from kbctl.submissions.content import content_of, delta_between
from kbctl.submissions.timeliness import judge
from kbctl.submissions.view import View
from tests.submissions.bank import CD, LOSS, TABLE, Bank


class Desk:
    """Judges a changed text without the command line."""

    def __init__(self, path: Path) -> None:
        self.repository = Repository(path)
        self.base = View(self.repository, "HEAD^{tree}")

    def judge(self, files: dict[str, str], day: date) -> tuple[bool | None, str | None]:
        blobs = write_blobs(self.repository, [text.encode() for text in files.values()])
        edits = [(path, FILE_MODE, blob) for path, blob in zip(files, blobs, strict=True)]
        tree = write_tree(self.repository, "HEAD^{tree}", edits)
        delta = delta_between(self.base, View(self.repository, tree, self.base.rulebook))
        found = judge(delta, content_of(delta), self.base.rulebook, day)
        return found.timely, found.effective.isoformat() if found.effective else None

    def text(self, path: str) -> str:
        return (self.base.read(path) or b"").decode()


@pytest.fixture
def desk(bank: Bank) -> Desk:
    return Desk(bank.folder / "first")


def starting(desk: Desk, day: str) -> dict[str, str]:
    """A new version of a product (lead time: three working days) from *day*."""
    text = desk.text(CD)
    line = next(line for line in text.split("\n") if line.startswith("valid_from"))
    return {CD.replace(".md", f"@{day}.md"): text.replace(line, f"valid_from: {day}")}


@pytest.mark.parametrize(
    ("start", "day", "timely"),
    [
        ("2026-11-25", date(2026, 11, 20), True),  # Friday for Wednesday: three working days
        ("2026-11-25", date(2026, 11, 21), False),  # Saturday
        ("2026-11-26", date(2026, 11, 22), True),  # Sunday counts as before Monday
        ("2026-10-09", date(2026, 9, 25), True),  # over the National Day holiday
        ("2026-10-09", date(2026, 9, 30), False),
        ("2026-11-20", date(2026, 11, 23), False),
        ("2031-03-10", date(2026, 11, 20), None),  # the calendar does not reach
        ("2031-03-10", date(2031, 3, 11), False),  # late whatever the calendar says
    ],
)
def test_a_beginning(desk: Desk, start: str, day: date, timely: bool | None) -> None:
    assert desk.judge(starting(desk, start), day) == (timely, start)


def test_the_earliest_counts(desk: Desk) -> None:
    files = {**starting(desk, "2026-12-30"), **starting(desk, "2026-11-24")}
    assert desk.judge(files, date(2026, 11, 20)) == (False, "2026-11-24")


@pytest.mark.parametrize(("day", "timely"), [(date(2027, 12, 31), True), (date(2028, 1, 1), False)])
def test_an_extension_is_due_before_the_end(desk: Desk, day: date, timely: bool) -> None:
    text = desk.text(LOSS).replace("valid_until: 2027-12-31", "valid_until: 2028-12-31")
    assert desk.judge({LOSS: text}, day) == (timely, "2028-01-01")


@pytest.mark.parametrize(("day", "timely"), [(date(2026, 12, 1), True), (date(2026, 12, 2), False)])
def test_a_withdrawal_is_due_by_its_first_day(desk: Desk, day: date, timely: bool) -> None:
    text = desk.text(LOSS).replace("keywords:", "withdrawn: {on: 2026-12-01, reason: 停办}\nkeywords:")
    assert desk.judge({LOSS: text}, day) == (timely, "2026-12-01")


def test_a_correction_takes_effect_when_it_is_accepted(desk: Desk) -> None:
    text = desk.text(LOSS).replace("10元", "10元整")
    assert desk.judge({LOSS: text}, date(2026, 11, 20)) == (True, None)


@pytest.mark.parametrize(
    ("verified", "day", "timely"),
    [
        ("2026-11-20", date(2026, 11, 20), True),
        ("2026-11-20", date(2026, 11, 23), True),  # the next working day
        ("2026-11-20", date(2026, 11, 24), False),
        ("2031-01-02", date(2031, 1, 2), None),
    ],
)
def test_a_row_is_due_by_the_working_day_after_it_was_verified(
    desk: Desk, verified: str, day: date, timely: bool | None
) -> None:
    text = desk.text(TABLE)
    row = text.split("\n")[1]
    changed = text.replace(row, row.rsplit(",", 1)[0] + f",{verified}")
    assert desk.judge({TABLE: changed}, day) == (timely, verified)
