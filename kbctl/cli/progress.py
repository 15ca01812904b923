"""A progress bar on stderr, for work that takes longer than a second, on a terminal only."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kbctl.cli.console import Printer

_PATIENCE = 1.0


@contextmanager
def progress_bar(printer: Printer, what: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function to call with how many are done and of how many; the bar appears after a second."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=printer.err, transient=True)
    task = bar.add_task(what, total=None)
    begun = time.monotonic()
    shown = False

    def step(done: int, total: int) -> None:
        nonlocal shown
        if not shown:
            if printer.quiet or not printer.err.is_terminal or time.monotonic() - begun < _PATIENCE:
                return
            bar.start()
            shown = True
        bar.update(task, completed=done, total=total)

    try:
        yield step
    finally:
        if shown:
            bar.stop()
