"""Edits of single keys on the desk: shown as a diff, written all together or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import unified_diff
from typing import Any

from kbctl.cli.console import Printer
from kbctl.cli.workspace import Workspace
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _, ngettext
from kbctl.rules.front_matter import COMMON
from kbctl.store.edit import EditRefusedError, set_key
from kbctl.store.write import replace_files

_STYLES = {"+": "green", "-": "red"}


class Changes:
    """What is to be changed in the files of a work tree. Nothing is written before :meth:`write`."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._before: dict[str, bytes] = {}
        self._after: dict[str, bytes] = {}

    @property
    def paths(self) -> list[str]:
        """The files that will be different, in the order in which they were asked for."""
        return [path for path, data in self._after.items() if data != self._before[path]]

    def set(self, path: str, key: str, value: Any) -> None:
        """Set *key* of the entry file at *path*, and nothing else in it.

        :raises KbctlError: if that cannot be done safely; the message names the file.
        """
        if path not in self._after:
            self._before[path] = self._after[path] = self._workspace.desk.read(path)
        try:
            text = set_key(self._after[path].decode("utf-8"), key, value, _keys_before(key))
        except EditRefusedError as error:
            raise KbctlError(N_("{path}: {problem}"), hint=error.hint, path=path, problem=_describe(error)) from None
        self._after[path] = text.encode("utf-8")

    def show(self, printer: Printer) -> None:
        """Print each file with the lines that change, old and new."""
        for path in self.paths:
            printer.result(path, style="bold")
            old, new = (data.decode("utf-8").splitlines() for data in (self._before[path], self._after[path]))
            for line in list(unified_diff(old, new, lineterm="", n=0))[2:]:
                if not line.startswith("@"):
                    printer.result(f"  {line}", style=_STYLES[line[0]])

    def write(self) -> None:
        """Write all files.

        :raises KbctlError: if one cannot be written; then none is changed.
        """
        try:
            replace_files({self._workspace.root / path: self._after[path] for path in self.paths})
        except OSError as error:
            raise KbctlError(
                N_("cannot write {path}: {problem}; nothing was changed"),
                hint=N_("check that the file is yours and that the disk is not full"),
                path=error.filename,
                problem=error.strerror or error,
            ) from None

    def finish(self, printer: Printer, *, dry_run: bool) -> None:
        """Show the differences, and write them unless it is only a trial."""
        self.show(printer)
        count = len(self.paths)
        if dry_run:
            text = ngettext(
                "{n} file would change; nothing was written", "{n} files would change; nothing was written", count
            )
        else:
            self.write()
            text = ngettext("{n} file changed", "{n} files changed", count)
        printer.note(text.format(n=count))


def _keys_before(key: str) -> Sequence[str]:
    """The keys that stand before *key* in a front matter."""
    order = list(COMMON)
    return order[: order.index(key)] if key in order else ()


def _describe(error: KbctlError) -> str:
    return _(error.message).format(**error.params)
