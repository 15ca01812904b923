"""``kbctl search-test``: measure the search against questions with known answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from kbctl.cli.command import KbctlCommand
from kbctl.cli.console import Printer
from kbctl.cli.library import open_library
from kbctl.cli.options import options_of
from kbctl.cli.root import find_root
from kbctl.errors import NotFoundError
from kbctl.i18n import N_, _
from kbctl.search.quality import Cases, Quality, measure, parse_cases

app = typer.Typer()

DEFAULT = "kb/search-tests.yaml"
_FAIL_UNDER = 0.95


@app.command(
    cls=KbctlCommand,
    help=_(
        "Measure the search against questions with known answers.\n\n"
        "FILE is YAML (today, fail_under, queries with query, expect, branch) or lines of query<TAB>id[,id...]. "
        "Exit status 1 if fewer questions than --fail-under find an expected entry first."
    ),
)
def search_test(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help=_("The questions (default: kb/search-tests.yaml)."), show_default=False),
    ] = None,
    fail_under: Annotated[
        float | None, typer.Option(min=0, max=1, help=_("The share of first places that is enough."))
    ] = None,
    at: Annotated[str | None, typer.Option(metavar="REV", help=_("Ask what a commit or branch holds."))] = None,
    worktree: Annotated[bool, typer.Option("--worktree", help=_("Ask what lies on the desk."))] = False,
    json_: Annotated[bool, typer.Option("--json", help=_("Print one JSON object."))] = False,
) -> None:
    """Ask every question and print what share found its answer."""
    options = options_of(context)
    printer = Printer(options)
    path = file or find_root(options.root) / DEFAULT
    cases = _read(path)
    today = options.day if options.today or cases.today is None else cases.today
    if not cases.cases:
        printer.note(_("{path} holds no questions yet: nothing to measure").format(path=path))
        return
    with open_library(options, printer, at=at, worktree=worktree) as library:
        quality = measure(library.index, cases.cases, today)
    enough = fail_under if fail_under is not None else cases.fail_under if cases.fail_under is not None else _FAIL_UNDER
    if json_:
        printer.raw(json.dumps({"schema_version": 1, **quality.to_dict()}, ensure_ascii=False, indent=2) + "\n")
    else:
        _print(printer, quality, enough)
    if quality.hit_at_1 < enough:
        raise typer.Exit(1)


def _read(path: Path) -> Cases:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise NotFoundError(
            N_("there is no file {path}"), hint=N_("write questions into it, or name another file"), path=path
        ) from None
    except (UnicodeDecodeError, IsADirectoryError):
        raise NotFoundError(N_("{path} is not a UTF-8 text file"), hint=N_("save it as UTF-8"), path=path) from None
    return parse_cases(text, path.name)


def _print(printer: Printer, quality: Quality, enough: float) -> None:
    for failure in quality.failures:
        expected = ", ".join(failure.expected) or _("nothing")
        got = ", ".join(failure.got[:3]) or _("nothing")
        printer.result(failure.query)
        printer.result("    " + _("expected {expected}, found {got}").format(expected=expected, got=got), style="dim")
    good = quality.hit_at_1 >= enough
    line = _("{n} questions: hit_at_1 {one:.3f} (at least {enough:.2f}), hit_at_10 {ten:.3f}, mrr_at_10 {mrr:.3f}")
    text = line.format(
        n=quality.queries, one=quality.hit_at_1, enough=enough, ten=quality.hit_at_10, mrr=quality.mrr_at_10
    )
    printer.result(text, style="green" if good else "bold red")
