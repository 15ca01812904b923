"""``kbctl table``: the operating tables of all branches, gathered, with how fresh each row is (R20, R49)."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated

import typer

from kbctl.cli.command import KbctlCommand, KbctlGroup
from kbctl.cli.completion import complete_types
from kbctl.cli.console import Printer
from kbctl.cli.deliver import deliver
from kbctl.cli.grid import Column, Record, print_grid
from kbctl.cli.lookup import find_type
from kbctl.cli.options import options_of
from kbctl.cli.parameters import (
    AtOption,
    BranchOption,
    ForceOption,
    JsonOption,
    OutputOption,
    WorktreeOption,
    choose_format,
    format_help,
)
from kbctl.cli.reading import Reading, read
from kbctl.cli.reporting import make_selection, only_public, say_left_out
from kbctl.cli.workspace import Workspace
from kbctl.errors import NotFoundError
from kbctl.i18n import N_, _, language
from kbctl.model.entry_type import EntryType
from kbctl.model.organization import Organization
from kbctl.output import tables as output
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
ExternalOption = Annotated[
    bool, typer.Option("--external", help=_("For outside the bank: public entries only, without the internal columns."))
]


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
        printer.json(output.list_json(report))
    else:
        _print_list(printer, report, reading.rulebook.organization)
    _say(printer, reading, report, at)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What show and export are asked for alike."""

    type: str
    branch: str | None
    external: bool
    output: str | None
    force: bool
    at: str | None
    worktree: bool


@app.command(cls=KbctlCommand, help=_("Show the rows of all tables of a type, with branch, owner and freshness."))
def show(
    context: typer.Context,
    type_: TypeArgument,
    branch: BranchOption = None,
    external: ExternalOption = False,
    format_: Annotated[Format | None, typer.Option("--format", help=format_help(Format.TEXT))] = None,
    json_: JsonOption = False,
    output_: OutputOption = None,
    force: ForceOption = False,
    at: AtOption = None,
    worktree: WorktreeOption = False,
) -> None:
    """Print or write the gathered rows."""
    chosen = choose_format(format_, output_, Format.TEXT, json=json_)
    _write(context, chosen, _Asked(type_, branch, external, output_, force, at, worktree))


@app.command(
    cls=KbctlCommand,
    help=_("Write the rows of all tables of a type to a file; as xlsx with drop-downs, ready to be sent to a branch."),
)
def export(
    context: typer.Context,
    type_: TypeArgument,
    branch: BranchOption = None,
    external: ExternalOption = False,
    format_: Annotated[Format | None, typer.Option("--format", help=format_help(Format.CSV))] = None,
    json_: JsonOption = False,
    output_: OutputOption = None,
    force: ForceOption = False,
    at: AtOption = None,
    worktree: WorktreeOption = False,
) -> None:
    """Print or write the gathered rows."""
    chosen = choose_format(format_, output_, Format.CSV, json=json_)
    _write(context, chosen, _Asked(type_, branch, external, output_, force, at, worktree))


def _write(context: typer.Context, format_: Format, asked: _Asked) -> None:
    printer = Printer(options_of(context))
    reading = read(Workspace(options_of(context)), at=asked.at, worktree=asked.worktree)
    found = _table_type(asked.type, reading)
    report = _gather(reading, [found.id], asked.branch, context)
    if asked.external:
        public = only_public(printer, [one.entry for one in report.tables])
        report = replace(report, tables=tuple(one for one in report.tables if one.entry in public))
    if format_ is Format.TEXT and asked.output is None:
        _print_rows(printer, report.tables, reading.rulebook.organization, external=asked.external)
    else:
        name = f"{found.name(language())}-{report.today}.{'csv' if format_ is Format.TEXT else format_.value}"
        content = _file(format_, report, found, reading.rulebook.organization, external=asked.external)
        deliver(printer, content, asked.output, name=name, force=asked.force)
    _say(printer, reading, report, asked.at)
    if not any(one.rows for one in report.tables):
        printer.warn(_("No table of this type is in force there."))
        raise typer.Exit(1)


def _file(
    format_: Format, report: TableReport, type_: EntryType, organization: Organization, *, external: bool
) -> str | bytes:
    if format_ is Format.JSON:
        return output.as_json(report, organization, external=external)
    if format_ is Format.XLSX:
        # A workbook's library is heavy; the other formats do not wait for it.
        write = importlib.import_module("kbctl.documents.tables_xlsx").write_tables
        book: bytes = write(report.tables, organization, report.today, external=external)
        return book
    if format_ is Format.MD:
        return output.as_markdown(report.tables, organization, type_.name(language()), external=external)
    return output.as_csv(report.tables, organization, external=external)


def _table_type(word: str, reading: Reading) -> EntryType:
    """The type that *word* names, which must be one of tables."""
    types = reading.rulebook.types
    tables = {id_: one for id_, one in types.items() if one.table is not None}
    found = find_type(word, types if word in types else tables)
    if found.table is None:
        known = _(", ").join(f"{one.id} {one.name(language())}" for one in tables.values())
        raise NotFoundError(
            N_("{type} has no table"), hint=N_("types with tables are: {known}"), type=found.id, known=known
        )
    return found


def _gather(reading: Reading, types: list[str] | None, branch: str | None, context: typer.Context) -> TableReport:
    selection = make_selection(reading.rulebook, None, types, branch)
    return table_report(reading.corpus, reading.rulebook, reading.snapshot, options_of(context).day, selection)


def _print_list(printer: Printer, report: TableReport, organization: Organization) -> None:
    titles = [Column(title) for title in (_("id"), _("type"), _("owning branch"), _("owner"))]
    titles += [Column(title, right=True) for title in (_("rows"), _("stale"), _("oldest (days)"), _("at most"))]
    print_grid(printer, titles, (_summary(one, organization) for one in report.tables), head=2)


def _summary(one: OperatingTable, organization: Organization) -> Record:
    oldest = "-" if one.oldest is None else one.oldest
    numbers = (len(one.rows), len(one.stale), oldest, one.shape.verify_every_days)
    texts = (one.entry.id, one.type.name(language()), output.branch_name(one, organization))
    cells = (*texts, output.owner_name(one, organization), *(str(number) for number in numbers))
    return Record(cells, "yellow" if one.stale else "")


def _print_rows(
    printer: Printer, tables: Sequence[OperatingTable], organization: Organization, *, external: bool
) -> None:
    columns = tables[0].columns(external=external) if tables else ()
    rows = (
        ["" if cell is None else str(cell) for cell in cells]
        for cells in output.rows(tables, columns, organization, external=external)
    )
    records = (Record(texts, "yellow" if texts[-1] == _("stale") else "") for texts in rows)
    # Branch, owner and the key say which row it is.
    print_grid(printer, [Column(title) for title in output.header(columns, external=external)], records, head=3)


def _say(printer: Printer, reading: Reading, report: TableReport, at: str | None) -> None:
    say_left_out(printer, reading, at, report.findings)
    for entry, state in report.left_out:
        text = _("{id} is left out: it is {state}")
        printer.warn(text.format(id=entry.id, state=_(STATE_NAMES[state])))
