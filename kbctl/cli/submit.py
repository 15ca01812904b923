"""``kbctl submit``: hand in what you changed, with its intake notice (R52, R53)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer

from kbctl.cli.command import KbctlCommand
from kbctl.cli.completion import complete_contacts, complete_ids
from kbctl.cli.console import Printer
from kbctl.cli.entry_files import files_named
from kbctl.cli.findings import print_findings
from kbctl.cli.flow import guarded, open_flow
from kbctl.cli.options import options_of
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _
from kbctl.model.notice import Urgency
from kbctl.model.token_diff import Mark, Piece
from kbctl.output import submissions as words
from kbctl.submissions.drafting import SummaryMissingError, Wording
from kbctl.submissions.newer import OlderTextError, Undone
from kbctl.submissions.submit import Outcome, Request
from kbctl.submissions.submit import submit as hand_in

app = typer.Typer()

_TEXTS = (".md", ".csv", ".yaml", ".toml", ".j2")
_SHOWN, _BESIDE = 5, 16


class UrgencyOption(StrEnum):
    """缓急程度."""

    NORMAL = "normal"
    EXPEDITED = "expedited"
    URGENT = "urgent"


@app.command(
    cls=KbctlCommand,
    help=_(
        "Hand in what you changed for review: entries with their attachments and rows, as one submission with its "
        "intake notice.\n\n"
        "Without PATH everything that you changed is taken. It is checked as it would stand on what is published; your "
        "files stay as they are. After a return: correct your files, then `kbctl submit --resubmit NUMBER`."
    ),
)
def submit(
    context: typer.Context,
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH]...",
            help=_("Files, folders or ids of entries to hand in."),
            show_default=False,
            autocompletion=complete_ids,
        ),
    ] = None,
    urgency: Annotated[
        UrgencyOption | None, typer.Option(help=_("How urgent it is (default: normal)."), show_default=False)
    ] = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help=_("The remark on the notice (备注)."))] = None,
    summary: Annotated[
        str | None, typer.Option(metavar="TEXT", help=_("What changed, in a sentence; owed for a change."))
    ] = None,
    as_: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="CONTACT",
            help=_("Who submits, where git's e-mail address does not say."),
            autocompletion=complete_contacts,
        ),
    ] = None,
    no_push: Annotated[bool, typer.Option("--no-push", help=_("Make the branch on this computer only."))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Check and show, hand nothing in."))] = False,
    resubmit: Annotated[
        str | None, typer.Option(metavar="NUMBER", help=_("Hand a submission in again, corrected."))
    ] = None,
    replace_newer: Annotated[
        bool,
        typer.Option("--replace-newer", help=_("My text is meant to replace what was published since I began it.")),
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help=_("Print one JSON object."))] = False,
) -> None:
    """Make the submission and say what happens next."""
    options = options_of(context)
    printer = Printer(options)
    flow = open_flow(options)
    request = Request(
        paths=[_path(found) for path in paths or [] for found in files_named(flow.workspace, path)],
        wording=Wording(Urgency(urgency.value) if urgency else None, note, summary),
        contact=as_,
        push=not no_push,
        dry_run=dry_run,
        resubmit=resubmit,
        replacing=replace_newer,
        ask=_ask,
    )
    try:
        outcome = guarded(printer, lambda: hand_in(flow.repository, flow.place, request, flow.now), json_=json_)
    except SummaryMissingError as missing:
        raise KbctlError(
            N_("a change of what is published needs a sentence about what changed: {ids}"),
            hint=N_('say it with --summary "…"'),
            ids=", ".join(missing.ids),
        ) from None
    except OlderTextError as older:
        _print_undone(printer, older.undone)
        raise KbctlError(
            N_("your text began before what is published now, and would undo it: {paths}"),
            hint=N_(
                "put what was published into your text (`kbctl diff ID` shows the difference), then submit again; "
                "to drop yours: `kbctl restore ID`; where yours is meant to replace it, add --replace-newer"
            ),
            paths=", ".join(one.path for one in older.undone),
        ) from None
    if json_:
        printer.json(words.as_json(words.outcome_dict(outcome)))
    else:
        _print(printer, outcome)
        _say_next(printer, outcome, remote=bool(flow.place.remote))


def _path(path: str) -> str:
    return "." if path in ("", ".", "kb", "kb/entries") else path


def _ask(ids: Sequence[str]) -> str:
    """Ask for the sentence, where somebody is there to answer."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return ""
    question = _("What changed in {ids}? (one sentence)").format(ids=", ".join(ids))
    answer: str = typer.prompt(question, err=True)
    return answer


def _print_undone(printer: Printer, undone: Sequence[Undone]) -> None:
    """What would be undone, as far as it is text: with {+what is new+} and [-what is gone-]."""
    for one in undone:
        if one.path.endswith(_TEXTS):
            printer.warn(_("published meanwhile, and not in your {path}:").format(path=one.path))
            for line in one.lines[:_SHOWN]:
                printer.warn("    " + "".join(map(_piece, line.pieces)))
            if len(one.lines) > _SHOWN:
                printer.warn("    …")


def _piece(piece: Piece) -> str:
    """A piece of a changed line; of what stayed the same only what stands beside a change."""
    text = piece.text
    if piece.mark is not Mark.SAME:
        return f"{{+{text}+}}" if piece.mark is Mark.NEW else f"[-{text}-]"
    return text if len(text) <= 2 * _BESIDE else f"{text[:_BESIDE]}…{text[-_BESIDE:]}"


def _print(printer: Printer, outcome: Outcome) -> None:
    submission = outcome.submission
    print_findings(printer, outcome.findings)
    printer.result(submission.number, style="bold")
    for change in submission.changes:
        printer.result(f"  {_(words.CHANGE_NAMES[change.change])}  {change.title}  ({change.path})")
    verdict = _(words.TIMELY_NAMES[submission.timely])
    text = _("  urgency {urgency}, submitted {timely}").format(
        urgency=_(words.URGENCY_NAMES[submission.urgency]), timely=verdict
    )
    printer.result(text, style="yellow" if submission.timely is False else "")
    for path, number in outcome.elsewhere.items():
        printer.note(_("left out, it is part of {number} already: {path}").format(path=path, number=number))


def _say_next(printer: Printer, outcome: Outcome, *, remote: bool) -> None:
    number = outcome.submission.number
    if not outcome.commit:
        printer.note(_("Nothing was handed in: this was a dry run."))
        return
    if remote and not outcome.pushed:
        printer.note(
            _("It is on this computer only. To hand it in: git push origin {branch}").format(branch=outcome.branch)
        )
        return
    printer.note(
        _("Handed in. It is decided by {roles}; `kbctl submissions` shows how far it is.").format(
            roles=words.role_list(outcome.roles)
        )
    )
    printer.note(
        _("If it comes back: correct your files, then `kbctl submit --resubmit {number}`.").format(number=number)
    )
