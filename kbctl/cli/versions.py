"""What extending and withdrawing share: the version that is meant, the reason, and where the reason goes."""

from __future__ import annotations

from datetime import date

from kbctl.cli.console import Printer
from kbctl.cli.lookup import find_version
from kbctl.cli.options import parse_day
from kbctl.errors import KbctlError, NotFoundError
from kbctl.i18n import N_, _
from kbctl.model.corpus import Corpus
from kbctl.model.entry import Entry
from kbctl.output.plain import one_line


def pick(word: str, version: str | None, corpus: Corpus, today: date) -> Entry:
    """Return the version of the entry *word* that governs *today*, or that begins on the day *version*.

    :raises NotFoundError: if there is none.
    """
    entry = find_version(word, corpus, today)
    if version is None:
        return entry
    start = parse_day(version)
    found = next((one for one in corpus.versions(entry.id) if one.valid_from == start), None)
    if found is not None:
        return found
    known = _(", ").join(str(one.valid_from) for one in corpus.versions(entry.id) if one.valid_from)
    raise NotFoundError(
        N_("{id} has no version that begins on {day}"),
        hint=N_("its versions begin on: {known}"),
        id=entry.id,
        day=version,
        known=known,
    )


def require_reason(reason: str) -> str:
    """Return *reason* on one line.

    :raises KbctlError: if there is none.
    """
    line = one_line(reason)
    if not line:
        raise KbctlError(
            N_("a reason is needed"),
            hint=N_("add --reason TEXT: the reviewer reads it, and so do those who come later"),
        )
    return line


def say_summary(printer: Printer, summary: str) -> None:
    """Say how the reason is handed on: an entry's file has no place for it, and a submission of a change asks for it."""
    quoted = one_line(summary).replace("'", "’")
    printer.note(_("Say so when you submit:"))
    printer.note(f"  kbctl submit --summary '{quoted}'")
