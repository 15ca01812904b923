"""Writing to people: results on stdout, messages on stderr, data never read as markup."""

from __future__ import annotations

import codecs
import importlib
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kbctl.cli.common import Options
from kbctl.cli.styled import Line, Screen
from kbctl.errors import KbctlError
from kbctl.i18n import _
from kbctl.output.plain import clean

if TYPE_CHECKING:
    from rich.console import Console

_ESCAPING = "kbctl.json"
# What is typed again, or copied, is left to the terminal: its lines are put together again when they are copied.
_COMMANDS = ("kbctl ", "git ")


def _escape(error: UnicodeError) -> tuple[str, int]:
    """What cannot be encoded, as escapes of JSON: one for each unit of UTF-16."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)), error.end


codecs.register_error(_ESCAPING, _escape)


class Printer:
    """What a command prints with: :meth:`result` on stdout, the rest on stderr."""

    def __init__(self, options: Options) -> None:
        self.quiet = options.quiet
        self._options = options
        self._out = Screen(sys.stdout, options.color)
        self._err = Screen(sys.stderr, options.color)

    @property
    def terminal(self) -> bool:
        """Whether results go to a terminal."""
        return self._out.is_terminal

    @property
    def width(self) -> int:
        """How many columns a line of results has."""
        return self._out.width

    @cached_property
    def out(self) -> Console:
        """What tables are drawn on: rich's console of stdout."""
        return self._rich(stderr=False)

    @cached_property
    def err(self) -> Console:
        """What progress bars are drawn on: rich's console of stderr."""
        return self._rich(stderr=True)

    def _rich(self, *, stderr: bool) -> Console:
        made: Console = importlib.import_module("kbctl.cli.rich_console").make_console(self._options, stderr=stderr)
        return made

    def json(self, text: str) -> None:
        """Write *text*, which is JSON, to stdout: characters that the encoding lacks as JSON escapes them.

        Where nobody looks that is all but ASCII, unless the encoding is the one that JSON is read in, UTF-8.
        """
        encoding = codecs.lookup(sys.stdout.encoding).name
        if encoding != "utf-8" and not sys.stdout.isatty():
            encoding = "ascii"
        sys.stdout.write(text.encode(encoding, _ESCAPING).decode(encoding))
        sys.stdout.flush()

    def document(self, text: str) -> None:
        """Write a document to stdout: in UTF-8 whatever the console speaks, unless somebody is reading there."""
        if sys.stdout.isatty():
            sys.stdout.write(text)
        else:
            sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.flush()

    def result(self, content: Any = "", style: str = "") -> None:
        """Print a result: a str is data and cleaned; a line, or anything that rich renders, holds cleaned data."""
        if isinstance(content, str):
            content = Line(clean(content), style)
        if isinstance(content, Line):
            _say(self._out, content)
        else:
            self.out.print(content)

    def wrapped(self, indent: str, line: Line, *, hanging: str = "") -> None:
        """Print *line* (already cleaned) behind *indent*, wrapped on a terminal, in one piece anywhere else.

        :param hanging: stands behind the indent of all lines but the first.
        """
        self._out.write(line, indent, wrap=True, hanging=hanging)

    def note(self, text: str) -> None:
        """Say something in passing; silent with ``--quiet``."""
        if not self.quiet:
            _say(self._err, Line(clean(text), "dim"))

    def warn(self, text: str) -> None:
        """Say something that should be looked at."""
        _say(self._err, Line(clean(text), "yellow"))

    def alarm(self, text: str) -> None:
        """Say something that must not be overlooked."""
        _say(self._err, Line(clean(text), "bold red"))

    def error(self, error: KbctlError) -> None:
        """Print an error and what to do about it."""
        params = {**error.params, "problem": _(str(error.params.get("problem", "")))}
        line = Line(_("Error: "), "bold red")
        _say(self._err, line.append(clean(_(error.message).format(**params))))
        if error.hint:
            self._err.write(Line("  → " + clean(_(error.hint).format(**params))), wrap=True, hanging="    ")


def _say(screen: Screen, line: Line) -> None:
    """Write *line*, wrapped on a terminal, what follows as far to the right as it begins; a command or path is not."""
    text = line.text.strip()
    copied = text.startswith(_COMMANDS) or ("/" in text and " " not in text and "。" not in text)
    blanks = line.text[: len(line.text) - len(line.text.lstrip(" "))]
    screen.write(line, wrap=not copied, hanging=blanks)
