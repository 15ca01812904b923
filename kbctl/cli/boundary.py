"""The one error boundary: what can be mended, an interrupt, and a bug end in one clear message and a status."""

from __future__ import annotations

import contextlib
import errno
import importlib
import io
import os
import sys

from kbctl.cli.common import Options
from kbctl.cli.console import Printer
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _

BUG = 70
INTERRUPTED = 130
# What a shell reports of a program that SIGPIPE ended.
NOBODY_READS = 141

# What no program can help: a full disk or quota, one that cannot be written or is broken, a name that is too long.
_OUTSIDE = frozenset(
    getattr(errno, name)
    for name in ("ENOSPC", "EDQUOT", "EROFS", "EIO", "ENAMETOOLONG", "ELOOP")
    if hasattr(errno, name)
)


def explain(options: Options, error: BaseException) -> int:
    """Say on stderr what *error* is about, and return the status to exit with."""
    printer = Printer(options)
    if isinstance(error, PermissionError):
        error = KbctlError(N_("no permission: {path}"), hint=N_("check who owns it"), path=error.filename)
    elif isinstance(error, FileNotFoundError) and error.filename is None:
        # Only the current directory is looked for without a name.
        error = KbctlError(N_("the directory that you are in is gone"), hint=N_("change to another one"))
    elif isinstance(error, OSError) and error.errno == errno.EBADF:
        _forget_output()
        error = KbctlError(N_("standard output is closed"), hint=N_("name a file with --output, or leave it open"))
    elif isinstance(error, OSError) and error.errno in _OUTSIDE:
        if error.filename is None:
            _forget_output()
        error = KbctlError(
            N_("{path}: {problem}"),
            hint=N_("the file system refuses it, not kbctl"),
            path=error.filename or _("standard output"),
            problem=error.strerror,
        )
    if isinstance(error, KbctlError):
        printer.error(error)
        return error.exit_status
    if isinstance(error, KeyboardInterrupt):
        printer.warn(_("interrupted"))
        return INTERRUPTED
    importlib.import_module("kbctl.cli.bug").report(printer, error)
    return BUG


def leave_quietly() -> int:
    """Whoever was reading has left: what is still buffered goes nowhere. Return the status to exit with."""
    _forget_output()
    return NOBODY_READS


def _forget_output() -> None:
    """Send what is still buffered nowhere, so that the interpreter does not fail over it when it ends."""
    # A stream that is no file of the system holds nothing back.
    with contextlib.suppress(io.UnsupportedOperation):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
