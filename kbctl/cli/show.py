"""``kbctl show``: an entry as an agent reads it, with what the front matter holds filled in."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from kbctl.cli.command import KbctlCommand
from kbctl.cli.completion import complete_ids
from kbctl.cli.console import Printer
from kbctl.cli.freshness import say_base_time
from kbctl.cli.lookup import find_version
from kbctl.cli.options import TIME_ZONE, options_of, parse_day
from kbctl.cli.workspace import Workspace
from kbctl.errors import KbctlError, NotFoundError
from kbctl.i18n import N_, _
from kbctl.model.corpus import Corpus
from kbctl.model.entry import Entry
from kbctl.model.validity import State
from kbctl.output.entry_text import RenderedEntry, render_entry
from kbctl.output.plain import clean
from kbctl.output.states import STATE_NAMES
from kbctl.store.entries import load_entries
from kbctl.store.rulebook import load_rulebook
from kbctl.store.snapshot import Snapshot

app = typer.Typer()

STATE_STYLES = {
    State.IN_FORCE: "green",
    State.EXPIRING: "yellow",
    State.UPCOMING: "cyan",
    State.EXPIRED: "red",
    State.WITHDRAWN: "red",
}


@app.command(
    cls=KbctlCommand,
    help=_(
        "Show an entry as an agent reads it: the version that governs today, with contacts, validity and rows filled in."
    ),
)
def show(
    context: typer.Context,
    id_: Annotated[
        str,
        typer.Argument(metavar="ID", help=_("The entry's id, or the path of its file."), autocompletion=complete_ids),
    ],
    section: Annotated[list[str] | None, typer.Option(metavar="HEADING", help=_("Only this section."))] = None,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=_("The version that governs on this day."))] = None,
    published_on: Annotated[
        str | None, typer.Option(metavar="DATE", help=_("What was published at the end of this day."))
    ] = None,
    at: Annotated[str | None, typer.Option(metavar="REV", help=_("What a commit or branch holds."))] = None,
    worktree: Annotated[bool, typer.Option("--worktree", help=_("What lies on the desk, drafts included."))] = False,
    json_: Annotated[bool, typer.Option("--json", help=_("Print one JSON object."))] = False,
) -> None:
    """Print one entry."""
    options = options_of(context)
    printer = Printer(options)
    workspace = Workspace(options)
    if sum((published_on is not None, at is not None, worktree)) > 1:
        raise KbctlError(N_("--published-on, --at and --worktree exclude one another"), hint=N_("choose one of them"))
    snapshot = _snapshot(workspace, published_on, at, worktree)
    asked = as_of or published_on
    day = parse_day(asked) if asked else options.day
    rulebook = load_rulebook(snapshot)
    corpus = load_entries(snapshot, rulebook).corpus
    entry = _find(id_, corpus, day, workspace)
    rendered = render_entry(entry, rulebook, corpus, snapshot, day)
    if section:
        rendered = rendered.only(_headings(rendered, section))
    if json_:
        printer.json(json.dumps({"schema_version": 1, **rendered.as_dict()}, ensure_ascii=False, indent=2) + "\n")
    else:
        print_entry(printer, rendered)
        if worktree:
            printer.note(_("This is the desk: what differs from the base is a draft, not an answer."))
        elif not (published_on or at):
            say_base_time(printer, workspace.base, rulebook.settings.stale_clone_hours)


def _snapshot(workspace: Workspace, published_on: str | None, at: str | None, worktree: bool) -> Snapshot:
    if worktree:
        return workspace.desk
    if at is not None:
        return workspace.commit_snapshot(workspace.repository.resolve(at).id)
    if published_on is None:
        return workspace.published
    if workspace.base is None:
        raise KbctlError(N_("nothing is published yet: there is no commit"), hint=N_("leave --published-on out"))
    end = datetime.combine(parse_day(published_on) + timedelta(days=1), time(), ZoneInfo(TIME_ZONE))
    commit = workspace.repository.first_parent_before(workspace.base.id, end)
    if commit is None:
        raise NotFoundError(N_("nothing was published yet on {day}"), hint=N_("try a later day"), day=published_on)
    return workspace.commit_snapshot(commit)


def _find(word: str, corpus: Corpus, day: date, workspace: Workspace) -> Entry:
    """The entry that *word* names; where it is on the desk only, that is said."""
    try:
        return find_version(word, corpus, day)
    except NotFoundError:
        find_version(word, workspace.desk_entries().corpus, day)
        raise NotFoundError(
            N_("{id} is not published: it is a draft on the desk"), hint=N_("show it with --worktree"), id=word
        ) from None


def _headings(rendered: RenderedEntry, wanted: list[str]) -> list[str]:
    known = [part.heading for part in rendered.sections]
    chosen = []
    for word in wanted:
        found = [heading for heading in known if word == heading] or [heading for heading in known if word in heading]
        if not found:
            raise NotFoundError(
                N_("the entry has no section {heading}"),
                hint=N_("its sections: {known}"),
                heading=word,
                known="、".join(known),
            )
        chosen.extend(found)
    return chosen


def print_entry(printer: Printer, rendered: RenderedEntry) -> None:
    """Print an entry as an agent reads it."""
    title = Text(clean(rendered.title), style="bold")
    if rendered.state is not None:
        title.append(f"  [{_(STATE_NAMES[rendered.state])}]", style=STATE_STYLES[rendered.state])
    printer.result(title)
    for label, value in rendered.facts():
        printer.result(f"{label}  {value}")
    for warning in rendered.warnings:
        printer.result("! " + warning, style="bold red")
    for part in rendered.sections:
        printer.result()
        printer.result(f"## {part.heading}", style="bold cyan")
        if part.text:
            printer.result(part.text)
        _print_rows(printer, part.rows)


def _print_rows(printer: Printer, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        printer.result()
        for label, value in row.items():
            printer.result(f"  {label}  {value}")
