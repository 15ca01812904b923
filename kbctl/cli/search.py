"""``kbctl search``: the answer, and whom to call."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from typing import Annotated

import typer

from kbctl.cli.command import KbctlCommand
from kbctl.cli.completion import complete_departments, complete_institutions, complete_types
from kbctl.cli.console import Printer
from kbctl.cli.freshness import say_base_time
from kbctl.cli.library import Library, open_library
from kbctl.cli.options import options_of, parse_day
from kbctl.cli.styled import Line
from kbctl.errors import KbctlError, NotFoundError
from kbctl.i18n import N_, _
from kbctl.model.validity import State
from kbctl.output import search_results as output
from kbctl.output.plain import clean
from kbctl.search.index import SERVING, Hit, IndexContext, Query, Results

app = typer.Typer()

STATE_STYLES = {
    State.IN_FORCE: "green",
    State.EXPIRING: "yellow",
    State.UPCOMING: "cyan",
    State.EXPIRED: "red",
    State.WITHDRAWN: "red",
}
_ALL = "all"


@app.command(
    cls=KbctlCommand,
    help=_(
        "Find the answer, and whom to call.\n\n"
        "Only entries in force are shown unless --state asks for others. What stands in quotation marks must stand in a "
        "hit word for word. Exit status 1 if nothing is found."
    ),
)
def search(
    context: typer.Context,
    query: Annotated[
        list[str], typer.Argument(metavar="QUERY...", help=_("The question, in the customer's own words."))
    ],
    type_: Annotated[
        list[str] | None,
        typer.Option("--type", metavar="TYPE", help=_("Only this type."), autocompletion=complete_types),
    ] = None,
    owner: Annotated[
        list[str] | None,
        typer.Option(metavar="DEPARTMENT", help=_("Only this department's."), autocompletion=complete_departments),
    ] = None,
    branch: Annotated[
        str | None,
        typer.Option(
            metavar="INSTITUTION",
            help=_("The customer's branch: its own answers come first."),
            autocompletion=complete_institutions,
        ),
    ] = None,
    state: Annotated[
        list[str] | None,
        typer.Option(metavar="STATE", help=_("upcoming, in-force, expiring, expired, withdrawn or all.")),
    ] = None,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=_("What answers on this day."))] = None,
    at: Annotated[str | None, typer.Option(metavar="REV", help=_("What a commit or branch holds."))] = None,
    worktree: Annotated[bool, typer.Option("--worktree", help=_("What lies on the desk, drafts included."))] = False,
    limit: Annotated[
        int | None, typer.Option("--limit", "-n", min=1, max=1000, help=_("How many hits at most."))
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help=_("Print one JSON object."))] = False,
) -> None:
    """Print the hits, best first."""
    options = options_of(context)
    printer = Printer(options)
    if at is not None and worktree:
        raise KbctlError(N_("--at and --worktree exclude one another"), hint=N_("choose one of them"))
    day = parse_day(as_of) if as_of else options.day
    text = " ".join(query)
    with open_library(options, printer, at=at, worktree=worktree) as library:
        known = library.index.context
        results = library.index.search(
            Query(
                text=text,
                as_of=day,
                types=_known(type_, known.types, N_("there is no type {name}"), "kbctl types"),
                owners=_known(owner, known.departments, N_("there is no department {name}"), "kbctl config show"),
                branch=_branch(branch, known),
                states=_states(state),
                limit=limit or known.search_limit,
            )
        )
    if json_:
        printer.raw(output.as_json(text, results, day, library.base.time if library.base else None))
    elif results.hits:
        _print(printer, results, library, day)
    else:
        _print_nothing(printer, results, known, day)
    if not json_:
        _say_source(printer, library, known, worktree or at is not None)
    if not results.hits:
        raise typer.Exit(1)


def _known(names: list[str] | None, known: object, message: str, where: str) -> frozenset[str]:
    """The ids that *names* stand for; a name in either language is as good as an id."""
    return frozenset(_resolve(name, known, message, where) for name in names or ())


def _resolve(name: str, known: object, message: str, where: str) -> str:
    assert isinstance(known, dict)
    for id_, label in known.items():
        labels = label.values() if isinstance(label, dict) else [label]
        if name == id_ or name in labels:
            return str(id_)
    near = get_close_matches(name, list(known), 1, 0.5)
    hint = N_("did you mean {near}?") if near else N_("the ids are: {known}")
    raise NotFoundError(
        message, hint=hint, name=name, near=near[0] if near else "", known=", ".join(known), where=where
    )


def _branch(name: str | None, known: IndexContext) -> str | None:
    if name is None:
        return None
    names = {id_: institution.name for id_, institution in known.institutions.items()}
    return _resolve(name, names, N_("there is no institution {name}"), "")


def _states(names: list[str] | None) -> frozenset[State]:
    if not names:
        return SERVING
    words = [word.strip() for name in names for word in name.split(",")]
    if _ALL in words:
        return frozenset(State)
    try:
        return frozenset(State(word) for word in words)
    except ValueError:
        known = ", ".join([*(state.value for state in State), _ALL])
        raise KbctlError(
            N_("there is no state {name}"), hint=N_("the states are: {known}"), name=", ".join(words), known=known
        ) from None


def _print(printer: Printer, results: Results, library: Library, day: date) -> None:
    for word, terms in results.synonyms_used:
        printer.note(_("{word} was also read as {terms}").format(word=word, terms="、".join(terms)))
    for number, hit in enumerate(results.hits, 1):
        _print_hit(printer, f"{number}. ", hit, library, day)
        for variant in hit.variants:
            _print_hit(printer, "   ↳ ", variant, library, day)
    printer.note(output.summary(results))


def _print_hit(printer: Printer, lead: str, hit: Hit, library: Library, day: date) -> None:
    record = hit.document
    indent = " " * len(lead)
    head = Line(lead)
    head.append(clean(record.title), style="bold")
    if record.row:
        head.append("  " + clean(record.label or record.row), style="bold")
    head.append(f"  [{output.state_text(hit)}]", style=STATE_STYLES[hit.state])
    if record.path in library.drafts:
        head.append("  " + _("draft"), style="magenta")
    printer.result(head)
    heading = output.heading(hit)
    if heading:
        printer.wrapped(indent, Line(clean(heading), style="cyan"))
    passage = Line(clean(hit.passage.text))
    for start, end in hit.spans:
        passage.stylize("bold yellow", start, end)
    printer.wrapped(indent, passage)
    who = " · ".join(part for part in (record.owner_name, output.contacts_text(hit), record.id) if part)
    printer.wrapped(indent, Line(clean(who), style="dim"))
    for warning in output.warnings(hit, day):
        printer.wrapped(indent, Line("! " + warning, style="bold red"))


def _print_nothing(printer: Printer, results: Results, known: IndexContext, day: date) -> None:
    printer.warn(_("Nothing found."))
    if results.hidden:
        printer.note(output.hidden_text(results.hidden))
    if results.near_terms:
        printer.note(_("Near: {terms}").format(terms="、".join(results.near_terms)))
    for person in (person for person in known.ask if person.live_on(day.isoformat())):
        printer.note(_("Ask: {name} {phone}").format(name=person.name, phone=person.phone))


def _say_source(printer: Printer, library: Library, known: IndexContext, other: bool) -> None:
    if library.base is None and other:
        printer.note(_("This is the desk: what differs from the base is a draft, not an answer."))
    elif not other:
        say_base_time(printer, library.base, known.stale_clone_hours)
