"""``kbctl table``: the operating tables of all branches, gathered, with how fresh each row is (R20, R49)."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from kbctl.cli.command import KbctlCommand, KbctlGroup
from kbctl.cli.completion import complete_institutions, complete_types
from kbctl.cli.console import Printer
from kbctl.cli.deliver import deliver
from kbctl.cli.lookup import find_type
from kbctl.cli.options import options_of
from kbctl.cli.reading import Reading, read
from kbctl.cli.reporting import make_selection, say_left_out, send
from kbctl.cli.workspace import Workspace
from kbctl.errors import NotFoundError
from kbctl.i18n import N_, _, language
from kbctl.model.entry_type import EntryType
from kbctl.model.organization import Organization
from kbctl.output import tables as output
from kbctl.output.plain import one_line
from kbctl.output.states import STATE_NAMES
from kbctl.reports.tables import OperatingTable, TableReport, table_report

app = typer.Typer(
    cls=KbctlGroup,
    help=_("Gather the operating tables of all branches: outlets, devices, swallowed cards, emergency contacts."),
)


class ListFormat(StrEnum):
    """Output formats of a list."""

    TEXT = "text"
    JSON = "json"


class Format(StrEnum):
    """Output formats."""

    TEXT = "text"
    CSV = "csv"
    MD = "md"
    JSON = "json"
    XLSX = "xlsx"


TypeArgument = Annotated[
    str, typer.Argument(metavar="TYPE", help=_("The type of table: an id or a name."), autocompletion=complete_types)
]
BranchOption = Annotated[
    str | None,
    typer.Option(
        metavar="INSTITUTION", help=_("Only what this branch's departments own."), autocompletion=complete_institutions
    ),
]
AtOption = Annotated[str | None, typer.Option(metavar="REV", help=_("What a commit or branch holds."))]
WorktreeOption = Annotated[bool, typer.Option("--worktree", help=_("What lies on the desk, drafts included."))]
ExternalOption = Annotated[
    bool, typer.Option("--external", help=_("For outside the bank: without the internal columns."))
]
JsonOption = Annotated[bool, typer.Option("--json", help=_("Short for --format json."))]
OutputOption = Annotated[
    str | None, typer.Option("--output", metavar="FILE", help=_("Where to write it; - is standard output."))
]
ForceOption = Annotated[bool, typer.Option("--force", help=_("Overwrite the file if it exists."))]


@app.callback()
def table() -> None:
    """Group of commands."""


@app.command(
    "list",
    cls=KbctlCommand,
    help=_("List the operating tables: how many rows, how many to be checked again, how long ago the oldest was."),
)
def list_(
    context: typer.Context,
    type_: Annotated[
        str | None,
        typer.Argument(metavar="[TYPE]", help=_("Only tables of this type."), autocompletion=complete_types),
    ] = None,
    branch: BranchOption = None,
    format_: Annotated[ListFormat, typer.Option("--format", help=_("Output format."))] = ListFormat.TEXT,
    json_: JsonOption = False,
    at: AtOption = None,
    worktree: WorktreeOption = False,
) -> None:
    """Print a line for each table."""
    options = options_of(context)
    printer = Printer(options)
    reading = read(Workspace(options), at=at, worktree=worktree)
    report = _gather(reading, [_table_type(type_, reading).id] if type_ is not None else None, branch, context)
    if json_ or format_ is ListFormat.JSON:
        printer.raw(output.list_json(report))
    else:
        _print_list(printer, report, reading.rulebook.organization)
    _say(printer, reading, report, at)


@app.command(cls=KbctlCommand, help=_("Show the rows of all tables of a type, with branch, owner and freshness."))
def show(
    context: typer.Context,
    type_: TypeArgument,
    branch: BranchOption = None,
    external: ExternalOption = False,
    format_: Annotated[Format, typer.Option("--format", help=_("Output format."))] = Format.TEXT,
    json_: JsonOption = False,
    output_: OutputOption = None,
    force: ForceOption = False,
    at: AtOption = None,
    worktree: WorktreeOption = False,
) -> None:
    """Print or write the gathered rows."""
    _write(context, type_, branch, Format.JSON if json_ else format_, external, output_, force, at, worktree)


@app.command(
    cls=KbctlCommand,
    help=_("Write the rows of all tables of a type to a file; as xlsx with drop-downs, ready to be sent to a branch."),
)
def export(
    context: typer.Context,
    type_: TypeArgument,
    branch: BranchOption = None,
    external: ExternalOption = False,
    format_: Annotated[Format, typer.Option("--format", help=_("Output format."))] = Format.CSV,
    json_: JsonOption = False,
    output_: OutputOption = None,
    force: ForceOption = False,
    at: AtOption = None,
    worktree: WorktreeOption = False,
) -> None:
    """Print or write the gathered rows."""
    _write(context, type_, branch, Format.JSON if json_ else format_, external, output_, force, at, worktree)


def _write(
    context: typer.Context,
    type_: str,
    branch: str | None,
    format_: Format,
    external: bool,
    output_: str | None,
    force: bool,
    at: str | None,
    worktree: bool,
) -> None:
    options = options_of(context)
    printer = Printer(options)
    reading = read(Workspace(options), at=at, worktree=worktree)
    organization = reading.rulebook.organization
    found = _table_type(type_, reading)
    report = _gather(reading, [found.id], branch, context)
    name = f"{found.name(language())}-{report.today}.{'csv' if format_ is Format.TEXT else format_.value}"
    if format_ is Format.TEXT and output_ is None:
        _print_rows(printer, report.tables, organization, external=external)
    elif format_ is Format.JSON:
        deliver(printer, output.as_json(report, organization, external=external), output_, name=name, force=force)
    elif format_ is Format.XLSX:
        # A workbook's library is heavy; the other formats do not wait for it.
        write = importlib.import_module("kbctl.documents.tables_xlsx").write_tables
        content = write(report.tables, organization, report.today, external=external)
        deliver(printer, content, output_, name=name, force=force)
    elif format_ is Format.MD:
        page = output.as_markdown(report.tables, organization, found.name(language()), external=external)
        send(printer, page.encode(), output_, name=name, force=force)
    else:
        send(printer, output.as_csv(report.tables, organization, external=external), output_, name=name, force=force)
    _say(printer, reading, report, at)
    if not any(one.rows for one in report.tables):
        printer.warn(_("No table of this type is in force there."))
        raise typer.Exit(1)


def _table_type(word: str, reading: Reading) -> EntryType:
    """The type that *word* names, which must be one of tables."""
    types = reading.rulebook.types
    tables = {id_: one for id_, one in types.items() if one.table is not None}
    found = find_type(word, types if word in types else tables)
    if found.table is None:
        known = ", ".join(f"{one.id} {one.name(language())}" for one in tables.values())
        raise NotFoundError(
            N_("{type} has no table"), hint=N_("types with tables are: {known}"), type=found.id, known=known
        )
    return found


def _gather(reading: Reading, types: list[str] | None, branch: str | None, context: typer.Context) -> TableReport:
    selection = make_selection(reading.rulebook, None, types, branch)
    return table_report(reading.corpus, reading.rulebook, reading.snapshot, options_of(context).day, selection)


def _print_list(printer: Printer, report: TableReport, organization: Organization) -> None:
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for title in (_("id"), _("type"), _("branch"), _("owner")):
        shown.add_column(title, overflow="fold")
    for title in (_("rows"), _("stale"), _("oldest (days)"), _("at most")):
        shown.add_column(title, justify="right")
    for one in report.tables:
        texts = (one.entry.id, one.type.name(language()), output.branch_name(one, organization))
        numbers = (
            len(one.rows),
            len(one.stale),
            "-" if one.oldest is None else one.oldest,
            one.shape.verify_every_days,
        )
        cells = [Text(one_line(text)) for text in (*texts, output.owner_name(one, organization))]
        shown.add_row(*cells, *(Text(str(number)) for number in numbers), style="yellow" if one.stale else "")
    printer.result(shown)


def _print_rows(
    printer: Printer, tables: Sequence[OperatingTable], organization: Organization, *, external: bool
) -> None:
    columns = tables[0].columns(external=external) if tables else ()
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for title in output.header(columns):
        shown.add_column(title, overflow="fold")
    for cells in output.rows(tables, columns, organization):
        texts = ["" if cell is None else one_line(str(cell)) for cell in cells]
        shown.add_row(*(Text(text) for text in texts), style="yellow" if texts[-1] == _("stale") else "")
    printer.result(shown)


def _say(printer: Printer, reading: Reading, report: TableReport, at: str | None) -> None:
    say_left_out(printer, reading, at, report.findings)
    for entry, state in report.left_out:
        text = _("{id} is left out: it is {state}")
        printer.warn(text.format(id=entry.id, state=_(STATE_NAMES[state])))
