"""What the commands that print reports share: what they are about, where they go, what they had to leave out."""

from __future__ import annotations

import importlib
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from kbctl.cli.console import Printer
from kbctl.cli.lookup import find_department, find_institution, find_type
from kbctl.cli.options import TIME_ZONE
from kbctl.cli.reading import Reading
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _, ngettext
from kbctl.model.entry import Entry
from kbctl.model.finding import Finding, Severity
from kbctl.model.organization import Organization
from kbctl.model.rulebook import Rulebook
from kbctl.output import findings as output
from kbctl.output.source import Source
from kbctl.reports.selection import Selection

# More than this many findings are counted, not shown: `kbctl validate` is for that.
_SHOWN = 5
# The codes of what keeps an entry from being read: its file, its front matter, its dates.
_UNREADABLE = ("KB00", "KB01", "KB12")


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


def refuse_internal(entries: Iterable[Entry]) -> None:
    """Refuse *entries* for readers outside the bank if one of them is internal (R67, R70).

    :raises KbctlError: naming those.
    """
    internal = [entry.id for entry in entries if not entry.public]
    if internal:
        raise KbctlError(
            N_("not for readers outside the bank: {ids}"),
            hint=N_("only entries with `audience: public` leave the bank; leave --external out for colleagues"),
            ids=_(", ").join(internal),
        )


def only_public(printer: Printer, entries: Sequence[Entry]) -> list[Entry]:
    """Those of *entries* that may leave the bank; the others are named on stderr.

    :raises KbctlError: if all of them are internal.
    """
    public = [entry for entry in entries if entry.public]
    if not public:
        refuse_internal(entries)
    internal = [entry.id for entry in entries if not entry.public]
    if internal:
        text = ngettext(
            "{n} internal entry is left out: {ids}", "{n} internal entries are left out: {ids}", len(internal)
        )
        printer.warn(text.format(n=len(internal), ids=_(", ").join(internal)))
    return public


def source_of(reading: Reading, selection: Selection, today: date) -> Source:
    """Where the data of *reading* comes from, and which of the entry files that *selection* is about cannot be read."""
    partial = {entry.path: entry for entry in reading.corpus if not entry.served}
    organization = reading.rulebook.organization
    unread = tuple(
        path for path in reading.loaded.unserved if _may_be_asked(path, partial.get(path), selection, organization)
    )
    findings = _why_unread(reading, unread, today) if unread else ()
    if reading.commit is not None:
        return Source(reading.commit.time.astimezone(ZoneInfo(TIME_ZONE)), frozenset(), unread, findings)
    base = reading.workspace.base
    drafts = reading.workspace.repository.changed_since(base.id) if base is not None else ()
    return Source(None, frozenset(drafts), unread, findings)


def _may_be_asked(path: str, partial: Entry | None, selection: Selection, organization: Organization) -> bool:
    """Whether what cannot be read may be of *selection*; a folder is called after the department that owns what is in it."""
    owner = (partial.owner if partial else "") or path.split("/")[2]
    return selection.may_take(owner, partial.type if partial else "", organization)


def _why_unread(reading: Reading, paths: Collection[str], today: date) -> tuple[Finding, ...]:
    """What `kbctl validate` says of the entry files *paths*; the rules are loaded only where there are such files."""
    context = importlib.import_module("kbctl.rules.context").Context
    world = context(reading.snapshot, reading.rulebook, reading.corpus, today)
    found = importlib.import_module("kbctl.rules.run").run(world, reading.loaded, paths, _UNREADABLE).findings
    return tuple(one for one in found if one.path in paths and one.severity is Severity.ERROR)


def say_left_out(
    printer: Printer,
    reading: Reading,
    at: str | None = None,
    findings: Iterable[Finding] = (),
    unread: Collection[str] | None = None,
) -> None:
    """Say on stderr as of when the data is, and what of it could not be read and why.

    :param at: the commit that was asked for; its age is no news.
    :param findings: about the files of rows.
    :param unread: the entry files that are missed, where not all are asked for.
    """
    reading.report(printer, at=at, unread=unread)
    if reading.loaded.unserved if unread is None else unread:
        printer.warn("    → " + _("`kbctl validate` says why"))
    found = [*reading.rulebook.findings, *findings]
    for _finding, head, hint in output.lines(found[:_SHOWN]):
        printer.warn(head + (f"\n    → {hint}" if hint else ""))
    if len(found) > _SHOWN:
        rest = len(found) - _SHOWN
        text = ngettext("{n} more finding: run `kbctl validate`", "{n} more findings: run `kbctl validate`", rest)
        printer.warn(text.format(n=rest))
