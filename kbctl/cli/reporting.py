"""What the commands that print reports share: what they are about, where they go, what they had to leave out."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from kbctl.cli.console import Printer
from kbctl.cli.lookup import find_department, find_institution, find_type
from kbctl.cli.options import TIME_ZONE
from kbctl.cli.reading import Reading
from kbctl.i18n import _, ngettext
from kbctl.model.finding import Finding
from kbctl.model.rulebook import Rulebook
from kbctl.output import findings as output
from kbctl.output.source import Source
from kbctl.reports.selection import Selection

# More than this many findings are counted, not shown: `kbctl validate` is for that.
_SHOWN = 5


def make_selection(
    rulebook: Rulebook, owners: Iterable[str] | None, types: Iterable[str] | None, branch: str | None
) -> Selection:
    """What the options ask for, by id or by name.

    :raises KbctlError: for a name that the knowledge base does not hold.
    """
    organization = rulebook.organization
    return Selection(
        owners=frozenset(find_department(word, organization.departments).id for word in owners or ()),
        types=frozenset(find_type(word, rulebook.types).id for word in types or ()),
        branch=find_institution(branch, organization.institutions).id if branch is not None else None,
    )


def source_of(reading: Reading) -> Source:
    """Where the data of *reading* comes from."""
    base = reading.workspace.base
    if reading.commit is not None:
        return Source(reading.commit.time.astimezone(ZoneInfo(TIME_ZONE)), frozenset(), reading.loaded.unserved)
    drafts = reading.workspace.repository.changed_since(base.id) if base is not None else ()
    return Source(None, frozenset(drafts), reading.loaded.unserved)


def say_left_out(printer: Printer, reading: Reading, at: str | None = None, findings: Iterable[Finding] = ()) -> None:
    """Say on stderr as of when the data is, and what of it could not be read and why.

    :param at: the commit that was asked for; its age is no news.
    :param findings: about the files of rows.
    """
    reading.report(printer, at=at)
    if reading.loaded.unserved:
        printer.warn("    → " + _("`kbctl validate` says why"))
    found = [*reading.rulebook.findings, *findings]
    for _finding, head, hint in output.lines(found[:_SHOWN]):
        printer.warn(head + (f"\n    → {hint}" if hint else ""))
    if len(found) > _SHOWN:
        rest = len(found) - _SHOWN
        text = ngettext("{n} more finding: run `kbctl validate`", "{n} more findings: run `kbctl validate`", rest)
        printer.warn(text.format(n=rest))
