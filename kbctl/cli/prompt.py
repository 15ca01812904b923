"""``kbctl search --interactive``: a prompt that keeps the index open, on a terminal or over a pipe.

What is asked is kept nowhere: the history lives as long as the prompt does (R65).
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from kbctl.cli.boundary import explain
from kbctl.cli.common import Options, parse_day
from kbctl.cli.console import Printer
from kbctl.cli.hits import numbered, print_nothing, print_some, say_reading
from kbctl.cli.library import Library, open_library
from kbctl.cli.searching import NO_WORD_HINT, SearchCall, day_of, say_day, say_source, understood
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _, language
from kbctl.model.han import fold
from kbctl.model.validity import State
from kbctl.output import search_prompt as words
from kbctl.output import search_results as output
from kbctl.output.states import STATE_NAMES
from kbctl.search.index import Hit, Query, Results
from kbctl.search.question import asks_anything

_LEAVE = ("q", "quit", "exit", ":q", "/q", "/quit", "/exit")
_HELP = ("?", "/help", "/?", "h", "help")
# What a filter begins with: the key of / gives 、 where Chinese is typed, and messages name the command's option.
_COMMAND = ("--", "/", "、")
# Each filter's field in a call; those that may be several are divided by commas.
_FILTERS = MappingProxyType(
    {"branch": "branch", "type": "type", "owner": "owner", "state": "state", "as-of": "as_of", "limit": "limit"}
)
_SEVERAL = ("type", "owner", "state")
_MOST = 1000
# So many lines a hit takes on a screen.
_HIT_LINES = 6


def run_prompt(options: Options, call: SearchCall) -> int:
    """Answer questions until there are no more; return the status to exit with."""
    printer = Printer(options)
    with open_library(options, printer, at=call.at, worktree=call.worktree) as library:
        prompt = _Prompt(options, printer, library, call)
        # Names that do not exist are refused at once and not with every question.
        prompt.use(call)
        prompt.run()
    return 0


@dataclass
class _Prompt:
    """``shown`` are the hits of the last question by number, ``waiting`` those of them still to be printed."""

    options: Options
    printer: Printer
    library: Library
    call: SearchCall
    shown: dict[str, Hit] = field(default_factory=dict)
    waiting: list[tuple[str, Hit]] = field(default_factory=list)
    opener: Any = None

    def use(self, call: SearchCall) -> None:
        """Answer as *call* asks from now on, with the ids of the names in it."""
        query = understood(self.options, call, "", self.library.context)
        self.call = replace(call, branch=query.branch, type=sorted(query.types), owner=sorted(query.owners))

    def run(self) -> None:
        """Take lines one by one; what is wrong with one does not end the others."""
        if sys.stdin.isatty() and not self.call.json:
            self.printer.note(words.greeting(self.library.size))
            say_source(self.printer, self.library)
        first = " ".join(self.call.query)
        if first:
            self._guarded(self._ask, first)
        for line in _lines(self._prompt, self._complete):
            # What is pasted may be several lines.
            for text in line.splitlines() or [""]:
                if fold(text).strip() in _LEAVE:
                    return
                self._guarded(self._take, text.strip())

    def _guarded(self, action: Callable[[str], None], text: str) -> None:
        try:
            action(text)
        except (KbctlError, PermissionError) as error:
            explain(self.options, error)
        except KeyboardInterrupt:
            self.printer.note("")

    def _take(self, text: str) -> None:
        folded = fold(text)
        if not text:
            self._show_more()
        elif folded in _HELP:
            self.printer.result(words.helping())
        elif folded.startswith(_COMMAND):
            self._filter(text[2 if folded.startswith("--") else 1 :])
        elif folded in self.shown:
            self._open(self.shown[folded])
        elif self.shown and folded.isascii() and folded.isdecimal() and len(folded) < 3:
            self.printer.warn(words.no_such_hit(folded))
        else:
            self._ask(text)

    def _ask(self, text: str) -> None:
        self.library.refresh()
        query = understood(self.options, self.call, text, self.library.context)
        if not self.call.json and not asks_anything(text):
            self.printer.note(_(NO_WORD_HINT))
            return
        results = self.library.search(query)
        if self.call.json:
            time = self.library.base.time if self.library.base else None
            self.printer.json(output.as_json(query, results, time, self.library.drafts, indent=None))
            return
        if not sys.stdin.isatty():
            self.printer.result(words.prompt(self._named()) + text, style="bold")
        self._show(query, results)

    def _show(self, query: Query, results: Results) -> None:
        self.query, self.summary = query, output.summary(results, query)
        self.waiting = list(numbered(results))
        self.shown = dict(self.waiting)
        say_reading(self.printer, results)
        say_day(self.printer, query.as_of, self.options.day)
        if results.hits:
            self._show_more()
        else:
            print_nothing(self.printer, results, self.library.context, query)
            self.printer.result()

    def _show_more(self) -> None:
        """Print as many of the hits that are waiting as the screen holds; all of them where nobody looks."""
        if not self.waiting:
            return
        count = _page() if sys.stdin.isatty() and self.printer.terminal else len(self.waiting)
        now, self.waiting = self.waiting[:count], self.waiting[count:]
        print_some(self.printer, now, self.library.drafts, self.query, self.options.day)
        self.printer.note(words.waiting(len(self.waiting)) if self.waiting else self.summary)
        self.printer.result()

    def _open(self, hit: Hit) -> None:
        revision = self.library.base.id if self.library.base else None
        if self.opener is None or self.opener.revision != revision:
            self.opener = importlib.import_module("kbctl.cli.opening").Opener(self.options, revision)
        self.opener.show(self.printer, hit.document, day_of(self.options, self.call))
        self.printer.result()

    # filters

    def _filter(self, text: str) -> None:
        name, _space, value = text.strip().partition(" ")
        value = value.strip()
        name = {label: known for known, label in words.filter_names().items()}.get(name, name)
        if name == "clear":
            self.call = replace(self.call, branch=None, type=(), owner=(), state=(), as_of=None, limit=None)
        elif name in _FILTERS:
            change: dict[str, Any] = {_FILTERS[name]: self._value(name, value)}
            self.use(replace(self.call, **change))
        else:
            raise KbctlError(N_("there is no /{name}"), hint=N_("? lists what there is"), name=name)
        if not sys.stdin.isatty():
            return
        if not self._named():
            self.printer.note(words.no_filters())

    def _value(self, name: str, value: str) -> object:
        if name in _SEVERAL:
            return tuple(part.strip() for part in value.replace("，", ",").split(",") if part.strip())
        if not value:
            return None
        if name == "as-of":
            parse_day(value)
        if name == "limit":
            if not (value.isascii() and value.isdecimal() and len(value) < 5 and 1 <= int(value) <= _MOST):
                raise KbctlError(N_("{text} is no number from 1 to {most}"), text=value, most=_MOST)
            return int(value)
        return value

    def _named(self) -> list[str]:
        """The filters in force, as they stand before the prompt."""
        found = []
        for name, label in words.filter_names().items():
            value = getattr(self.call, _FILTERS[name])
            if value:
                values = value if isinstance(value, tuple | list) else [value]
                found.append(f"{label} {', '.join(self._name(name, one) for one in values)}")
        return found

    def _name(self, kind: str, value: object) -> str:
        """What people call the *value* of a filter of this *kind*."""
        return self._names(kind).get(str(value), str(value))

    def _names(self, kind: str) -> dict[str, str]:
        """The values that a filter of this *kind* may have, with what people call each."""
        known = self.library.context
        if kind == "branch":
            return {id_: institution.name for id_, institution in known.institutions.items()}
        if kind == "type":
            return {id_: names.get(language(), id_) for id_, names in known.types.items()}
        if kind == "owner":
            return dict(known.departments)
        if kind == "state":
            return {**{state.value: _(STATE_NAMES[state]) for state in State}, "all": "all"}
        return {}

    def _prompt(self) -> str:
        return words.prompt(self._named())

    def _complete(self, line: str) -> list[str]:
        """What may stand at the end of *line*, which begins a filter: ids, or names where one is begun."""
        name, space, value = line.partition(" ")
        if not space:
            return [f"/{known} " for known in (*_FILTERS, "clear") if f"/{known}".startswith(name)]
        names = self._names(name[1:])
        return [id_ for id_ in names if id_.startswith(value)] or [text for text in names.values() if value in text]


def _page() -> int:
    """How many hits fit on the screen."""
    try:
        lines = os.get_terminal_size().lines
    except OSError:
        lines = 24
    return max(2, (lines - 3) // _HIT_LINES)


def _lines(prompt: Callable[[], str], complete: Callable[[str], list[str]]) -> Iterator[str]:
    """Lines from a terminal, behind *prompt*, or from a pipe."""
    if not sys.stdin.isatty():
        yield from (line.rstrip("\n") for line in sys.stdin)
        return
    _prepare_readline(complete)
    while True:
        try:
            yield input(prompt())
        except EOFError:
            sys.stdout.write("\n")
            return
        except KeyboardInterrupt:
            # Away with the line; `q` or the end of input leaves.
            sys.stdout.write("\n")


def _prepare_readline(complete: Callable[[str], list[str]]) -> None:
    """Let lines be edited and called back, where the system can; Windows consoles do so by themselves."""
    try:
        readline = importlib.import_module("readline")
    except ImportError:
        return

    def completer(_text: str, number: int) -> str | None:
        line = readline.get_line_buffer()
        found = complete(line) if line.startswith("/") else []
        return found[number] if number < len(found) else None

    readline.set_completer_delims(" ")
    readline.set_completer(completer)
    readline.parse_and_bind("tab: complete")
