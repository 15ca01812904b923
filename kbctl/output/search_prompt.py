"""What the prompt of ``kbctl search --interactive`` says."""

from __future__ import annotations

from collections.abc import Sequence

from kbctl.i18n import _, ngettext


def greeting(count: int) -> str:
    """The first line."""
    return _("{n} entries and rows. Type a question; ? for help, q to leave.").format(n=count)


def prompt(filters: Sequence[str]) -> str:
    """What stands before a question: the filters in force."""
    return f"[{' · '.join(filters)}] > " if filters else "> "


def helping() -> str:
    """How the prompt is used."""
    rows = (
        (_("words"), _("search; what stands in quotation marks must stand in a hit word for word")),
        ("1, 2, 2.1 …", _("show the hit of this number in full")),
        (_("Enter"), _("the next hits")),
        (_("/branch INSTITUTION"), _("the customer's branch: its own answers come first")),
        (_("/type TYPE[,TYPE]"), _("only these types")),
        (_("/owner DEPARTMENT[,…]"), _("only these departments")),
        (_("/state all"), _("other states too: upcoming, expired, withdrawn")),
        (_("/as-of DATE"), _("what answers on this day")),
        (_("/limit N"), _("how many hits at most")),
        (_("/clear"), _("no filters; `/branch` alone takes one filter away")),
        ("?", _("this help")),
        ("q", _("leave")),
    )
    return "\n".join(f"  {word}\n      {meaning}" for word, meaning in rows)


def filter_names() -> dict[str, str]:
    """What each filter is called before the prompt."""
    return {
        "branch": _("branch"),
        "type": _("type"),
        "owner": _("department"),
        "state": _("state"),
        "as-of": _("as of"),
        "limit": _("hits at most"),
    }


def no_filters() -> str:
    """That nothing narrows the search."""
    return _("no filters")


def waiting(count: int) -> str:
    """That *count* hits are still to be shown."""
    return ngettext("{n} more: press Enter", "{n} more: press Enter for the next", count).format(n=count)


def no_such_hit(number: str) -> str:
    """That there is no hit of this number to show."""
    return _("there is no hit {number}; to search for it, put it in quotation marks").format(number=number)
