"""``kbctl config show``: the settings in force, and where they come from."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer

from kbctl.cli.command import KbctlCommand
from kbctl.cli.console import Printer
from kbctl.cli.grid import Column, Record, print_grid
from kbctl.cli.options import Options, options_of
from kbctl.cli.workspace import Workspace
from kbctl.i18n import N_, _, language
from kbctl.model.rulebook import Rulebook
from kbctl.output import findings as output
from kbctl.settings import Settings
from kbctl.store.snapshot import LayeredSnapshot

app = typer.Typer(help=_("Show the settings and where they come from."), rich_markup_mode=None)


# What each key says: first what kbctl found, then the settings of kb.toml.
_MEANINGS = {
    "root": N_("the knowledge base's directory"),
    "settings_file": N_("where the settings stand"),
    "base": N_("what is published: branch and commit"),
    "schemas": N_("where the knowledge types stand"),
    "types": N_("the knowledge types"),
    "departments": N_("the departments"),
    "contacts": N_("how many contacts there are"),
    "language": N_("the language of the output"),
    "today": N_("the day that counts as today"),
    "name": N_("the knowledge base's name"),
    "baseline": N_("the commit from which on every change is an accepted submission"),
    "warning_days": N_("how many days before its end an entry is reported"),
    "stale_clone_hours": N_("after how many hours without sync a copy counts as old"),
    "entry_kib": N_("the largest entry, in KiB"),
    "attachment_mib": N_("the largest attachment, in MiB"),
    "day_start": N_("when a working day begins"),
    "day_end": N_("when a working day ends"),
    "review_hours": N_("working hours for a review, by urgency"),
    "time_limits": N_("when a question is answered and closed, by severity"),
    "search_limit": N_("how many hits a search shows"),
}


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
    default = asdict(Settings())
    rows = [(name, _(_MEANINGS[name]), _show(value)) for name, value in facts.items()]
    # Base and language stand above, as they turn out to be.
    for name, value in settings.items():
        if name in facts:
            continue
        mark = " " + _("(default)") if str(default[name]) == str(value) else ""
        rows.append((name, _(_MEANINGS[name]), _show(value) + mark))
    print_grid(printer, [Column()] * len(rows[0]), map(Record, rows), head=2)
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
        return "; ".join(
            f"{name}: {_show(list(part.values()) if isinstance(part, dict) else part)}" for name, part in value.items()
        )
    return str(value)
