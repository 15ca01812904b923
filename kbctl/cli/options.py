"""Options that every command has, accepted before or after the command's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import typer
from typer.core import TyperOption

from kbctl.errors import KbctlError
from kbctl.i18n import LANGUAGES, N_, _

TIME_ZONE = "Asia/Shanghai"
COLORS = ("auto", "always", "never")
_META = "kbctl.options"


@dataclass
class Options:
    """The values of the common options of one call."""

    root: str | None = None
    lang: str | None = None
    today: str | None = None
    color: str = "auto"
    quiet: bool = False

    @property
    def day(self) -> date:
        """The day asked for, by default today's date in the bank's time zone.

        :raises KbctlError: if it is no day of the calendar.
        """
        if self.today is None:
            return datetime.now(ZoneInfo(TIME_ZONE)).date()
        return parse_day(self.today)


def parse_day(text: str) -> date:
    """Return the day that ``YYYY-MM-DD`` names.

    :raises KbctlError: if it is no such text or no day of the calendar.
    """
    try:
        if len(text) == 10 and text.isascii():
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise KbctlError(N_("{text} is not a day"), hint=N_("write it as YYYY-MM-DD, for example 2026-11-21"), text=text)


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
            raise typer.BadParameter(
                _("choose one of: {choices}").format(choices=", ".join(COLORS)), context, parameter
            )
        setattr(options_of(context), parameter.name, value)
    return value
