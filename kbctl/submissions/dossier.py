"""A submission laid out for its reviewer: notice, change, what the rules say of it on today's base."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.model.finding import Finding
from kbctl.model.submission import SubmissionState, number_of_notice
from kbctl.store.git.remotes import Place
from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import common_ancestor
from kbctl.submissions.checking import findings_of
from kbctl.submissions.content import Delta, delta_between, restricted
from kbctl.submissions.inspecting import check_submission
from kbctl.submissions.kinds import required_roles
from kbctl.submissions.listing import Filed, find_submission
from kbctl.submissions.merging import merge_trees
from kbctl.submissions.problems import NOTICE_CHANGED, problem
from kbctl.submissions.view import View


@dataclass(frozen=True, slots=True)
class Dossier:
    """An open submission. ``delta`` is what it changed where it began; ``roles`` are who must accept it."""

    filed: Filed
    base: View
    delta: Delta
    roles: tuple[str, ...]


def open_dossier(repository: Repository, place: Place, base: View, number: str) -> Dossier:
    """Lay out submission *number*.

    :raises KbctlError: if there is none, it is published already, or shares no history with the base.
    """
    filed = find_submission(repository, place, base, number)
    if filed.state is SubmissionState.PUBLISHED:
        notice = filed.submission.notice()
        raise KbctlError(
            N_("{number} is published already: accepted by {name} on {day}"),
            hint=N_("`kbctl submissions --state published` lists what is published"),
            number=number,
            name=notice.reviewer or "?",
            day=notice.accepted_at.date() if notice.accepted_at else "?",
        )
    start = common_ancestor(repository, base.revision, filed.commit)
    if start is None:
        raise KbctlError(
            N_("{number} shares no history with what is published"),
            hint=N_("in a shallow clone `git fetch --unshallow`; else the department submits again"),
            number=number,
        )
    before = View(repository, start, base.rulebook)
    delta = delta_between(before, View(repository, filed.commit, base.rulebook))
    return Dossier(filed, base, delta, required_roles(delta, base.rulebook))


def inspect(dossier: Dossier) -> list[Finding]:
    """What is wrong with the branch itself: edited by hand, or by who may not; it brings its own notice and no other."""
    submission, delta = dossier.filed.submission, dossier.delta
    others = [path for path in delta.notices if path != submission.path]
    return [
        *(problem(NOTICE_CHANGED, path, path, number=number_of_notice(path) or path) for path in others),
        *check_submission(submission, delta, dossier.base.rulebook),
    ]


def merged(dossier: Dossier, commit: str) -> Delta:
    """What the base would be with *commit* (the branch, with or without a decision).

    :raises ConflictError: where the base has moved to contradict it.
    """
    base = dossier.base
    tree = merge_trees(base.repository, dossier.delta.before, base, View(base.repository, commit, base.rulebook))
    return delta_between(base, View(base.repository, tree, base.rulebook))


def judge_merged(dossier: Dossier, result: Delta, today: date) -> tuple[Finding, ...]:
    """What the rules find in the submission as it would stand on the base (R1, R64)."""
    submission = dossier.filed.submission
    return findings_of(restricted(result, submission.content.paths), submission.kind, today)
