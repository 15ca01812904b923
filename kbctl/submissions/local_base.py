"""The base without a remote: a branch of this repository, brought forward with its checked-out files."""

from __future__ import annotations

from collections.abc import Sequence

from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.store.git.checkout import carry_out, checked_out_elsewhere, is_checked_out, plan
from kbctl.store.git.remotes import Place
from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import move_refs, moving_refs
from kbctl.submissions.desk import refuse_unfinished


def put_on_local_base(
    repository: Repository, place: Place, old: str, new: str, moves: Sequence[tuple[str, str, str]], notice: str
) -> None:
    """Move the refs of *moves* and, where *new* is given, the base from *old* to *new*, its checked-out files too.

    :param notice: the path of the submission's notice, which only kbctl writes.

    :raises KbctlError: if a file that would change holds something of the user's own; nothing is changed then.
    :raises RefMovedError: if somebody else was quicker.
    """
    if not new:
        move_refs(repository, moves, "kbctl review")
        return
    elsewhere = checked_out_elsewhere(repository, place.branch)
    if elsewhere:
        raise KbctlError(
            N_("{branch} is checked out in {path}"),
            hint=N_("accept from there, so that its files come along"),
            branch=place.branch,
            path=elsewhere,
        )
    here = is_checked_out(repository, place.branch)
    if here:
        refuse_unfinished(repository)
    with moving_refs(repository, [(place.base_ref, new, old), *moves], "kbctl review accept"):
        if here:
            _bring_files(repository, old, new, notice)


def _bring_files(repository: Repository, old: str, new: str, notice: str) -> None:
    steps = plan(repository, old, new, [repository.prefix + notice])
    if steps.kept:
        raise KbctlError(
            N_("accepting would overwrite what you have changed yourself: {paths}"),
            hint=N_("put your changes aside (submit them, or `git stash`), then accept"),
            paths=", ".join(change.path for change in steps.kept),
        )
    carry_out(repository, steps)
