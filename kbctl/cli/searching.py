"""What ``kbctl search`` does once its call is understood. Loads neither typer nor rich: a search starts quickly."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from kbctl.cli.common import Options, parse_day
from kbctl.cli.console import Printer
from kbctl.cli.freshness import say_base_time
from kbctl.cli.hits import print_hits, print_nothing
from kbctl.cli.library import Library, open_library
from kbctl.errors import KbctlError, NotFoundError
from kbctl.i18n import N_, _
from kbctl.model.han import fold
from kbctl.model.validity import State
from kbctl.output import search_results as output
from kbctl.output.states import STATE_NAMES
from kbctl.search.index import SERVING, IndexContext, Query
from kbctl.search.question import asks_anything

NO_WORD_HINT = N_("ask with a word or a number, for example 95588")
_ALL = "all"
# Fewer characters of a name are no name.
_LEAST_PART = 2
FOUND, NOTHING_FOUND = 0, 1


@dataclass
class SearchCall:
    """The arguments of ``kbctl search`` as typed."""

    query: Sequence[str] = ()
    type: Sequence[str] = ()
    owner: Sequence[str] = ()
    branch: str | None = None
    state: Sequence[str] = ()
    as_of: str | None = None
    at: str | None = None
    worktree: bool = False
    limit: int | None = None
    json: bool = False
    interactive: bool = False


def run_search(options: Options, call: SearchCall) -> int:
    """Answer *call* and return the status to exit with: 1 if nothing was found."""
    if call.interactive:
        status: int = importlib.import_module("kbctl.cli.prompt").run_prompt(options, call)
        return status
    if not call.query:
        raise KbctlError(N_("no question was asked"), hint=N_("write it behind `search`, or add --interactive"))
    printer = Printer(options)
    if call.at is not None and call.worktree:
        raise KbctlError(N_("--at and --worktree exclude one another"), hint=N_("choose one of them"))
    text = " ".join(call.query)
    if not asks_anything(text):
        raise KbctlError(N_("there is no word in the question"), hint=NO_WORD_HINT)
    with open_library(options, printer, at=call.at, worktree=call.worktree) as library:
        query = understood(options, call, text, library.context)
        results = library.search(query)
        base = library.base
        if call.json:
            printer.json(output.as_json(query, results, base.time if base else None, library.drafts))
        elif results.hits:
            print_hits(printer, results, library.drafts, query, options.day)
        else:
            print_nothing(printer, results, library.context, query)
        if not call.json:
            say_source(printer, library)
            say_day(printer, query.as_of, options.day)
    return FOUND if results.hits else NOTHING_FOUND


def understood(options: Options, call: SearchCall, text: str, known: IndexContext) -> Query:
    """The query that *call* stands for, with the names in it resolved.

    :raises KbctlError: if one of them is unknown.
    """
    institutions = {id_: institution.name for id_, institution in known.institutions.items()}
    types = [resolve(name, known.types, N_("there is no type {name}")) for name in call.type]
    owners = [resolve(name, known.departments, N_("there is no department {name}")) for name in call.owner]
    branch = (
        resolve(call.branch, institutions, N_("there is no institution {name}")) if call.branch is not None else None
    )
    return Query(
        text=text,
        as_of=day_of(options, call),
        types=frozenset(types),
        owners=frozenset(owners),
        branch=branch,
        states=states_named(call.state),
        limit=call.limit or known.search_limit,
    )


def resolve(name: str, known: Mapping[str, str] | Mapping[str, Mapping[str, str]], message: str) -> str:
    """The id that *name* stands for: an id, a name in either language, or a part of one that names nothing else.

    :param known: the names, or the names by language, by id.
    :raises NotFoundError: with *message*, if there is none.
    """
    wanted = fold(name.strip())
    labels = {id_: [label] if isinstance(label, str) else list(label.values()) for id_, label in known.items()}
    named = {id_: [fold(text) for text in (id_, *texts)] for id_, texts in labels.items()}
    found = [id_ for id_, texts in named.items() if wanted in texts] or _part_of(wanted, named)
    if len(found) == 1:
        return found[0]
    near = found or _near(wanted, named)
    offered = _(", ").join(" ".join((id_, *labels[id_][:1])) for id_ in near or labels)
    hint = N_("did you mean {near}?") if near else N_("choose one of: {near}")
    raise NotFoundError(message, hint=hint, name=name, near=offered)


def _part_of(wanted: str, named: Mapping[str, Sequence[str]]) -> list[str]:
    """The ids whose names begin with *wanted*, but for those below the first of them (分行 before its 支行); else hold it."""
    if len(wanted) < _LEAST_PART:
        return []
    begun = {id_: text for id_, texts in named.items() for text in texts[1:] if text.startswith(wanted)}
    if begun:
        shortest = min(begun.values(), key=len)
        stem = shortest.partition("(")[0]
        return [id_ for id_, text in begun.items() if text == shortest or not text.startswith(stem)]
    return [id_ for id_, texts in named.items() if any(wanted in text for text in texts)]


def _near(wanted: str, named: Mapping[str, Sequence[str]]) -> list[str]:
    """The ids that are written much like *wanted*, or whose names are."""
    texts = {text: id_ for id_, known in named.items() for text in known}
    return list(dict.fromkeys(texts[text] for text in get_close_matches(wanted, list(texts), 3, 0.4)))


def states_named(names: Sequence[str]) -> frozenset[State]:
    """The states that *names* (also several in one, with commas) stand for; those that are an answer for none."""
    if not names:
        return SERVING
    words = [word.strip() for name in names for word in name.split(",")]
    if _ALL in words:
        return frozenset(State)
    known = {name: state for state in State for name in (state.value, _(STATE_NAMES[state]))}
    if known.keys() >= set(words):
        return frozenset(known[word] for word in words)
    raise KbctlError(
        N_("there is no state {name}"),
        hint=N_("the states are: {known}"),
        name=_(", ").join(words),
        known=_(", ").join(dict.fromkeys([*known, _ALL])),
    )


def say_source(printer: Printer, library: Library) -> None:
    """Say on stderr where the answers come from, and how old they are."""
    if library.published:
        say_base_time(printer, library.root, library.base, library.context.stale_clone_hours)
    elif library.base is None:
        printer.note(_("This is the desk: what differs from the base is a draft, not an answer."))


def say_day(printer: Printer, as_of: date, today: date) -> None:
    """Say on stderr that another day than *today* is answered for."""
    if as_of < today:
        text = _("In force on {day}, as it is worded now; `kbctl show ID --published-on {day}` shows what stood then.")
        printer.note(text.format(day=as_of))
    elif as_of > today:
        printer.note(_("In force on {day}, as far as it is published now.").format(day=as_of))


def day_of(options: Options, call: SearchCall) -> date:
    """The day that is answered for."""
    return parse_day(call.as_of) if call.as_of else options.day
