"""``kbctl export``: entries as Word, HTML or Markdown documents; many of them as a handbook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kbctl.cli.command import KbctlCommand
from kbctl.cli.completion import complete_departments, complete_ids, complete_types
from kbctl.cli.console import Printer
from kbctl.cli.deliver import STDOUT, deliver
from kbctl.cli.lookup import find_department, find_type
from kbctl.cli.options import options_of, parse_day
from kbctl.cli.parameters import AtOption, ForceOption, WorktreeOption, choose_format, format_help
from kbctl.cli.progress import progress_bar
from kbctl.cli.reading import Reading, read
from kbctl.cli.reporting import only_public, refuse_internal, say_left_out
from kbctl.cli.workspace import Workspace
from kbctl.documents.article_docx import write_article, write_handbook
from kbctl.errors import KbctlError, NotFoundError
from kbctl.i18n import N_, _, language, ngettext
from kbctl.model.article import Article, Chapter, Frame, Handbook
from kbctl.model.entry import Entry
from kbctl.model.entry_type import EntryType
from kbctl.model.organization import Department
from kbctl.output.article import Exporter
from kbctl.output.article_html import article_page, handbook_page
from kbctl.output.article_md import article_markdown
from kbctl.store.shipped import shipped_snapshot
from kbctl.store.snapshot import Snapshot

app = typer.Typer()

_ENTRY_TEMPLATE = "templates/report/entry.docx"
_HANDBOOK_TEMPLATE = "templates/report/handbook.docx"


class Format(StrEnum):
    """Output formats."""

    DOCX = "docx"
    HTML = "html"
    MD = "md"


@dataclass(frozen=True, slots=True)
class _Job:
    """What an export needs: what it reads, how it makes articles, and where they go."""

    printer: Printer
    reading: Reading
    exporter: Exporter
    format: Format
    output: str | None
    force: bool

    @property
    def day(self) -> date:
        return self.exporter.day

    def frame(self) -> Frame:
        remark = "" if self.exporter.external else _("Internal: not for readers outside the bank")
        return Frame(self.reading.rulebook.settings.name, remark, _("as of {day}").format(day=self.day))

    def article(self, entry: Entry) -> Article:
        drafts = [_("Draft from the desk: not published, not an answer for customers.")]
        return self.exporter.article(entry, drafts if self.reading.is_draft(entry) else [])


@app.command(
    cls=KbctlCommand,
    help=_(
        "Write entries as documents: on the bank's Word template, as HTML or as Markdown, "
        "with contacts, validity and rows filled in.\n\n"
        "With --department or --type a handbook of all entries in force, with title page and table of contents. "
        "The Word templates are templates/report/entry.docx and handbook.docx, which the bank can edit."
    ),
)
def export(
    context: typer.Context,
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID]...",
            help=_("The entries' ids, or paths of their files."),
            autocompletion=complete_ids,
            show_default=False,
        ),
    ] = None,
    department: Annotated[
        str | None,
        typer.Option(
            metavar="DEPARTMENT", help=_("A handbook of this department."), autocompletion=complete_departments
        ),
    ] = None,
    type_: Annotated[
        str | None,
        typer.Option("--type", metavar="TYPE", help=_("A handbook of this type."), autocompletion=complete_types),
    ] = None,
    format_: Annotated[Format | None, typer.Option("--format", help=format_help(Format.DOCX))] = None,
    output: Annotated[
        str | None,
        typer.Option(metavar="FILE", help=_("Where to write it (a folder for several); - is standard output.")),
    ] = None,
    force: ForceOption = False,
    external: Annotated[
        bool,
        typer.Option(
            "--external", help=_("For readers outside the bank: public entries only, no mobiles, no e-mails.")
        ),
    ] = False,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=_("The version that governs on this day."))] = None,
    at: AtOption = None,
    worktree: WorktreeOption = False,
) -> None:
    """Write the documents."""
    options = options_of(context)
    printer = Printer(options)
    if bool(ids) == bool(department or type_):
        raise KbctlError(
            N_("name either entries or a handbook's --department or --type"),
            hint=N_("for example `kbctl export hongyun-cd`, or `kbctl export --department retail-banking`"),
        )
    chosen = choose_format(format_, output, Format.DOCX)
    reading = read(Workspace(options), at=at, worktree=worktree)
    day = parse_day(as_of) if as_of else options.day
    exporter = Exporter(reading.snapshot, reading.rulebook, reading.corpus, day, external=external)
    job = _Job(printer, reading, exporter, chosen, output, force)
    if ids:
        _export_entries(job, ids)
    else:
        _export_handbook(job, department, type_)
    say_left_out(printer, reading, at, exporter.findings)


def _export_entries(job: _Job, ids: Sequence[str]) -> None:
    entries = list(dict.fromkeys(job.reading.find(word, job.day) for word in ids))
    if job.exporter.external:
        refuse_internal(entries)
    several = len(entries) > 1
    if several and (job.output == STDOUT or (job.output is None and job.format is not Format.DOCX)):
        raise KbctlError(N_("several entries do not go to standard output"), hint=N_("name a folder with --output"))
    if several and job.output is not None and not Path(job.output).expanduser().is_dir():
        raise KbctlError(
            N_("{path} is no folder, but {count} entries are {count} files"),
            hint=N_("name a folder that exists; one document of many entries is a handbook: --department or --type"),
            path=job.output,
            count=len(entries),
        )
    template = _template(job.reading.snapshot, _ENTRY_TEMPLATE) if job.format is Format.DOCX else b""
    for entry in entries:
        content = _document(job, entry, template)
        name = f"{entry.path.rsplit('/', 1)[-1].removesuffix('.md')}.{job.format.value}"
        deliver(job.printer, content, job.output, name=name, force=job.force)


def _document(job: _Job, entry: Entry, template: bytes) -> str | bytes:
    article = job.article(entry)
    if job.format is Format.DOCX:
        return write_article(article, job.frame(), template, job.day)
    return article_page(article, job.frame()) if job.format is Format.HTML else article_markdown(article, job.frame())


def _export_handbook(job: _Job, department: str | None, type_: str | None) -> None:
    if job.format is Format.MD:
        raise KbctlError(N_("a handbook is a docx or html document"), hint=N_("choose --format docx or --format html"))
    rulebook = job.reading.rulebook
    owner = find_department(department, rulebook.organization.departments) if department else None
    kind = find_type(type_, rulebook.types) if type_ else None
    entries = _wanted(job, owner, kind)
    if not entries:
        job.printer.warn(_("There is no entry in force for this handbook."))
        raise typer.Exit(1)
    chapters = _chapters(job, entries, by_type=owner is not None)
    title = _("{subject}: handbook of business knowledge").format(
        subject=" ".join(part for part in (owner.name if owner else "", kind.name(language()) if kind else "") if part)
    )
    count = ngettext("{count} entry in force", "{count} entries in force", len(entries)).format(count=len(entries))
    book = Handbook(title, (count,), chapters)
    content = _bound(job, book)
    name = "-".join(part for part in (owner.id if owner else "", kind.id if kind else "") if part)
    deliver(job.printer, content, job.output, name=f"{name}.{job.format.value}", force=job.force)


def _bound(job: _Job, book: Handbook) -> str | bytes:
    if job.format is Format.DOCX:
        return write_handbook(book, job.frame(), _template(job.reading.snapshot, _HANDBOOK_TEMPLATE), job.day)
    return handbook_page(book, job.frame())


def _wanted(job: _Job, owner: Department | None, kind: EntryType | None) -> list[Entry]:
    """The entries that answer on the day, of one department, one type, or both; says what is left out."""
    corpus = job.reading.corpus
    chosen = [
        entry
        for entry in corpus
        if entry.served
        and (owner is None or entry.owner == owner.id)
        and (kind is None or entry.type == kind.id)
        and corpus.serves(entry, job.day)
    ]
    return only_public(job.printer, chosen) if job.exporter.external else chosen


def _chapters(job: _Job, entries: Sequence[Entry], *, by_type: bool) -> tuple[Chapter, ...]:
    """A department's handbook has a chapter for each type; a type's one for each department."""
    rulebook = job.reading.rulebook
    groups: dict[str, list[Article]] = defaultdict(list)
    with progress_bar(job.printer, _("exporting")) as step:
        for number, entry in enumerate(sorted(entries, key=lambda entry: entry.id), 1):
            groups[entry.type if by_type else entry.owner].append(job.article(entry))
            step(number, len(entries))
    types = {id_: found.name(language()) for id_, found in rulebook.types.items()}
    departments = {id_: found.name for id_, found in rulebook.organization.departments.items()}
    names = types if by_type else departments
    order = [*names, *sorted(set(groups) - set(names))]
    return tuple(Chapter(names.get(id_, id_), tuple(groups[id_])) for id_ in order if id_ in groups)


def _template(snapshot: Snapshot, path: str) -> bytes:
    """The Word template of the knowledge base, or the one that comes with kbctl.

    :raises NotFoundError: if there is neither.
    """
    for source in (snapshot, shipped_snapshot()):
        info = source.files().get(path)
        if info is not None and info.kind == "file":
            return source.read(path)
    raise NotFoundError(N_("there is no file {path}"), hint=N_("install kbctl again"), path=path)
