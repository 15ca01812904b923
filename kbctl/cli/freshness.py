"""How old the answers are: the time of the base commit, in red where the clone was not brought up to date for too long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from kbctl.cli.common import TIME_ZONE
from kbctl.cli.console import Printer
from kbctl.i18n import _
from kbctl.store.git.fetched import last_fetched
from kbctl.store.git.revision import Commit


def say_base_time(printer: Printer, root: Path, base: Commit | None, stale_hours: int) -> None:
    """Say on stderr as of when the knowledge base at *root* is."""
    if base is None:
        printer.note(_("Nothing is published yet (no commit): this is what lies on the desk."))
        return
    text = _("knowledge base as of {time}").format(time=_local(base.time))
    fetched = last_fetched(root, base.name)
    if fetched and datetime.now(UTC) - fetched > timedelta(hours=stale_hours):
        old = _(", last fetched {time}, more than {hours} hours ago: run `kbctl sync`")
        printer.alarm(text + old.format(time=_local(fetched), hours=stale_hours))
    else:
        printer.note(text)


def _local(time: datetime) -> str:
    return time.astimezone(ZoneInfo(TIME_ZONE)).strftime("%Y-%m-%d %H:%M")
