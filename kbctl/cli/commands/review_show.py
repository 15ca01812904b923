"""What ``kbctl review show`` prints."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from kbctl.cli.console import Printer
from kbctl.cli.findings import print_findings
from kbctl.cli.flow import Flow
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _
from kbctl.model.finding import Finding
from kbctl.model.token_diff import LineChange, Mark
from kbctl.output import submissions as words
from kbctl.output.plain import clean
from kbctl.submissions.change_view import FileChange, file_changes
from kbctl.submissions.dossier import Dossier, inspect, judge_merged, merged, open_dossier
from kbctl.submissions.merging import ConflictError

_STYLES = {Mark.SAME: "", Mark.GONE: "strike dim", Mark.NEW: "red"}
_FRAMES = {Mark.SAME: ("", ""), Mark.GONE: ("[-", "-]"), Mark.NEW: ("{+", "+}")}


def show_submission(printer: Printer, flow: Flow, number: str, *, save_to: str | None, json_: bool) -> None:
    """Lay submission *number* out for its reviewer. :param save_to: the folder that its files are written into."""
    dossier = open_dossier(flow.repository, flow.place, flow.base(printer), number)
    findings, conflict = _findings(dossier, flow)
    changes = list(file_changes(dossier.delta, dossier.base, flow.now.date()))
    saved = _save(dossier, changes, Path(save_to).expanduser()) if save_to is not None else []
    if json_:
        document = {
            "submission": words.filed_dict(dossier.filed, flow.now),
            "findings": words.findings_list(findings),
            "conflicts": list(conflict),
            "changes": [words.change_dict(change) for change in changes],
            "saved": [str(path) for path in saved],
        }
        printer.json(words.as_json(document))
        return
    _print_notice(printer, dossier)
    for change in changes:
        _print_change(printer, change)
    if findings:
        printer.result()
        print_findings(printer, findings)
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


def _findings(dossier: Dossier, flow: Flow) -> tuple[Sequence[Finding], Sequence[str]]:
    """What is wrong with the branch, else what the rules find on today's base; and the files that clash with it."""
    wrong = inspect(dossier)
    try:
        result = merged(dossier, dossier.filed.commit)
    except ConflictError as error:
        return wrong, [clash.path for clash in error.clashes]
    return wrong or judge_merged(dossier, result, flow.now.date()), ()


def _print_notice(printer: Printer, dossier: Dossier) -> None:
    submission = dossier.filed.submission
    head = Text(f"{submission.number}  ", style="bold")
    head.append(_(words.STATE_NAMES[dossier.filed.state]))
    printer.result(head)
    for label, value in submission.notice().fields():
        if value:
            printer.result(f"{label}  " + value.replace("\n", "\n    "))
    if submission.summary:
        printer.result(_("what changed: {text}").format(text=submission.summary))
    printer.result(_("decided by {roles}").format(roles=words.role_list(dossier.roles)))
    for decision in submission.decisions:
        text = _("{time} {name}, of revision {revision}: {verdict}. {opinion}").format(
            time=words.time_text(decision.at),
            name=decision.name,
            revision=decision.revision,
            verdict=_(words.VERDICT_NAMES[decision.verdict]),
            opinion=decision.opinion,
        )
        printer.result(text, style="dim")


def _print_change(printer: Printer, change: FileChange) -> None:
    printer.result()
    title = f"== {change.path}  {_(words.CHANGE_NAMES[change.change])}"
    if change.against and change.against != change.path:
        title += "  " + _("(against {path}, which is in force)").format(path=change.against)
    printer.result(title, style="bold cyan")
    if change.plain:
        for line in change.lines:
            printer.result(clean("      " + "".join(piece.text for piece in line.pieces)))
        return
    if change.binary:
        printer.result("  " + _("{size} bytes").format(size=change.size))
    for line in change.lines:
        if line.changed:
            printer.result(_line(line))


def _line(line: LineChange) -> Text:
    """A changed line: marks say what is gone and new, colour says it again."""
    text = Text(f"{line.line or '':>5} ", style="dim")
    for piece in line.pieces:
        before, after = _FRAMES[piece.mark]
        text.append(before + clean(piece.text) + after, style=_STYLES[piece.mark] or "not dim")
    return text
