"""How old the answers are: the time of the base commit, in red beyond the hours that ``kb.toml`` allows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from kbctl.cli.common import TIME_ZONE
from kbctl.cli.console import Printer
from kbctl.i18n import _
from kbctl.store.git.revision import Commit


def say_base_time(printer: Printer, base: Commit | None, stale_hours: int) -> None:
    """Say on stderr as of when the knowledge base is."""
    if base is None:
        printer.note(_("Nothing is published yet (no commit): this is what lies on the desk."))
        return
    local = base.time.astimezone(ZoneInfo(TIME_ZONE))
    text = _("knowledge base as of {time}").format(time=local.strftime("%Y-%m-%d %H:%M"))
    if datetime.now(UTC) - base.time > timedelta(hours=stale_hours):
        printer.alarm(text + _(", older than {hours} hours: run `git pull`").format(hours=stale_hours))
    else:
        printer.note(text)
