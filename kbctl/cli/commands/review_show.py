"""What ``kbctl review show`` prints."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from kbctl.cli.change_pages import framed, print_page
from kbctl.cli.console import Printer
from kbctl.cli.findings import print_findings
from kbctl.cli.flow import Flow
from kbctl.cli.tallies import print_tallies
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _
from kbctl.model.change_page import ChangeLine, excerpt, unmarked
from kbctl.model.finding import Finding
from kbctl.output import submissions as words
from kbctl.output.changes import change_page
from kbctl.output.plain import clean
from kbctl.store.entries import entry_id
from kbctl.submissions.change_view import FileChange, entry_changes, file_changes
from kbctl.submissions.content import Delta
from kbctl.submissions.dossier import Dossier, inspect, judge_merged, merged, open_dossier
from kbctl.submissions.merging import ConflictError
from kbctl.submissions.remarks import Remarks, remarks_on
from kbctl.submissions.shown import remember_shown


def show_submission(printer: Printer, flow: Flow, number: str, *, save_to: str | None, json_: bool) -> None:
    """Lay submission *number* out for its reviewer. :param save_to: the folder that its files are written into."""
    dossier = open_dossier(flow.repository, flow.place, flow.base(printer), number)
    findings, conflict, result = _judged(dossier, flow)
    changes = list(file_changes(dossier.delta, dossier.base, flow.now.date()))
    saved = _save(dossier, changes, Path(save_to).expanduser()) if save_to is not None else []
    remember_shown(flow.repository, dossier.base, dossier.filed)
    submission, rulebook = dossier.filed.submission, dossier.base.rulebook
    remarks = remarks_on(result, submission.content, rulebook, submission.submitted_at.date())
    if json_:
        document = {
            "submission": words.filed_dict(dossier.filed, flow.now),
            "findings": words.findings_list(findings),
            "conflicts": list(conflict),
            "changes": [words.change_dict(change) for change in changes],
            "rows": [words.tally_dict(tally) for tally in remarks.tallies],
            "missed": words.claim_dict(remarks.missed),
            "saved": [str(path) for path in saved],
        }
        printer.json(words.as_json(document))
        return
    _print_notice(printer, dossier, remarks)
    for entry in entry_changes(result, rulebook, flow.now.date()):
        page = excerpt(change_page(entry, rulebook, ""))
        printer.result()
        print_page(printer, unmarked(page) if entry.fresh else page)
    for change in changes:
        if not entry_id(change.path):
            _print_file(printer, change)
    printer.result()
    print_findings(printer, findings)
    if not findings and not conflict:
        printer.result(_("The rules find nothing."), style="green")
    for file in saved:
        printer.note(_("wrote {path}").format(path=file))
    if not saved and any(change.binary for change in changes):
        printer.note(_("To open the attachments: `kbctl review show {number} --save-to DIR`").format(number=number))
    for path in conflict:
        printer.warn(_("what is published has changed at the same place since: {paths}").format(paths=path))


def _save(dossier: Dossier, changes: Sequence[FileChange], folder: Path) -> list[Path]:
    """Write the files of the submission as they would be published; never over anything.

    :raises KbctlError: if the folder is there already, or cannot be written.
    """
    try:
        folder.mkdir(parents=True)
        written = []
        for change in changes:
            data = dossier.delta.after.read(change.path)
            if data is not None:
                target = _below(folder, change.path)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
                written.append(target)
    except FileExistsError:
        raise KbctlError(
            N_("{folder} is there already"), hint=N_("name a new folder: nothing is overwritten"), folder=folder
        ) from None
    except OSError as error:
        raise KbctlError(
            N_("{folder} cannot be written: {problem}"),
            hint=N_("name a folder that you may write to"),
            folder=folder,
            problem=error.strerror or str(error),
        ) from None
    return written


def _below(folder: Path, path: str) -> Path:
    """Where *path* goes in *folder*; a branch made by hand may hold names that lead out of it."""
    target = folder / path
    if not target.resolve().is_relative_to(folder.resolve()):
        raise KbctlError(
            N_("the file name {name} leads out of the folder"), hint=N_("return the submission"), name=path
        )
    return target


def _judged(dossier: Dossier, flow: Flow) -> tuple[Sequence[Finding], Sequence[str], Delta]:
    """What is wrong with the branch, else what the rules find on today's base; the files that clash with it; the change.

    The change is what would be published against what is, or where that clashes what was handed in where it began.
    """
    wrong = inspect(dossier)
    try:
        result = merged(dossier, dossier.filed.commit)
    except ConflictError as error:
        return wrong, [clash.path for clash in error.clashes], dossier.delta
    return wrong or judge_merged(dossier, result, flow.now.date()), (), result


def _print_notice(printer: Printer, dossier: Dossier, remarks: Remarks) -> None:
    submission = dossier.filed.submission
    head = Text(f"{submission.number}  ", style="bold")
    head.append(words.standing(dossier.filed))
    printer.result(head)
    for label, value in submission.notice().fields():
        if value:
            printer.result(f"{label}  " + value.replace("\n", "\n    "))
    if remarks.missed is not None:
        printer.result(words.lateness(remarks.missed), style="yellow")
    print_tallies(printer, remarks.tallies)
    if submission.summary:
        printer.result(_("what changed: {text}").format(text=submission.summary))
    printer.result(
        _("decided by {roles}").format(roles=words.role_list(dossier.roles, dossier.base.rulebook.roles.names))
    )
    for decision in submission.decisions:
        text = _("{time} {name}, of revision {revision}: {verdict}. {opinion}").format(
            time=words.time_text(decision.at),
            name=decision.name,
            revision=decision.revision,
            verdict=_(words.VERDICT_NAMES[decision.verdict]),
            opinion=decision.opinion,
        )
        printer.result(text, style="dim")


def _print_file(printer: Printer, change: FileChange) -> None:
    """A file that is no entry's, of a change of the settings."""
    printer.result()
    printer.result(f"== {change.path}  {_(words.CHANGE_NAMES[change.change])}", style="bold cyan")
    if change.binary:
        printer.result("  " + _("{size} bytes").format(size=change.size))
    for line in change.lines:
        if change.plain:
            printer.result(clean("      " + "".join(piece.text for piece in line.pieces)))
        elif line.changed:
            printer.result(framed(ChangeLine(line.pieces, line.line)))
