"""``kbctl doctor``: check that everything kbctl needs is there, and say what to do where it is not."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated

import typer

from kbctl import __version__
from kbctl.cli.command import KbctlCommand
from kbctl.cli.console import Printer
from kbctl.cli.flow import commits_text
from kbctl.cli.options import Options, options_of
from kbctl.cli.workspace import Workspace
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _
from kbctl.model.finding import Severity
from kbctl.model.organization import Contact
from kbctl.rules.registry import RULES
from kbctl.store.entries import load_entries
from kbctl.store.git.remotes import Place, RemoteError, find_place, try_remote
from kbctl.store.rulebook import load_rulebook
from kbctl.submissions.uncommit import own_commits

app = typer.Typer()

OK, WARNING, PROBLEM = "ok", "warning", "problem"
_MARKS = {OK: (N_("ok"), "green"), WARNING: (N_("look"), "yellow"), PROBLEM: (N_("mend"), "red")}
_PYTHON = (3, 11)
# So many seconds the remote repository has to answer.
_PATIENCE = 10


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at: ``status`` is ok, warning or problem; ``hint`` says what to do."""

    subject: str
    status: str
    text: str
    hint: str = ""


@app.command(
    cls=KbctlCommand,
    help=_(
        "Check that everything kbctl needs is there: Python, git, who you are, the knowledge base and its rules, and the "
        "remote repository."
    ),
)
def doctor(
    context: typer.Context,
    offline: Annotated[bool, typer.Option("--offline", help=_("Do not try to reach the remote repository."))] = False,
    json_: Annotated[bool, typer.Option("--json", help=_("Print one JSON object."))] = False,
) -> None:
    """Print one line for each thing looked at; exit status 2 if something must be mended."""
    options = options_of(context)
    printer = Printer(options)
    found = list(_examine(options, offline=offline))
    if json_:
        document = {"schema_version": 1, "checks": [asdict(diagnosis) for diagnosis in found]}
        printer.json(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    else:
        for diagnosis in found:
            mark, style = _MARKS[diagnosis.status]
            line = _("{name}: {text}").format(name=diagnosis.subject, text=diagnosis.text)
            printer.result(f"[{_(mark)}] {line}", style=style if diagnosis.status != OK else "")
            if diagnosis.hint:
                printer.result("    → " + diagnosis.hint)
    if any(diagnosis.status == PROBLEM for diagnosis in found):
        raise typer.Exit(2)


def _examine(options: Options, *, offline: bool) -> Iterator[Diagnosis]:
    yield Diagnosis("kbctl", OK, __version__)
    version = platform.python_version()
    status_ = OK if sys.version_info >= _PYTHON else PROBLEM
    yield Diagnosis("Python", status_, version, "" if status_ == OK else _("install Python 3.11 or later"))
    yield _git()
    yield _encoding()
    try:
        workspace = Workspace(options)
    except KbctlError as error:
        yield Diagnosis(
            _("knowledge base"), PROBLEM, _(error.message).format(**error.params), _(error.hint).format(**error.params)
        )
        return
    yield Diagnosis(_("knowledge base"), OK, str(workspace.root))
    yield from _rulebook(workspace)
    yield from _base(workspace)
    yield from _identity(workspace, options.day)
    place = _place(workspace)
    if place is not None:
        yield from _commits(workspace, place)
        if not offline:
            yield _remote(workspace, place)


def _identity(workspace: Workspace, day: date) -> Iterator[Diagnosis]:
    """Whom git takes the user for, and whether a contact is registered under that address."""
    try:
        name, email = workspace.repository.author()
    except KbctlError:
        return
    if not name or not email:
        hint = _('tell git who you are: git config --global user.name "NAME"; git config --global user.email ADDRESS')
        yield Diagnosis(_("git identity"), WARNING, _("not set; agents need none, who submits does"), hint)
        return
    contacts = [one for one in workspace.desk_rulebook.organization.contacts.values() if one.live_on(day)]
    mine = [one for one in contacts if email.lower() in map(str.lower, one.git_emails)]
    shown = f"{name} <{email}>"
    if mine:
        known = _(", ").join(f"{one.id} {one.name}" for one in mine)
        yield Diagnosis(_("git identity"), OK, _("{who}, contact {contact}").format(who=shown, contact=known))
        return
    text = _("{who}: no contact who holds the post has this address").format(who=shown)
    yield Diagnosis(_("git identity"), WARNING, text, _registered(name, contacts, workspace))


def _registered(name: str, contacts: Sequence[Contact], workspace: Workspace) -> str:
    """Where the addresses of contacts of this *name* stand; else where one has to be registered."""
    departments = workspace.desk_rulebook.organization.departments
    places = [
        _("{contact}: {emails} in {path}").format(
            contact=f"{one.id} {one.name}",
            emails=_(", ").join(one.git_emails) or "-",
            path=departments[one.department].path,
        )
        for one in contacts
        if one.name == name
    ]
    if not places:
        return _("only who submits needs it: have it registered as one of your git_emails in kb/organization/")
    return _("registered is {places}; use that (git config --global user.email), or have yours added there").format(
        places=_("; ").join(places)
    )


def _place(workspace: Workspace) -> Place | None:
    """Where what is published stands in a remote repository, if there is one."""
    try:
        place = find_place(workspace.repository, workspace.desk_rulebook.settings.base)
    except KbctlError:
        return None
    return place if place.remote else None


def _commits(workspace: Workspace, place: Place) -> Iterator[Diagnosis]:
    """Git commits of the user's own on the branch of what is published, over which `sync` will stumble."""
    count = own_commits(workspace.repository, place)
    if count:
        yield Diagnosis(_("git commits"), WARNING, commits_text(count, place.branch))


def _remote(workspace: Workspace, place: Place) -> Diagnosis:
    """Whether the remote repository answers."""
    try:
        try_remote(workspace.repository, place, _PATIENCE)
    except RemoteError as error:
        text, hint = (_(part).format(**error.params) for part in (error.message, error.hint))
        return Diagnosis(_("remote repository"), WARNING, text, hint)
    return Diagnosis(_("remote repository"), OK, _("{remote} answers").format(remote=place.remote))


def _git() -> Diagnosis:
    path = shutil.which("git")
    if path is None:
        return Diagnosis("git", PROBLEM, _("not found"), _("install git, then try again"))
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    return Diagnosis("git", OK, done.stdout.strip().removeprefix("git version "))


def _encoding() -> Diagnosis:
    encoding = (sys.stdout.encoding or "ascii").lower()
    if encoding.replace("-", "") in ("utf8", "gb18030"):
        return Diagnosis(_("terminal"), OK, encoding)
    hint = _("set PYTHONUTF8=1 (on Windows: `chcp 65001`) to see every character")
    return Diagnosis(_("terminal"), WARNING, encoding, hint)


def _rulebook(workspace: Workspace) -> Iterator[Diagnosis]:
    rulebook = workspace.desk_rulebook
    errors = [finding for finding in rulebook.findings if RULES[finding.code].severity is Severity.ERROR]
    text = _("{types} types, {departments} departments, {contacts} contacts").format(
        types=len(rulebook.types),
        departments=len(rulebook.organization.departments),
        contacts=len(rulebook.organization.contacts),
    )
    if errors or not rulebook.types:
        hint = _("`kbctl validate` shows what is wrong in {paths}").format(
            paths=_(", ").join(sorted({finding.path for finding in errors}))
        )
        yield Diagnosis(_("rulebook"), PROBLEM, text, hint)
    else:
        yield Diagnosis(_("rulebook"), OK, text)


def _base(workspace: Workspace) -> Iterator[Diagnosis]:
    try:
        repository = workspace.repository
        base = workspace.base
    except KbctlError as error:
        yield Diagnosis(
            _("git repository"), PROBLEM, _(error.message).format(**error.params), _(error.hint).format(**error.params)
        )
        return
    if repository.tracked(".kbctl"):
        hint = _("`git rm -r --cached .kbctl` and add `.kbctl/` to .gitignore: an index from someone else is not safe")
        yield Diagnosis(".kbctl", PROBLEM, _("git tracks it"), hint)
    if base is None:
        yield Diagnosis(
            _("base"),
            WARNING,
            _("nothing is published yet"),
            _("commit the knowledge base: `git add -A && git commit`"),
        )
        return
    snapshot = workspace.commit_snapshot(base.id)
    loaded = load_entries(snapshot, load_rulebook(snapshot))
    text = _("{name} ({id}), {entries} entries").format(name=base.name, id=base.id[:12], entries=len(loaded.paths))
    if loaded.unserved:
        hint = _("not served, because unreadable: {paths}").format(paths=_(", ").join(loaded.unserved[:5]))
        yield Diagnosis(_("base"), WARNING, text, hint)
    else:
        yield Diagnosis(_("base"), OK, text)
