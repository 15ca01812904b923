"""YAML read as text: every scalar stays what was typed, and every value keeps its place.

The parser works on PyYAML's event stream, in one pass and without recursion, so that aliases, tags,
merge keys and deep nesting are refused before anything is built from them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

from kbctl.store.yaml_errors import slip

MAX_DEPTH = 12
# Characters that YAML forbids; they stop the parser with a message of its own, so they are found first.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,15})\Z")

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class YamlProblem:
    """Why a text is not usable YAML. ``code`` is the finding's code; line and column count from 1."""

    code: str
    line: int
    column: int
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class YamlText:
    """What was read: ``value`` is a str, list or dict of those (``None`` for an empty text).

    ``places`` maps the path of each value to its line and column, and ``key_places`` that of each key;
    both are empty unless asked for.
    """

    value: Any = None
    problems: list[YamlProblem] = field(default_factory=list)
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)
    key_places: dict[Path, tuple[int, int]] = field(default_factory=dict)


class _Refused(Exception):
    def __init__(self, problem: YamlProblem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class _NotPlain(Exception):
    """The text holds something that the builder has to look at."""


_NO_KEY = object()
# Looked up once, because every event of every text is held against them.
_SCALAR = yaml.ScalarEvent
_ENDS = frozenset({yaml.MappingEndEvent, yaml.SequenceEndEvent})


class _Builder:
    """Builds values from events; one open container a level."""

    def __init__(self, first_line: int, keep_places: bool, typed: bool) -> None:
        self.first_line = first_line
        self.typed = typed
        self.keep_places = keep_places
        self.result = YamlText()
        self.stack: list[Any] = []
        self.keys: list[Any] = []
        self.paths: list[Path] = []

    def place(self, mark: Any) -> tuple[int, int]:
        return mark.line + self.first_line, mark.column + 1

    def path(self) -> Path:
        """The path of the value that is being added."""
        if not self.stack:
            return ()
        top = self.stack[-1]
        return (*self.paths[-1], len(top) if isinstance(top, list) else self.keys[-1])

    def refuse(self, code: str, event: Any, **params: Any) -> _Refused:
        line, column = self.place(event.start_mark)
        return _Refused(YamlProblem(code, line, column, params))

    def check(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent):
            raise self.refuse("KB013", event, what=f"*{event.anchor}")
        if getattr(event, "anchor", None):
            raise self.refuse("KB013", event, what=f"&{event.anchor}")
        if getattr(event, "tag", None) not in (None, "!"):
            raise self.refuse("KB013", event, what=event.tag)

    def add(self, event: Any, value: Any) -> None:
        """Put *value* where the event stands."""
        if not self.stack:
            self.result.value = value
            if self.keep_places:
                self.result.places[()] = self.place(event.start_mark)
            return
        top = self.stack[-1]
        if isinstance(top, list):
            if self.keep_places:
                self.result.places[self.path()] = self.place(event.start_mark)
            top.append(value)
            return
        key = self.keys[-1]
        if key is _NO_KEY:
            self.open_key(event, value)
            return
        if self.keep_places:
            self.result.places[self.path()] = self.place(event.start_mark)
        top[key] = value
        self.keys[-1] = _NO_KEY

    def open_key(self, event: Any, value: Any) -> None:
        if not isinstance(value, str):
            raise self.refuse("KB012", event, problem="a key must be a word", hint="")
        if value == "<<":
            raise self.refuse("KB013", event, what="<<")
        if value in self.stack[-1]:
            line, column = self.place(event.start_mark)
            self.result.problems.append(YamlProblem("KB015", line, column, {"key": value}))
        self.keys[-1] = value
        if self.keep_places:
            self.result.key_places[self.path()] = self.place(event.start_mark)

    def scalar(self, event: Any) -> Any:
        text = event.value
        if self.typed and event.implicit[0] and not (self.stack and self.keys[-1] is _NO_KEY):
            if _INTEGER.match(text):
                return int(text)
            if text in ("true", "false"):
                return text == "true"
        return text

    def feed(self, event: Any) -> None:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self.check(event)
            self.add(event, self.scalar(event))
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            self.check(event)
            if len(self.stack) >= MAX_DEPTH:
                raise self.refuse("KB014", event, depth=MAX_DEPTH)
            container: Any = {} if kind is yaml.MappingStartEvent else []
            if self.stack and isinstance(self.stack[-1], dict) and self.keys[-1] is _NO_KEY:
                raise self.refuse("KB012", event, problem="a key must be a word", hint="")
            path = self.path() if self.keep_places else ()
            self.add(event, container)
            self.stack.append(container)
            self.keys.append(_NO_KEY)
            self.paths.append(path)
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self.stack.pop()
            self.keys.pop()
            self.paths.pop()
        elif kind is yaml.AliasEvent:
            self.check(event)


def read_yaml(text: str, *, first_line: int = 1, places: bool = False, typed: bool = False) -> YamlText:
    """Read *text* as one YAML document.

    :param first_line: the line number that the first line of *text* has in its file.
    :param places: whether to keep the place of every value.
    :param typed: whether unquoted integers and ``true``/``false`` become numbers and booleans, as schema files need.
    :return: the value with its problems; never raises for bad content. After a syntax error the value is ``None``.
    """
    if not places and not typed:
        value = _plain_value(text)
        if value is not _NO_KEY:
            return YamlText(value)
    builder = _Builder(first_line, places, typed)
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        line = text.count("\n", 0, forbidden.start())
        column = forbidden.start() - (text.rfind("\n", 0, forbidden.start()) + 1)
        problem = YamlProblem("KB005", line + first_line, column + 1, {"character": f"U+{ord(forbidden.group()):04X}"})
        return YamlText(problems=[problem])
    documents = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if type(event) is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise builder.refuse("KB012", event, problem="more than one document", hint="")
            builder.feed(event)
    except _Refused as refused:
        builder.result.value = None
        builder.result.problems.append(refused.problem)
    except yaml.MarkedYAMLError as error:
        builder.result.value = None
        builder.result.problems.append(_syntax_problem(text, error, first_line))
    except yaml.YAMLError as error:
        builder.result.value = None
        builder.result.problems.append(YamlProblem("KB012", first_line, 1, {"problem": str(error), "hint": ""}))
    return builder.result


def _plain_value(text: str) -> Any:
    """The value of a text that has nothing to complain of, or :data:`_NO_KEY`.

    Bulk reading spends most of its time here, and nearly every text is such a one; the builder reads the others,
    and says what is wrong with them. The two agree, which a test holds.
    """
    if _FORBIDDEN.search(text):
        return _NO_KEY
    try:
        return _plain_document(yaml.CSafeLoader(text).get_event)
    except (_NotPlain, yaml.YAMLError):
        return _NO_KEY


def _plain_document(next_event: Callable[[], Any]) -> Any:
    """Build the value of the one document that *next_event* brings.

    :raises _NotPlain: at the first thing that the builder would say something about.
    """
    # The document is the only item of a list, so that every value has a container.
    document: list[Any] = []
    top: Any = document
    key: Any = _NO_KEY
    open_: list[Any] = []
    while (event := next_event()) is not None:
        kind = type(event)
        if kind is _SCALAR:
            value = event.value
        elif kind is yaml.MappingStartEvent:
            value = {}
        elif kind is yaml.SequenceStartEvent:
            value = []
        elif kind in _ENDS:
            top, key = open_.pop()
            continue
        elif kind is yaml.AliasEvent:
            raise _NotPlain
        else:
            continue
        if event.anchor is not None or (event.tag is not None and event.tag != "!"):
            raise _NotPlain
        if type(top) is list:
            top.append(value)
        elif key is not _NO_KEY:
            top[key] = value
            key = _NO_KEY
        elif kind is _SCALAR and value not in top and value != "<<":
            key = value
        else:
            raise _NotPlain
        if kind is not _SCALAR:
            if len(open_) >= MAX_DEPTH:
                raise _NotPlain
            open_.append((top, key))
            top, key = value, _NO_KEY
    if len(document) > 1:
        raise _NotPlain
    return document[0] if document else None


def _syntax_problem(text: str, error: yaml.MarkedYAMLError, first_line: int) -> YamlProblem:
    """Turn the parser's error into a problem at the place that it is really about."""
    line, column, params = slip(text, error)
    return YamlProblem("KB012", line + first_line, column + 1, params)
