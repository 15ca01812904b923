"""``kbctl submissions``: what was handed in, and how far it is."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from kbctl.cli.command import KbctlCommand
from kbctl.cli.console import Printer
from kbctl.cli.flow import Flow, open_flow
from kbctl.cli.options import options_of
from kbctl.cli.styled import Line
from kbctl.i18n import _
from kbctl.model.submission import SubmissionState
from kbctl.output import submissions as words
from kbctl.output.plain import clean
from kbctl.submissions.identity import git_person, identify
from kbctl.submissions.listing import Filed, Listing, list_submissions
from kbctl.submissions.view import View

app = typer.Typer()


class StateOption(StrEnum):
    """Where a submission may stand."""

    REVIEW = "review"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    PUBLISHED = "published"


@app.command(
    cls=KbctlCommand,
    help=_(
        "List submissions and how far each is: in review, returned, accepted or published.\n\n"
        "Without --state those that are not published yet."
    ),
)
def submissions(
    context: typer.Context,
    mine: Annotated[bool, typer.Option("--mine", help=_("Only those that I handed in."))] = False,
    state: Annotated[list[StateOption] | None, typer.Option(help=_("Only in this state; may be repeated."))] = None,
    json_: Annotated[bool, typer.Option("--json", help=_("Print one JSON object."))] = False,
) -> None:
    """Print the submissions."""
    options = options_of(context)
    printer = Printer(options)
    flow = open_flow(options)
    base = flow.base(printer)
    wanted = {SubmissionState(one.value) for one in state or ()}
    published = SubmissionState.PUBLISHED in wanted
    listing = list_submissions(flow.repository, flow.place, base, published=published)
    filed = [one for one in listing.filed if not wanted or one.state in wanted]
    if mine:
        own = _own(flow, base)
        filed = [one for one in filed if one.submission.submitter == own]
    if json_:
        printer.json(words.as_json(words.listing_dict(filed, listing, flow.now)))
        return
    print_listing(printer, filed, listing, flow)


def _own(flow: Flow, base: View) -> str:
    return identify(base.rulebook.organization, git_person(flow.repository), None, flow.now.date()).id


def print_listing(printer: Printer, filed: list[Filed], listing: Listing, flow: Flow) -> None:
    """One submission a line, with what it waits for below."""
    for one in filed:
        submission = one.submission
        titles = "、".join(submission.titles[:3]) + ("…" if len(submission.titles) > 3 else "")
        head = f"{submission.number}  {_(words.STATE_NAMES[one.state])}  {submission.submitter_name}  {titles}"
        printer.wrapped("", Line(clean(head), "bold red" if one.overdue(flow.now) else ""), hanging="  ")
        detail = _waits(one, flow)
        if detail:
            printer.wrapped("    ", Line(clean(detail), "dim"))
    for name in listing.broken:
        printer.warn(_("not readable, edited by hand: {name}").format(name=name))
    if not filed:
        printer.note(_("none"))


def _waits(one: Filed, flow: Flow) -> str:
    submission = one.submission
    if one.state is SubmissionState.IN_REVIEW:
        parts = [_("waits for {roles}").format(roles=words.role_list(one.missing))]
        if one.due is not None:
            late = _("overdue since {time}") if one.overdue(flow.now) else _("due {time}")
            parts.append(late.format(time=words.time_text(one.due)))
        return _(", ").join(parts)
    if one.state is SubmissionState.RETURNED and submission.returned:
        returned = submission.returned
        return _("{name}: {opinion}").format(name=returned.name, opinion=returned.opinion)
    return ""
