"""What people are told about a submission beside its notice: rows counted, what came late, what the roles are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kbctl.model.rulebook import Rulebook
from kbctl.model.submission import Content
from kbctl.submissions.content import Delta
from kbctl.submissions.tally import Tally, tallies
from kbctl.submissions.timeliness import Claim, judge


@dataclass(frozen=True, slots=True)
class Remarks:
    """``tallies`` count the rows of each table; ``missed`` is what came late, if anything did."""

    tallies: tuple[Tally, ...]
    missed: Claim | None
    role_names: Mapping[str, str]


def remarks_on(delta: Delta, content: Content, rulebook: Rulebook, day: date) -> Remarks:
    """The remarks on what *delta* changes, handed in on *day*."""
    return Remarks(tuple(tallies(delta)), judge(delta, content, rulebook, day).missed, rulebook.roles.names)
