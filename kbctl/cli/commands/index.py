"""``kbctl index``: bring the search index up to date. A search does so by itself."""

from __future__ import annotations

from typing import Annotated

import typer

from kbctl.cli.command import KbctlCommand
from kbctl.cli.console import Printer
from kbctl.cli.index_place import index_directory
from kbctl.cli.indexing import build
from kbctl.cli.options import options_of
from kbctl.cli.workspace import Workspace
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _
from kbctl.search.disk_index import open_index

app = typer.Typer()


@app.command(
    cls=KbctlCommand,
    help=_("Bring the search index up to date. A search does so by itself; this saves the first one the wait."),
)
def index(
    context: typer.Context,
    rebuild: Annotated[bool, typer.Option("--rebuild", help=_("Build it anew even if it is fresh."))] = False,
) -> None:
    """Build the index of the base unless it is fresh."""
    options = options_of(context)
    printer = Printer(options)
    workspace = Workspace(options)
    base = workspace.base
    if base is None:
        raise KbctlError(
            N_("nothing is published yet: there is no commit to index"),
            hint=N_("commit the knowledge base; until then a search reads the desk"),
        )
    place = index_directory(workspace.root)
    fresh = None if rebuild else open_index(place, base.id)
    index_ = fresh or build(options, printer, base, force=rebuild)
    count = len(index_.table)
    index_.close()
    text = _("the index was fresh already") if fresh else _("the index is up to date")
    printer.note(
        _("{text}: {n} entries and rows, {name} ({id})").format(text=text, n=count, name=base.name, id=base.id[:12])
    )
