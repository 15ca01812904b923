"""``kbctl expire-report``: what has lapsed or is about to, whom to call, and what mends it. Fit for cron."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

import typer

from kbctl.cli.command import KbctlCommand
from kbctl.cli.console import Printer
from kbctl.cli.deliver import deliver
from kbctl.cli.options import options_of
from kbctl.cli.parameters import (
    AtOption,
    BranchOption,
    ForceOption,
    JsonOption,
    OutputOption,
    OwnersOption,
    TypesOption,
    WorktreeOption,
    choose_format,
    format_help,
)
from kbctl.cli.reading import Reading, read
from kbctl.cli.reporting import make_selection, say_left_out, source_of
from kbctl.cli.styled import Line
from kbctl.cli.workspace import Workspace
from kbctl.i18n import _
from kbctl.output import expiry_text
from kbctl.output.expiry_csv import as_csv
from kbctl.output.expiry_json import as_json
from kbctl.output.expiry_md import as_markdown
from kbctl.output.expiry_words import incomplete, left_out
from kbctl.output.plain import clean
from kbctl.output.source import Source
from kbctl.reports.expiry import EXPIRED, ExpiryReport, expiry_report

app = typer.Typer()

_STYLES = {
    expiry_text.HEADING: "bold",
    expiry_text.URGENT: "red",
    expiry_text.SOON: "yellow",
    expiry_text.PLAIN: "",
    expiry_text.ASIDE: "dim",
}


class Format(StrEnum):
    """Output formats."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    MD = "md"
    HTML = "html"
    XLSX = "xlsx"


class FailOn(StrEnum):
    """What makes the command exit with 1."""

    EXPIRED = "expired"
    EXPIRING = "expiring"
    NEVER = "never"


@app.command(
    cls=KbctlCommand,
    help=_(
        "Report what has lapsed or is about to, what is overdue for review, whose contact has left, and which rows of "
        "operating tables are stale: by department, with whom to call and the command that mends it.\n\n"
        "Fit for cron: it never asks, and the same knowledge base and day give the same bytes. Exit status 1 only as "
        "--fail-on says."
    ),
)
def expire_report(
    context: typer.Context,
    within: Annotated[
        int | None,
        typer.Option(
            metavar="DAYS",
            min=0,
            max=3660,
            help=_("List what lapses in at most so many days (default: the longest of warning_days in kb.toml)."),
        ),
    ] = None,
    owner: OwnersOption = None,
    type_: TypesOption = None,
    branch: BranchOption = None,
    format_: Annotated[Format | None, typer.Option("--format", help=format_help(Format.TEXT))] = None,
    json_: JsonOption = False,
    output: OutputOption = None,
    force: ForceOption = False,
    fail_on: Annotated[
        FailOn,
        typer.Option(
            help=_("Exit with 1 if something has expired or cannot be read, or also if something is expiring.")
        ),
    ] = FailOn.NEVER,
    at: AtOption = None,
    worktree: WorktreeOption = False,
) -> None:
    """Print or write the report."""
    options = options_of(context)
    printer = Printer(options)
    chosen = choose_format(format_, output, Format.TEXT, json=json_)
    reading = read(Workspace(options), at=at, worktree=worktree)
    selection = make_selection(reading.rulebook, owner, type_, branch)
    report = expiry_report(reading.corpus, reading.rulebook, reading.snapshot, options.day, selection, within)
    source = source_of(reading, selection, options.day)
    _deliver(printer, chosen, report, source, reading, output, force=force)
    say_left_out(printer, reading, at, report.findings, source.unread)
    if fail_on is not FailOn.NEVER and source.unread:
        printer.warn(_("What cannot be read counts as expired: the exit status is 1."))
    if _fails(report, source, fail_on):
        raise typer.Exit(1)


def _deliver(
    printer: Printer,
    format_: Format,
    report: ExpiryReport,
    source: Source,
    reading: Reading,
    output: str | None,
    *,
    force: bool,
) -> None:
    name = f"expiry-{report.today}.{'txt' if format_ is Format.TEXT else format_.value}"
    if format_ is Format.TEXT and output is None:
        for line, style in expiry_text.as_lines(report, source):
            _print(printer, line, style)
    elif format_ is Format.XLSX:
        # A workbook's library is heavy; the other formats do not wait for it.
        write = importlib.import_module("kbctl.documents.expiry_xlsx").write_expiry
        missing = left_out(report, source)
        content = write(report, report.today, missing, incomplete(len(missing)) if missing else "")
        deliver(printer, content, output, name=name, force=force)
    else:
        deliver(printer, _file(format_, report, reading, source), output, name=name, force=force)


def _print(printer: Printer, text: str, style: str) -> None:
    """Print a line of the report; on a terminal a long one goes on below where it began, but for commands to copy."""
    body = text.lstrip()
    if style == expiry_text.ASIDE:
        printer.result(text, style=_STYLES[style])
    else:
        printer.wrapped(text.removesuffix(body), Line(clean(body), _STYLES[style]), hanging="  ")


def _file(format_: Format, report: ExpiryReport, reading: Reading, source: Source) -> str | bytes:
    """The report in a format that is text."""
    if format_ is Format.CSV:
        return as_csv(report, source)
    if format_ is Format.MD:
        return as_markdown(report, source)
    if format_ is Format.JSON:
        return as_json(report, source)
    if format_ is Format.HTML:
        # The template engine is loaded only where a page is made.
        page: str = importlib.import_module("kbctl.output.expiry_html").as_html(report, source, reading.snapshot)
        return page
    return _text(expiry_text.as_lines(report, source))


def _text(lines: Iterable[expiry_text.Line]) -> str:
    return "".join(f"{line}\n" for line, _style in lines)


def _fails(report: ExpiryReport, source: Source, fail_on: FailOn) -> bool:
    """Whether the exit status is 1: an entry that cannot be read may have expired as well, and nobody would know."""
    if fail_on is FailOn.NEVER:
        return False
    return bool(source.unread) or report.summary[EXPIRED] > 0 or (fail_on is FailOn.EXPIRING and report.lapsing > 0)
