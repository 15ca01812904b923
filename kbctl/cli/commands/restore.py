"""``kbctl restore``: the published text back onto the desk; what lay there is kept aside."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from kbctl.cli.command import KbctlCommand
from kbctl.cli.completion import complete_ids
from kbctl.cli.console import Printer
from kbctl.cli.entry_files import files_named
from kbctl.cli.options import TIME_ZONE, options_of
from kbctl.cli.workspace import Workspace, from_here
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _
from kbctl.store.entries import entry_id
from kbctl.store.snapshot import Snapshot, belongs
from kbctl.store.write import copy_aside, create_files, put_file
from kbctl.submissions.newer import begin_anew
from kbctl.submissions.view import unit_of

app = typer.Typer()


@dataclass(frozen=True, slots=True)
class _Step:
    """One file: the published bytes to put there, ``None`` where nothing is published; whether something lies there."""

    path: str
    data: bytes | None
    there: bool


@app.command(
    cls=KbctlCommand,
    help=_(
        "Put the published text back onto your desk: of entries with their attachments and rows, or of single files.\n\n"
        "What you had is never lost: it is kept in .kbctl/kept/ with day and time. Files that are not published are kept "
        "there too, after a question."
    ),
)
def restore(
    context: typer.Context,
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="ID|PATH...", help=_("Ids or titles of entries, files or folders."), autocompletion=complete_ids
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Show what would change, write nothing."))] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help=_("Do not ask before files that are not published are moved away."))
    ] = False,
) -> None:
    """Put files back."""
    options = options_of(context)
    printer = Printer(options)
    workspace = Workspace(options)
    base = workspace.base
    if base is None:
        raise KbctlError(N_("nothing is published yet"), hint=N_("commit the knowledge base, then try again"))
    published = workspace.repository.snapshot(base.id)
    found = workspace.repository.changed_since(base.id)
    # A repository within this one, which git names as a folder, is somebody else's.
    changed = [path for path in found if belongs(path) and not path.endswith("/")]
    planned = (_step(path, published, workspace.root) for path in _chosen(workspace, names, changed))
    steps = [step for step in planned if step is not None]
    new = [step.path for step in steps if step.data is None]
    if new and not dry_run and not yes:
        _ask(new)
    kept = _new_folder(workspace.root)
    if not dry_run:
        _keep(workspace.root, steps, kept)
        _put_back(workspace.root, steps, kept)
        prefix = workspace.repository.prefix
        begin_anew(workspace.repository, [prefix + step.path for step in steps], base.id)
    _report(printer, steps, kept, dry_run=dry_run)


def _chosen(workspace: Workspace, names: list[str], changed: list[str]) -> list[str]:
    """The files of *changed* that *names* mean: of an entry named by id, title or its folder all that belongs to it."""
    chosen: set[str] = set()
    for name in names:
        paths = files_named(workspace, name)
        by_path = workspace.below(name) in paths
        ids = {entry_id(path) for path in paths if not by_path or unit_of(path) == path} - {""}
        folders = tuple("" if path == "." else f"{path}/" for path in paths)
        chosen.update(path for path in changed if path in paths or path.startswith(folders) or entry_id(path) in ids)
    return sorted(chosen)


def _step(path: str, published: Snapshot, root: Path) -> _Step | None:
    """What is to be done about the file *path*; ``None`` if nothing is."""
    info, target = published.files().get(path), root / path
    if info is not None and info.kind != "file":
        raise KbctlError(
            N_("{path} is published as a link, which kbctl does not write"),
            hint=N_("ask whoever administers the knowledge base"),
            path=path,
        )
    data = published.read(path) if info is not None else None
    there = target.is_symlink() or target.exists()
    plain = target.is_file() and not target.is_symlink()
    if (data is None and not there) or (plain and target.read_bytes() == data):
        return None
    obstacle = _obstacle(root, path)
    if obstacle:
        raise KbctlError(
            N_("{path} cannot be put back, for this is in its way: {obstacle}"),
            hint=N_("move it away, then try again; nothing was changed"),
            path=path,
            obstacle=obstacle,
        )
    return _Step(path, data, there)


def _obstacle(root: Path, path: str) -> str:
    """What stands where *path* or one of its folders has to, and is no such thing; empty if nothing does."""
    for folder in reversed(PurePosixPath(path).parents[:-1]):
        place = root / folder
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            return str(folder)
    target = root / path
    return path if target.exists() and not (target.is_symlink() or target.is_file()) else ""


def _ask(paths: list[str]) -> None:
    """Have it confirmed that the files *paths*, which are new, go off the desk.

    :raises KbctlError: if nobody is there to be asked.
    """
    listed = _(", ").join(paths)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise KbctlError(
            N_("not published, so they would be moved off your desk: {paths}"),
            hint=N_("if that is meant, add --yes; they are kept in .kbctl/kept/"),
            paths=listed,
        )
    question = _("Not published: {paths}. Move off your desk (they are kept)?").format(paths=listed)
    typer.confirm(question, abort=True, err=True)


def _new_folder(root: Path) -> Path:
    """A folder for what is put aside, named for this moment; it is not made yet.

    In the knowledge base always: a cache may be emptied by anybody.
    """
    moment = datetime.now(ZoneInfo(TIME_ZONE)).strftime("%Y%m%d-%H%M%S-%f")[:-3]
    return root / ".kbctl" / "kept" / moment


def _keep(root: Path, steps: list[_Step], kept: Path) -> None:
    """Copy everything aside before anything is replaced: whenever this is killed, nothing is lost."""
    there = [step.path for step in steps if step.there]
    # Drafts are not for git, whatever the knowledge base's own .gitignore says.
    ignore = root / ".kbctl" / ".gitignore"
    try:
        if there and not ignore.exists():
            create_files({ignore: b"*\n"})
        for path in there:
            copy_aside(root / path, kept / path)
    except OSError as error:
        raise KbctlError(
            N_("what you have cannot be kept in {folder}: {problem}"),
            hint=N_("see to that, then try again; nothing was put back"),
            folder=from_here(kept),
            problem=error.strerror or str(error),
        ) from None


def _put_back(root: Path, steps: list[_Step], kept: Path) -> None:
    try:
        for step in steps:
            target = root / step.path
            if step.data is not None:
                put_file(target, step.data)
                continue
            target.unlink()
            with contextlib.suppress(OSError):
                # Where it was the last file of its folder.
                target.parent.rmdir()
    except OSError as error:
        raise KbctlError(
            N_("not everything was put back: {problem}"),
            hint=N_("what you had is kept in {folder}; see to that, then try again"),
            problem=str(error),
            folder=from_here(kept),
        ) from None


def _report(printer: Printer, steps: list[_Step], kept: Path, *, dry_run: bool) -> None:
    for step in steps:
        text = _("put back: {path}") if step.data is not None else _("moved away, not published: {path}")
        printer.result(text.format(path=step.path))
    if not steps:
        printer.note(_("Nothing to put back: this is as it is published."))
    elif dry_run:
        printer.note(_("Nothing was written: this was a dry run."))
    elif any(step.there for step in steps):
        printer.note(_("What you had is kept in {folder}").format(folder=from_here(kept)))
