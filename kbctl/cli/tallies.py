"""Printing how many rows a submission adds, changes and removes; what is removed is not overlooked."""

from __future__ import annotations

from collections.abc import Iterable

from kbctl.cli.console import Printer
from kbctl.i18n import _
from kbctl.output import submissions as words
from kbctl.submissions.tally import Tally


def print_tallies(printer: Printer, tallies: Iterable[Tally]) -> None:
    """A line for each table, and one that names the rows that are removed."""
    for tally in tallies:
        text = words.tally_text(tally)
        if text:
            printer.result(f"  {tally.path}: {text}")
        if tally.removed:
            keys = _(", ").join(tally.removed)
            printer.result("  " + _("removed from the table: {keys}").format(keys=keys), style="bold red")
