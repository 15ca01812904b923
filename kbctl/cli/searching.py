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
from kbctl.model.validity import State
from kbctl.output import search_results as output
from kbctl.search.index import SERVING, IndexContext, Query

_ALL = "all"
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
    with open_library(options, printer, at=call.at, worktree=call.worktree) as library:
        query = understood(options, call, text, library.context)
        results = library.search(query)
        base = library.base
        if call.json:
            printer.json(output.as_json(text, results, query.as_of, base.time if base else None))
        elif results.hits:
            print_hits(printer, results, library.drafts, query.as_of)
        else:
            print_nothing(printer, results, library.context, query.as_of)
        if not call.json:
            say_source(printer, library)
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
    """The id that *name* stands for; a name in either language is as good as an id.

    :param known: the names, or the names by language, by id.
    :raises NotFoundError: with *message*, if there is none.
    """
    for id_, label in known.items():
        labels = [label] if isinstance(label, str) else label.values()
        if name == id_ or name in labels:
            return id_
    near = get_close_matches(name, list(known), 1, 0.5)
    hint = N_("did you mean {near}?") if near else N_("the ids are: {known}")
    raise NotFoundError(message, hint=hint, name=name, near=near[0] if near else "", known=", ".join(known))


def states_named(names: Sequence[str]) -> frozenset[State]:
    """The states that *names* (also several in one, with commas) stand for; those that are an answer for none."""
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


def say_source(printer: Printer, library: Library) -> None:
    """Say on stderr where the answers come from, and how old they are."""
    if library.published:
        say_base_time(printer, library.base, library.context.stale_clone_hours)
    elif library.base is None:
        printer.note(_("This is the desk: what differs from the base is a draft, not an answer."))


def day_of(options: Options, call: SearchCall) -> date:
    """The day that is answered for."""
    return parse_day(call.as_of) if call.as_of else options.day
