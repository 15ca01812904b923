"""The command classes: common options everywhere, commands loaded when they are called, one error boundary."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click
import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup
from typer.utils import get_params_from_function

from kbctl.cli.boundary import explain, leave_quietly
from kbctl.cli.help import HelpContext
from kbctl.cli.options import common_options, options_of
from kbctl.cli.slips import slip_in, submission_in
from kbctl.errors import NotFoundError
from kbctl.i18n import N_, _

_COMPLETION = ("install_completion", "show_completion")
_TYPED = "kbctl.typed"


class KbctlCommand(TyperCommand):
    """A command with the common options, whose errors end in one clear message."""

    context_class = HelpContext

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.callback is not None:
            _restore_help(self.params, self.callback)
        for parameter in self.params:
            _name_range(parameter.type)
        self.params.extend(common_options(environment=False))

    def format_arguments(self, ctx: Any, formatter: Any) -> None:
        """Nothing, since typer lists the arguments before the options; from 8.5 on click would list them again."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Understand the arguments; where one was typed with an input method, the error says so."""
        ctx.meta[_TYPED] = tuple(args)
        with _slips_explained(args, {name for parameter in self.params for name in parameter.opts}):
            parsed: list[str] = super().parse_args(ctx, args)
        return parsed

    def invoke(self, ctx: Any) -> Any:
        """Run the command; an error that the user can mend exits with 2, a bug with 70, an interrupt with 130."""
        return _bounded(ctx, super().invoke)


class KbctlGroup(TyperGroup):
    """A command with commands below it that can be called by itself too: with the common options, and like errors."""

    context_class = HelpContext

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(common_options(environment=False))

    def invoke(self, ctx: Any) -> Any:
        """Run the command, or the one below it that is called."""
        return _bounded(ctx, super().invoke)


def _bounded(ctx: Any, run: Callable[[Any], Any]) -> Any:
    """Run a command within the one error boundary."""
    try:
        return run(ctx)
    except (typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except BrokenPipeError:
        raise typer.Exit(leave_quietly()) from None
    except (Exception, KeyboardInterrupt) as error:
        if type(error).__module__.startswith("click."):
            raise
        if isinstance(error, NotFoundError):
            hint, typed = slip_in(ctx.meta.get(_TYPED, ()))
            error.hint, error.params = hint or error.hint, {**error.params, "typed": typed}
        raise typer.Exit(explain(options_of(ctx), error)) from None


@contextmanager
def _slips_explained(args: Sequence[str], options: Collection[str] = ()) -> Iterator[None]:
    """Have an error in how a command is called say what to type instead of what an input method put there."""
    typed = tuple(args)
    try:
        yield
    except click.UsageError as error:
        hint, instead = slip_in(typed, options)
        number = submission_in(typed, error.message)
        if number:
            hint, instead = N_("this is a submission: `kbctl review show {typed}`"), number
        if not hint:
            raise
        told = f"{error.format_message()}\n  → {_(hint).format(typed=instead)}"
        raise click.UsageError(told, error.ctx) from None


def _restore_help(parameters: Iterable[Any], function: Callable[..., Any]) -> None:
    """Give arguments the help that they are declared with: under click 8.5 typer 0.25 loses it."""
    declared = get_params_from_function(function)
    for parameter in parameters:
        if isinstance(parameter, TyperArgument) and parameter.name in declared:
            parameter.help = getattr(declared[parameter.name].default, "help", None)


def _name_range(type_: Any) -> None:
    """Have a number's type called by its limits where a value is refused: the library says "integer range"."""
    least, most = getattr(type_, "min", None), getattr(type_, "max", None)
    if least is not None and most is not None:
        whole = "integer" in type_.name
        text = _("whole number from {least} to {most}") if whole else _("number from {least} to {most}")
        type_.name = text.format(least=least, most=most)


@dataclass(frozen=True, slots=True)
class Entry:
    """A command in the table: the module that holds it, its summary, and the panel of the help it stands in."""

    module: str
    summary: str
    panel: str


class LazyGroup(TyperGroup):
    """A group whose commands are imported when they are called, so that ``--help`` and ``search`` stay quick.

    ``table`` is set by :mod:`kbctl.cli.app`. A module's ``app`` is a Typer with one command, or with several.
    """

    context_class = HelpContext
    table: Mapping[str, Entry] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What a mistyped name is compared with.
        self.commands.update({name: self.get_command(None, name) for name in self.table})
        self.params.extend(common_options(environment=True))

    def list_commands(self, ctx: Any) -> list[str]:
        """The names in the table's order."""
        return list(self.table)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A stand-in with the summary, which is all that a list of commands needs."""
        entry = self.table.get(cmd_name)
        if entry is None:
            return None
        return TyperCommand(cmd_name, help=_(entry.summary), rich_help_panel=_(entry.panel), callback=lambda: None)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands under what they are for."""
        panels: dict[str, list[tuple[str, str]]] = {}
        for name, entry in self.table.items():
            panels.setdefault(entry.panel, []).append((name, _(entry.summary)))
        for panel, rows in panels.items():
            with formatter.section(_(panel)):
                formatter.write_dl(rows)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Import the command that is called."""
        with _slips_explained(args[:1]):
            name, command, rest = super().resolve_command(ctx, args)
        if name is not None and name in self.table:
            entry = self.table[name]
            command = _bounded(ctx, lambda _context: load_command(name, entry))
        return name, command, rest


def load_command(name: str, entry: Entry) -> Any:
    """Import and build the command *name*."""
    app: typer.Typer = importlib.import_module(entry.module).app
    # Plain help as in the list of commands; the library's own suggestions, which are not translated, come twice.
    app.rich_markup_mode = None
    app.suggest_commands = False
    command = typer.main.get_command(app)
    if isinstance(command, TyperGroup) and name in command.commands:
        command = command.commands[name]
    command.name = name
    command.context_class = HelpContext
    # Completion is installed once, for kbctl, not for each command.
    command.params = [parameter for parameter in command.params if parameter.name not in _COMPLETION]
    return command
