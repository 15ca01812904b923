"""``kbctl ci init``: a pipeline for a forge, which checks every change and runs nothing of it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kbctl import __version__
from kbctl.cli.command import KbctlCommand
from kbctl.cli.console import Printer
from kbctl.cli.options import options_of
from kbctl.cli.workspace import Workspace, from_here
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _, language
from kbctl.store.git.remotes import find_place
from kbctl.store.write import create_files, replace_files

app = typer.Typer(help=_("Checks for a forge or a cron job."), no_args_is_help=True)

_PIPELINES = Path(__file__).parent.parent / "pipelines"
# In this order: the later ones hold earlier ones.
_FRAGMENTS = ("fetch", "fork", "install", "report", "safe", "search", "signers", "change", "published")
_WHOLE_LINE = re.compile(r"^( *)@([A-Z_]+)@\n", re.MULTILINE)
_NAME = re.compile(r"@([A-Z_]+)@")
_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*\Z", re.ASCII)
# What would end the quotes that a value stands in, in a shell or in YAML, or be filled in by a forge.
_UNQUOTABLE = re.compile(r"[\x00-\x1f\x7f\"'`$\\{}]")


class Forge(StrEnum):
    """Where the checks run."""

    GITHUB = "github"
    GITLAB = "gitlab"
    GITEE = "gitee"
    SHELL = "shell"


@dataclass(frozen=True, slots=True)
class _Kind:
    """What one forge needs: its files with the templates they come from, and its formats of a report."""

    files: Mapping[str, str]
    validate: str
    verify: str
    mute: str = ""
    unmute: str = ""


_JUNIT = ('--format junit --output "$reports/validate.xml"', '--format junit --output "$reports/verify.xml"')
_KINDS = {
    Forge.GITHUB: _Kind(
        {".github/workflows/kbctl.yml": "github.yml"},
        "--format github",
        "--format github",
        # What is printed for people may hold a line that GitHub would take for a command.
        'token=$(od -An -N16 -tx1 /dev/urandom | tr -d " \\n")\necho "::stop-commands::$token"',
        'echo "::$token::"',
    ),
    Forge.GITLAB: _Kind(
        {".gitlab-ci.yml": "gitlab.yml"},
        '--format gitlab --output "$reports/validate.json"',
        '--format gitlab --output "$reports/verify.json"',
    ),
    Forge.GITEE: _Kind(
        {".workflow/kbctl-change.yml": "gitee-change.yml", ".workflow/kbctl-published.yml": "gitee-published.yml"},
        *_JUNIT,
    ),
    Forge.SHELL: _Kind({"ci/kbctl-ci.sh": "kbctl-ci.sh"}, *_JUNIT),
}


@app.callback()
def main() -> None:
    """Hold the commands below ``ci``."""


@app.command(
    "init",
    cls=KbctlCommand,
    help=_(
        "Write a pipeline: every change is validated with annotations and must have gone through the approval flow, the "
        "search is tested, and a schedule reports what lapses.\n\n"
        "kbctl is installed from a pinned package and runs outside of the checkout; settings, schemas and people are "
        "those of the base. Files that exist are not overwritten."
    ),
)
def init(
    context: typer.Context,
    forge: Annotated[Forge, typer.Argument(help=_("Where the checks run."))],
    package: Annotated[
        str, typer.Option(metavar="REQUIREMENT", help=_("What pip installs, with its version."))
    ] = f"kbctl=={__version__}",
    base: Annotated[
        str | None, typer.Option(metavar="BRANCH", help=_("The branch that is published (default: that of kb.toml)."))
    ] = None,
    require_signed: Annotated[
        bool,
        typer.Option(
            "--require-signed", help=_("Demand signatures: of every change, and of what is published from now on.")
        ),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Print the files, write nothing."))] = False,
    force: Annotated[bool, typer.Option("--force", help=_("Overwrite files that exist."))] = False,
) -> None:
    """Write the files of one forge."""
    options = options_of(context)
    printer = Printer(options)
    workspace = Workspace(options)
    repository = workspace.repository
    branch = base or _base(workspace)
    if not _BRANCH.match(branch):
        raise KbctlError(
            N_("a pipeline cannot name the branch {name}"),
            hint=N_("use letters, digits and . _ / -; or name another with --base"),
            name=branch,
        )
    files = _files(forge, _values(forge, workspace, package, branch, signed=require_signed))
    top = Path(repository.run("rev-parse", "--show-toplevel").rstrip("\n"))
    if dry_run:
        for name, text in files.items():
            printer.note(f"==> {from_here(top / name)} <==")
            printer.document(text)
        return
    _write(top, files, force=force)
    for name in files:
        printer.result(str(from_here(top / name)))
    if require_signed and not (top / "ci/allowed_signers").exists():
        printer.warn(
            _(
                "There is no ci/allowed_signers yet, the list of the keys that count: docs/guide/ci.md says how to write it."
            )
        )
    _say_next(printer, workspace, forge)


def _base(workspace: Workspace) -> str:
    """The branch that is published, as far as this clone knows; ``main`` before the first commit."""
    configured = workspace.desk_rulebook.settings.base
    try:
        return find_place(workspace.repository, configured).branch
    except KbctlError:
        return (configured or "main").removeprefix("origin/")


def _values(forge: Forge, workspace: Workspace, package: str, branch: str, *, signed: bool) -> dict[str, str]:
    """What is filled in."""
    prefix = workspace.repository.prefix
    for value in (package, prefix):
        if _UNQUOTABLE.search(value) or value.startswith("-"):
            raise KbctlError(
                N_("a pipeline cannot hold this: {value}"),
                hint=N_("leave out quotes, braces, $ and \\"),
                value=value,
            )
    kind = _KINDS[forge]
    settings = workspace.desk_rulebook.settings
    standing = _standing(workspace) if signed or not settings.baseline else ""
    texts = {"PACKAGE": package, "BASE": branch, "PREFIX": prefix, "LANGUAGE": language()}
    return {
        # A string of JSON is one of YAML too.
        **(
            texts
            if forge is Forge.SHELL
            else {name: json.dumps(text, ensure_ascii=False) for name, text in texts.items()}
        ),
        "HEADER": "".join(f"# {line}\n" for line in _header(forge)).rstrip("\n"),
        "VALIDATE": kind.validate,
        "VERIFY": kind.verify,
        "MUTE": kind.mute,
        "UNMUTE": kind.unmute,
        # From where on the approval flow is verified: as kb.toml says, else from today's state on.
        "BASELINE": "" if settings.baseline else f" --base {standing} --head HEAD",
        "SIGNED": " --require-signed" if signed else "",
        "SIGNED_SINCE": f" --signed-since {standing}" if signed else "",
        "CONFLICT": shlex.quote(_("The change contradicts what is published by now: bring it up to date first.")),
        "RULES_CHANGED": shlex.quote(
            _("Settings, schemas or people change: the search is tested once that is published.")
        ),
        "FORKED": shlex.quote(
            _(
                "This pipeline runs in a fork, whose base is not what is published. Hand the change in with kbctl submit, "
                "which makes a branch of the project itself, or have a member of the project run the pipeline there."
            )
        ),
        "NO_REPOSITORY": shlex.quote(_("Here is no git repository, or git refuses it: git status says why.")),
        "CHANGE_NAME": json.dumps(_("knowledge base: change"), ensure_ascii=False),
        "PUBLISHED_NAME": json.dumps(_("knowledge base: what is published"), ensure_ascii=False),
    }


def _header(forge: Forge) -> list[str]:
    lines = [
        _("Written by `kbctl ci init {forge}` of kbctl {version}.").format(forge=forge.value, version=__version__),
        _(
            "KBCTL_PACKAGE is what pip installs: from your bank's own index (PIP_INDEX_URL); raise its version on purpose."
        ),
        _("How kbctl gets there, signatures, and what else to protect: docs/guide/ci.md in the repository of kbctl."),
    ]
    if forge in (Forge.GITLAB, Forge.GITEE):
        lines.append(
            _("The forge reads this file from the change itself: let only the managing department merge changes of it.")
        )
    return lines


def _standing(workspace: Workspace) -> str:
    """The commit that is published today.

    :raises KbctlError: before the first commit: whatever stood in its place would verify nothing, for ever.
    """
    found = workspace.repository.base(workspace.desk_rulebook.settings.base)
    if found is None:
        raise KbctlError(
            N_("nothing is published yet, so the pipeline cannot say from which commit on changes are verified"),
            hint=N_("commit the knowledge base first (`git add -A`, `git commit`), then run this again"),
        )
    return found.id


def _files(forge: Forge, values: Mapping[str, str]) -> dict[str, str]:
    """The forge's files by their path from the repository's top."""
    given = {name.upper(): "" for name in _FRAGMENTS} | dict(values)
    for name in _FRAGMENTS:
        if name != "signers" or values["SIGNED"]:
            given[name.upper()] = _fill((_PIPELINES / f"{name}.sh").read_text(encoding="utf-8"), given).rstrip("\n")
    return {
        path: _fill((_PIPELINES / source).read_text(encoding="utf-8"), given)
        for path, source in _KINDS[forge].files.items()
    }


def _fill(text: str, values: Mapping[str, str]) -> str:
    """*text* with ``@NAME@`` replaced; alone on a line, by as many lines as the value has, indented alike."""

    def lines(match: re.Match[str]) -> str:
        value = values[match[2]]
        return "".join(f"{match[1]}{line}".rstrip() + "\n" for line in value.split("\n")) if value else ""

    def word(match: re.Match[str]) -> str:
        return values.get(match[1], match[0])

    parts: list[str] = []
    reached = 0
    for match in _WHOLE_LINE.finditer(text):
        parts += [_NAME.sub(word, text[reached : match.start()]), lines(match)]
        reached = match.end()
    return "".join([*parts, _NAME.sub(word, text[reached:])])


def _write(top: Path, files: Mapping[str, str], *, force: bool) -> None:
    content = {top / name: text.encode("utf-8") for name, text in files.items()}
    there = [path for path in content if path.exists() or path.is_symlink()]
    if there and not force:
        raise KbctlError(
            N_("{paths} exists already; nothing was written"),
            hint=N_("look at the new one with --dry-run, then add --force"),
            paths=_(", ").join(str(from_here(path)) for path in there),
        )
    try:
        replace_files({path: data for path, data in content.items() if path in there})
        create_files({path: data for path, data in content.items() if path not in there})
    except OSError as error:
        raise KbctlError(
            N_("cannot write {path}: {problem}; nothing was changed"),
            hint=N_("check that the file is yours and that the disk is not full"),
            path=error.filename,
            problem=error.strerror or error,
        ) from None


def _say_next(printer: Printer, workspace: Workspace, forge: Forge) -> None:
    if not workspace.desk_rulebook.settings.baseline:
        printer.note(
            _("kb.toml names no baseline: what is published is verified from the commit on that is the base today.")
        )
    if forge is Forge.GITLAB:
        printer.note(_("The report runs on a schedule: Build > Pipeline schedules, with the base as its branch."))
    printer.note(_("Commit it, and let the forge demand that it passes before anything is merged."))
