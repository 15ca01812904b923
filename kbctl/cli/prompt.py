"""``kbctl search --interactive``: a prompt that keeps the index open, on a terminal or over a pipe.

What is asked is kept nowhere: the history lives as long as the prompt does (R65).
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from kbctl.cli.boundary import explain
from kbctl.cli.common import Options, parse_day
from kbctl.cli.console import Printer
from kbctl.cli.hits import numbered, print_hits, print_nothing
from kbctl.cli.library import Library, open_library
from kbctl.cli.searching import SearchCall, day_of, say_source, understood
from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.model.validity import State
from kbctl.output import search_prompt as words
from kbctl.output import search_results as output
from kbctl.search.index import Hit

_LEAVE = ("q", "quit", "exit", ":q", "/q", "/quit", "/exit")
_HELP = ("?", "？", "/help", "/?", "h", "help")
# Each filter's field in a call; those that may be several are divided by commas.
_FILTERS = MappingProxyType(
    {"branch": "branch", "type": "type", "owner": "owner", "state": "state", "as-of": "as_of", "limit": "limit"}
)
_SEVERAL = ("type", "owner", "state")
_MOST = 1000


def run_prompt(options: Options, call: SearchCall) -> int:
    """Answer questions until there are no more; return the status to exit with."""
    printer = Printer(options)
    with open_library(options, printer, at=call.at, worktree=call.worktree) as library:
        _Prompt(options, printer, library, call).run()
    return 0


@dataclass
class _Prompt:
    options: Options
    printer: Printer
    library: Library
    call: SearchCall
    shown: dict[str, Hit] = field(default_factory=dict)
    opener: Any = None

    def run(self) -> None:
        """Take lines one by one; what is wrong with one does not end the others."""
        if sys.stdin.isatty() and not self.call.json:
            self.printer.note(words.greeting(self.library.size))
            say_source(self.printer, self.library)
        first = " ".join(self.call.query)
        if first:
            self._guarded(self._ask, first)
        for line in _lines(self._prompt, self._complete):
            text = line.strip()
            if text.lower() in _LEAVE:
                return
            if text:
                self._guarded(self._take, text)

    def _guarded(self, action: Callable[[str], None], text: str) -> None:
        try:
            action(text)
        except (KbctlError, PermissionError) as error:
            explain(self.options, error)

    def _take(self, text: str) -> None:
        if text.lower() in _HELP:
            self.printer.result(words.helping())
        elif text.startswith("/"):
            self._filter(text[1:])
        elif text in self.shown:
            self._open(self.shown[text])
        elif self.shown and text.isascii() and text.isdecimal() and len(text) < 3:
            self.printer.warn(words.no_such_hit(text))
        else:
            self._ask(text)

    def _ask(self, text: str) -> None:
        self.library.refresh()
        query = understood(self.options, self.call, text, self.library.context)
        results = self.library.search(query)
        base = self.library.base
        if self.call.json:
            self.printer.json(output.as_json(text, results, query.as_of, base.time if base else None, indent=None))
            return
        if not sys.stdin.isatty():
            self.printer.result(words.prompt(self._named()) + text, style="bold")
        if results.hits:
            print_hits(self.printer, results, self.library.drafts, query.as_of)
        else:
            print_nothing(self.printer, results, self.library.context, query.as_of)
        self.shown = dict(numbered(results))
        self.printer.result()

    def _open(self, hit: Hit) -> None:
        revision = self.library.base.id if self.library.base else None
        if self.opener is None or self.opener.revision != revision:
            self.opener = importlib.import_module("kbctl.cli.opening").Opener(self.options, revision)
        self.opener.show(self.printer, hit.document, day_of(self.options, self.call))
        self.printer.result()

    # filters

    def _filter(self, text: str) -> None:
        name, _, value = text.partition(" ")
        value = value.strip()
        if name == "clear":
            self.call = replace(self.call, branch=None, type=(), owner=(), state=(), as_of=None, limit=None)
        elif name in _FILTERS:
            change: dict[str, Any] = {_FILTERS[name]: self._value(name, value)}
            changed = replace(self.call, **change)
            # Names that do not exist are refused here and not with every question from now on.
            understood(self.options, changed, "", self.library.context)
            self.call = changed
        else:
            raise KbctlError(N_("there is no /{name}"), hint=N_("? lists what there is"), name=name)
        if not sys.stdin.isatty():
            return
        self.printer.note(words.prompt(self._named()).rstrip(" >") or "[]")

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
        known = self.library.context
        found = []
        for name, label in words.filter_names().items():
            value = getattr(self.call, _FILTERS[name])
            if name == "branch" and value in known.institutions:
                value = known.institutions[value].name
            if value:
                found.append(f"{label} {', '.join(value) if isinstance(value, tuple | list) else value}")
        return found

    def _prompt(self) -> str:
        return words.prompt(self._named())

    def _complete(self, line: str) -> list[str]:
        """What may stand at the end of *line*, which begins a filter."""
        name, space, value = line.partition(" ")
        if not space:
            return [f"/{known} " for known in (*_FILTERS, "clear") if f"/{known}".startswith(name)]
        known = self.library.context
        choices: dict[str, list[str]] = {
            "/branch": list(known.institutions),
            "/type": list(known.types),
            "/owner": list(known.departments),
            "/state": [*(state.value for state in State), "all"],
        }
        return [choice for choice in choices.get(name, []) if choice.startswith(value)]


def _lines(prompt: Callable[[], str], complete: Callable[[str], list[str]]) -> Iterator[str]:
    """Lines from a terminal, behind *prompt*, or from a pipe."""
    if not sys.stdin.isatty():
        yield from sys.stdin
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
