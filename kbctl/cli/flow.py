"""What the commands of the approval flow share: the repository, where its base is, the hour."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

import typer

from kbctl.cli.console import Printer
from kbctl.cli.findings import print_findings
from kbctl.cli.options import TIME_ZONE, Options
from kbctl.cli.workspace import Workspace
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _, ngettext
from kbctl.output import submissions as words
from kbctl.store.git.remotes import Place, RemoteError, fetch, find_place
from kbctl.store.git.repository import Repository
from kbctl.submissions.merging import ConflictError
from kbctl.submissions.problems import RefusedError
from kbctl.submissions.uncommit import own_commits
from kbctl.submissions.view import View, base_view

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Flow:
    """A knowledge base with the place where it is published; ``now`` is in the bank's time zone, on the day asked for."""

    workspace: Workspace
    repository: Repository
    place: Place
    now: datetime

    def base(self, printer: Printer) -> View:
        """What is published; fetched first where it can be, and said where it cannot."""
        try:
            fetch(self.repository, self.place)
        except RemoteError as error:
            printer.warn(_(error.message).format(**error.params))
            printer.warn(_("What follows is what this clone knows."))
        return base_view(self.repository, self.place)


def open_flow(options: Options) -> Flow:
    """Open the knowledge base for the approval flow.

    :raises KbctlError: if it lies in no repository, or nothing is published yet.
    """
    workspace = Workspace(options)
    repository = workspace.repository
    place = find_place(repository, workspace.desk_rulebook.settings.base)
    zone = ZoneInfo(TIME_ZONE)
    now = datetime.combine(options.day, datetime.now(zone).time().replace(second=0, microsecond=0), zone)
    return Flow(workspace, repository, place, now)


def commits_text(count: int, branch: str) -> str:
    """That there are so many git commits of the user's own on *branch*, which `sync` will stumble over."""
    text = ngettext(
        "{branch} has {n} git commit of your own, which is no submission: `kbctl sync --uncommit` makes it edits again",
        "{branch} has {n} git commits of your own, which are no submission: `kbctl sync --uncommit` makes them edits again",
        count,
    )
    return text.format(n=count, branch=branch)


def warn_of_commits(printer: Printer, flow: Flow) -> None:
    """Say so where the branch of what is published has git commits of the user's own."""
    count = own_commits(flow.repository, flow.place)
    if count:
        printer.warn(commits_text(count, flow.place.branch))


def warn_of_names(printer: Printer, names: Iterable[str]) -> None:
    """Name the files that are left out because they cannot be submitted under their name."""
    for name in names:
        printer.warn(_("left out, for its name cannot be submitted: {name}; rename it").format(name=name))


def guarded(printer: Printer, what: Callable[[], T], *, json_: bool = False) -> T:
    """Run *what*; findings that stand in the way are shown and end the command with 1, a conflict is explained."""
    try:
        return what()
    except RefusedError as refused:
        if json_:
            printer.json(words.as_json({"findings": words.findings_list(refused.findings)}))
        else:
            print_findings(printer, refused.findings)
        printer.warn(_("Refused; nothing was changed."))
        raise typer.Exit(1) from None
    except ConflictError as conflict:
        raise KbctlError(
            N_("what is published has changed at the same place since: {paths}"),
            hint=N_(
                "nothing was changed; return it: the department runs `kbctl sync`, makes its change in the published text "
                "and hands it in again with --resubmit"
            ),
            paths=_(", ").join(
                f"{clash.path} ({_(', ').join(clash.rows)})" if clash.rows else clash.path for clash in conflict.clashes
            ),
        ) from None
