"""``kbctl withdraw``: take entries out of service, with a reason; they stay in the knowledge base (R25, R69)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated

import typer

from kbctl.cli.changes import Changes
from kbctl.cli.command import KbctlCommand
from kbctl.cli.completion import complete_ids
from kbctl.cli.console import Printer
from kbctl.cli.lookup import find_entry
from kbctl.cli.options import options_of, parse_day
from kbctl.cli.ownership import warn_of_others
from kbctl.cli.versions import pick, require_reason, say_summary
from kbctl.cli.workspace import Workspace
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _, ngettext
from kbctl.model.corpus import Corpus
from kbctl.model.entry import Entry
from kbctl.output.article import link_target
from kbctl.store.markdown import parse_document

app = typer.Typer()


@app.command(
    cls=KbctlCommand,
    help=_(
        "Withdraw entries, in the files on your desk: from --on (default: today) they are no answer any more, but stay "
        "where they are.\n\n"
        "Only the key `withdrawn` changes; the version that governs today is meant unless --version names another."
    ),
)
def withdraw(
    context: typer.Context,
    ids: Annotated[
        list[str], typer.Argument(metavar="ID...", help=_("The entries' ids."), autocompletion=complete_ids)
    ],
    reason: Annotated[str, typer.Option(metavar="TEXT", help=_("Why; it is kept in the entry."))] = "",
    replaced_by: Annotated[
        str | None,
        typer.Option(metavar="ID", help=_("The entry that answers instead."), autocompletion=complete_ids),
    ] = None,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help=_("The first day on which it is no answer any more."))
    ] = None,
    version: Annotated[str | None, typer.Option(metavar="DATE", help=_("The version that begins on this day."))] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Show what would change, write nothing."))] = False,
) -> None:
    """Change the files."""
    options = options_of(context)
    printer = Printer(options)
    reason = require_reason(reason)
    day = parse_day(on) if on is not None else options.day
    if day < options.day:
        raise KbctlError(
            N_("{day} is past: what answered then cannot be changed any more"),
            hint=N_("choose today ({today}) or a later day"),
            day=day,
            today=options.day,
        )
    workspace = Workspace(options)
    corpus = workspace.desk_entries().corpus
    chosen = [pick(word, version, corpus, options.day) for word in dict.fromkeys(ids)]
    instead = find_entry(replaced_by, corpus, day) if replaced_by is not None else None
    published = workspace.published.files()
    for entry in chosen:
        _refuse(entry, instead, day)
        if entry.path not in published:
            raise KbctlError(
                N_("{id} is not published: there is nothing to withdraw ({path})"),
                hint=N_("if it is in review: `kbctl submit --recall NUMBER`; a draft of your own you just delete"),
                id=entry.id,
                path=entry.path,
            )
    value = {"on": day.isoformat(), "reason": reason, **({"replaced_by": instead.id} if instead else {})}
    changes = Changes(workspace)
    for entry in chosen:
        changes.set(entry.path, "withdrawn", value)
    changes.finish(printer, dry_run=dry_run)
    warn_of_others(printer, workspace, [entry.owner for entry in chosen], validity=True)
    for entry in chosen:
        for text in _warnings(entry, instead, corpus, day):
            printer.warn(text)
    _say_links(printer, chosen, instead, corpus, day)
    say_summary(printer, _("withdrawn: {reason}").format(reason=reason))


def _refuse(entry: Entry, instead: Entry | None, day: date) -> None:
    """Say why *entry* cannot be withdrawn, if it cannot.

    :raises KbctlError: then nothing has been changed in any file.
    """
    if "withdrawn" in entry.front_matter:
        raise KbctlError(
            N_("{id} is withdrawn already ({path})"),
            hint=N_("to change day or reason, edit the key `withdrawn` in the file"),
            id=entry.id,
            path=entry.path,
        )
    if instead is None:
        return
    if instead.id == entry.id:
        raise KbctlError(N_("{id} cannot replace itself"), hint=N_("name another entry, or none"), id=entry.id)
    if instead.withdrawn is not None and instead.withdrawn.on is not None and instead.withdrawn.on <= day:
        raise KbctlError(
            N_("{id} is withdrawn itself, and cannot answer instead"), hint=N_("name another entry"), id=instead.id
        )


def _warnings(entry: Entry, instead: Entry | None, corpus: Corpus, day: date) -> Iterator[str]:
    """What a withdrawal does not change by itself."""
    for version in corpus.versions(entry.id):
        if version is not entry and version.valid_from and version.valid_from > day and not version.withdrawn:
            text = _("{id}: its version of {start} takes effect all the same; withdraw it with --version {start}")
            yield text.format(id=entry.id, start=version.valid_from)
    if instead is not None and not corpus.serves(instead, day):
        text = _("{id} is not in force on {day}: nothing answers instead until it is")
        yield text.format(id=instead.id, day=day)


def _say_links(printer: Printer, gone: Sequence[Entry], instead: Entry | None, corpus: Corpus, day: date) -> None:
    """Name the links that lead to no answer any more."""
    left = [entry for entry in corpus if entry not in gone and _answers_later(entry, corpus, day)]
    for id_ in dict.fromkeys(entry.id for entry in gone):
        places = [place for entry in left for place in _links(entry, id_)]
        if not places:
            continue
        text = ngettext(
            "{id}: {n} link leads to it, which `kbctl validate` will warn of (KB308): {places}",
            "{id}: {n} links lead to it, which `kbctl validate` will warn of (KB308): {places}",
            len(places),
        )
        printer.warn(text.format(id=id_, n=len(places), places=_(", ").join(places)))
        hint = _("have them lead to {instead}") if instead else _("take them out, or have them lead to another entry")
        printer.warn("    → " + hint.format(instead=instead.id if instead else ""))


def _answers_later(entry: Entry, corpus: Corpus, day: date) -> bool:
    window = corpus.effective(entry)
    return window is not None and (window.until is None or window.until >= day)


def _links(entry: Entry, id_: str) -> Iterator[str]:
    """Where the text of *entry* links to the entry *id_*."""
    # Most texts need not be parsed.
    if id_ in entry.body and entry.id != id_:
        for link in parse_document(entry.body, entry.body_line).links():
            if link_target(entry, link.target) == f"#{id_}":
                yield f"{entry.path}:{link.line}"
