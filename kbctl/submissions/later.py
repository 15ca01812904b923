"""Changes of a text that a waiting version replaces: they would be lost on its first day (R1, R4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kbctl.model.corpus import Corpus
from kbctl.model.finding import Finding
from kbctl.store.entries import is_entry_path
from kbctl.submissions.content import Delta
from kbctl.submissions.problems import LATER_VERSION, problem
from kbctl.submissions.view import unit_of


def later_versions_unchanged(delta: Delta, today: date) -> Iterator[Finding]:
    """The entries of *delta* that a later version, which *delta* leaves as it is, will replace."""
    for path in delta.paths:
        entry = delta.after.entry(path) if is_entry_path(path) else None
        if entry is None:
            continue
        later = Corpus(delta.after.entries_of(unit_of(path))).successor(entry)
        if later is not None and later.valid_from and later.valid_from > today and later.path not in delta.paths:
            yield problem(LATER_VERSION, path, entry.id, day=later.valid_from, later=later.path)
