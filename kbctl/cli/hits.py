"""How hits look in a terminal: title and state, the passage that answers, whom to call, and what to beware of."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from kbctl.cli.console import Printer
from kbctl.cli.styled import Line
from kbctl.i18n import _
from kbctl.model.validity import State
from kbctl.output import search_results as output
from kbctl.output.plain import clean
from kbctl.search.index import Hit, IndexContext, Results

STATE_STYLES = {
    State.IN_FORCE: "green",
    State.EXPIRING: "yellow",
    State.UPCOMING: "cyan",
    State.EXPIRED: "red",
    State.WITHDRAWN: "red",
}


def print_hits(printer: Printer, results: Results, drafts: Collection[str], day: date) -> None:
    """Print every hit with its variants.

    :param drafts: the paths of files that differ from what is published.
    """
    for word, terms in results.synonyms_used:
        printer.note(_("{word} was also read as {terms}").format(word=word, terms="、".join(terms)))
    for number, hit in enumerate(results.hits, 1):
        _print_hit(printer, f"{number}. ", hit, drafts, day)
        for variant in hit.variants:
            _print_hit(printer, "   ↳ ", variant, drafts, day)
    printer.note(output.summary(results))


def _print_hit(printer: Printer, lead: str, hit: Hit, drafts: Collection[str], day: date) -> None:
    record = hit.document
    indent = " " * len(lead)
    head = Line(lead)
    head.append(clean(record.title), style="bold")
    if record.row:
        head.append("  " + clean(record.label or record.row), style="bold")
    head.append(f"  [{output.state_text(hit)}]", style=STATE_STYLES[hit.state])
    if record.path in drafts:
        head.append("  " + _("draft"), style="magenta")
    printer.wrapped("", head)
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


def print_nothing(printer: Printer, results: Results, known: IndexContext, day: date) -> None:
    """Say that nothing was found, and what to do now."""
    printer.warn(_("Nothing found."))
    if results.hidden:
        printer.note(output.hidden_text(results.hidden))
    if results.near_terms:
        printer.note(_("Near: {terms}").format(terms="、".join(results.near_terms)))
    for person in (person for person in known.ask if person.live_on(day.isoformat())):
        printer.note(_("Ask: {name} {phone}").format(name=person.name, phone=person.phone))
