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
from kbctl.output import search_quality as output
from kbctl.search.baseline import Comparison, compare, read_baseline, to_baseline
from kbctl.search.quality import Cases, Quality, measure, parse_cases
from kbctl.store.write import create_files, replace_file

app = typer.Typer()

DEFAULT = "kb/search-tests.yaml"
_FAIL_UNDER = 0.95


@app.command(
    cls=KbctlCommand,
    help=_(
        "Measure the search against questions with known answers.\n\n"
        "FILE is YAML (today, fail_under, queries with query, expect, branch) or lines of query<TAB>id[,id...]. "
        "Exit status 1 if fewer questions than --fail-under find an expected entry first; with --baseline also if of "
        "the questions asked both times fewer do than did."
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
    save_baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help=_("Keep the results, to compare later ones with."))
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help=_("Say what got worse and what better since it was kept."))
    ] = None,
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
        quality = measure(library, cases.cases, today)
    enough = fail_under if fail_under is not None else cases.fail_under if cases.fail_under is not None else _FAIL_UNDER
    compared = compare(quality, read_baseline(_text(baseline), baseline.name)) if baseline else None
    if json_:
        document = {"schema_version": 1, **quality.to_dict()}
        if compared:
            document["baseline"] = compared.to_dict()
        printer.json(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    else:
        _print(printer, quality, compared, enough)
    if save_baseline:
        _save(save_baseline, to_baseline(quality))
    if quality.hit_at_1 < enough or (compared and compared.fell):
        raise typer.Exit(1)


def _save(path: Path, text: str) -> None:
    """Write a baseline, over an earlier one but over nothing else."""
    if path.exists():
        read_baseline(_text(path), path.name)
        replace_file(path, text.encode())
    else:
        create_files({path: text.encode()})


def _read(path: Path) -> Cases:
    return parse_cases(_text(path), path.name)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise NotFoundError(
            N_("there is no file {path}"), hint=N_("write questions into it, or name another file"), path=path
        ) from None
    except (UnicodeDecodeError, IsADirectoryError):
        raise NotFoundError(N_("{path} is not a UTF-8 text file"), hint=N_("save it as UTF-8"), path=path) from None


def _print(printer: Printer, quality: Quality, compared: Comparison | None, enough: float) -> None:
    for failure in quality.failures:
        expected = _(", ").join(failure.expected) or _("nothing")
        got = _(", ").join(failure.got[:3]) or _("nothing")
        printer.result(failure.query)
        printer.result("    " + _("expected {expected}, found {got}").format(expected=expected, got=got), style="dim")
    if compared:
        for line, style in output.comparison_lines(quality, compared):
            printer.result(line, style=style)
    good = quality.hit_at_1 >= enough and not (compared and compared.fell)
    line = _("{n} questions: hit_at_1 {one:.3f} (at least {enough:.2f}), hit_at_10 {ten:.3f}, mrr_at_10 {mrr:.3f}")
    text = line.format(
        n=quality.queries, one=quality.hit_at_1, enough=enough, ten=quality.hit_at_10, mrr=quality.mrr_at_10
    )
    printer.result(text, style="green" if good else "bold red")
