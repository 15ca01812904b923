"""Writing to people: results on stdout, messages on stderr, data never read as markup."""

from __future__ import annotations

import os
import sys
from typing import Any, TextIO

from rich.console import Console
from rich.text import Text

from kbctl.cli.options import Options
from kbctl.errors import KbctlError
from kbctl.i18n import _
from kbctl.output.plain import clean


def make_console(options: Options, *, stderr: bool = False) -> Console:
    """A console for stdout or stderr that obeys ``--color``, NO_COLOR and FORCE_COLOR."""
    stream = sys.stderr if stderr else sys.stdout
    forced = True if options.color == "always" else None
    no_color = True if options.color == "never" else None
    width = None if _is_terminal(stream) or "COLUMNS" in os.environ else 100_000
    return Console(
        file=stream,
        force_terminal=forced,
        no_color=no_color,
        width=width,
        markup=False,
        emoji=False,
        highlight=False,
        soft_wrap=True,
    )


def _is_terminal(stream: TextIO) -> bool:
    return stream.isatty()


class Printer:
    """What a command prints with: :meth:`result` on stdout, the rest on stderr."""

    def __init__(self, options: Options) -> None:
        self.out = make_console(options)
        self.err = make_console(options, stderr=True)
        self.quiet = options.quiet

    @property
    def terminal(self) -> bool:
        """Whether results go to a terminal."""
        return self.out.is_terminal

    def raw(self, text: str) -> None:
        """Write *text* to stdout as it is, for machines."""
        sys.stdout.write(text)
        sys.stdout.flush()

    def document(self, text: str) -> None:
        """Write a document to stdout: in UTF-8 whatever the console speaks, unless somebody is reading there."""
        if sys.stdout.isatty():
            self.raw(text)
        else:
            sys.stdout.buffer.write(text.encode("utf-8", "replace"))
            sys.stdout.flush()

    def result(self, content: Any = "", style: str = "") -> None:
        """Print a result: a str is data and cleaned, anything else is a rich renderable of cleaned data."""
        self.out.print(Text(clean(content), style=style) if isinstance(content, str) else content)

    def wrapped(self, indent: str, text: Text) -> None:
        """Print *text* (already cleaned) behind *indent*, wrapped on a terminal, in one piece anywhere else."""
        lines = text.wrap(self.out, max(self.out.width - len(indent), 20)) if self.terminal else [text]
        for line in lines:
            self.out.print(Text(indent) + line)

    def note(self, text: str) -> None:
        """Say something in passing; silent with ``--quiet``."""
        if not self.quiet:
            self.err.print(Text(clean(text), style="dim"))

    def warn(self, text: str) -> None:
        """Say something that should be looked at."""
        self.err.print(Text(clean(text), style="yellow"))

    def error(self, error: KbctlError) -> None:
        """Print an error and what to do about it."""
        line = Text(_("Error: "), style="bold red")
        line.append(clean(_(error.message).format(**error.params)), style="not bold default")
        self.err.print(line)
        if error.hint:
            self.err.print(Text("  → " + clean(_(error.hint).format(**error.params))))
