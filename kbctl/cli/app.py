"""The table of commands, and the program itself."""

from __future__ import annotations

import sys

import typer

from kbctl import __version__
from kbctl.cli.boundary import explain
from kbctl.cli.command import Entry, LazyGroup
from kbctl.cli.common import Options
from kbctl.i18n import N_, _

_WRITE = N_("Write")
_FIND = N_("Find")
_REPORT = N_("Report")
_REVIEW = N_("Submit and review")
_SET_UP = N_("Set up")

COMMANDS = {
    "init": Entry("kbctl.cli.commands.init", N_("Make a new knowledge base."), _SET_UP),
    "new": Entry("kbctl.cli.commands.new", N_("Start a new entry from its type's template."), _WRITE),
    "change": Entry("kbctl.cli.commands.change", N_("Start the version of an entry that takes effect later."), _WRITE),
    "extend": Entry("kbctl.cli.commands.extend", N_("Move the last day or the review day of entries."), _WRITE),
    "withdraw": Entry("kbctl.cli.commands.withdraw", N_("Take entries out of service, with a reason."), _WRITE),
    "validate": Entry("kbctl.cli.commands.validate", N_("Check entries against the templates and rules."), _WRITE),
    "fmt": Entry("kbctl.cli.commands.fmt", N_("Tidy the layout of entries; never the facts."), _WRITE),
    "restore": Entry("kbctl.cli.commands.restore", N_("Put the published text back; what you had is kept."), _WRITE),
    "rule": Entry("kbctl.cli.commands.rule", N_("Explain a rule, with a good and a bad example."), _WRITE),
    "types": Entry("kbctl.cli.commands.types", N_("Explain what a knowledge type asks for."), _WRITE),
    "submit": Entry("kbctl.cli.commands.submit", N_("Hand in what you changed for review."), _REVIEW),
    "submissions": Entry("kbctl.cli.commands.submissions", N_("List submissions, and how far each is."), _REVIEW),
    "sync": Entry("kbctl.cli.commands.sync", N_("Fetch what is published; your own changes are kept."), _REVIEW),
    "diff": Entry("kbctl.cli.commands.diff", N_("Show what changes in an entry, against what is published."), _REVIEW),
    "review": Entry(
        "kbctl.cli.commands.review", N_("Accept or return submissions; verify that nothing went around."), _REVIEW
    ),
    "search": Entry("kbctl.cli.commands.search", N_("Find the answer, and whom to call."), _FIND),
    "show": Entry("kbctl.cli.commands.show", N_("Show an entry as an agent reads it."), _FIND),
    "history": Entry(
        "kbctl.cli.commands.history", N_("Show the editions of an entry: who changed, who approved."), _FIND
    ),
    "index": Entry("kbctl.cli.commands.index", N_("Bring the search index up to date."), _FIND),
    "search-test": Entry(
        "kbctl.cli.commands.search_test", N_("Measure the search against questions with known answers."), _FIND
    ),
    "expire-report": Entry(
        "kbctl.cli.commands.expire_report", N_("Report what has lapsed or is about to, and what mends it."), _REPORT
    ),
    "contacts": Entry(
        "kbctl.cli.commands.contacts", N_("Print the contact table; hand a contact's work over."), _REPORT
    ),
    "table": Entry("kbctl.cli.commands.table", N_("Gather the operating tables of all branches."), _REPORT),
    "notice": Entry("kbctl.cli.commands.notice", N_("Make the intake notice of entries, ready to be signed."), _REPORT),
    "export": Entry(
        "kbctl.cli.commands.export", N_("Write entries as Word or HTML documents, or a handbook of many."), _REPORT
    ),
    "ci": Entry("kbctl.cli.commands.ci", N_("Write a pipeline that checks every change on a forge."), _SET_UP),
    "codeowners": Entry("kbctl.cli.commands.codeowners", N_("Write CODEOWNERS from the organization."), _SET_UP),
    "config": Entry("kbctl.cli.commands.config", N_("Show the settings and where they come from."), _SET_UP),
    "doctor": Entry("kbctl.cli.commands.doctor", N_("Check that everything kbctl needs is there."), _SET_UP),
}

LazyGroup.table = COMMANDS

app = typer.Typer(
    cls=LazyGroup,
    name="kbctl",
    help=_("Run a bank's customer-service knowledge base as a git repository of Markdown entries."),
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    suggest_commands=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"kbctl {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help=_("Show the version and exit.")
    ),
) -> None:
    """Take the options that stand before the command."""


def run() -> None:
    """Run the command line; exits with its status."""
    try:
        app(prog_name="kbctl")
    except OSError as error:
        # Help that cannot be written; commands have the boundary within.
        sys.exit(explain(Options(), error))
