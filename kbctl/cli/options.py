"""Options that every command has, accepted before or after the command's name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import typer
from typer.core import TyperOption

from kbctl.cli.common import COLORS, TIME_ZONE, Options, parse_day
from kbctl.i18n import LANGUAGES, _, normalise_language

__all__ = ["COLORS", "TIME_ZONE", "Options", "common_options", "options_of", "parse_day"]

_META = "kbctl.options"


def options_of(context: typer.Context) -> Options:
    """The common options of the call that *context* belongs to."""
    options: Options = context.meta.setdefault(_META, Options())
    return options


def common_options(*, environment: bool) -> list[TyperOption]:
    """The common options as parameters; *environment* says whether they are read from environment variables too.

    Only the outermost command reads the environment, so that an option beats it wherever it stands.
    """

    def option(name: str, help_text: str, variable: str | None = None, **rest: Any) -> TyperOption:
        return TyperOption(
            param_decls=[f"--{name}"],
            help=help_text,
            envvar=variable if environment else None,
            show_envvar=True,
            expose_value=False,
            callback=_remember,
            rich_help_panel=_("Common options"),
            **rest,
        )

    return [
        option("root", _("The knowledge base's directory (default: upwards from here)."), "KBCTL_ROOT", metavar="DIR"),
        option("lang", _("Language: zh_CN or en."), "KBCTL_LANG", metavar="|".join(LANGUAGES)),
        option("today", _("Work as if it were this day."), "KBCTL_TODAY", metavar="DATE"),
        option("color", _("Colour: auto, always or never."), metavar="|".join(COLORS)),
        option("quiet", _("Print results and errors only."), is_flag=True, default=None),
    ]


def _remember(context: Any, parameter: Any, value: Any) -> Any:
    if value is not None:
        if parameter.name == "color" and value not in COLORS:
            raise _not_among(COLORS, context, parameter)
        if parameter.name == "lang" and normalise_language(value) is None:
            raise _not_among(LANGUAGES, context, parameter)
        setattr(options_of(context), parameter.name, value)
    return value


def _not_among(choices: Iterable[str], context: Any, parameter: Any) -> typer.BadParameter:
    return typer.BadParameter(_("choose one of: {choices}").format(choices=_(", ").join(choices)), context, parameter)
