"""The names of an entry's states."""

from __future__ import annotations

from datetime import date

from kbctl.i18n import N_, _
from kbctl.model.validity import State

STATE_NAMES = {
    State.UPCOMING: N_("upcoming"),
    State.IN_FORCE: N_("in force"),
    State.EXPIRING: N_("expiring"),
    State.EXPIRED: N_("expired"),
    State.WITHDRAWN: N_("withdrawn"),
}


def review_overdue(review_by: str, day: date) -> str:
    """That an entry should have been reviewed by the ISO day *review_by*, for who reads it on *day*; else empty (R36)."""
    if not review_by or day.isoformat() <= review_by:
        return ""
    return _("review overdue since {day}: check before relying on it").format(day=review_by)
