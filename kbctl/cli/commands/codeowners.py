"""``kbctl codeowners``: CODEOWNERS from the organization, and whether the file is up to date (R27)."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from functools import partial
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
_GROUPS = {
    "github": re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*\Z", re.ASCII),
    "gitlab": re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9._-]+)*\Z", re.ASCII),
}
_EMAIL = re.compile(r"[^\s@#\[\]]+@[^\s@#\[\]]+\Z")
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
        "managing department. Gitee knows no teams there: the departments' contacts of today are named by their e-mail "
        "addresses.\n\n"
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
    if forge is Forge.GITEE:
        owner: Callable[[Department], str] = partial(_people, day=options.day)
        _look_at_people(printer, organization, owner)
    else:
        owner = partial(_team, group=group)
        _look_at_teams(printer, organization, forge, group)
    text = write_codeowners(organization, forge.value, workspace.repository.prefix, owner)
    if check:
        _check(printer, _place(workspace.repository, forge, output), text, forge, org)
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
    known = _GROUPS.get(forge.value)
    if org and known and not known.match(org):
        raise KbctlError(
            N_("{name} is no name of an organization or group on {forge}"),
            hint=N_("letters, digits and -; a group of GitLab may lie in another: bank/kb"),
            name=org,
            forge=forge.value,
        )
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


def _people(department: Department, day: date) -> str:
    """The e-mail addresses of the contacts of *day*."""
    addresses = [contact.email for contact in department.contacts if contact.email and contact.live_on(day)]
    for address in addresses:
        if not _EMAIL.match(address):
            raise KbctlError(
                N_("{path}: {name} is no e-mail address"),
                hint=N_("correct `email` of that contact"),
                path=department.path,
                name=address,
            )
    return " ".join(addresses)


def _look_at_people(printer: Printer, organization: Organization, owner: Callable[[Department], str]) -> None:
    """Say which departments have nobody to be asked; without the managing department's the file would be worth nothing."""
    if not any(owner(department) for department in managing_departments(organization)):
        raise KbctlError(
            N_("no managing department has a contact with an e-mail address"),
            hint=N_(
                "set `role: managing`, and `email` of its contacts, in the file of that department in kb/organization/"
            ),
        )
    without = sorted(id_ for id_, department in organization.departments.items() if not owner(department))
    if without:
        text = _("without a contact who has an e-mail address, so the managing department is asked instead: {ids}")
        printer.warn(text.format(ids=_(", ").join(without)))


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
        printer.warn(text.format(ids=_(", ").join(without)))


def _place(repository: Repository, forge: Forge, output: str | None) -> Path:
    if output is not None:
        return Path(output).expanduser()
    return Path(repository.run("rev-parse", "--show-toplevel").rstrip("\n")) / PLACES[forge.value][0]


def _check(printer: Printer, path: Path, text: str, forge: Forge, org: str | None) -> None:
    try:
        found = path.read_bytes()
    except OSError:
        found = None
    if found == text.encode("utf-8"):
        printer.note(_("{path} is up to date").format(path=from_here(path)))
        return
    group = ["--org", org] if org else []
    command = shlex.join(["kbctl", "codeowners", "--forge", forge.value, *group, "--output", str(from_here(path))])
    missing = _("{path} is missing: {command}") if found is None else _("{path} is out of date: {command}")
    printer.result(missing.format(path=from_here(path), command=command))
    raise typer.Exit(1)
