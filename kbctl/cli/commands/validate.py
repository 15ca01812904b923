"""``kbctl validate``: all findings of all files in one run."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from kbctl.cli.command import KbctlCommand
from kbctl.cli.completion import complete_codes, complete_ids
from kbctl.cli.console import Printer
from kbctl.cli.entry_files import files_named
from kbctl.cli.findings import print_findings, send_report
from kbctl.cli.options import options_of
from kbctl.cli.progress import progress_bar
from kbctl.cli.workspace import Workspace
from kbctl.errors import KbctlError, NotFoundError
from kbctl.i18n import N_, _
from kbctl.model.finding import Severity
from kbctl.output.checked import Checked
from kbctl.output.findings import summary
from kbctl.output.formats import Format
from kbctl.rules.context import Context
from kbctl.rules.registry import RULES
from kbctl.rules.run import concerned, is_rulebook_path, run
from kbctl.store.entries import load_entries
from kbctl.store.rulebook import load_rulebook
from kbctl.store.snapshot import Snapshot
from kbctl.submissions.problems import PROBLEMS

app = typer.Typer()


class FailOn(StrEnum):
    """The least severity that makes the command fail."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@app.command(
    cls=KbctlCommand,
    help=_(
        "Check entries against the templates and rules: all findings of all files in one run.\n\n"
        "Without PATH the whole knowledge base is checked. Exit status 1 if there are findings at or above --fail-on. "
        "In CI: --changed-since and --rules-from the base, so that a change is not judged by rules of its own."
    ),
)
def validate(
    context: typer.Context,
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH]...",
            help=_("Files, folders, ids or titles of entries to report on."),
            show_default=False,
            autocompletion=complete_ids,
        ),
    ] = None,
    changed_since: Annotated[
        str | None, typer.Option(metavar="REV", help=_("Only what changed since this commit or branch."))
    ] = None,
    staged: Annotated[
        bool, typer.Option("--staged", help=_("Only what is staged for commit, as it is staged."))
    ] = False,
    rules_from: Annotated[
        str | None,
        typer.Option(
            metavar="REV",
            help=_("Judge by the settings, types, organization and roles of this commit or branch, not by those here."),
        ),
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help=_("Output format."))] = Format.TEXT,
    json_: Annotated[bool, typer.Option("--json", help=_("Short for --format json."))] = False,
    output: Annotated[
        str | None,
        typer.Option(metavar="FILE", help=_("Write the report there, and print text as well.")),
    ] = None,
    fail_on: Annotated[FailOn, typer.Option(help=_("The least severity that makes the command fail."))] = FailOn.ERROR,
    select: Annotated[
        list[str] | None,
        typer.Option(metavar="CODES", help=_("Only these codes (KB201,KB7)."), autocompletion=complete_codes),
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="CODES", help=_("Not these codes."), autocompletion=complete_codes)
    ] = None,
) -> None:
    """Report the findings of the entries asked for."""
    options = options_of(context)
    printer = Printer(options)
    workspace = Workspace(options)
    if sum((bool(paths), changed_since is not None, staged)) > 1:
        raise KbctlError(N_("PATH, --changed-since and --staged exclude one another"), hint=N_("choose one of them"))
    judge = workspace.repository.resolve(rules_from).id if rules_from is not None else None
    snapshot, asked = _choose(workspace, paths or [], changed_since, staged, foreign_rules=judge is not None)
    rulebook = load_rulebook(workspace.commit_snapshot(judge) if judge else snapshot)
    loaded = load_entries(snapshot, rulebook)
    world = Context(snapshot, rulebook, loaded.corpus, options.day, workspace.published_entry(judge))
    with progress_bar(printer, _("checking")) as step:
        report = run(world, loaded, asked, _codes(select), _codes(ignore), step)
    threshold = Severity[fail_on.value.upper()]
    checked = Checked(report.findings, report.files, "validate", workspace.prefix, threshold)
    if send_report(printer, checked, Format.JSON if json_ else format_, output):
        print_findings(printer, report.findings)
        printer.note(summary(report.findings, report.files))
    if report.fails(threshold):
        raise typer.Exit(1)


def _choose(
    workspace: Workspace, paths: list[str], changed_since: str | None, staged: bool, *, foreign_rules: bool
) -> tuple[Snapshot, set[str] | None]:
    """The snapshot to look at and the entry files to report on (all if ``None``).

    :param foreign_rules: whether the rulebook is another snapshot's, so that a change of this one's concerns no entry.
    """

    def touched(changed: list[str], snapshot: Snapshot) -> set[str] | None:
        return concerned([path for path in changed if not (foreign_rules and is_rulebook_path(path))], snapshot)

    if staged:
        repository = workspace.repository
        snapshot = workspace.commit_snapshot(repository.staged_tree())
        return snapshot, touched(repository.staged(), snapshot)
    snapshot = workspace.desk
    if changed_since is not None:
        repository = workspace.repository
        since = repository.merge_base(repository.resolve(changed_since).id, "HEAD")
        return snapshot, touched(repository.changed_since(since), snapshot)
    if not paths:
        return snapshot, None
    relative = [found for path in paths for found in files_named(workspace, path)]
    if any(path in (".", "kb", "kb/entries") for path in relative):
        return snapshot, None
    asked = concerned(relative, snapshot)
    for path in relative:
        if asked is not None and not concerned([path], snapshot):
            raise NotFoundError(
                N_("{path} is not an entry and holds none"),
                hint=N_("entries stand at kb/entries/<department>/<id>.md"),
                path=path,
            )
    return snapshot, asked


def _codes(values: list[str] | None) -> list[str]:
    """Split lists like ``KB201,KB7`` and check that each begins some code."""
    codes = [code.strip().upper() for value in values or [] for code in value.split(",") if code.strip()]
    for code in codes:
        if code in PROBLEMS:
            raise KbctlError(
                N_("{code} is about submissions, not about entries"),
                hint=N_("`kbctl review verify` checks it"),
                code=code,
            )
        if not any(known.startswith(code) for known in RULES):
            raise NotFoundError(N_("there is no rule {code}"), hint=N_("`kbctl rule` lists the rules"), code=code)
    return codes
