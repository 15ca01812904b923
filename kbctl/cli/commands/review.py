"""``kbctl review``: look at submissions, accept or return them, verify that nothing went around (R9, R22, R68)."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from kbctl.cli.asking import asked
from kbctl.cli.command import KbctlCommand, KbctlGroup
from kbctl.cli.commands.review_show import show_submission
from kbctl.cli.commands.review_verify import checked_changes, print_verification, verify_changes
from kbctl.cli.commands.submissions import print_listing
from kbctl.cli.console import Printer
from kbctl.cli.findings import print_findings, send_report
from kbctl.cli.flow import guarded, open_flow
from kbctl.cli.options import options_of
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _
from kbctl.model.finding import Severity
from kbctl.model.submission import SubmissionState, Verdict
from kbctl.output import submissions as words
from kbctl.output.formats import Format
from kbctl.submissions.listing import list_submissions
from kbctl.submissions.review import Decided, Ruling, decide

app = typer.Typer(
    cls=KbctlGroup,
    help=_("Look at submissions, accept or return them, verify that nothing went around."),
    no_args_is_help=True,
)

_NUMBER = typer.Argument(metavar="NUMBER", help=_("The submission's number."))
_OPINION = typer.Option(metavar="TEXT", help=_("The review opinion on the notice (审核意见)."))
_AS = typer.Option("--as", metavar="CONTACT", help=_("Who reviews, where several share git's e-mail address."))
_JSON = typer.Option("--json", help=_("Print one JSON object."))


@app.command("list", cls=KbctlCommand, help=_("List what waits for a review, the most pressing first."))
def list_(
    context: typer.Context,
    overdue: Annotated[bool, typer.Option("--overdue", help=_("Only what waits too long."))] = False,
    json_: Annotated[bool, _JSON] = False,
) -> None:
    """Print the submissions in review."""
    options = options_of(context)
    printer = Printer(options)
    flow = open_flow(options)
    listing = list_submissions(flow.repository, flow.place, flow.base(printer), published=False)
    waiting = [one for one in listing.filed if one.state in (SubmissionState.IN_REVIEW, SubmissionState.ACCEPTED)]
    if overdue:
        waiting = [one for one in waiting if one.overdue(flow.now)]
    waiting.sort(key=lambda one: (one.due is None, one.due, one.submission.number))
    if json_:
        printer.json(words.as_json(words.listing_dict(waiting, listing, flow.now)))
    else:
        nothing = N_("nothing waits too long") if overdue else N_("nothing waits for a review")
        print_listing(printer, waiting, listing, flow, nothing)


@app.command(
    "show",
    cls=KbctlCommand,
    short_help=_("Show a submission with its findings and changes."),
    help=_("Show a submission: its notice, what the rules find, and what changes against what is in force."),
)
def show(
    context: typer.Context,
    number: Annotated[str, _NUMBER],
    save_to: Annotated[
        str | None,
        typer.Option(metavar="DIR", help=_("Write its entries and attachments into this new folder, to open them.")),
    ] = None,
    json_: Annotated[bool, _JSON] = False,
) -> None:
    """Print one submission for its reviewer."""
    options = options_of(context)
    show_submission(Printer(options), open_flow(options), number, save_to=save_to, json_=json_)


@app.command(
    "accept",
    cls=KbctlCommand,
    short_help=_("Accept a submission and publish it."),
    help=_(
        "Accept a submission: the decision is written into its notice, and the change is published in one step.\n\n"
        "You never accept your own. What contradicts the base by now is explained, and nothing is changed."
    ),
)
def accept(
    context: typer.Context,
    number: Annotated[str, _NUMBER],
    opinion: Annotated[str | None, _OPINION] = None,
    no_merge: Annotated[
        bool, typer.Option("--no-merge", help=_("Record the decision on the branch; the forge's button merges it."))
    ] = False,
    as_: Annotated[str | None, _AS] = None,
    json_: Annotated[bool, _JSON] = False,
) -> None:
    """Accept and publish."""
    _decide(context, Ruling(number, Verdict.ACCEPTED, opinion or "", not no_merge, as_), json_)


@app.command(
    "return",
    cls=KbctlCommand,
    short_help=_("Return a submission to its department."),
    help=_("Return a submission to its department, with what is to be mended."),
)
def return_(
    context: typer.Context,
    number: Annotated[str, _NUMBER],
    opinion: Annotated[str | None, _OPINION] = None,
    as_: Annotated[str | None, _AS] = None,
    json_: Annotated[bool, _JSON] = False,
) -> None:
    """Return to the department."""
    _decide(context, Ruling(number, Verdict.RETURNED, opinion or "", contact=as_), json_)


@app.command(
    "verify",
    cls=KbctlCommand,
    short_help=_("Verify that every change was accepted."),
    help=_(
        "Verify that every change belongs to an accepted submission: of a pull request with --base and --head, else of "
        "all that was published since the baseline.\n\n"
        "Exit status 1 if something does not. Who may do what is read from the base."
    ),
)
def verify(
    context: typer.Context,
    base: Annotated[str | None, typer.Option(metavar="REV", help=_("What is published (default: the base)."))] = None,
    head: Annotated[str | None, typer.Option(metavar="REV", help=_("What wants to be published."))] = None,
    require_signed: Annotated[
        bool, typer.Option("--require-signed", help=_("Submissions and decisions must bear good signatures."))
    ] = False,
    signed_since: Annotated[
        str | None,
        typer.Option(
            metavar="REV", help=_("Like --require-signed; of what is published already, only of what came after REV.")
        ),
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help=_("Output format."))] = Format.TEXT,
    output: Annotated[
        str | None,
        typer.Option(metavar="FILE", help=_("Write the report there, and print text as well.")),
    ] = None,
    json_: Annotated[bool, _JSON] = False,
) -> None:
    """Report what went around the approval flow."""
    options = options_of(context)
    printer = Printer(options)
    signed = require_signed or signed_since is not None
    verification = verify_changes(options, base, head, signed=signed, signed_since=signed_since)
    checked = checked_changes(options, verification)
    if send_report(
        printer,
        checked,
        Format.JSON if json_ else format_,
        output,
        lambda: words.as_json(words.verification_dict(verification)),
    ):
        print_verification(printer, verification, signed=signed)
    if any(finding.severity is Severity.ERROR for finding in verification.findings):
        raise typer.Exit(1)


def _decide(context: typer.Context, ruling: Ruling, json_: bool) -> None:
    options = options_of(context)
    printer = Printer(options)
    if not ruling.opinion.strip():
        ruling = replace(ruling, opinion=_opinion(ruling))
    flow = open_flow(options)
    decided = guarded(printer, lambda: decide(flow.repository, flow.place, ruling, flow.now), json_=json_)
    if json_:
        document = {
            "number": ruling.number,
            "decision": words.decision_dict(decided.decision),
            "branch": decided.branch,
            "published": decided.published or None,
            "missing": list(decided.missing),
            "findings": words.findings_list(decided.findings),
        }
        printer.json(words.as_json(document))
    else:
        _say(printer, decided)


def _opinion(ruling: Ruling) -> str:
    """The opinion, asked for. :raises KbctlError: where nobody is there to give it."""
    accepting = ruling.verdict is Verdict.ACCEPTED
    question = _("Your opinion on {number}, which you accept") if accepting else _("What is to be mended in {number}")
    needed = _("An opinion is needed: the notice keeps it. Ctrl-C gives up; nothing is decided.")
    answer = asked(question.format(number=ruling.number), needed)
    if answer:
        return answer
    raise KbctlError(
        N_("the review opinion is missing"),
        hint=N_('kbctl review accept {number} --opinion "agreed"')
        if accepting
        else N_('kbctl review return {number} --opinion "please state the fee"'),
        number=ruling.number,
    )


def _say(printer: Printer, decided: Decided) -> None:
    """What became of it; of what was never shown here, what it is that was decided on."""
    number = decided.submission.number
    named = words.named(decided.submission)
    if not decided.seen:
        text = _("`kbctl review show` had not shown you this submission; you decided on {titles}.")
        printer.warn(text.format(titles=words.titles(decided.submission)))
    print_findings(printer, decided.findings)
    if decided.decision.verdict is Verdict.RETURNED:
        printer.result(_("{number} is returned to the department.").format(number=named))
    elif decided.published:
        printer.result(_("{number} is accepted and published.").format(number=named), style="green")
        printer.note(_("The notice: kbctl notice {number} --format docx").format(number=number))
    elif decided.missing:
        text = _("{number}: your acceptance is recorded. It still waits for {roles}.")
        printer.result(text.format(number=named, roles=words.role_list(decided.missing, decided.role_names)))
    else:
        text = _("{number} is accepted. Merge the branch {branch} on the forge; do not squash it.")
        printer.result(text.format(number=named, branch=decided.branch))
