"""A rich console for tables and progress bars; loaded only when one is drawn."""

from __future__ import annotations

import os
import sys

from rich.console import Console

from kbctl.cli.common import Options


def make_console(options: Options, *, stderr: bool = False) -> Console:
    """A console for stdout or stderr that obeys ``--color``, NO_COLOR and FORCE_COLOR."""
    stream = sys.stderr if stderr else sys.stdout
    forced = True if options.color == "always" else None
    no_color = True if options.color == "never" else None
    width = None if stream.isatty() or "COLUMNS" in os.environ else 100_000
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
