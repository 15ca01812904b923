"""``kbctl change``: the version of an entry that takes effect later, beside the one that answers today."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from kbctl.cli.command import KbctlCommand
from kbctl.cli.completion import complete_ids
from kbctl.cli.console import Printer
from kbctl.cli.editor import find_editor, open_editor
from kbctl.cli.lookup import find_entry
from kbctl.cli.options import options_of, parse_day
from kbctl.cli.ownership import warn_of_others
from kbctl.cli.workspace import Workspace, from_here
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _
from kbctl.model.corpus import Corpus
from kbctl.model.entry import Entry
from kbctl.model.rulebook import Rulebook
from kbctl.store.edit import set_key
from kbctl.store.write import create_files

app = typer.Typer()


@app.command(
    cls=KbctlCommand,
    help=_(
        "Start the version of an entry that takes effect later: ID@DATE.md beside the one that answers until then.\n\n"
        "The new file has the same text; change in it what will be different from DATE on. Today's answer stays."
    ),
)
def change(
    context: typer.Context,
    id_: Annotated[
        str,
        typer.Argument(metavar="ID", help=_("The entry's id, or the path of its file."), autocompletion=complete_ids),
    ],
    from_: Annotated[
        str, typer.Option("--from", metavar="DATE", help=_("The first day on which the new version answers."))
    ],
    edit: Annotated[bool, typer.Option("--edit", help=_("Open it in your editor (VISUAL, EDITOR)."))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Show what would be written, write nothing."))] = False,
) -> None:
    """Write the successor of an entry."""
    options = options_of(context)
    printer = Printer(options)
    workspace = Workspace(options)
    day = parse_day(from_)
    corpus = workspace.desk_entries().corpus
    # The version that DATE's replaces: the one that would answer on DATE without it.
    entry = find_entry(id_, corpus, day)
    path = workspace.root / entry.path
    target = path.with_name(f"{entry.stem}@{day.isoformat()}.md")
    _refuse(entry, day, options.day, workspace.desk_rulebook)
    if target.exists():
        raise KbctlError(
            N_("{path} exists already and is left as it is"), hint=N_("edit that file"), path=from_here(target)
        )
    editor = find_editor() if edit and not dry_run else None
    data = set_key(path.read_bytes().decode("utf-8"), "valid_from", day.isoformat()).encode("utf-8")
    if dry_run:
        printer.document(data.decode("utf-8"))
        printer.note(_("Nothing was written. The file would be {path}").format(path=from_here(target)))
    else:
        _write(target, data)
        printer.result(str(from_here(target)))
    _warn(printer, entry, corpus, day)
    warn_of_others(printer, workspace, [entry.owner])
    if not dry_run:
        printer.note(_("Change in it what is different from {day} on, then run:").format(day=day))
        printer.note(f"  kbctl validate {from_here(target)}")
    if editor:
        open_editor(editor, target)


def _refuse(entry: Entry, day: date, today: date, rulebook: Rulebook) -> None:
    """Say why *entry* can have no version from *day* on, if it cannot."""
    entry_type = rulebook.types.get(entry.type)
    if entry_type is not None and entry_type.table is not None:
        raise KbctlError(
            N_("{id} is an operating table ({type}): it has no later versions"),
            hint=N_("change the rows of its table.csv instead"),
            id=entry.id,
            type=entry.type,
        )
    if entry.withdrawn is not None:
        raise KbctlError(
            N_("{id} is withdrawn ({reason})"),
            hint=N_("make a new entry with `kbctl new`"),
            id=entry.id,
            reason=entry.withdrawn.reason,
        )
    if day < today:
        raise KbctlError(
            N_("{day} is past: what answered then cannot be changed any more"),
            hint=N_("choose today ({today}) or a later day; to correct a slip, edit {path} itself"),
            day=day,
            today=today,
            path=entry.path,
        )
    if entry.valid_from is None or day <= entry.valid_from:
        raise KbctlError(
            N_("the new version must begin after {path}, which begins on {start}"),
            hint=N_("choose a later day, or edit that file"),
            path=entry.path,
            start=entry.valid_from or "?",
        )


def _write(target: Path, data: bytes) -> None:
    try:
        create_files({target: data})
    except FileExistsError as error:
        raise KbctlError(
            N_("{path} exists already and is left as it is"), hint=N_("edit that file"), path=error.filename
        ) from None


def _warn(printer: Printer, entry: Entry, corpus: Corpus, day: date) -> None:
    """What the writer must look at in the new version."""
    if entry.valid_until is not None and day > entry.valid_until:
        text = _("{path} ends on {until}, so nothing answers until {day}; correct valid_until in the new version")
        printer.warn(text.format(path=entry.path, until=entry.valid_until, day=day))
    if entry.tested is not None:
        text = _("the test statement is still that of {on}: test again, and correct `tested` before you submit")
        printer.warn(text.format(on=entry.tested.on or "?"))
    later = corpus.successor(entry)
    if later is not None and later.valid_from is not None and later.valid_from > day:
        text = _("another version is waiting: {path} takes over on {start}")
        printer.warn(text.format(path=later.path, start=later.valid_from))
    earlier = [version for version in corpus.versions(entry.id) if version.valid_from and version.valid_from < day]
    if len(earlier) > 1:
        printer.note(_("The text is that of {path}, which answers until then.").format(path=entry.path))
