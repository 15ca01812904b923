"""``kbctl types``: the knowledge types, and what each asks for."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from kbctl.cli.command import KbctlCommand
from kbctl.cli.completion import complete_types
from kbctl.cli.console import Printer
from kbctl.cli.grid import Column, Record, print_grid
from kbctl.cli.lookup import find_type
from kbctl.cli.options import options_of
from kbctl.cli.workspace import Workspace
from kbctl.i18n import _
from kbctl.model.entry_type import CATEGORIES, EntryType
from kbctl.model.rulebook import Rulebook
from kbctl.output import types as output

app = typer.Typer()


class Format(StrEnum):
    """Output formats."""

    TEXT = "text"
    JSON = "json"


@app.command(
    cls=KbctlCommand,
    help=_(
        "Explain what a knowledge type asks for: sections, attachments, keys, limits. Without TYPE: list the types.\n\n"
        "TYPE is an id or a name such as product or 产品."
    ),
)
def types(
    context: typer.Context,
    type_: Annotated[
        str | None,
        typer.Argument(metavar="[TYPE]", help=_("The knowledge type."), autocompletion=complete_types),
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help=_("Output format."))] = Format.TEXT,
    json_: Annotated[bool, typer.Option("--json", help=_("Short for --format json."))] = False,
) -> None:
    """List the types, or explain one."""
    options = options_of(context)
    printer = Printer(options)
    rulebook = Workspace(options).desk_rulebook
    chosen = [find_type(type_, rulebook.types)] if type_ is not None else list(rulebook.types.values())
    if json_ or format_ is Format.JSON:
        printer.json(output.as_json(chosen, single=type_ is not None))
    elif type_ is not None:
        _explain(printer, chosen[0], rulebook)
    else:
        _list(printer, chosen)


def _list(printer: Printer, chosen: list[EntryType]) -> None:
    titles = (_("type"), _("name"), _("category"), _("carrier"), _("valid"), _("tested"))
    ordered = sorted(chosen, key=lambda found: CATEGORIES.index(found.category))
    records = (Record(output.summary(entry_type)) for entry_type in ordered)
    print_grid(printer, [Column(title) for title in titles], records, head=2)
    printer.note(_("`kbctl types TYPE` explains one of them; `kbctl new TYPE` starts an entry."))


def _explain(printer: Printer, entry_type: EntryType, rulebook: Rulebook) -> None:
    for number, (line, level) in enumerate(output.lines(entry_type, rulebook)):
        if level == 0 and number:
            printer.result()
        printer.result("  " * level + line, style="" if level else "bold")
    printer.note(_("`kbctl new {type}` starts an entry of this type.").format(type=entry_type.id))
