"""Opening a file in the user's editor."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

from kbctl.errors import KbctlError
from kbctl.i18n import N_


def find_editor() -> list[str]:
    """Return the command of the user's editor: ``VISUAL``, ``EDITOR``, on Windows else the notepad.

    :raises KbctlError: if none is set, or it is not installed.
    """
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ("notepad" if os.name == "nt" else "")
    command = shlex.split(named, posix=os.name != "nt") if named else []
    if not command or shutil.which(command[0]) is None:
        raise KbctlError(
            N_("no editor to open the file with: {editor}"),
            hint=N_("set VISUAL or EDITOR to the name of a program, or leave --edit out"),
            editor=named or "VISUAL, EDITOR",
        )
    return command


def open_editor(command: list[str], path: Path) -> None:
    """Open *path* with *command* and wait until it is closed.

    :raises KbctlError: if the editor ends with an error.
    """
    status = subprocess.run([*command, str(path)], check=False).returncode
    if status:
        raise KbctlError(
            N_("the editor ended with status {status}; the file is there: {path}"),
            hint=N_("open it by hand"),
            status=status,
            path=path,
        )
