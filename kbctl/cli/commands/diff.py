"""``kbctl diff``: what changes in an entry, in red by tokens, and never by colour alone (R44)."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Annotated

import typer

from kbctl.cli.change_pages import framed, print_page
from kbctl.cli.command import KbctlCommand
from kbctl.cli.completion import complete_ids
from kbctl.cli.console import Printer
from kbctl.cli.deliver import deliver
from kbctl.cli.entry_files import files_named
from kbctl.cli.findings import print_findings
from kbctl.cli.flow import warn_of_names
from kbctl.cli.options import options_of
from kbctl.cli.red_letter import red_letter
from kbctl.cli.workspace import Workspace
from kbctl.errors import KbctlError, NotFoundError
from kbctl.i18n import N_, _
from kbctl.model.change_page import ChangePage, excerpt, without_gone
from kbctl.output.changes import change_json, change_line, change_page, changes_json
from kbctl.output.changes_html import changes_page
from kbctl.reports.changes import changed_files, entry_change
from kbctl.rules.registry import RULES
from kbctl.store.entries import entry_id
from kbctl.store.front_matter import decode
from kbctl.store.git.revision import Commit
from kbctl.store.snapshot import Snapshot
from kbctl.store.tables import TABLE_FILE
from kbctl.submissions.desk import changed_paths, starting_point

app = typer.Typer()


class Format(StrEnum):
    """Output formats."""

    TERMINAL = "terminal"
    HTML = "html"
    DOCX = "docx"


@app.command(
    cls=KbctlCommand,
    help=_(
        "Show what changes in an entry: your files against what is published, text by words with figures whole, front "
        "matter in words, tables by row. Without ID: which files you have changed.\n\n"
        "New text is {+red+}, what is gone is [-struck-]. A version that takes effect later is compared with the one in "
        "force. html and docx hold the whole text."
    ),
)
def diff(
    context: typer.Context,
    id_: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]",
            help=_("The entry's id or title, or the path of its file."),
            show_default=False,
            autocompletion=complete_ids,
        ),
    ] = None,
    base: Annotated[
        str | None, typer.Option(metavar="REV", help=_("Compare with this commit or branch (default: the base)."))
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help=_("Output format."))] = Format.TERMINAL,
    new_only: Annotated[
        bool, typer.Option("--new-only", help=_("Leave out what is gone: the copy to hand in, new text in red."))
    ] = False,
    output: Annotated[
        str | None, typer.Option(metavar="FILE", help=_("Where to write it; - is standard output."))
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=_("Overwrite the file if it exists."))] = False,
    json_: Annotated[bool, typer.Option("--json", help=_("Print one JSON object."))] = False,
) -> None:
    """Compare one entry on the desk with what is published, or list what differs."""
    options = options_of(context)
    printer = Printer(options)
    workspace = Workspace(options)
    commit = workspace.repository.resolve(base) if base else workspace.base
    if commit is None:
        raise KbctlError(N_("nothing is published yet"), hint=N_("commit the knowledge base, then try again"))
    if id_ is None:
        if format_ is not Format.TERMINAL or output is not None or new_only:
            raise KbctlError(N_("a file is written of one entry at a time"), hint=N_("name the entry: `kbctl diff ID`"))
        _list(printer, workspace, commit, json_=json_)
        return
    published, rulebook = workspace.commit_snapshot(commit.id), workspace.desk_rulebook
    stem = next((found for path in files_named(workspace, id_) if (found := entry_id(path))), "")
    change = entry_change(stem, published, workspace.desk, rulebook, options.day) if stem else None
    if change is None:
        raise NotFoundError(N_("there is no entry {id}"), hint=N_("`kbctl search` finds entries and their ids"), id=id_)
    _refuse_unreadable(printer, workspace.desk, stem)
    if json_:
        printer.json(change_json(change, commit.id))
        return
    page = change_page(change, rulebook, _("against {name} ({commit})").format(name=commit.name, commit=commit.id[:12]))
    if new_only:
        page = without_gone(page)
    to_file = format_ is not Format.TERMINAL or output is not None
    if not to_file:
        print_page(printer, excerpt(page))
    if not change.any:
        say = printer.warn if to_file else printer.note
        say(_("{id} is as it is published.").format(id=change.id))
    if not change.any or not to_file:
        return
    if format_ is Format.DOCX:
        content: str | bytes = red_letter(workspace, change, commit, options.day, new_only=new_only)
    else:
        content = _written(format_, page)
    suffix = "txt" if format_ is Format.TERMINAL else format_.value
    deliver(printer, content, output, name=f"{change.id}-changes.{suffix}", force=force)


def _list(printer: Printer, workspace: Workspace, commit: Commit, *, json_: bool) -> None:
    """What the user changed since their copy was taken; not what others have published in between."""
    start = starting_point(workspace.repository, commit.id)
    paths, unnamed = changed_paths(workspace.repository, start, ())
    warn_of_names(printer, unnamed)
    files = list(changed_files(paths, workspace.commit_snapshot(commit.id), workspace.desk))
    if json_:
        printer.json(changes_json(files, commit.id))
        return
    for file in files:
        printer.result(change_line(file))
    if not files:
        printer.note(_("Nothing is changed: your files are as they are published."))
        return
    printer.note(
        _(
            "`kbctl diff ID` shows a change, `kbctl validate ID` checks it, `kbctl submit ID` hands it in; "
            "`kbctl restore ID` puts the published text back."
        )
    )


def _refuse_unreadable(printer: Printer, desk: Snapshot, id_: str) -> None:
    """Where a text of the entry cannot be read, say so instead of comparing what it is not."""
    texts = [path for path in desk.files() if entry_id(path) == id_ and path.endswith((".md", TABLE_FILE))]
    findings = []
    for path, data in desk.read_many(texts):
        text, found = decode(path, data) if isinstance(data, bytes) else ("", [])
        if text is None:
            findings += [replace(finding, severity=RULES[finding.code].severity) for finding in found]
    if findings:
        print_findings(printer, findings)
        raise typer.Exit(1)


def _written(format_: Format, page: ChangePage) -> str:
    """The page as a file of text."""
    if format_ is Format.HTML:
        return changes_page(page)
    lines = [page.title, page.remark]
    for part in excerpt(page).parts:
        lines += ["", f"== {part.heading}  {part.remark}".rstrip(), *(framed(line).text for line in part.lines)]
    return "".join(f"{line}\n" for line in lines)
