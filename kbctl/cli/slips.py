"""What an input method puts on the command line in place of hyphens and quotation marks, and what to type instead."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from kbctl.i18n import N_
from kbctl.model.submission import NUMBER

# Dashes and minus signs that are not the keyboard's hyphen, as they begin an argument.
_DASHES = re.compile(r"[-‐-―−－﹣]*[‐-―−－﹣][-‐-―−－﹣]*([\w-]*)")
_ONE_HYPHEN = re.compile(r"-([a-z][a-z-]+)(?:=.*)?\Z")
_MARKS = ("“”", "‘’", "＂＂", "「」")


def slip_in(arguments: Sequence[str], options: Collection[str] = ()) -> tuple[str, str]:
    """What to type instead, with the field ``{typed}``, and what that is; empty where nothing was mistyped.

    :param options: the options that there are, for one that was typed with a single hyphen.
    """
    for argument in arguments:
        dashes = _DASHES.match(argument)
        if dashes:
            return N_("an option begins with two half-width hyphens: {typed}"), f"--{dashes[1].lstrip('-')}"
        single = _ONE_HYPHEN.match(argument)
        if single and f"--{single[1]}" in options:
            return N_("an option begins with two half-width hyphens: {typed}"), f"--{single[1]}"
    for argument in arguments:
        for mark in _MARKS:
            if sum(argument.count(char) for char in set(mark)) % 2:
                return N_("text with spaces stands in straight half-width quotation marks: {typed}"), '"…"'
    return "", ""


def submission_in(arguments: Sequence[str], message: str) -> str:
    """The submission's number among *arguments* that the error *message* is about; empty if it is about none."""
    return next((argument for argument in arguments if NUMBER.match(argument) and argument in message), "")


def unquoted(text: str | None) -> str | None:
    """*text* without the Chinese quotation marks that were typed around the whole of it."""
    if text and len(text) > 1 and text[0] in "“”" and text[-1] in "“”" and not re.search("[“”]", text[1:-1]):
        return text[1:-1]
    return text
