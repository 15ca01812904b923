"""Bringing the desk up to what is published, without losing anything that lies on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.model.submission import Submission, SubmissionState, number_of_notice
from kbctl.store.git.checkout import Plan, carry_out, checked_out_elsewhere, plan
from kbctl.store.git.pushing import TRIES
from kbctl.store.git.remotes import Place, current_branch, fetch
from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import RefMovedError, is_ancestor, moving_refs, read_objects, refs
from kbctl.store.rows import RowsConflictError, merge_rows, table_lines
from kbctl.store.write import replace_file
from kbctl.submissions.content import knowledge_changes
from kbctl.submissions.desk import refuse_unfinished
from kbctl.submissions.identity import git_person, identify
from kbctl.submissions.listing import list_submissions
from kbctl.submissions.newer import begun_from, drop_handed_in, own_published, remember, rows_at, settle
from kbctl.submissions.notice_file import NoticeError, read_notice
from kbctl.submissions.view import View, base_view


@dataclass(frozen=True, slots=True)
class Synced:
    """What changed: the branch went from *old* to *new* (the same where nothing was new).

    ``brought`` are files that were taken over, ``adopted`` those that held the accepted text already, ``merged`` tables
    into which the accepted rows were put, ``kept`` files that hold something of the user's own, ``further`` those of
    them that go on from what is published, which was handed in from here; ``desk`` says whether the branch is the one
    on the desk.
    """

    branch: str
    old: str
    new: str
    brought: tuple[str, ...] = ()
    adopted: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    desk: bool = True

    @property
    def moved(self) -> bool:
        """Whether something was published since."""
        return self.old != self.new


def synchronise(repository: Repository, place: Place) -> Synced:
    """Fetch, and bring the local branch of the base forward; never a merge, never a file overwritten.

    :raises KbctlError: if git is in the middle of something, HEAD is detached, or the branch has commits of its own.
    """
    refuse_unfinished(repository)
    here = current_branch(repository)
    if not here:
        raise KbctlError(
            N_("no branch is checked out (HEAD is detached)"),
            hint=N_("`git switch {branch}`, then `kbctl sync`"),
            branch=place.branch,
        )
    fetch(repository, place)
    for _ in range(TRIES):
        try:
            return _bring_forward(repository, place, here)
        except RefMovedError:
            # Another sync of this desk, an editor's perhaps, was quicker: what is left is looked at again.
            continue
    raise KbctlError(
        N_("the branch {branch} here was moved just now"),
        hint=N_("something else works with git here, as an editor may: try again when it is done"),
        branch=place.branch,
    )


def _bring_forward(repository: Repository, place: Place, here: str) -> Synced:
    """Let the local branch go to what was fetched; *here* is the branch that is checked out.

    :raises RefMovedError: if somebody else moves it; what is done then is done by the next try.
    """
    new = refs(repository, place.base_ref)[place.base_ref]
    settle(repository, new)
    local = f"refs/heads/{place.branch}"
    old = refs(repository, local).get(local, "")
    if not place.remote or old == new:
        return Synced(place.branch, new, new, desk=here == place.branch)
    if old and not is_ancestor(repository, old, new):
        return _own_commits(repository, place, old, new)
    if here != place.branch:
        if not checked_out_elsewhere(repository, place.branch):
            with moving_refs(repository, [(local, new, old)], "kbctl sync"):
                pass
        return Synced(place.branch, old, new, desk=False)
    with moving_refs(repository, [(local, new, old)], "kbctl sync"):
        steps = plan(repository, old, new)
        own = own_published(repository, old, new)
        begun = {**begun_from(repository), **own}
        merged = _merge_tables(repository, steps, begun, new)
        remember(repository, _still_older(steps, merged, begun))
        drop_handed_in(repository, {*own, *(change.path for change in (*steps.writes, *steps.adopted)), *merged})
        carry_out(repository, steps)
    return _told(repository, place, steps, merged, own, old, new)


def _own_commits(repository: Repository, place: Place, old: str, new: str) -> Synced:
    """A branch that is ahead has nothing to fetch; one that went its own way is not touched."""
    if is_ancestor(repository, new, old):
        return Synced(place.branch, old, old)
    raise KbctlError(
        N_("the branch {branch} here has git commits that {remote} does not have"),
        hint=N_(
            "they were made with git, as by an editor's Commit button: `kbctl sync --uncommit` takes them back, keeps "
            "them in a branch of their own, leaves your files as they are, and then fetches what is published"
        ),
        branch=place.branch,
        remote=place.remote,
    )


def _merge_tables(repository: Repository, steps: Plan, begun: Mapping[str, str], new: str) -> frozenset[str]:
    """Put the accepted rows into tables that the user has changed too; those that cannot be are kept as they are."""
    after = View(repository, new)
    merged: set[str] = set()
    for change in steps.kept:
        path = change.path.removeprefix(repository.prefix)
        key = after.key_column(path)
        start, theirs = rows_at(repository, begun.get(change.path, change.old), path, after), after.lines(path)
        target = steps.top / change.path
        mine = table_lines(target.read_bytes(), key) if key and target.is_file() else None
        if start is None or theirs is None or mine is None:
            continue
        try:
            replace_file(target, merge_rows(start, mine, theirs).text())
        except RowsConflictError:
            continue
        merged.add(change.path)
    return frozenset(merged)


def _still_older(steps: Plan, merged: frozenset[str], begun: Mapping[str, str]) -> dict[str, str]:
    """What each file that is kept began from, so that submitting it cannot silently undo what is published now."""
    done = {change.path for change in (*steps.writes, *steps.adopted)} | merged
    kept = {change.path: change.old for change in steps.kept}
    return {path: blob for path, blob in {**kept, **begun}.items() if path not in done}


def _told(
    repository: Repository,
    place: Place,
    steps: Plan,
    merged: frozenset[str],
    own: Mapping[str, str],
    old: str,
    new: str,
) -> Synced:
    def short(paths: list[str]) -> tuple[str, ...]:
        return tuple(sorted(path.removeprefix(repository.prefix) for path in paths))

    done = Synced(place.branch, old, new)
    kept = {change.path: change.new for change in steps.kept if change.path not in merged}
    return replace(
        done,
        brought=short([change.path for change in steps.writes]),
        adopted=short([change.path for change in steps.adopted]),
        merged=short(list(merged)),
        kept=short(list(kept)),
        further=short([path for path in kept if own.get(path) == kept[path]]),
    )


@dataclass(frozen=True, slots=True)
class News:
    """What became of somebody's submissions: those *published* since, and those that stand *returned*."""

    published: tuple[Submission, ...] = ()
    returned: tuple[Submission, ...] = ()


def news_of(repository: Repository, place: Place, done: Synced, day: date) -> News:
    """What became of the submissions of whoever is at the keyboard; nothing where nobody can tell who that is."""
    base = base_view(repository, place)
    try:
        own = identify(base.rulebook.organization, git_person(repository), None, day).id
    except KbctlError:
        return News()
    listing = list_submissions(repository, place, base, published=False)
    returned = [one.submission for one in listing.filed if one.state is SubmissionState.RETURNED]
    published = _published_since(repository, done) if done.old and done.moved else []
    return News(
        tuple(one for one in published if one.submitter == own), tuple(one for one in returned if one.submitter == own)
    )


def _published_since(repository: Repository, done: Synced) -> list[Submission]:
    changes = knowledge_changes(repository, done.old, done.new)
    numbers = {
        number: change.new for path, change in changes.items() if change.new and (number := number_of_notice(path))
    }
    found = []
    for number, data in zip(numbers, read_objects(repository, list(numbers.values())), strict=True):
        try:
            found.append(read_notice(data or b"", number))
        except NoticeError:
            # `review verify` reports it.
            continue
    return found
