"""``kbctl history``: 文件编号, 编制部门, 版次, 生效日期, 修改与审批记录 of an entry, and the register of all, from git (R35)."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from kbctl.cli.command import KbctlCommand
from kbctl.cli.completion import complete_ids
from kbctl.cli.console import Printer
from kbctl.cli.grid import Column, Record, print_grid
from kbctl.cli.options import TIME_ZONE, options_of
from kbctl.cli.reading import Reading, read
from kbctl.cli.workspace import Workspace
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _
from kbctl.model.entry import Entry
from kbctl.model.submission import Submission, notice_path, number_of_notice
from kbctl.output.history import history_json, history_lines, register_cells, register_json, register_titles
from kbctl.reports.history import Notices, history_of, register_of
from kbctl.store.git.history import LoggedCommit, added_between, commits_of_entry, last_changes
from kbctl.store.git.repository import Repository
from kbctl.store.git.revision import Commit
from kbctl.submissions.notice_file import NoticeError, parse_notice

app = typer.Typer()

_SUBMISSION = "Submission"
_NOTICES = "kb/submissions"


@app.command(
    cls=KbctlCommand,
    help=_(
        "Show the editions of an entry as they were published: its number, department, edition and validity, and for each "
        "change who submitted it, who approved it, when, and with what opinion.\n\n"
        "Without ID: the register of all entries, those published last first."
    ),
)
def history(
    context: typer.Context,
    id_: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]",
            help=_("The entry's id, or the path of its file."),
            show_default=False,
            autocompletion=complete_ids,
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", "-n", min=1, help=_("Without ID: only so many, those published last."))
    ] = None,
    at: Annotated[str | None, typer.Option(metavar="REV", help=_("What a commit or branch holds."))] = None,
    json_: Annotated[bool, typer.Option("--json", help=_("Print one JSON object."))] = False,
) -> None:
    """Print the record of one entry, or the register of all."""
    options = options_of(context)
    printer = Printer(options)
    workspace = Workspace(options)
    reading = read(workspace, at=at)
    if reading.commit is None:
        raise KbctlError(N_("nothing is published yet"), hint=N_("commit the knowledge base, then try again"))
    if workspace.repository.shallow:
        # Its oldest commit seems to have brought every file: editions and dates would be wrong.
        raise KbctlError(
            N_("this clone is shallow: who changed what, and when, is not in it"),
            hint=N_("`git fetch --unshallow` (in CI: fetch the whole history), then try again"),
        )
    if id_ is None:
        _print_register(printer, reading, reading.commit, options.day, limit, json_=json_)
    else:
        _print_record(printer, reading, reading.commit, reading.find(id_, options.day, drafts=False), json_=json_)
    reading.report(printer, at=at)


def _print_register(
    printer: Printer, reading: Reading, commit: Commit, day: date, limit: int | None, *, json_: bool
) -> None:
    """All entries, those published last first."""
    changes = last_changes(reading.workspace.repository, commit.id)
    organization = reading.rulebook.organization
    register = [
        (one, organization.department_name(one.entry.owner))
        for one in register_of(reading.corpus, changes, day)[:limit]
    ]
    zone = ZoneInfo(TIME_ZONE)
    if json_:
        printer.json(register_json(register, zone))
        return
    print_grid(
        printer,
        [Column(title) for title in register_titles()],
        (Record(register_cells(one, name, zone)) for one, name in register),
        head=3,
    )


def _print_record(printer: Printer, reading: Reading, commit: Commit, entry: Entry, *, json_: bool) -> None:
    """The editions of one entry."""
    repository = reading.workspace.repository
    commits = commits_of_entry(repository, commit.id, entry.id)
    notices = _notices(reading)
    numbered = [(one, _number(repository, one, entry.id, notices)) for one in commits]
    record = history_of(entry, reading.corpus.versions(entry.id), numbered, notices)
    name, zone = reading.rulebook.organization.department_name(entry.owner), ZoneInfo(TIME_ZONE)
    if json_:
        printer.json(history_json(record, name, zone))
        return
    for line, style in history_lines(record, name, zone, reading.rulebook.roles.names):
        printer.result(line, style=style)


def _number(repository: Repository, commit: LoggedCommit, id_: str, notices: Notices) -> str:
    """The submission by which *commit* changed the entry *id_*: by its trailer, else by a notice that came with it."""
    named = commit.trailers.get(_SUBMISSION, ())
    if named:
        return named[-1]
    if not commit.parents:
        return ""
    added = added_between(repository, commit.parents[0], commit.id, _NOTICES)
    numbers = [number for path in sorted(added) if (number := number_of_notice(path))]
    return next((number for number in numbers if _concerns(notices(number), id_)), "")


def _concerns(submission: Submission | None, id_: str) -> bool:
    return submission is not None and any(change.id == id_ for change in submission.changes)


def _notices(reading: Reading) -> Notices:
    """The submissions by number, as the intake notices of the snapshot record them."""

    @cache
    def find(number: str) -> Submission | None:
        path = notice_path(number)
        if number_of_notice(path) != number:
            return None
        try:
            return parse_notice(reading.snapshot.read(path))
        except (OSError, NoticeError):
            return None

    return find
