"""A short way in for ``kbctl search``: a plain call is understood without loading the command-line library.

That library takes longer to load than a search takes. Whatever is not understood here (help, completion, an unknown
option, a value that is wrong) goes the usual way, :mod:`kbctl.cli.commands.search`, which also says what is the matter.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from kbctl.cli.boundary import explain, leave_quietly
from kbctl.cli.common import COLORS, Options
from kbctl.cli.searching import SearchCall, run_search
from kbctl.i18n import normalise_language

_NAME = "search"
_COMMON = {"--root": "root", "--lang": "lang", "--today": "today", "--color": "color"}
_ONE = {"--branch": "branch", "--as-of": "as_of", "--at": "at"}
_MANY = {"--type": "type", "--owner": "owner", "--state": "state"}
_FLAGS = {"--worktree": "worktree", "--json": "json", "--interactive": "interactive", "-i": "interactive"}
# What Windows has the library replace in arguments: names of files, variables, the home directory.
_EXPANDED = frozenset("*?[]~%$")


class _NotUnderstoodError(Exception):
    """The call has to go the usual way."""


def understand(arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[Options, SearchCall] | None:
    """The common options and the search that *arguments* ask for; ``None`` for everything that is not a plain search."""
    if _NAME not in arguments or any(name.endswith("_COMPLETE") for name in environment):
        return None
    if os.name == "nt" and any(not _EXPANDED.isdisjoint(argument) for argument in arguments):
        return None
    root, lang, today = (environment.get(f"KBCTL_{name}") or None for name in ("ROOT", "LANG", "TODAY"))
    options = Options(root, lang, today)
    try:
        call = _Arguments(arguments).read(options)
    except _NotUnderstoodError:
        return None
    return (options, call) if call.query or call.interactive else None


class _Arguments:
    def __init__(self, arguments: Sequence[str]) -> None:
        self._left = list(arguments)
        self._called = False
        self._words: list[str] = []

    def read(self, options: Options) -> SearchCall:
        """Take the arguments one by one; common options go to *options*."""
        found: dict[str, object] = {}
        many: dict[str, list[str]] = {name: [] for name in _MANY.values()}
        while self._left:
            word = self._left.pop(0)
            if word == "--" and self._called:
                self._words += self._left
                break
            if not word.startswith("-") or word == "-":
                self._take(word)
                continue
            name, equals, value = word.partition("=")
            if name == "--quiet" and not equals:
                options.quiet = True
            elif name in _COMMON:
                setattr(options, _COMMON[name], self._value(equals, value))
            elif not self._called:
                raise _NotUnderstoodError
            elif name in _FLAGS and not equals:
                found[_FLAGS[name]] = True
            elif name in _MANY:
                many[_MANY[name]].append(self._value(equals, value))
            elif name in _ONE:
                found[_ONE[name]] = self._value(equals, value)
            elif name == "--limit" or word == "-n":
                found["limit"] = _limit(self._value(equals, value))
            else:
                raise _NotUnderstoodError
        if options.color not in COLORS or (options.lang is not None and normalise_language(options.lang) is None):
            raise _NotUnderstoodError
        # Each option's value has its field's type, which a dictionary of all of them cannot say.
        return SearchCall(query=self._words, **many, **found)  # type: ignore[arg-type]

    def _take(self, word: str) -> None:
        if self._called:
            self._words.append(word)
        elif word == _NAME:
            self._called = True
        else:
            raise _NotUnderstoodError

    def _value(self, equals: str, value: str) -> str:
        """The value of an option, which stands behind ``=`` or is the next argument."""
        if equals:
            return value
        if not self._left or self._left[0].startswith("-"):
            raise _NotUnderstoodError
        return self._left.pop(0)


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:5]) <= 1000 or len(text) > 4:
        raise _NotUnderstoodError
    return int(text)


def run(options: Options, call: SearchCall) -> int:
    """Run the search *call*, and return the status to exit with."""
    try:
        return run_search(options, call)
    except BrokenPipeError:
        return leave_quietly()
    except (Exception, KeyboardInterrupt) as error:
        return explain(options, error)
