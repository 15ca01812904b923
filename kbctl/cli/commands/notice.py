"""``kbctl notice``: the intake notice 知识入库通知单 of a submission, or of entries as an unnumbered draft (R52)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from kbctl.cli.command import KbctlCommand
from kbctl.cli.completion import complete_ids
from kbctl.cli.console import Printer
from kbctl.cli.deliver import deliver
from kbctl.cli.flow import open_flow
from kbctl.cli.options import Options, options_of
from kbctl.cli.parameters import (
    URGENCIES,
    ForceOption,
    OutputOption,
    WorktreeOption,
    choose_format,
    find_urgency,
    format_help,
)
from kbctl.cli.reading import Reading, read
from kbctl.cli.reporting import say_left_out
from kbctl.cli.workspace import Workspace
from kbctl.documents import notice_docx, notice_xlsx
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _
from kbctl.model.entry import Entry
from kbctl.model.notice import FORM_TITLE, Notice, Urgency, chinese_day
from kbctl.model.organization import Contact
from kbctl.model.submission import NUMBER
from kbctl.output.notice_md import notice_markdown
from kbctl.submissions.listing import find_submission

app = typer.Typer()


class Format(StrEnum):
    """Output formats."""

    MD = "md"
    DOCX = "docx"
    XLSX = "xlsx"


@app.command(
    cls=KbctlCommand,
    help=_(
        "Make the intake notice 知识入库通知单 of a submission, by its number, closed out once it is decided; or of one "
        "or more entries of a department, as a draft without number.\n\n"
        "Word and Excel files are one A4 page, ready to be signed; more than eight titles stand on an annex page."
    ),
)
def notice(
    context: typer.Context,
    ids: Annotated[
        list[str],
        typer.Argument(
            metavar="NUMBER|ID...",
            help=_("The submission's number; or the entries' ids, or paths of their files."),
            autocompletion=complete_ids,
        ),
    ],
    format_: Annotated[Format | None, typer.Option("--format", help=format_help(Format.MD))] = None,
    output: OutputOption = None,
    force: ForceOption = False,
    urgency: Annotated[
        str, typer.Option(metavar=URGENCIES, help=_("How urgent it is; 普通, 加急 and 特急 will do as well."))
    ] = Urgency.NORMAL.value,
    note: Annotated[str, typer.Option(metavar="TEXT", help=_("The remark on the form (备注)."))] = "",
    worktree: WorktreeOption = False,
) -> None:
    """Write the notice."""
    options = options_of(context)
    printer = Printer(options)
    chosen = choose_format(format_, output, Format.MD)
    if len(ids) == 1 and NUMBER.match(ids[0]):
        form = _submitted(printer, options, ids[0])
        name = f"{FORM_TITLE}-{form.number}.{chosen.value}"
        deliver(printer, _written(form, chosen), output, name=name, force=force)
        return
    reading = read(Workspace(options), worktree=worktree)
    entries = list(dict.fromkeys(reading.find(word, options.day) for word in ids))
    form = _fill(printer, reading, entries, options.day, find_urgency(urgency), note)
    name = f"{FORM_TITLE}-{entries[0].id}.{chosen.value}"
    deliver(printer, _written(form, chosen), output, name=name, force=force)
    printer.note(_("Without a number: `kbctl submit` gives one; `kbctl notice NUMBER` is the notice of a submission."))
    say_left_out(printer, reading)


def _submitted(printer: Printer, options: Options, number: str) -> Notice:
    """The notice of a submission, as it stands on its branch or on the base."""
    flow = open_flow(options)
    return find_submission(flow.repository, flow.place, flow.base(printer), number).submission.notice()


def _written(form: Notice, format_: Format) -> str | bytes:
    if format_ is Format.DOCX:
        return notice_docx.write_notice(form)
    if format_ is Format.XLSX:
        return notice_xlsx.write_notice(form)
    return notice_markdown(form)


def _fill(
    printer: Printer, reading: Reading, entries: Sequence[Entry], day: date, urgency: Urgency, note: str
) -> Notice:
    owners = list(dict.fromkeys(entry.owner for entry in entries))
    if len(owners) > 1:
        raise KbctlError(
            N_("a notice is one department's, but the entries belong to {owners}"),
            hint=N_("make a notice for each department"),
            owners=_(", ").join(owners),
        )
    contact = _contact(reading, entries, day)
    if contact is None:
        printer.warn(_("None of the entries has a contact of today: 提交责任人 and 联系电话 are left empty."))
    elif not contact.phone:
        printer.warn(_("{name} has no phone: 联系电话 is left empty.").format(name=contact.name))
    types = [reading.rulebook.types.get(entry.type) for entry in entries]
    return Notice(
        number=None,
        day=day,
        department=reading.rulebook.organization.department_name(owners[0]),
        submitter=contact.name if contact else "",
        phone=contact.phone if contact else "",
        carriers=tuple(sorted({known.carrier for known in types if known}, reverse=True)),
        urgency=urgency,
        titles=tuple(_title(entry) for entry in entries),
        note=note,
    )


def _contact(reading: Reading, entries: Sequence[Entry], day: date) -> Contact | None:
    """The first contact of the entries who holds the post on *day*."""
    known = reading.rulebook.organization.contacts
    people = (known[id_] for entry in entries for id_ in entry.contact if id_ in known)
    return next((contact for contact in people if contact.live_on(day)), None)


def _title(entry: Entry) -> str:
    """The title; a version that takes effect later says when."""
    if entry.stem_date and entry.valid_from:
        return f"{entry.title}（{chinese_day(entry.valid_from)}起）"
    return entry.title
