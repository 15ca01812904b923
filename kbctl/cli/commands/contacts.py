"""``kbctl contacts``: the contact table 表2; what depends on a person; handing a person's work over (R12, R51)."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import typer

from kbctl.cli.changes import Changes
from kbctl.cli.command import KbctlCommand, KbctlGroup
from kbctl.cli.completion import complete_contacts, complete_departments, complete_institutions
from kbctl.cli.console import Printer
from kbctl.cli.deliver import deliver
from kbctl.cli.grid import Column, Record, print_grid
from kbctl.cli.lookup import find_contact, find_department, find_institution
from kbctl.cli.options import options_of
from kbctl.cli.parameters import (
    AtOption,
    ForceOption,
    JsonOption,
    OutputOption,
    WorktreeOption,
    choose_format,
    format_help,
)
from kbctl.cli.reading import read
from kbctl.cli.reporting import say_left_out
from kbctl.cli.versions import say_summary
from kbctl.cli.workspace import Workspace
from kbctl.errors import KbctlError, NotFoundError
from kbctl.i18n import N_, _, ngettext
from kbctl.model.notice import chinese_day
from kbctl.model.organization import Contact, Organization
from kbctl.output import contacts as output
from kbctl.output.plain import one_line
from kbctl.reports.contacts import TITLE, ContactReport, columns, contact_report
from kbctl.reports.dependence import Dependence, Handover, Named, dependence, handover
from kbctl.reports.tables import table_report

app = typer.Typer(
    cls=KbctlGroup,
    invoke_without_command=True,
    help=_(
        "Print 表2, the table of business contacts, as the regulation asks for it; point out contacts without entries and "
        "entries without a contact."
    ),
)


class Format(StrEnum):
    """Output formats."""

    TEXT = "text"
    CSV = "csv"
    MD = "md"
    JSON = "json"
    XLSX = "xlsx"


class ImpactFormat(StrEnum):
    """Output formats of an impact."""

    TEXT = "text"
    JSON = "json"


@app.callback()
def contacts(
    context: typer.Context,
    department: Annotated[
        str | None,
        typer.Option(metavar="DEPARTMENT", help=_("Only this department's."), autocompletion=complete_departments),
    ] = None,
    institution: Annotated[
        str | None,
        typer.Option(metavar="INSTITUTION", help=_("Only this institution's."), autocompletion=complete_institutions),
    ] = None,
    external: Annotated[
        bool, typer.Option("--external", help=_("For outside the bank: no mobiles, no e-mail, nothing internal."))
    ] = False,
    format_: Annotated[Format | None, typer.Option("--format", help=format_help(Format.TEXT))] = None,
    json_: JsonOption = False,
    output_: OutputOption = None,
    force: ForceOption = False,
    at: AtOption = None,
    worktree: WorktreeOption = False,
) -> None:
    """Print or write the table."""
    if context.invoked_subcommand is not None:
        return
    options = options_of(context)
    printer = Printer(options)
    chosen = choose_format(format_, output_, Format.TEXT, json=json_)
    reading = read(Workspace(options), at=at, worktree=worktree)
    organization = reading.rulebook.organization
    report = contact_report(
        reading.corpus,
        reading.rulebook,
        options.day,
        find_department(department, organization.departments).id if department is not None else None,
        find_institution(institution, organization.institutions).id if institution is not None else None,
        external=external,
    )
    _deliver(printer, chosen, report, output_, external=external, force=force)
    say_left_out(printer, reading, at)
    _say_missing(printer, report)


def _deliver(
    printer: Printer, format_: Format, report: ContactReport, output_: str | None, *, external: bool, force: bool
) -> None:
    name = f"{TITLE}-{report.today}.{'md' if format_ is Format.TEXT else format_.value}"
    if format_ is Format.TEXT and output_ is None:
        _print(printer, report, external=external)
    elif format_ is Format.JSON:
        deliver(printer, output.as_json(report, external=external), output_, name=name, force=force)
    elif format_ is Format.XLSX:
        # A workbook's library is heavy; the other formats do not wait for it.
        write = importlib.import_module("kbctl.documents.contacts_xlsx").write_contacts
        deliver(printer, write(report, report.today, external=external), output_, name=name, force=force)
    elif format_ is Format.CSV:
        deliver(printer, output.as_csv(report, external=external), output_, name=name, force=force)
    else:
        deliver(printer, output.as_markdown(report, external=external), output_, name=name, force=force)


def _print(printer: Printer, report: ContactReport, *, external: bool) -> None:
    printer.result(TITLE, style="bold")
    printer.result(f"日期：{chinese_day(report.today)}")
    titles = [Column(title) for title in columns(external=external)]
    rows = (Record(row.cells(number, external=external)) for number, row in enumerate(report.rows, 1))
    # Number, institution, department and name say whose the rest is.
    print_grid(printer, titles, rows, head=4)


def _say_missing(printer: Printer, report: ContactReport) -> None:
    """Point out on stderr what the table lacks."""
    for department in report.empty:
        printer.warn(_("{name} ({id}) has no contact today").format(name=department.name, id=department.id))
    for row in report.silent:
        printer.warn(_("{name} ({id}) has no phone").format(name=row.name, id=row.id))
    for row in report.idle:
        printer.warn(_("{name} ({id}) answers for no entry in force").format(name=row.name, id=row.id))
    for entry in report.orphans:
        names = _(", ").join(entry.contact)
        text = _("{id} {title}: no contact who holds the post today ({names})")
        printer.warn(text.format(id=entry.id, title=one_line(entry.title), names=names or "-"))


@app.command(
    cls=KbctlCommand,
    help=_("Show what depends on a person: entries, test statements, roles, rows of operating tables."),
)
def impact(
    context: typer.Context,
    contact: Annotated[
        str, typer.Argument(metavar="CONTACT", help=_("The contact's id or name."), autocompletion=complete_contacts)
    ],
    format_: Annotated[ImpactFormat, typer.Option("--format", help=_("Output format."))] = ImpactFormat.TEXT,
    json_: JsonOption = False,
    at: AtOption = None,
    worktree: WorktreeOption = False,
) -> None:
    """Print what names the contact; exit status 1 if nothing does."""
    options = options_of(context)
    printer = Printer(options)
    reading = read(Workspace(options), at=at, worktree=worktree)
    rulebook = reading.rulebook
    tables = table_report(reading.corpus, rulebook, reading.snapshot, options.day)
    id_ = _known_id(contact, rulebook.organization.contacts)
    found = dependence(id_, reading.corpus, rulebook, tables.tables, options.day)
    if found.contact is None and not (found.answers or found.tested or found.roles):
        find_contact(contact, rulebook.organization.contacts)
    if json_ or format_ is ImpactFormat.JSON:
        printer.json(output.impact_json(found))
    else:
        _print_impact(printer, found, rulebook.organization)
    say_left_out(printer, reading, at, tables.findings)
    if not (found.answers or found.tested or found.roles or found.mentions):
        raise typer.Exit(1)


def _known_id(word: str, known: Mapping[str, Contact]) -> str:
    """The id that *word* names; *word* itself where nobody is called so, for entries may name who was struck off."""
    try:
        return find_contact(word, known).id
    except NotFoundError:
        return word


def _print_impact(printer: Printer, found: Dependence, organization: Organization) -> None:
    contact = found.contact
    if contact is None:
        printer.result(found.id, style="bold")
    else:
        printer.result(
            _with_note(contact.name, f"{contact.id}, {organization.department_name(contact.department)}"), style="bold"
        )
    if contact is None:
        printer.warn(_("The organization knows nobody of this id."))
    elif contact.until is not None:
        printer.result(_("holds the post until {day}").format(day=contact.until))
    _print_named(printer, _("Answers for"), [one for one in found.answers if not one.past], found, organization)
    past = [one for one in found.answers if one.past]
    _print_named(printer, _("Answered for (withdrawn or superseded)"), past, found, organization)
    _print_named(printer, _("Tested"), list(found.tested), found, organization)
    if found.roles:
        text = _("{name}: {text}").format(name=_("Roles in kb/roles.yaml"), text=_(", ").join(found.roles))
        printer.result(text)
    if found.mentions:
        printer.result(_("Named in rows of operating tables"), style="bold")
        for mention in found.mentions:
            printer.result(f"  {mention.table.path}:{mention.row.line}  {one_line(mention.row.key)}")


def _print_named(
    printer: Printer, heading: str, named: list[Named], found: Dependence, organization: Organization
) -> None:
    if not named:
        return
    printer.result(_with_note(heading, str(len(named))), style="bold")
    titles = [Column(title) for title in (_("id"), _("title"), _("remark"))]
    versions = Counter(one.entry.id for one in named)
    records = (_record(one, found, organization, several=versions[one.entry.id] > 1) for one in named)
    print_grid(printer, titles, records, head=2, indent="  ")


def _with_note(name: str, note: str) -> str:
    return _("{name} ({note})").format(name=name, note=note)


def _record(one: Named, found: Dependence, organization: Organization, *, several: bool) -> Record:
    """One entry; its department is named where it is not the contact's own, its first day where it is one of *several*."""
    owner = one.entry.owner
    alone = one.key == "contact" and not one.past and one.entry.id in found.alone
    remarks = [
        _("version from {day}").format(day=one.entry.valid_from) if several else "",
        "! " + _("no other contact") if alone else "",
        "" if one.key in ("contact", "tested") else f"[{one.key}]",
        "" if found.contact and found.contact.department == owner else organization.department_name(owner),
    ]
    return Record((one.entry.id, one.entry.title, " ".join(filter(None, remarks))), "yellow" if alone else "")


@app.command(
    cls=KbctlCommand,
    help=_(
        "Hand over all that OLD answers for to NEW, as one change of the files on your desk: in each entry only the key "
        "that names OLD changes.\n\n"
        "Test statements, and entries that are withdrawn or superseded, are records and stay. Roles and rows of operating "
        "tables are named, not changed."
    ),
)
def replace(
    context: typer.Context,
    old: Annotated[
        str, typer.Argument(metavar="OLD", help=_("The contact who goes."), autocompletion=complete_contacts)
    ],
    new: Annotated[
        str, typer.Argument(metavar="NEW", help=_("The contact who takes over."), autocompletion=complete_contacts)
    ],
    department: Annotated[
        str | None,
        typer.Option(
            metavar="DEPARTMENT", help=_("Only this department's entries."), autocompletion=complete_departments
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Show what would change, write nothing."))] = False,
    force: Annotated[bool, typer.Option("--force", help=_("Also files with changes that are not committed."))] = False,
) -> None:
    """Change the files."""
    options = options_of(context)
    printer = Printer(options)
    workspace = Workspace(options)
    rulebook = workspace.desk_rulebook
    organization = rulebook.organization
    corpus = workspace.desk_entries().corpus
    successor = find_contact(new, organization.contacts)
    if not successor.live_on(options.day):
        raise KbctlError(
            N_("{name} ({id}) does not hold the post today"),
            hint=N_("name somebody who does; see kb/organization/{department}.yaml"),
            name=successor.name,
            id=successor.id,
            department=successor.department,
        )
    old_id = _known_id(old, organization.contacts)
    if old_id == successor.id:
        raise KbctlError(N_("{id} cannot take over from itself"), hint=N_("name two contacts"), id=old_id)
    owner = find_department(department, organization.departments).id if department is not None else None
    planned = handover(old_id, successor.id, corpus, rulebook, options.day, owner)
    if not planned:
        find_contact(old, organization.contacts)
        raise NotFoundError(
            N_("{id} answers for nothing there"), hint=N_("see `kbctl contacts impact {id}`"), id=old_id
        )
    if not force:
        _refuse_unsaved(workspace, planned)
    changes = Changes(workspace)
    for one in planned:
        changes.set(one.entry.path, one.key, one.value)
    changes.finish(printer, dry_run=dry_run)
    _say_strangers(printer, planned, successor, organization)
    _say_alone(printer, planned, successor)
    tables = table_report(corpus, rulebook, workspace.desk, options.day)
    _say_rest(printer, dependence(old_id, corpus, rulebook, tables.tables, options.day))
    known = organization.contacts.get(old_id)
    say_summary(
        printer, _("{new} takes over from {old}").format(new=successor.name, old=known.name if known else old_id)
    )


def _refuse_unsaved(workspace: Workspace, planned: list[Handover]) -> None:
    """Keep one change from being mixed with another that somebody has begun."""
    if workspace.base is None:
        return
    unsaved = set(workspace.repository.changed_since("HEAD"))
    mixed = [one.entry.path for one in planned if one.entry.path in unsaved]
    if mixed:
        raise KbctlError(
            N_("{count} of the files have changes that are not committed: {paths}"),
            hint=N_("submit or undo those first, or add --force to change the files all the same"),
            count=len(mixed),
            paths=_(", ").join(mixed[:3]) + (" …" if len(mixed) > 3 else ""),
        )


def _say_strangers(printer: Printer, planned: list[Handover], successor: Contact, organization: Organization) -> None:
    """Point out entries of departments that the new contact is not of."""
    owners = sorted({one.entry.owner for one in planned} - {successor.department})
    if owners:
        text = _("{name} is of {department}, but takes over entries of {owners}: is that meant?")
        printer.alarm(
            text.format(
                name=successor.name,
                department=organization.department_name(successor.department),
                owners=_(", ").join(organization.department_name(owner) for owner in owners),
            )
        )


def _say_alone(printer: Printer, planned: list[Handover], successor: Contact) -> None:
    """Point out entries that named both, and name one only from now on."""
    alone = [
        one.entry.id
        for one in planned
        if isinstance(one.value, list) and len(one.value) == 1 < len(one.entry.front_matter[one.key])
    ]
    if alone:
        text = _("{name} is now the only contact of: {ids}")
        printer.warn(text.format(name=successor.name, ids=_(", ").join(dict.fromkeys(alone))))


def _say_rest(printer: Printer, left: Dependence) -> None:
    """Name what is not handed over by changing entries."""
    if left.roles:
        text = _("Still in kb/roles.yaml, for the managing department to decide: {roles}")
        printer.warn(text.format(roles=_(", ").join(left.roles)))
    if left.mentions:
        count = len(left.mentions)
        text = ngettext(
            "Still named in {n} row of an operating table:", "Still named in {n} rows of operating tables:", count
        )
        printer.warn(text.format(n=count))
        for mention in left.mentions:
            printer.warn(f"  {mention.table.path}:{mention.row.line}")
