"""Options that several commands share, and how the format of what they write is chosen."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from kbctl.cli.completion import complete_departments, complete_institutions, complete_types
from kbctl.cli.deliver import STDOUT
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _
from kbctl.model.notice import Urgency

Format = TypeVar("Format", bound=StrEnum)

OwnersOption = Annotated[
    list[str] | None,
    typer.Option(
        "--owner", metavar="DEPARTMENT", help=_("Only this department's."), autocompletion=complete_departments
    ),
]
TypesOption = Annotated[
    list[str] | None,
    typer.Option("--type", metavar="TYPE", help=_("Only this type."), autocompletion=complete_types),
]
BranchOption = Annotated[
    str | None,
    typer.Option(
        metavar="INSTITUTION", help=_("Only what this branch's departments own."), autocompletion=complete_institutions
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help=_("Short for --format json."))]
OutputOption = Annotated[
    str | None, typer.Option("--output", metavar="FILE", help=_("Where to write it; - is standard output."))
]
ForceOption = Annotated[bool, typer.Option("--force", help=_("Overwrite the file if it exists."))]
AtOption = Annotated[str | None, typer.Option(metavar="REV", help=_("What a commit or branch holds."))]
WorktreeOption = Annotated[bool, typer.Option("--worktree", help=_("What lies on the desk, drafts included."))]

# 缓急程度 as it is typed.
URGENCIES = "|".join(urgency.value for urgency in Urgency)
# Other names that files of a format go by; a .txt may hold any.
_SUFFIXES = {"htm": "html", "markdown": "md", "txt": "text"}


def format_help(default: StrEnum) -> str:
    """The help of an option ``--format`` without a default of its own."""
    return _("Output format (default: by the name of --output, else {format}).").format(format=default.value)


def choose_format(given: Format | None, output: str | None, default: Format, *, json: bool = False) -> Format:
    """The format asked for by ``--json`` or ``--format``, else by the name of the file, else *default*.

    :raises KbctlError: if these contradict one another, or the file's name asks for a format that there is not.
    """
    kind = type(default)
    if json and given not in (None, kind("json")):
        raise KbctlError(
            N_("--json and --format {format} exclude one another"), hint=N_("leave one of them out"), format=given
        )
    asked = kind("json") if json else given
    if output in (None, STDOUT) or Path(output).is_dir():
        return asked or default
    suffix = Path(output).suffix.lower().removeprefix(".")
    name = _SUFFIXES.get(suffix, suffix)
    if asked is not None:
        if name not in (asked, "text") and name in list(kind):
            raise KbctlError(
                N_("{path} is named as a .{suffix} file, but the format asked for is {format}"),
                hint=N_("name the file *.{format}, or ask for --format {name}"),
                path=output,
                suffix=suffix,
                format=asked,
                name=name,
            )
        return asked
    if name and name not in list(kind):
        raise KbctlError(
            N_("{path}: there is no format .{suffix} here"),
            hint=N_("the formats are: {known}; name the file so, or say which one with --format"),
            path=output,
            suffix=suffix,
            known=_(", ").join(kind),
        )
    return kind(name) if name else default


def find_urgency(word: str) -> Urgency:
    """The urgency that *word* names, in English or as the form prints it.

    :raises KbctlError: if there is none.
    """
    for urgency in Urgency:
        if word in (urgency.value, urgency.label):
            return urgency
    raise KbctlError(
        N_("{word} is no urgency"),
        hint=N_("choose one of: {choices}"),
        word=word,
        choices=_(", ").join(f"{urgency.value} {urgency.label}" for urgency in Urgency),
    )
