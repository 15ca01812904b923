"""How many rows of an operating table a submission adds, changes and removes (R20, R49)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from kbctl.store.rows import TableLines
from kbctl.submissions.content import Delta


@dataclass(frozen=True, slots=True)
class Tally:
    """The keys of the rows of the table at ``path`` that are new, changed and removed."""

    path: str
    new: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def tallies(delta: Delta) -> Iterator[Tally]:
    """One for each operating table of *delta* whose rows can be told apart."""
    for path in delta.paths:
        if delta.after.key_column(path) or delta.before.key_column(path):
            yield from tally(
                path,
                delta.before.lines(path) if delta.before.holds(path) else TableLines("", {}),
                delta.after.lines(path) if delta.after.holds(path) else TableLines("", {}),
            )


def tally(
    path: str, before: TableLines | None, after: TableLines | None, keys: Collection[str] | None = None
) -> Iterator[Tally]:
    """Count the rows that differ; nothing where they cannot be told apart. :param keys: only these rows."""
    if before is None or after is None:
        return
    wanted = {**before.rows, **after.rows} if keys is None else keys
    yield Tally(
        path,
        tuple(key for key in wanted if key not in before.rows and key in after.rows),
        tuple(
            key for key in wanted if key in before.rows and after.rows.get(key, before.rows[key]) != before.rows[key]
        ),
        tuple(key for key in wanted if key in before.rows and key not in after.rows),
    )
