"""``kbctl submissions``: what was handed in, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

import typer

from kbctl.cli.command import KbctlCommand
from kbctl.cli.console import Printer
from kbctl.cli.flow import Flow, open_flow
from kbctl.cli.options import options_of
from kbctl.cli.styled import Line
from kbctl.i18n import N_, _, ngettext
from kbctl.model.notice import Urgency
from kbctl.model.organization import Contact
from kbctl.model.submission import SubmissionState
from kbctl.output import submissions as words
from kbctl.output.plain import clean
from kbctl.submissions.identity import git_person, identify
from kbctl.submissions.listing import Filed, Listing, list_submissions
from kbctl.submissions.view import View

app = typer.Typer()

# How long what is published or recalled is still listed among what is open.
RECENT = timedelta(days=30)


class StateOption(StrEnum):
    """Where a submission may stand."""

    REVIEW = "review"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    PUBLISHED = "published"
    RECALLED = "recalled"


@app.command(
    cls=KbctlCommand,
    help=_(
        "List submissions and how far each is: in review, returned, accepted, published or recalled.\n\n"
        "Without --state those that are open, and of the last 30 days those recalled and, with --mine, those published."
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
    own = _own(flow, base) if mine else None
    published = SubmissionState.PUBLISHED in wanted or (mine and not wanted)
    listing = list_submissions(
        flow.repository, flow.place, base, published=published, department=own.department if own else ""
    )
    filed = [one for one in listing.filed if own is None or one.submission.submitter == own.id]
    older = 0
    if wanted:
        filed = [one for one in filed if one.state in wanted]
    else:
        recent = [one for one in filed if _is_recent(one, flow)]
        older = len(filed) - len(recent)
        filed = recent
    if json_:
        printer.json(words.as_json(words.listing_dict(filed, listing, flow.now)))
        return
    print_listing(printer, filed, listing, flow)
    if older:
        text = ngettext(
            "{n} older one: `kbctl submissions --mine --state published`, or --state recalled",
            "{n} older ones: `kbctl submissions --mine --state published`, or --state recalled",
            older,
        )
        printer.note(text.format(n=older))


def _own(flow: Flow, base: View) -> Contact:
    return identify(base.rulebook.organization, git_person(flow.repository), None, flow.now.date())


def _is_recent(one: Filed, flow: Flow) -> bool:
    """Whether it is open, or was decided not long ago."""
    settled = one.state in (SubmissionState.PUBLISHED, SubmissionState.RECALLED)
    return not settled or (one.decided_at is not None and flow.now - one.decided_at <= RECENT)


def print_listing(
    printer: Printer, filed: list[Filed], listing: Listing, flow: Flow, nothing: str = N_("none")
) -> None:
    """One submission a line, with what it waits for below. :param nothing: what is said where there is none."""
    for one in filed:
        submission = one.submission
        state, titles = _(words.STATE_NAMES[one.state]), words.titles(submission)
        head = f"{submission.number}  {state}  {submission.submitter_name}  {titles}"
        printer.wrapped("", Line(clean(head), "bold red" if one.overdue(flow.now) else ""), hanging="  ")
        for detail in (_what(one), _waits(one, flow, listing.role_names)):
            if detail:
                printer.wrapped("    ", Line(clean(detail), "dim"))
        if one.altered:
            text = _("changed after it was accepted, around kbctl: the department hands it in again")
            printer.wrapped("    ", Line(clean(text), "bold red"))
        for tally in listing.tallies.get(submission.number, ()):
            style = "bold red" if tally.removed else "dim"
            printer.wrapped("    ", Line(clean(words.tally_text(tally)), style))
    for name in listing.broken:
        printer.warn(_("not readable, edited by hand: {name}").format(name=name))
    if not filed:
        printer.note(_(nothing))


def _what(one: Filed) -> str:
    """What kind of change it is, how urgent, from when, and how often it was handed in."""
    submission = one.submission
    kinds = dict.fromkeys(_(words.CHANGE_NAMES[change.change]) for change in submission.changes)
    parts = [_(", ").join(kinds)]
    if submission.urgency is not Urgency.NORMAL:
        parts.append(_(words.URGENCY_NAMES[submission.urgency]))
    if submission.effective is not None:
        parts.append(_("from {day}").format(day=submission.effective))
    return _("; ").join([*parts, *words.again(submission)])


def _waits(one: Filed, flow: Flow, names: Mapping[str, str]) -> str:
    submission = one.submission
    if flow.place.remote and one.ref.startswith("refs/heads/") and one.state is not SubmissionState.RECALLED:
        text = _("on this computer only; to hand it in: `kbctl submit --resubmit {number}`")
        return text.format(number=submission.number)
    if one.state is SubmissionState.IN_REVIEW:
        parts = [_("waits for {roles}").format(roles=words.role_list(one.missing, names))]
        if one.due is not None:
            late = _("overdue since {time}") if one.overdue(flow.now) else _("due {time}")
            parts.append(late.format(time=words.time_text(one.due)))
        return _(", ").join(parts)
    if one.state is SubmissionState.RETURNED and submission.returned:
        returned = submission.returned
        return _("{name}: {opinion}").format(name=returned.name, opinion=returned.opinion)
    if one.state is SubmissionState.RECALLED and submission.recalled:
        recalled = submission.recalled
        return _("{name}: {opinion}").format(name=recalled.name, opinion=recalled.opinion or "-")
    if one.state is SubmissionState.PUBLISHED and one.decided_at:
        return _("published at {time}").format(time=words.time_text(one.decided_at))
    return ""
