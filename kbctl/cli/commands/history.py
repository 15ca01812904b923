"""``kbctl history``: 文件编号, 编制部门, 版次, 生效日期, 修改与审批记录 of an entry, from git (R35)."""

from __future__ import annotations

from functools import cache
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from kbctl.cli.command import KbctlCommand
from kbctl.cli.completion import complete_ids
from kbctl.cli.console import Printer
from kbctl.cli.options import TIME_ZONE, options_of
from kbctl.cli.reading import Reading, read
from kbctl.cli.workspace import Workspace
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _
from kbctl.model.submission import Submission, notice_path, number_of_notice
from kbctl.output.history import history_json, history_lines
from kbctl.reports.history import Notices, history_of
from kbctl.store.git.history import LoggedCommit, added_between, commits_of_entry
from kbctl.store.git.repository import Repository
from kbctl.submissions.notice_file import NoticeError, parse_notice

app = typer.Typer()

_SUBMISSION = "Submission"
_NOTICES = "kb/submissions"


@app.command(
    cls=KbctlCommand,
    help=_(
        "Show the editions of an entry as they were published: its number, department, edition and validity, and for each "
        "change who submitted it, who approved it, when, and with what opinion."
    ),
)
def history(
    context: typer.Context,
    id_: Annotated[
        str,
        typer.Argument(metavar="ID", help=_("The entry's id, or the path of its file."), autocompletion=complete_ids),
    ],
    at: Annotated[str | None, typer.Option(metavar="REV", help=_("What a commit or branch holds."))] = None,
    json_: Annotated[bool, typer.Option("--json", help=_("Print one JSON object."))] = False,
) -> None:
    """Print the record of one entry."""
    options = options_of(context)
    printer = Printer(options)
    workspace = Workspace(options)
    reading = read(workspace, at=at)
    if reading.commit is None:
        raise KbctlError(N_("nothing is published yet"), hint=N_("commit the knowledge base, then try again"))
    entry = reading.find(id_, options.day)
    repository = workspace.repository
    commits = commits_of_entry(repository, reading.commit.id, entry.id)
    notices = _notices(reading)
    numbered = [(commit, _number(repository, commit, entry.id, notices)) for commit in commits]
    record = history_of(entry, reading.corpus.versions(entry.id), numbered, notices)
    department = reading.rulebook.organization.departments.get(entry.owner)
    name = department.name if department else entry.owner
    zone = ZoneInfo(TIME_ZONE)
    if json_:
        printer.json(history_json(record, name, zone))
        return
    for line, style in history_lines(record, name, zone):
        printer.result(line, style=style)
    reading.report(printer, at=at)


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
