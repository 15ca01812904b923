"""``kbctl show``: an entry as an agent reads it, with what the front matter holds filled in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from kbctl.cli.command import KbctlCommand
from kbctl.cli.completion import complete_ids
from kbctl.cli.console import Printer
from kbctl.cli.entry_view import print_entry
from kbctl.cli.freshness import say_base_time
from kbctl.cli.lookup import find_version
from kbctl.cli.options import TIME_ZONE, options_of, parse_day
from kbctl.cli.workspace import Workspace
from kbctl.errors import KbctlError, NotFoundError
from kbctl.i18n import N_, _
from kbctl.model.corpus import Corpus
from kbctl.model.entry import Entry
from kbctl.output.entry_text import RenderedEntry, RenderedSection, render_entry
from kbctl.store.entries import load_entries
from kbctl.store.rulebook import load_rulebook
from kbctl.store.snapshot import Snapshot

app = typer.Typer()


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
    section: Annotated[
        list[str] | None,
        typer.Option(metavar="HEADING", help=_("Only this section, or this item of one; may be repeated.")),
    ] = None,
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
        rendered = rendered.only(_parts(rendered, section))
    if json_:
        printer.json(json.dumps({"schema_version": 1, **rendered.as_dict()}, ensure_ascii=False, indent=2) + "\n")
    else:
        print_entry(printer, rendered)
        if worktree:
            printer.note(_("This is the desk: what differs from the base is a draft, not an answer."))
        elif not (published_on or at):
            say_base_time(printer, workspace.root, workspace.base, rulebook.settings.stale_clone_hours)


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


def _parts(rendered: RenderedEntry, wanted: Iterable[str]) -> Iterator[RenderedSection]:
    """The sections or items asked for, each once."""
    seen: list[RenderedSection] = []
    for word in wanted:
        found = rendered.parts(word)
        if not found:
            raise NotFoundError(
                N_("the entry has no section {heading}"),
                hint=N_("its sections: {known}"),
                heading=word,
                known="；".join(_named(part) for part in rendered.sections),
            )
        yield from (part for part in found if part not in seen)
        seen += found


def _named(part: RenderedSection) -> str:
    """A section's heading with those of its items."""
    if not part.items:
        return part.heading
    return part.heading + _("({note})").format(note="、".join(item.heading for item in part.items))
