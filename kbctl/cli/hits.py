"""How hits look in a terminal: title and state, the passage that answers, whom to call, and what to beware of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from kbctl.cli.console import Printer
from kbctl.cli.styled import Line, cells
from kbctl.i18n import _
from kbctl.model.validity import State
from kbctl.output import search_results as output
from kbctl.output.plain import clean
from kbctl.search.index import Hit, IndexContext, Query, Results

STATE_STYLES = {
    State.IN_FORCE: "green",
    State.EXPIRING: "yellow",
    State.UPCOMING: "cyan",
    State.EXPIRED: "red",
    State.WITHDRAWN: "red",
}

# So many lines of a passage are shown on a screen, and so many characters before the first marked word.
_LINES = 3
_LEAD = 12


def print_hits(printer: Printer, results: Results, drafts: Collection[str], query: Query, today: date) -> None:
    """Print every hit with its variants.

    :param drafts: the paths of files that differ from what is published.
    """
    say_reading(printer, results)
    print_some(printer, numbered(results), drafts, query, today)
    printer.note(output.summary(results, query))


def say_reading(printer: Printer, results: Results) -> None:
    """Say how the customer's words were understood, and whether what was found may be beside the point."""
    for word, terms in results.synonyms_used:
        printer.note(_("{word} was also read as {terms}").format(word=word, terms="、".join(terms)))
    if results.unsure:
        printer.warn(_("This may not be what was asked: read it before you answer, or ask the contact."))
        _say_hidden(printer, results)


def _say_hidden(printer: Printer, results: Results) -> None:
    """Name what matches but is no answer on the day, with its own contacts."""
    named = [hit for hit in results.hidden_hits if not hit.state.serves]
    if named:
        printer.alarm(_("Matches, but is no answer (not in force); the contact knows what holds now:"))
    for hit in named:
        printer.warn("  " + output.hidden_line(hit))


def print_some(
    printer: Printer, hits: Iterable[tuple[str, Hit]], drafts: Collection[str], query: Query, today: date
) -> None:
    """Print hits with their numbers."""
    for number, hit in hits:
        lead = f"   {number} ↳ " if "." in number else f"{number}. "
        _print_hit(printer, lead, hit, hit.document.path in drafts, output.warnings(hit, query.as_of, today))


def numbered(results: Results) -> Iterator[tuple[str, Hit]]:
    """Each hit with its number: 1, its variants 1.1 and so on."""
    for number, hit in enumerate(results.hits, 1):
        yield str(number), hit
        for part, variant in enumerate(hit.variants, 1):
            yield f"{number}.{part}", variant


def _print_hit(printer: Printer, lead: str, hit: Hit, draft: bool, warnings: Iterable[str]) -> None:
    record = hit.document
    indent = " " * len(lead)
    head = Line(lead)
    head.append(clean(record.title), style="bold")
    if record.row:
        head.append("  " + clean(record.label or record.row), style="bold")
    head.append(f"  [{output.state_text(hit)}]", style=STATE_STYLES[hit.state])
    if draft:
        head.append("  " + _("draft"), style="magenta")
    printer.wrapped("", head)
    heading = output.heading(hit)
    if heading:
        printer.wrapped(indent, Line(clean(heading), style="cyan"))
    printer.wrapped(indent, _passage(hit, _LINES * (printer.width - len(indent)) if printer.terminal else 0))
    differs = output.differs_text(hit)
    if differs:
        printer.wrapped(indent, Line("≠ " + clean(differs), style="magenta"))
    who = " · ".join(part for part in (record.owner_name, output.contacts_text(hit), record.id) if part)
    printer.wrapped(indent, Line(clean(who), style="dim"))
    for warning in warnings:
        printer.wrapped(indent, Line("! " + warning, style="bold red"))


def _passage(hit: Hit, room: int) -> Line:
    """The passage with the question's words marked; on a screen, what of it fits into *room* columns around them."""
    text, spans = clean(hit.passage.text), hit.spans
    start, end = window(text, spans, room) if room else (0, len(text))
    before, after = "…" if start else "", "…" if end < len(text) else ""
    line = Line(before + text[start:end] + after)
    for first, last in spans:
        if start <= first and last <= end:
            line.stylize("bold yellow", first - start + len(before), last - start + len(before))
    return line


def window(text: str, spans: Sequence[tuple[int, int]], room: int) -> tuple[int, int]:
    """The stretch of *text* of at most *room* columns that holds most of *spans*, beginning as early as it may."""
    if cells(text) <= room:
        return 0, len(text)
    room -= 2 * cells("…")
    starts = [0, *(max(first - _LEAD, 0) for first, _ in spans)]
    ends = [_fitting(text, start, room) for start in starts]
    held = [
        sum(last - first for first, last in spans if start <= first and last <= end)
        for start, end in zip(starts, ends, strict=True)
    ]
    best = held.index(max(held))
    return starts[best], ends[best]


def _fitting(text: str, start: int, room: int) -> int:
    """How far *text* fits into *room* columns from *start* on."""
    end = start
    while end < len(text) and room >= 0:
        room -= cells(text[end])
        end += room >= 0
    return end


def print_nothing(printer: Printer, results: Results, known: IndexContext, query: Query) -> None:
    """Say that nothing was found, and what to do now."""
    printer.warn(_("Nothing found."))
    if results.hidden:
        printer.note(output.hidden_text(results, query))
    _say_hidden(printer, results)
    if results.near_terms:
        printer.note(_("Entries with a title that comes near: {titles}").format(titles="、".join(results.near_terms)))
    for person in (person for person in known.ask if person.live_on(query.as_of.isoformat())):
        printer.note(_("Ask: {name} {phone}").format(name=person.name, phone=person.phone))
