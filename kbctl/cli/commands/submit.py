"""``kbctl submit``: hand in what you changed, with its intake notice (R52, R53)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from kbctl.cli.asking import asked
from kbctl.cli.command import KbctlCommand
from kbctl.cli.completion import complete_contacts, complete_ids
from kbctl.cli.console import Printer
from kbctl.cli.entry_files import files_named
from kbctl.cli.findings import print_findings
from kbctl.cli.flow import Flow, guarded, open_flow, warn_of_commits, warn_of_names
from kbctl.cli.options import options_of
from kbctl.cli.parameters import URGENCIES, find_urgency
from kbctl.cli.slips import unquoted
from kbctl.cli.tallies import print_tallies
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _, ngettext
from kbctl.model.submission import Submission, SubmissionState
from kbctl.model.token_diff import Mark, Piece
from kbctl.output import submissions as words
from kbctl.store.entries import ENTRIES
from kbctl.store.tables import TABLE_FILE
from kbctl.submissions.drafting import SummaryMissingError, Wording
from kbctl.submissions.newer import OlderTextError, Undone
from kbctl.submissions.recall import recall as take_back
from kbctl.submissions.submit import Outcome, Request
from kbctl.submissions.submit import submit as hand_in

app = typer.Typer()

_TEXTS = (".md", ".csv", ".yaml", ".toml", ".j2")
_SHOWN, _BESIDE = 5, 16


@app.command(
    cls=KbctlCommand,
    help=_(
        "Hand in what you changed for review: entries with their attachments and rows, as one submission with its "
        "intake notice.\n\n"
        "Without PATH everything that you changed is taken. It is checked as it would stand on what is published; your "
        "files stay as they are. After a return: correct your files, then `kbctl submit --resubmit NUMBER`. To take back "
        "what is not published yet: `kbctl submit --recall NUMBER`."
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
        str | None,
        typer.Option(
            metavar=URGENCIES,
            help=_("How urgent it is (default: normal); 普通, 加急 and 特急 will do as well."),
            show_default=False,
        ),
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
            help=_("Who submits, where several share git's e-mail address."),
            autocompletion=complete_contacts,
        ),
    ] = None,
    no_push: Annotated[bool, typer.Option("--no-push", help=_("Make the branch on this computer only."))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Check and show, hand nothing in."))] = False,
    resubmit: Annotated[
        str | None, typer.Option(metavar="NUMBER", help=_("Hand a submission in again, corrected."))
    ] = None,
    take_over: Annotated[
        bool,
        typer.Option(
            "--take-over", help=_("With --resubmit: hand in a colleague's submission; the notice records it.")
        ),
    ] = False,
    recall: Annotated[
        str | None, typer.Option(metavar="NUMBER", help=_("Take back a submission that is not published yet."))
    ] = None,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help=_("With --recall: why; the notice keeps it. Owed for a colleague's."))
    ] = "",
    replace_newer: Annotated[
        bool,
        typer.Option("--replace-newer", help=_("My text is meant to replace what was published since I began it.")),
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help=_("Print one JSON object."))] = False,
) -> None:
    """Make the submission and say what happens next."""
    options = options_of(context)
    printer = Printer(options)
    urgent = find_urgency(urgency) if urgency else None
    flow = open_flow(options)
    if recall is not None:
        _refuse_beside_recall(recall, paths or resubmit or dry_run)
        _recall(printer, flow, recall, unquoted(reason) or "", as_, json_=json_)
        return
    request = Request(
        paths=[_path(found) for path in paths or [] for found in files_named(flow.workspace, path)],
        wording=Wording(urgent, unquoted(note), unquoted(summary)),
        contact=as_,
        push=not no_push,
        dry_run=dry_run,
        resubmit=resubmit,
        take_over=take_over,
        replacing=replace_newer,
        ask=_ask,
    )
    try:
        outcome = guarded(printer, lambda: hand_in(flow.repository, flow.place, request, flow.now), json_=json_)
    except SummaryMissingError as missing:
        raise _summary_missing(missing) from None
    except OlderTextError as older:
        _print_undone(printer, older.undone)
        raise _older_text(older) from None
    if json_:
        printer.json(words.as_json(words.outcome_dict(outcome)))
    else:
        _print(printer, outcome)
        _say_next(printer, outcome, remote=bool(flow.place.remote))
        warn_of_commits(printer, flow)


def _path(path: str) -> str:
    return "." if path in ("", ".", "kb") else path


def _refuse_beside_recall(number: str, beside: object) -> None:
    if beside:
        raise KbctlError(
            N_("--recall takes a whole submission back, and nothing beside it"),
            hint=N_("kbctl submit --recall {number} --reason TEXT"),
            number=number,
        )


def _older_text(older: OlderTextError) -> KbctlError:
    return KbctlError(
        N_("your text began before what is published now, and would undo it: {paths}"),
        hint=N_(
            "put what was published into your text (`kbctl diff ID` shows the difference), then submit again; "
            "to drop yours: `kbctl restore ID`; where yours is meant to replace it, add --replace-newer"
        ),
        paths=_(", ").join(one.path for one in older.undone),
    )


def _summary_missing(missing: SummaryMissingError) -> KbctlError:
    if missing.before:
        return KbctlError(
            N_("what is handed in again needs a sentence about what changed: {ids}"),
            hint=N_('say it with --summary "…"; last time it was: {before}'),
            ids=_(", ").join(missing.ids),
            before=missing.before,
        )
    return KbctlError(
        N_("a change of what is published needs a sentence about what changed: {ids}"),
        hint=N_('say it with --summary "…"'),
        ids=_(", ").join(missing.ids),
    )


def _ask(ids: Sequence[str], before: str) -> str:
    """Ask for the sentence about a change; what was said of it *before* is shown, and not taken for what is new."""
    question = _("What changed in {ids}? (one sentence)").format(ids=_(", ").join(ids))
    if before:
        question = _("Last time it was: {before}").format(before=before) + "\n" + question
    return asked(question, _("A sentence is needed: the reviewer reads it. Ctrl-C gives up; nothing is handed in."))


def _ask_reason(submission: Submission) -> str:
    """Ask why a colleague's submission is taken back."""
    question = _("Why do you recall {number} of {name}? (one sentence)").format(
        number=submission.number, name=submission.submitter_name
    )
    return asked(question, _("A sentence is needed: the notice keeps it. Ctrl-C gives up; nothing is recalled."))


def _recall(printer: Printer, flow: Flow, number: str, reason: str, contact: str | None, *, json_: bool) -> None:
    """Take a submission back, and say what becomes of it."""
    submission = take_back(flow.repository, flow.place, number, reason, contact, flow.now, _ask_reason)
    if json_:
        document = {**words.submission_dict(submission), "state": SubmissionState.RECALLED.value}
        printer.json(words.as_json(document))
        return
    printer.result(_("{number} is recalled; it will not be published.").format(number=number))
    printer.note(
        _("Your files are as they were, and may be submitted anew: `kbctl submit`. The record stays: {titles}").format(
            titles="、".join(submission.titles)
        )
    )


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
    print_tallies(printer, outcome.remarks.tallies)
    files = [path.rpartition("/")[2] for path in submission.content.files if path.startswith(ENTRIES)]
    attached = [name for name in files if not name.endswith((".md", TABLE_FILE))]
    if attached:
        printer.result("  " + _("with the attachments {names}").format(names=_(", ").join(attached)))
    verdict = _(words.TIMELY_NAMES[submission.timely])
    text = _("  urgency {urgency}, submitted {timely}").format(
        urgency=_(words.URGENCY_NAMES[submission.urgency]), timely=verdict
    )
    printer.result(text, style="yellow" if submission.timely is False else "")
    if outcome.remarks.missed is not None:
        printer.result("    " + words.lateness(outcome.remarks.missed), style="yellow")
    _say_left_out(printer, outcome)


def _say_left_out(printer: Printer, outcome: Outcome) -> None:
    """What is in other submissions already, in one line; and which of these were returned."""
    warn_of_names(printer, outcome.unnamed)
    if not outcome.elsewhere:
        return
    count = len(outcome.elsewhere)
    filed = {one.submission.number: one for one in outcome.elsewhere.values()}
    text = ngettext(
        "left out, as submitted already: {n} file, in {numbers}",
        "left out, as submitted already: {n} files, in {numbers}",
        count,
    )
    printer.note(text.format(n=count, numbers=_(", ").join(sorted(filed))))
    for number, one in sorted(filed.items()):
        back = one.submission.returned
        if back is not None:
            said = _("{number} was returned by {name}: {opinion}")
            printer.warn(said.format(number=number, name=back.name, opinion=back.opinion))
            printer.note(
                "    → " + _("correct your files, then `kbctl submit --resubmit {number}`").format(number=number)
            )


def _say_next(printer: Printer, outcome: Outcome, *, remote: bool) -> None:
    number = outcome.submission.number
    if not outcome.commit:
        printer.note(_("Nothing was handed in: this was a dry run."))
        return
    if remote and not outcome.pushed:
        printer.note(
            _("It is on this computer only. To hand it in: `kbctl submit --resubmit {number}`").format(number=number)
        )
        return
    printer.note(
        _("Handed in. It is decided by {roles}; `kbctl submissions` shows how far it is.").format(
            roles=words.role_list(outcome.roles, outcome.remarks.role_names)
        )
    )
    printer.note(
        _(
            "If it comes back: correct your files, then `kbctl submit --resubmit {number}`. To take it back: "
            "`kbctl submit --recall {number}`."
        ).format(number=number)
    )
