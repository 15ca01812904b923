"""What is said of a bug; loaded when there is one."""

from __future__ import annotations

import platform
import traceback

from kbctl import __version__
from kbctl.cli.console import Printer
from kbctl.i18n import _


def report(printer: Printer, error: Exception) -> None:
    """Say on stderr that *error* is a bug, and what a report of it should hold."""
    printer.warn(_("This is a bug in kbctl, not a mistake of yours. Nothing more was done."))
    printer.warn(_("Please report it with the lines below and what you did:"))
    versions = f"kbctl {__version__}, Python {platform.python_version()}, {platform.system()}"
    printer.warn(versions + "\n" + "".join(traceback.format_exception(error)).rstrip())
