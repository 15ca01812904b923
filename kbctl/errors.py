"""The errors that end a command.

They carry an untranslated message with its parameters; the command line translates and prints them.
What is wrong with the *content* of a knowledge base is never an exception but a Finding.
"""

from __future__ import annotations

from typing import Any


class KbctlError(Exception):
    """Something the user can mend: a wrong name, a missing knowledge base, a refused write.

    :param message: what is wrong, marked with ``N_``, with ``{name}`` fields.
    :param hint: what to do about it, marked likewise; may be empty.
    :param params: the values of the fields of both.
    """

    exit_status = 2

    def __init__(self, message: str, *, hint: str = "", **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.params = params

    def __str__(self) -> str:
        return self.message.format(**self.params)


class NotFoundError(KbctlError):
    """An id, name or path that the knowledge base does not hold."""
