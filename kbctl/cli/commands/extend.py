"""``kbctl extend``: move the last day, or the review day, of entries; one key in each file and nothing else (R25)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

import typer

from kbctl.cli.changes import Changes
from kbctl.cli.command import KbctlCommand
from kbctl.cli.completion import complete_ids
from kbctl.cli.console import Printer
from kbctl.cli.options import options_of, parse_day
from kbctl.cli.ownership import warn_of_others
from kbctl.cli.parameters import OwnersOption, TypesOption
from kbctl.cli.reporting import make_selection
from kbctl.cli.versions import pick, require_reason, say_summary
from kbctl.cli.workspace import Workspace
from kbctl.errors import KbctlError, NotFoundError
from kbctl.i18n import N_, _
from kbctl.model.corpus import Corpus
from kbctl.model.entry import Entry
from kbctl.model.entry_type import ValidityLimits
from kbctl.model.rulebook import Rulebook
from kbctl.model.validity import LONG_TERM, State
from kbctl.reports.selection import governing

app = typer.Typer()

# As files have it, and as people say it.
_LONG_TERM_WORDS = (LONG_TERM, "长期")


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked for: a new last day (a day or long-term), a new review day, or both."""

    until: str | None
    last: date | None
    review_by: date | None


@app.command(
    cls=KbctlCommand,
    help=_(
        "Move the last day of entries (--until), or the day of their next review (--review-by), in the files on your "
        "desk. Only that key changes; the version that governs today is meant unless --version names another.\n\n"
        "Entries are named by ID, or chosen with --owner, --type and --expiring."
    ),
)
def extend(
    context: typer.Context,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help=_("The entries' ids."), autocompletion=complete_ids)
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help=_("The new last day, or long-term."))] = None,
    review_by: Annotated[str | None, typer.Option(metavar="DATE", help=_("The day of the next review."))] = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help=_("Why; it is said again when you submit."))] = "",
    expiring: Annotated[
        int | None, typer.Option(metavar="DAYS", min=0, max=3660, help=_("What lapses in at most so many days."))
    ] = None,
    owner: OwnersOption = None,
    type_: TypesOption = None,
    version: Annotated[str | None, typer.Option(metavar="DATE", help=_("The version that begins on this day."))] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Show what would change, write nothing."))] = False,
) -> None:
    """Change the files."""
    options = options_of(context)
    printer = Printer(options)
    wish = _wish(until, review_by, options.day)
    reason = require_reason(reason)
    workspace = Workspace(options)
    corpus = workspace.desk_entries().corpus
    rulebook = workspace.desk_rulebook
    if bool(ids) == (expiring is not None):
        raise KbctlError(
            N_("name entries by id, or choose them with --expiring DAYS"),
            hint=N_("for example `kbctl extend --owner retail-banking --expiring 30 --until 2027-12-31 --reason TEXT`"),
        )
    if ids:
        chosen = [pick(word, version, corpus, options.day) for word in dict.fromkeys(ids)]
    else:
        selection = make_selection(rulebook, owner, type_, None)
        chosen = [
            entry
            for entry in _expiring(corpus, options.day, expiring or 0)
            if selection.takes(entry, rulebook.organization)
        ]
        if not chosen:
            raise NotFoundError(
                N_("nothing lapses in {days} days"), hint=N_("see `kbctl expire-report`"), days=expiring
            )
    for entry in chosen:
        _refuse(entry, wish, rulebook, options.day)
    changes = Changes(workspace)
    for entry in chosen:
        if wish.until is not None:
            changes.set(entry.path, "valid_until", wish.until)
        if wish.review_by is not None:
            changes.set(entry.path, "review_by", wish.review_by.isoformat())
    if not changes.paths:
        printer.note(_("Nothing is changed: the days are these already."))
        return
    changes.finish(printer, dry_run=dry_run)
    warn_of_others(printer, workspace, [entry.owner for entry in chosen], validity=True)
    for entry in chosen:
        for text in _warnings(entry, wish, corpus, rulebook, options.day):
            printer.warn(text)
    summary = _("extended: {reason}") if wish.until is not None else _("review moved: {reason}")
    say_summary(printer, summary.format(reason=reason))


def _wish(until: str | None, review_by: str | None, today: date) -> _Wish:
    if until is None and review_by is None:
        raise KbctlError(N_("say what is to be moved"), hint=N_("give --until DATE, --review-by DATE, or both"))
    until = LONG_TERM if until in _LONG_TERM_WORDS else until
    last = None if until is None or until == LONG_TERM else _last_day(until)
    review = parse_day(review_by) if review_by is not None else None
    for day in (last, review):
        if day is not None and day < today:
            raise KbctlError(
                N_("{day} is past"), hint=N_("choose today ({today}) or a later day"), day=day, today=today
            )
    return _Wish(until, last, review)


def _last_day(text: str) -> date:
    try:
        return parse_day(text)
    except KbctlError:
        raise KbctlError(
            N_("{text} is not a day"),
            hint=N_("write it as YYYY-MM-DD, for example 2026-12-31, or long-term (长期)"),
            text=text,
        ) from None


def _expiring(corpus: Corpus, today: date, days: int) -> Iterator[Entry]:
    """What lapses in at most *days* days; what has lapsed already is named by id, so that nothing revives by chance."""
    for entry, state in governing(corpus, today, days):
        if state is State.EXPIRING and not entry.withdrawn:
            yield entry


def _refuse(entry: Entry, wish: _Wish, rulebook: Rulebook, today: date) -> None:
    """Say why *entry* cannot be moved as asked, if it cannot.

    :raises KbctlError: then nothing has been changed in any file.
    """
    if entry.withdrawn is not None:
        raise KbctlError(
            N_("{id} is withdrawn ({reason})"),
            hint=N_("make a new entry with `kbctl new`"),
            id=entry.id,
            reason=entry.withdrawn.reason,
        )
    if entry.validity is None or entry.valid_from is None:
        raise KbctlError(
            N_("the dates of {path} cannot be read"), hint=N_("`kbctl validate` says why"), path=entry.path
        )
    entry_type = rulebook.types.get(entry.type)
    limits = entry_type.validity if entry_type else ValidityLimits()
    if wish.last is not None:
        _refuse_last(entry, wish.last, entry.valid_from, limits)
    elif wish.until == LONG_TERM:
        _refuse_long_term(entry, wish, limits)
    if wish.review_by is not None and limits.review_within_days is not None:
        latest = today + timedelta(days=limits.review_within_days)
        if wish.review_by > latest:
            raise KbctlError(
                N_("an entry of type {type} must be reviewed within {days} days: {id} by {latest}"),
                hint=N_("choose an earlier day"),
                type=entry.type,
                id=entry.id,
                days=limits.review_within_days,
                latest=latest,
            )


def _refuse_last(entry: Entry, last: date, start: date, limits: ValidityLimits) -> None:
    if entry.valid_until is None:
        raise _already_long_term(entry)
    if last <= entry.valid_until:
        raise KbctlError(
            N_("{id} is valid until {until} already: {day} is no extension"),
            hint=N_("to end it earlier, withdraw it: `kbctl withdraw {id} --on DATE --reason TEXT`"),
            id=entry.id,
            until=entry.valid_until_text,
            day=last,
        )
    if limits.max_days is not None and (last - start).days + 1 > limits.max_days:
        raise KbctlError(
            N_("an entry of type {type} is valid for {days} days at most: {id} until {latest}"),
            hint=N_("start a new version with `kbctl change {id} --from DATE`, or choose an earlier day"),
            type=entry.type,
            days=limits.max_days,
            id=entry.id,
            latest=start + timedelta(days=limits.max_days - 1),
        )


def _refuse_long_term(entry: Entry, wish: _Wish, limits: ValidityLimits) -> None:
    if entry.long_term:
        raise _already_long_term(entry)
    if not limits.long_term:
        raise KbctlError(
            N_("an entry of type {type} cannot be valid long-term"), hint=N_("give a day"), type=entry.type
        )
    if entry.review_by is None and wish.review_by is None:
        raise KbctlError(
            N_("{id} has no review day, which a long-term entry needs"), hint=N_("add --review-by DATE"), id=entry.id
        )


def _already_long_term(entry: Entry) -> KbctlError:
    return KbctlError(
        N_("{id} is valid long-term already"),
        hint=N_("--review-by DATE moves its review; `kbctl withdraw {id} --on DATE --reason TEXT` ends it"),
        id=entry.id,
    )


def _warnings(entry: Entry, wish: _Wish, corpus: Corpus, rulebook: Rulebook, today: date) -> Iterator[str]:
    """What an extension does not change by itself."""
    if wish.until is None:
        return
    successor = corpus.successor(entry)
    takes_over = successor.valid_from if successor is not None else None
    if takes_over is not None and (wish.last is None or wish.last >= takes_over):
        yield _("{id}: its next version takes over on {day} all the same").format(id=entry.id, day=takes_over)
    if entry.valid_until is not None and entry.valid_until < today:
        text = _("{id} had expired: read its text again, it becomes an answer for customers")
        yield text.format(id=entry.id)
    if entry.review_by is not None and entry.review_by < today and wish.review_by is None:
        yield _("{id}: its review was due on {day}; --review-by moves it").format(id=entry.id, day=entry.review_by)
    for id_ in entry.contact:
        contact = rulebook.organization.contacts.get(id_)
        if contact is not None and contact.until is not None and (wish.last is None or contact.until < wish.last):
            text = _("{id}: its contact {name} leaves on {day}, before it lapses")
            yield text.format(id=entry.id, name=contact.name, day=contact.until)
