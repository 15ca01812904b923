"""Where a document goes: to a file that is not overwritten unasked, or to standard output."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import typer

from kbctl.cli.console import Printer
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _
from kbctl.store.write import create_files, replace_file

STDOUT = "-"
# What only an office program reads; a page is for a browser, unless something else takes it in.
_OFFICE = (".docx", ".xlsx")
_PAGE = ".html"


def deliver(printer: Printer, content: str | bytes, output: str | None, *, name: str, force: bool) -> None:
    """Write *content* to the file *output*, at once and whole, or not at all.

    :param output: a file, a directory, or ``-``; without it text goes to standard output, and what is not for reading
        there to the file *name* in the current directory.
    :param name: what the file is called by itself; its suffix says what *content* is.
    :param force: overwrite a file that exists; else a terminal is asked, and anything else is refused.
    :raises KbctlError: if it cannot be written, or must not be overwritten.
    """
    if output == "":
        raise KbctlError(N_("--output names no file"), hint=N_("name one, or - for standard output"))
    if output == STDOUT or (output is None and not name.endswith(_OFFICE) and not _is_page_for_terminal(name)):
        _print(printer, content, name)
        return
    path = Path(output or ".").expanduser()
    if path.is_dir():
        path /= name
    data = content.encode() if isinstance(content, str) else content
    if path.is_file() and not force and not _holds(path, data) and not _agreed(path):
        raise KbctlError(N_("{path} exists already"), hint=N_("name another file, or add --force"), path=path)
    write_file(path, data)
    # Where nobody has named the file it is news, also to those who asked for quiet.
    say = printer.note if output else printer.warn
    say(_("wrote {path}").format(path=path))


def _is_page_for_terminal(name: str) -> bool:
    return name.endswith(_PAGE) and sys.stdout.isatty()


def write_file(path: Path, data: bytes) -> None:
    """Write *data* to *path* in one step, over what is there.

    :raises KbctlError: if that cannot be done.
    """
    target = path.resolve() if path.is_symlink() else path
    try:
        if target.is_file():
            replace_file(target, data)
        elif target.exists():
            target.write_bytes(data)
        elif target.parent.is_dir():
            create_files({target: data})
        else:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    except OSError as error:
        raise KbctlError(
            N_("cannot write {path}: {problem}"),
            hint=N_("check that its folder exists and is yours, and that the file is not open in Word or Excel"),
            path=path,
            problem=error.strerror or error,
        ) from None


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except OSError:
        return False


def _print(printer: Printer, content: str | bytes, name: str) -> None:
    """Write to standard output: text as the terminal speaks it, byte for byte where nobody looks."""
    if name.endswith(_OFFICE) and sys.stdout.isatty():
        raise KbctlError(N_("this is no text for a terminal"), hint=N_("name a file with --output"))
    if isinstance(content, bytes) and sys.stdout.isatty():
        content = content.decode("utf-8-sig")
    if isinstance(content, bytes):
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    elif name.endswith(".json"):
        printer.json(content)
    else:
        printer.document(content)


def _agreed(path: Path) -> bool:
    """Whether somebody at a terminal agrees to overwrite *path*; nobody is asked where nobody is."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    return typer.confirm(_("{path} exists already. Overwrite it?").format(path=path), err=True)
