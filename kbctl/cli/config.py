"""``kbctl config show``: the settings in force, and where they come from."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer

from kbctl.cli.command import KbctlCommand
from kbctl.cli.console import Printer
from kbctl.cli.options import Options, options_of
from kbctl.cli.workspace import Workspace
from kbctl.i18n import _, language
from kbctl.model.rulebook import Rulebook
from kbctl.output import findings as output
from kbctl.settings import Settings
from kbctl.store.snapshot import LayeredSnapshot

app = typer.Typer(help=_("Show the settings and where they come from."), rich_markup_mode=None)


@app.callback()
def config() -> None:
    """Group of commands."""


@app.command(cls=KbctlCommand, help=_("Show the settings in force, and where they come from."))
def show(
    context: typer.Context,
    json_: Annotated[bool, typer.Option("--json", help=_("Print one JSON object."))] = False,
) -> None:
    """Print every setting with its value."""
    options = options_of(context)
    printer = Printer(options)
    workspace = Workspace(options)
    rulebook = workspace.desk_rulebook
    facts = _facts(workspace, options, rulebook)
    settings = {
        name: str(value) if name.startswith("day_") else value for name, value in asdict(rulebook.settings).items()
    }
    if json_:
        printer.json(
            json.dumps({"schema_version": 1, **facts, "settings": settings}, ensure_ascii=False, indent=2) + "\n"
        )
        return
    for name, value in facts.items():
        printer.result(f"{name} = {_show(value)}")
    printer.result()
    default = asdict(Settings())
    for name, value in settings.items():
        mark = "" if str(default[name]) != str(value) else "  " + _("(default)")
        printer.result(f"{name} = {_show(value)}{mark}")
    for _finding, head, hint in output.lines(rulebook.findings):
        printer.warn(f"{head}\n    → {hint}")


def _facts(workspace: Workspace, options: Options, rulebook: Rulebook) -> dict[str, Any]:
    desk = workspace.desk
    borrowed = isinstance(desk, LayeredSnapshot) and any(
        desk.borrowed(path) for path in desk.files() if path.startswith("schemas/")
    )
    base = workspace.base
    return {
        "root": str(workspace.root),
        "settings_file": "kb/kb.toml",
        "base": f"{base.name} ({base.id[:12]})" if base else None,
        "schemas": _("shipped with kbctl") if borrowed else "schemas/",
        "types": sorted(rulebook.types),
        "departments": sorted(rulebook.organization.departments),
        "contacts": len(rulebook.organization.contacts),
        "language": language(),
        "today": options.day.isoformat(),
    }


def _show(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
