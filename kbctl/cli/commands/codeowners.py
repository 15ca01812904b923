"""``kbctl codeowners``: CODEOWNERS from the organization, and whether the file is up to date (R27)."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kbctl.cli.command import KbctlCommand
from kbctl.cli.console import Printer
from kbctl.cli.deliver import write_file
from kbctl.cli.options import options_of
from kbctl.cli.workspace import Workspace, from_here
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _
from kbctl.model.organization import Department, Organization
from kbctl.output.codeowners import PLACES, managing_departments, write_codeowners
from kbctl.store.git.repository import Repository

app = typer.Typer()

_TEAM = re.compile(r"@?[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9._-]+)*\Z", re.ASCII)
_URL_OWNER = re.compile(r"(?:\A|[@/])github\.com(?::[0-9]+)?[:/]/?([A-Za-z0-9-]+)/")


class Forge(StrEnum):
    """Whose CODEOWNERS."""

    GITHUB = "github"
    GITLAB = "gitlab"
    GITEE = "gitee"


@app.command(
    cls=KbctlCommand,
    help=_(
        "Write CODEOWNERS from kb/organization/: the entries of each department to its forge_team, everything else to the "
        "managing department.\n\n"
        "Without --output it is printed. --check writes nothing; exit status 1 if the file is out of date."
    ),
)
def codeowners(
    context: typer.Context,
    forge: Annotated[Forge, typer.Option(help=_("The forge that reads it."))] = Forge.GITHUB,
    org: Annotated[
        str | None,
        typer.Option(metavar="NAME", help=_("The organization or group that the teams belong to.")),
    ] = None,
    output: Annotated[str | None, typer.Option(metavar="FILE", help=_("Where to write it, or what to check."))] = None,
    check: Annotated[bool, typer.Option("--check", help=_("Compare with the file, write nothing."))] = False,
) -> None:
    """Print, write or check the file."""
    options = options_of(context)
    printer = Printer(options)
    workspace = Workspace(options)
    organization = workspace.desk_rulebook.organization
    group = _group(forge, org, workspace.repository)
    text = write_codeowners(
        organization, forge.value, workspace.repository.prefix, lambda department: _team(department, group)
    )
    _look_at_teams(printer, organization, forge, group)
    if check:
        _check(printer, _place(workspace.repository, forge, output), text, forge)
    elif output is None:
        printer.document(text)
    else:
        path = Path(output).expanduser()
        write_file(path, text.encode("utf-8"))
        printer.note(_("wrote {path}").format(path=path))


def _group(forge: Forge, org: str | None, repository: Repository) -> str:
    """What stands before the names of teams: on GitHub the organization, which the remote's address tells too."""
    if org is None and forge is Forge.GITHUB:
        match = _URL_OWNER.search(repository.setting("remote.origin.url"))
        return match[1] if match else ""
    return org or ""


def _team(department: Department, group: str) -> str:
    name = department.forge_team
    if not name:
        return ""
    if not _TEAM.match(name):
        raise KbctlError(
            N_("{path}: {name} is no name of a team on a forge"),
            hint=N_("correct forge_team: letters, digits and . _ - /"),
            path=department.path,
            name=name,
        )
    if name.startswith("@"):
        return name
    return f"@{group}/{name}" if group and "/" not in name else f"@{name}"


def _look_at_teams(printer: Printer, organization: Organization, forge: Forge, group: str) -> None:
    """Say which departments have no team; without the managing department's the file would be worth nothing."""
    managers = managing_departments(organization)
    if not any(department.forge_team for department in managers):
        raise KbctlError(
            N_("no managing department has a forge_team"),
            hint=N_("set `role: managing` and `forge_team` in the file of that department in kb/organization/"),
        )
    teams = [department.forge_team for department in organization.departments.values() if department.forge_team]
    if forge is Forge.GITHUB and not group and not all("/" in name for name in teams):
        raise KbctlError(
            N_("GitHub's teams are named with their organization"),
            hint=N_("name it with --org, for example --org bank"),
        )
    without = sorted(id_ for id_, department in organization.departments.items() if not department.forge_team)
    if without:
        text = _("without forge_team, so the managing department is asked instead: {ids}")
        printer.warn(text.format(ids=", ".join(without)))


def _place(repository: Repository, forge: Forge, output: str | None) -> Path:
    if output is not None:
        return Path(output).expanduser()
    return Path(repository.run("rev-parse", "--show-toplevel").rstrip("\n")) / PLACES[forge.value][0]


def _check(printer: Printer, path: Path, text: str, forge: Forge) -> None:
    try:
        found = path.read_bytes()
    except OSError:
        found = None
    if found == text.encode("utf-8"):
        printer.note(_("{path} is up to date").format(path=from_here(path)))
        return
    command = f"kbctl codeowners --forge {forge.value} --output {from_here(path)}"
    missing = _("{path} is missing: {command}") if found is None else _("{path} is out of date: {command}")
    printer.result(missing.format(path=from_here(path), command=command))
    raise typer.Exit(1)
