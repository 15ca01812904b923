"""``kbctl fmt``: the layout of entries put in order; never what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import unified_diff
from io import StringIO
from typing import Annotated

import typer
from rich.text import Text

from kbctl.cli.command import KbctlCommand
from kbctl.cli.completion import complete_ids
from kbctl.cli.console import Printer
from kbctl.cli.entry_files import files_named
from kbctl.cli.options import options_of
from kbctl.cli.progress import progress_bar
from kbctl.cli.workspace import Workspace
from kbctl.errors import NotFoundError
from kbctl.i18n import N_, _
from kbctl.model.entry import Entry
from kbctl.model.finding import Finding
from kbctl.model.rulebook import Rulebook
from kbctl.output import findings as output
from kbctl.output.plain import clean
from kbctl.rules.dates import mended_day, mended_days
from kbctl.rules.front_matter import key_shapes
from kbctl.rules.run import concerned
from kbctl.rules.suppressions import find as find_suppressions
from kbctl.rules.text import mend
from kbctl.store.edit import put_values
from kbctl.store.entries import entry_paths, parse_entry
from kbctl.store.front_matter import decode
from kbctl.store.layout import LayoutRefusedError, tidy
from kbctl.store.rows import mend_cells, without_empty
from kbctl.store.snapshot import Snapshot
from kbctl.store.tables import TABLE_FILE
from kbctl.store.write import replace_file

app = typer.Typer()

# What `fmt` takes away itself; anything else that reading finds leaves the file alone.
_BYTE_ORDER_MARK, _LINE_ENDS = "KB002", "KB003"
_STYLES = {"+": "green", "-": "red", "@": "cyan"}


@dataclass(slots=True)
class _Result:
    """What became of the files: new content by path, and findings on those that were left alone."""

    before: dict[str, bytes] = field(default_factory=dict)
    after: dict[str, bytes] = field(default_factory=dict)
    left: list[Finding] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    files: int = 0


@app.command(
    cls=KbctlCommand,
    help=_(
        "Tidy the layout of entries: order of keys, blank lines around headings, spaces at line ends, line ends, "
        "width of punctuation where it is certain, headings that lack their blank, empty rows and columns of a table, "
        "and how days are written (2026/11/9 becomes 2026-11-09). Never the facts: every file is compared before it is "
        "written.\n\n"
        "Without PATH all entries are tidied. Shows what changes. A file that cannot be read is named and left alone."
    ),
)
def fmt(
    context: typer.Context,
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH]...",
            help=_("Files, folders, ids or titles of entries to tidy."),
            show_default=False,
            autocompletion=complete_ids,
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help=_("Write nothing; exit status 1 if something would change."))
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Show what would change, write nothing."))] = False,
) -> None:
    """Tidy the files asked for."""
    options = options_of(context)
    printer = Printer(options)
    workspace = Workspace(options)
    with progress_bar(printer, _("tidying")) as step:
        result = _tidy_all(_asked(workspace, paths or []), workspace.desk, workspace.desk_rulebook, step)
    for path, data in result.after.items():
        _show(printer, path, result.before[path], data)
        if not (check or dry_run):
            replace_file(workspace.root / path, data)
    _report(printer, result, written=not (check or dry_run))
    if result.left or result.refused or (check and result.after):
        raise typer.Exit(1)


def _asked(workspace: Workspace, paths: list[str]) -> list[str]:
    """The entry files to tidy, sorted."""
    every = entry_paths(workspace.desk.files())
    if not paths:
        return every
    found: set[str] = set()
    for path in (found for name in paths for found in files_named(workspace, name)):
        whole = path in (".", "kb", "kb/entries")
        entries = set(every) if whole else set(every) & (concerned([path], workspace.desk) or set())
        if not entries:
            raise NotFoundError(
                N_("{path} is not an entry and holds none"),
                hint=N_("entries stand at kb/entries/<department>/<id>.md"),
                path=path,
            )
        found |= entries
    return sorted(found)


def _tidy_all(
    paths: list[str], snapshot: Snapshot, rulebook: Rulebook, progress: Callable[[int, int], None]
) -> _Result:
    result = _Result()
    tables = dict.fromkeys(f"{path.removesuffix('.md').partition('@')[0]}/{TABLE_FILE}" for path in paths)
    every = [*paths, *(table for table in tables if table in snapshot.files())]
    for path in every:
        result.files += 1
        progress(result.files, len(every))
        info = snapshot.files()[path]
        limit = rulebook.settings.entry_kib
        if info.kind != "file":
            result.left.append(Finding("KB006", path))
        elif info.size > limit * 1024 and path not in tables:
            result.left.append(Finding("KB004", path, params={"size": info.size // 1024, "limit": limit}))
        else:
            _tidy_one(path, snapshot, rulebook, result)
    return result


def _tidy_one(path: str, snapshot: Snapshot, rulebook: Rulebook, result: _Result) -> None:
    try:
        data = snapshot.read(path)
    except OSError as error:
        result.left.append(Finding("KB008", path, params={"problem": error.strerror or str(error)}))
        return
    text: str | None
    if path.endswith(f"/{TABLE_FILE}"):
        text, findings = decode(path, data)
        text = _tidy_table(path, text, snapshot, rulebook) if text else text
    else:
        entry, findings = parse_entry(path, data)
        try:
            text = _tidy_entry(entry, rulebook) if entry else None
        except LayoutRefusedError:
            result.refused.append(path)
            return
    broken = [finding for finding in findings if finding.code not in (_BYTE_ORDER_MARK, _LINE_ENDS)]
    if broken or text is None:
        result.left.extend(broken)
    elif text.encode("utf-8") != data:
        result.before[path] = data
        result.after[path] = text.encode("utf-8")


def _tidy_entry(entry: Entry, rulebook: Rulebook) -> str:
    shapes = key_shapes(rulebook.types.get(entry.type))
    block = put_values(entry.block, dict(mended_days(entry.front_matter, {"properties": shapes})))
    return tidy(block, entry.body, list(shapes), mend, set(_kept_lines(entry)))


def _tidy_table(path: str, text: str, snapshot: Snapshot, rulebook: Rulebook) -> str:
    """The rows with their days as days are written, without empty rows and columns, and one line end at the end."""
    own = f"{path.rpartition('/')[0]}.md"
    entry = parse_entry(own, snapshot.read(own))[0] if own in snapshot.files() else None
    known = rulebook.types.get(entry.type) if entry is not None else None
    columns = known.table.columns if known is not None and known.table is not None else ()
    days = {column.name for column in columns if column.kind == "date"}
    return mend_cells(without_empty(text), days, mended_day).rstrip("\n") + "\n"


def _kept_lines(entry: Entry) -> Iterator[int]:
    """The lines of the body, from 0, whose marks were waved through with a reason: a quotation stays as it was quoted."""
    for suppression in find_suppressions(entry):
        if not suppression.reason or not any(code.startswith("KB8") for code in suppression.codes):
            continue
        if suppression.whole_file:
            yield from range(entry.body.count("\n") + 1)
        else:
            first = suppression.line - entry.body_line
            yield from (first, first + 1)


def _show(printer: Printer, path: str, before: bytes, after: bytes) -> None:
    """Print what changes in one file as a unified diff; what a diff of lines cannot show is said on stderr."""
    text, findings = decode(path, before)
    for finding in findings:
        if finding.code == _BYTE_ORDER_MARK:
            printer.note(_("{path}: byte order mark removed").format(path=path))
        elif finding.code == _LINE_ENDS:
            printer.note(_("{path}: Windows line ends replaced").format(path=path))
    shown = Text()
    for line in unified_diff(
        list(StringIO(text or "")), list(StringIO(after.decode("utf-8"))), f"a/{path}", f"b/{path}"
    ):
        bold = line.startswith(("--- ", "+++ "))
        shown.append(clean(line), style="bold" if bold else _STYLES.get(line[0], ""))
        if not line.endswith("\n"):
            shown.append("\n\\ No newline at end of file\n")
    if shown:
        shown.right_crop()
        printer.result(shown)


def _report(printer: Printer, result: _Result, *, written: bool) -> None:
    for _finding, head, hint in output.lines(result.left):
        printer.warn(head)
        printer.warn("    → " + _("left alone: {hint}").format(hint=hint))
    for path in result.refused:
        printer.warn(_("{path}: cannot be tidied without changing what it says; left alone").format(path=path))
    count = len(result.after)
    text = _("tidied: {count} of {files} files") if written else _("would change: {count} of {files} files")
    printer.note(text.format(count=count, files=result.files))
