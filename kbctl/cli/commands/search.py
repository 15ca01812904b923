"""``kbctl search``: the answer, and whom to call. This declares the command; :mod:`kbctl.cli.searching` runs it."""

from __future__ import annotations

from typing import Annotated

import typer

from kbctl.cli.command import KbctlCommand
from kbctl.cli.completion import complete_departments, complete_institutions, complete_types
from kbctl.cli.options import options_of
from kbctl.cli.searching import SearchCall, run_search
from kbctl.i18n import _

app = typer.Typer()


@app.command(
    cls=KbctlCommand,
    help=_(
        "Find the answer, and whom to call.\n\n"
        "Only entries in force are shown unless --state asks for others. What stands in quotation marks must stand in a "
        "hit word for word. Exit status 1 if nothing is found."
    ),
)
def search(
    context: typer.Context,
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUERY...", help=_("The question, in the customer's own words."), show_default=False),
    ] = None,
    type_: Annotated[
        list[str] | None,
        typer.Option("--type", metavar="TYPE", help=_("Only this type."), autocompletion=complete_types),
    ] = None,
    owner: Annotated[
        list[str] | None,
        typer.Option(metavar="DEPARTMENT", help=_("Only this department's."), autocompletion=complete_departments),
    ] = None,
    branch: Annotated[
        str | None,
        typer.Option(
            metavar="INSTITUTION",
            help=_("The customer's branch: its own answers come first."),
            autocompletion=complete_institutions,
        ),
    ] = None,
    state: Annotated[
        list[str] | None,
        typer.Option(metavar="STATE", help=_("upcoming, in-force, expiring, expired, withdrawn or all.")),
    ] = None,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=_("What answers on this day."))] = None,
    at: Annotated[str | None, typer.Option(metavar="REV", help=_("What a commit or branch holds."))] = None,
    worktree: Annotated[bool, typer.Option("--worktree", help=_("What lies on the desk, drafts included."))] = False,
    limit: Annotated[
        int | None, typer.Option("--limit", "-n", min=1, max=1000, help=_("How many hits at most."))
    ] = None,
    interactive: Annotated[
        bool, typer.Option("--interactive", "-i", help=_("Ask one question after the other; ? there for help."))
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help=_("Print one JSON object."))] = False,
) -> None:
    """Print the hits, best first."""
    call = SearchCall(
        query=query or (),
        type=type_ or (),
        owner=owner or (),
        branch=branch,
        state=state or (),
        as_of=as_of,
        at=at,
        worktree=worktree,
        limit=limit,
        json=json_,
        interactive=interactive,
    )
    status = run_search(options_of(context), call)
    if status:
        raise typer.Exit(status)
