"""``kbctl new``: a new entry from its type's schema and template."""

from __future__ import annotations

import re
import sys
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from kbctl.cli.command import KbctlCommand
from kbctl.cli.completion import complete_contacts, complete_departments, complete_institutions, complete_types
from kbctl.cli.console import Printer
from kbctl.cli.editor import find_editor, open_editor
from kbctl.cli.lookup import department_list, find_department, find_type, type_list
from kbctl.cli.options import options_of, parse_day
from kbctl.cli.ownership import git_email, warn_of_others
from kbctl.cli.workspace import Workspace, from_here
from kbctl.errors import KbctlError, NotFoundError
from kbctl.i18n import N_, _, language, ngettext
from kbctl.model.entry_type import EntryType
from kbctl.model.han import fold
from kbctl.model.organization import HEAD_OFFICE, Department, Organization
from kbctl.model.validity import LONG_TERM
from kbctl.rules.front_matter import key_shapes, required_keys
from kbctl.store import scaffold
from kbctl.store.entries import ENTRIES, entry_paths, parse_entry
from kbctl.store.slug import slug
from kbctl.store.tables import TABLE_FILE
from kbctl.store.write import create_files

app = typer.Typer()

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}\Z")
_MAX_TITLE = 200


@app.command(
    cls=KbctlCommand,
    help=_(
        "Start a new entry from its type's template: the file is made with every heading that the type asks for.\n\n"
        "TYPE is an id or a name such as faq or 疑难问答; `kbctl types` lists them. Fill in what is marked 待补充, "
        "then run `kbctl validate`."
    ),
)
def new(
    context: typer.Context,
    type_: Annotated[
        str | None,
        typer.Argument(
            metavar="TYPE", help=_("The knowledge type."), show_default=False, autocompletion=complete_types
        ),
    ] = None,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help=_("The entry's title."))] = None,
    owner: Annotated[
        str | None,
        typer.Option(
            metavar="DEPARTMENT",
            help=_("The department that answers for it (default: that of your git e-mail address)."),
            autocompletion=complete_departments,
        ),
    ] = None,
    id_: Annotated[
        str | None, typer.Option("--id", metavar="ID", help=_("Its id (default: the title in pinyin)."))
    ] = None,
    contact: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help=_("Whom to call; may be repeated."), autocompletion=complete_contacts),
    ] = None,
    valid_from: Annotated[
        str | None, typer.Option(metavar="DATE", help=_("The first day on which it answers (default: today)."))
    ] = None,
    valid_until: Annotated[
        str | None, typer.Option(metavar="DATE", help=_("The last day, or long-term where the type allows it."))
    ] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(
            metavar="INSTITUTION",
            help=_("For which institution it holds; may be repeated (default: the whole bank, or the owner's branch)."),
            autocompletion=complete_institutions,
        ),
    ] = None,
    edit: Annotated[bool, typer.Option("--edit", help=_("Open it in your editor (VISUAL, EDITOR)."))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Show what would be written, write nothing."))] = False,
) -> None:
    """Write the first text of an entry."""
    options = options_of(context)
    printer = Printer(options)
    workspace = Workspace(options)
    today = options.day
    organization = workspace.desk_rulebook.organization
    types = workspace.desk_rulebook.types
    if type_ is None:
        raise KbctlError(
            N_("which type is the new entry of?"), hint=N_("the types are: {known}"), known=type_list(types.values())
        )
    entry_type = find_type(type_, types)
    editor = find_editor() if edit and not dry_run else None
    email = git_email(workspace)
    department = _owner(owner, organization, email, today)
    contacts = _contacts(contact, department, organization, email, today)
    scopes = _scope(scope, department, organization)
    start = parse_day(valid_from) if valid_from else today
    until = _until(valid_until, entry_type, start)
    title = _title(title, id_)
    draft = scaffold.Draft(
        id=_id(printer, id_, title, workspace),
        title=title,
        owner=department.id,
        scope=scopes,
        contact=contacts,
        valid_from=start,
        valid_until=until,
        review_by=scaffold.usual_review(entry_type, today) if until == LONG_TERM else None,
        colleagues=tuple(c.id for c in department.contacts if c.live_on(today) and c.id not in contacts),
    )
    _warn_of_similar(printer, draft, workspace)
    warn_of_others(printer, workspace, [draft.owner])
    files = _files(draft, entry_type, workspace, today)
    path = workspace.root / ENTRIES / draft.owner / f"{draft.id}.md"
    if dry_run:
        printer.document(files[path].decode("utf-8"))
        printer.note(_("Nothing was written. The file would be {path}").format(path=from_here(path)))
        return
    _write(files)
    printer.result(str(from_here(path)))
    _say_next(printer, path, entry_type)
    if editor:
        open_editor(editor, path)


def _owner(word: str | None, organization: Organization, email: str, today: date) -> Department:
    """The department named, else the one whose live contact uses this e-mail address in git, else the only one."""
    if word is not None:
        return find_department(word, organization.departments)
    if len(organization.departments) == 1:
        return next(iter(organization.departments.values()))
    mine = {
        contact.department
        for contact in organization.contacts.values()
        if email and email in map(str.lower, contact.git_emails) and contact.live_on(today)
    }
    if len(mine) == 1:
        return organization.departments[mine.pop()]
    if not email:
        raise KbctlError(
            N_("which department owns the entry? git does not know who you are"),
            hint=N_(
                "`git config --global user.email ADDRESS`, the one registered for you; or name it with --owner: {known}"
            ),
            known=department_list(organization.departments.values()),
        )
    raise KbctlError(
        N_("which department owns the entry? Your git e-mail address ({email}) is that of no contact"),
        hint=N_("name it with --owner: {known}"),
        email=email,
        known=department_list(organization.departments.values()),
    )


def _contacts(
    asked: list[str] | None, department: Department, organization: Organization, email: str, today: date
) -> tuple[str, ...]:
    """The contacts named, else the git user if the department's, else its first contact who holds the post (R12)."""
    for id_ in asked or ():
        if id_ not in organization.contacts:
            near = get_close_matches(id_, list(organization.contacts), 1, 0.6)
            known = near or [contact.id for contact in department.contacts]
            raise NotFoundError(
                N_("there is no contact {id}"), hint=N_("did you mean: {known}?"), id=id_, known=_(", ").join(known)
            )
    if asked:
        return tuple(dict.fromkeys(asked))
    live = [contact for contact in department.contacts if contact.live_on(today)]
    if not live:
        raise KbctlError(
            N_("the department {name} has no contact who holds the post today"),
            hint=N_("add one in {path}, or name one with --contact"),
            name=department.name,
            path=department.path,
        )
    own = [contact for contact in live if email and email in map(str.lower, contact.git_emails)]
    return ((own or live)[0].id,)


def _scope(asked: list[str] | None, department: Department, organization: Organization) -> tuple[str, ...]:
    """The institutions for which the entry holds; a branch writes for itself only (R18)."""
    branch = organization.branch_of(department.institution)
    for id_ in asked or ():
        if id_ not in organization.institutions:
            known = _(", ").join(f"{one.id} {one.name}" for one in organization.institutions.values())
            raise NotFoundError(
                N_("there is no institution {id}"), hint=N_("the institutions are: {known}"), id=id_, known=known
            )
        if branch not in (HEAD_OFFICE, id_):
            raise KbctlError(
                N_("{department} belongs to {branch} and may write for that branch only"),
                hint=N_("leave --scope out"),
                department=department.name,
                branch=branch,
            )
    return tuple(dict.fromkeys(asked)) if asked else (branch,)


def _until(asked: str | None, entry_type: EntryType, start: date) -> str:
    if asked is None:
        return scaffold.usual_until(entry_type, start)
    limits = entry_type.validity
    if asked == LONG_TERM:
        if not limits.long_term:
            raise KbctlError(
                N_("an entry of type {type} may not be valid long-term"),
                hint=N_("give --valid-until a day"),
                type=entry_type.id,
            )
        return LONG_TERM
    until = parse_day(asked)
    days = (until - start).days + 1
    if days < 1:
        raise KbctlError(
            N_("the entry would end ({until}) before it begins ({start})"),
            hint=N_("correct --valid-from or --valid-until"),
            until=until,
            start=start,
        )
    if limits.max_days is not None and days > limits.max_days:
        raise KbctlError(
            N_("{days} days are more than the {limit} that the type {type} allows"),
            hint=N_("choose an earlier --valid-until; it can be extended when the time comes"),
            days=days,
            limit=limits.max_days,
            type=entry_type.id,
        )
    return until.isoformat()


def _title(asked: str | None, id_: str | None) -> str:
    title = asked.strip() if asked is not None else ""
    if asked is None and _interactive():
        title = _ask(_("Title"))
    elif asked is None and id_ is not None:
        title = scaffold.PLACEHOLDER
    if not title:
        raise KbctlError(N_("the entry needs a title"), hint=N_("give it with --title"))
    if not title.isprintable() or len(title) > _MAX_TITLE:
        raise KbctlError(
            N_("the title must be one line of at most {limit} characters"),
            hint=N_("shorten it, and leave out line ends and control characters"),
            limit=_MAX_TITLE,
        )
    return title


def _id(printer: Printer, asked: str | None, title: str, workspace: Workspace) -> str:
    """The id named, else one proposed from the title; a person at a terminal is asked until it is one that can be used."""
    proposal = slug(title) if asked is None else asked
    if asked is not None or not _interactive():
        return _usable_id(proposal, title, workspace)
    while True:
        try:
            return _usable_id(_ask(_("Id (the file's name, never changed later)"), proposal), title, workspace)
        except KbctlError as error:
            printer.error(error)


def _usable_id(id_: str, title: str, workspace: Workspace) -> str:
    if not id_:
        raise KbctlError(
            N_("no id can be made from the title {title}"),
            hint=N_("give one with --id, for example --id hongyun-cd"),
            title=title,
        )
    if not _ID.match(id_):
        raise KbctlError(
            N_("{id} is no id"),
            hint=N_("use lower-case letters, digits and `-`, at most 80, for example hongyun-cd"),
            id=id_,
        )
    _refuse_taken(id_, workspace)
    return id_


def _interactive() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _ask(question: str, proposal: str = "") -> str:
    try:
        answer: str = typer.prompt(question, default=proposal or None, err=True)
    except typer.Abort:
        raise KeyboardInterrupt from None
    return answer.strip()


def _refuse_taken(id_: str, workspace: Workspace) -> None:
    """An id names one answer for ever, so one that stands on the desk or is published cannot be taken again (R1)."""
    for snapshot in (workspace.desk, workspace.published):
        for path in entry_paths(snapshot.files()):
            if path.rsplit("/", 1)[-1].removesuffix(".md").partition("@")[0] == id_:
                entry, _findings = parse_entry(path, snapshot.read(path))
                raise KbctlError(
                    N_("the id {id} is taken by {path} ({title})"),
                    hint=N_(
                        "for a later version of that entry: `kbctl change {id} --from DATE`; else choose another --id"
                    ),
                    id=id_,
                    path=path,
                    title=entry.title if entry else "?",
                )


def _warn_of_similar(printer: Printer, draft: scaffold.Draft, workspace: Workspace) -> None:
    titles = {fold(entry.title): entry for entry in workspace.desk_entries().corpus if entry.title}
    for near in get_close_matches(fold(draft.title), list(titles), 3, 0.8):
        entry = titles[near]
        text = _(
            "There is an entry with a similar title: {id} ({title}). If you mean that one: kbctl change {id} --from DATE"
        )
        printer.warn(text.format(id=entry.id, title=entry.title))


def _files(draft: scaffold.Draft, entry_type: EntryType, workspace: Workspace, today: date) -> dict[Path, bytes]:
    """The files to make, the entry itself last: what is interrupted before leaves no entry without its rows."""
    shapes = key_shapes(entry_type)
    values = scaffold.front_matter_values(draft, entry_type, shapes, required_keys(entry_type), today)
    block = scaffold.front_matter(values, _comments(draft, entry_type), list(shapes))
    text = f"---\n{block}---\n{scaffold.body(entry_type, draft, workspace.desk)}"
    folder = workspace.root / ENTRIES / draft.owner
    files = {}
    if entry_type.table is not None:
        files[folder / draft.id / TABLE_FILE] = scaffold.table_header(entry_type.table)
    files[folder / f"{draft.id}.md"] = text.encode("utf-8")
    return files


def _comments(draft: scaffold.Draft, entry_type: EntryType) -> dict[str, list[str]]:
    """What the writer should know about a key, as comment lines before it."""
    limits = entry_type.validity
    comments = {
        "keywords": [_("words by which it should be found")],
        "aliases": [_("how customers say it: short forms, everyday words, wrong names")],
        "audience": [_("internal, or public where it may leave the bank")],
    }
    if entry_type.lead_time_days:
        days = entry_type.lead_time_days
        text = ngettext(
            "submit it at least {days} working day before the first day",
            "submit it at least {days} working days before the first day",
            days,
        )
        comments["valid_from"] = [text.format(days=days)]
    if draft.valid_until != LONG_TERM and limits.max_days is not None:
        comments["valid_until"] = [_("the last day; at most {days} days are allowed").format(days=limits.max_days)]
    if draft.review_by is not None:
        comments["review_by"] = [_("the day by which it is looked at again")]
    if entry_type.tested == "required":
        comments["tested"] = [_("who tested it, when (YYYY-MM-DD), and what was tested")]
    kinds = entry_type.required_attachments or tuple(entry_type.attachment_kinds)[:1]
    if kinds:
        folder = f"{ENTRIES}{draft.owner}/{draft.id}/"
        text = (
            _("put these files into {folder} and take the # away:")
            if entry_type.required_attachments
            else _("attachments, if there are any: put them into {folder} and take the # away:")
        )
        comments["attachments"] = [
            text.format(folder=folder),
            "attachments:",
            *(f"  - {{file: {entry_type.attachment_kinds[kind]}.docx, kind: {kind}}}" for kind in kinds),
        ]
    return comments


def _write(files: dict[Path, bytes]) -> None:
    try:
        create_files(files)
    except FileExistsError as error:
        raise KbctlError(
            N_("{path} exists already and is left as it is"),
            hint=N_("choose another --id, or remove the file"),
            path=error.filename,
        ) from None


def _say_next(printer: Printer, path: Path, entry_type: EntryType) -> None:
    shown = from_here(path)
    printer.note(
        _("A new entry of type {type}. Open it and fill in what is marked {placeholder}, then run:").format(
            type=entry_type.name(language()), placeholder=scaffold.PLACEHOLDER
        )
    )
    if entry_type.table is not None:
        rows = from_here(path.with_suffix("") / TABLE_FILE)
        printer.note(_("  (its rows go into {path})").format(path=rows))
    printer.note(f"  kbctl validate {shown}")
