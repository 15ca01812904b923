"""Printing findings: for people with colour, or as a report in one of the formats for CI."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from kbctl.cli.console import Printer
from kbctl.cli.deliver import write_file
from kbctl.cli.styled import Line
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _
from kbctl.model.finding import Finding, Severity
from kbctl.output import findings as output
from kbctl.output.checked import Checked
from kbctl.output.formats import WRITERS, Format
from kbctl.output.plain import clean

_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def print_findings(printer: Printer, findings: Sequence[Finding]) -> None:
    """Each finding with what to do about it; on a terminal below its file, else behind its place, which programs read."""
    path = ""
    for finding, head, hint in output.lines(findings):
        shown = output.shown_path(finding)
        if printer.terminal and shown != path:
            path = shown
            printer.wrapped("", Line(clean(path), "bold"))
        line = Line(clean(head.removeprefix(f"{path}:") if path else head))
        start = line.text.index(": ") + 2 if path else len(f"{shown}:{finding.line}:{finding.column}: ")
        line.stylize(_STYLES[finding.severity], start, line.text.index(finding.code, start) + len(finding.code))
        printer.wrapped("  " if path else "", line, hanging="  ")
        if hint:
            printer.wrapped("    ", Line(clean("→ " + hint), "dim"), hanging="  ")


def send_report(
    printer: Printer,
    checked: Checked,
    format_: Format,
    output_file: str | None,
    as_json: Callable[[], str] | None = None,
) -> bool:
    """Write the report for machines; true if text for people is still owed.

    That is so for ``text``, and where the report goes to *output_file*: a log of CI should say what is wrong too.

    :param as_json: writes the command's own JSON, where it says more than its findings.
    :raises KbctlError: if a file is named for text, or cannot be written.
    """
    if format_ is Format.TEXT:
        if output_file is not None:
            raise KbctlError(
                N_("--output needs a format for machines"),
                hint=N_("add --format: json, github, gitlab, sarif or junit"),
            )
        return True
    report = as_json() if as_json and format_ is Format.JSON else WRITERS[format_](checked)
    if output_file is None:
        printer.document(report)
        return False
    path = Path(output_file).expanduser()
    write_file(path, report.encode("utf-8", "replace"))
    printer.note(_("wrote {path}").format(path=path))
    return True
