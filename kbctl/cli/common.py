"""The values of the options that every command has. What declares them is :mod:`kbctl.cli.options`, which loads typer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from kbctl.errors import KbctlError
from kbctl.i18n import N_

TIME_ZONE = "Asia/Shanghai"
COLORS = ("auto", "always", "never")


@dataclass
class Options:
    """The values of the common options of one call."""

    root: str | None = None
    lang: str | None = None
    today: str | None = None
    color: str = "auto"
    quiet: bool = False

    @property
    def day(self) -> date:
        """The day asked for, by default today's date in the bank's time zone.

        :raises KbctlError: if it is no day of the calendar.
        """
        if self.today is None:
            return datetime.now(ZoneInfo(TIME_ZONE)).date()
        return parse_day(self.today)


def parse_day(text: str) -> date:
    """Return the day that ``YYYY-MM-DD`` names.

    :raises KbctlError: if it is no such text or no day of the calendar.
    """
    try:
        if len(text) == 10 and text.isascii():
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise KbctlError(N_("{text} is not a day"), hint=N_("write it as YYYY-MM-DD, for example 2026-11-21"), text=text)
