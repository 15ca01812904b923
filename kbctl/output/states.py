"""The names of an entry's states."""

from __future__ import annotations

from kbctl.i18n import N_
from kbctl.model.validity import State

STATE_NAMES = {
    State.UPCOMING: N_("upcoming"),
    State.IN_FORCE: N_("in force"),
    State.EXPIRING: N_("expiring"),
    State.EXPIRED: N_("expired"),
    State.WITHDRAWN: N_("withdrawn"),
}
