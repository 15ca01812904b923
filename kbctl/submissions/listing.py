"""Which submissions there are, and where each stands: read from branches and from the base, stored nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from kbctl.errors import KbctlError, NotFoundError
from kbctl.i18n import N_
from kbctl.model.rulebook import Rulebook
from kbctl.model.submission import (
    NOTICES,
    NUMBER,
    REVIEWER,
    Submission,
    SubmissionState,
    notice_path,
    number_of_notice,
)
from kbctl.store.git.remotes import SUBMISSIONS, Place
from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import read_objects, refs
from kbctl.store.rows import TableLines, table_lines
from kbctl.store.tables import TABLE_FILE
from kbctl.submissions.content import content_digest
from kbctl.submissions.kinds import type_roles
from kbctl.submissions.notice_file import NoticeError, read_notice
from kbctl.submissions.tally import Tally, tally
from kbctl.submissions.view import View, unit_of


@dataclass(frozen=True, slots=True)
class Filed:
    """A submission with where it stands. ``ref`` and ``commit`` are its branch's, or the base's once published.

    ``due`` is when the review is due, ``None`` where the calendar does not reach; ``missing`` the roles that have not
    accepted. ``altered`` says that the branch does not hold any more what was accepted, so that nobody has accepted it.
    """

    submission: Submission
    state: SubmissionState
    ref: str
    commit: str
    due: datetime | None
    missing: tuple[str, ...]
    altered: bool = False

    @property
    def decided_at(self) -> datetime | None:
        """When the last decision about this revision was made."""
        return max((decision.at for decision in self.submission.valid_decisions), default=None)

    def overdue(self, now: datetime) -> bool:
        """Whether it waits for a review longer than its urgency allows."""
        return self.state is SubmissionState.IN_REVIEW and self.due is not None and now > self.due


@dataclass(frozen=True, slots=True)
class Listing:
    """Every submission, newest first, and the branches or files whose notice cannot be read.

    ``tallies`` count, by number, the rows of what is in review; ``role_names`` are the bank's words for its roles.
    """

    filed: tuple[Filed, ...]
    broken: tuple[str, ...]
    tallies: Mapping[str, tuple[Tally, ...]]
    role_names: Mapping[str, str]


def list_submissions(
    repository: Repository, place: Place, base: View, *, published: bool = True, department: str = ""
) -> Listing:
    """Read every submission.

    :param published: whether those on the base are wanted too; of them only those of *department*, if it is given.
    """
    found: list[Filed] = []
    broken: list[str] = []
    on_base = _on_base(base)
    branches = {number: at for number, at in open_branches(repository, place).items() if number not in on_base}
    names = [f"{commit}:{repository.prefix}{notice_path(number)}" for number, (_, commit) in branches.items()]
    for (number, (ref, commit)), data in zip(branches.items(), read_objects(repository, names), strict=True):
        try:
            found.append(_open(read_notice(data or b"", number), ref, commit, base))
        except NoticeError:
            broken.append(f"{SUBMISSIONS}{number}")
    if published:
        wanted = {number: path for number, path in on_base.items() if not department or _of(number, department)}
        blobs = read_objects(repository, [base.blob(path) for path in wanted.values()])
        for (number, path), data in zip(wanted.items(), blobs, strict=True):
            try:
                submission = read_notice(data or b"", number)
                found.append(_filed(submission, place.base_ref, base.revision, base.rulebook, published=True))
            except NoticeError:
                broken.append(path)
    found.sort(key=lambda filed: _order(filed.submission.number), reverse=True)
    return Listing(tuple(found), tuple(broken), _tallies(base, found), base.rulebook.roles.names)


def _tallies(base: View, filed: Sequence[Filed]) -> dict[str, tuple[Tally, ...]]:
    """By number, the rows of what is in review, counted against what *base* holds today; read in one call."""
    touched = [
        (one, path)
        for one in filed
        if one.state is SubmissionState.IN_REVIEW
        for path in sorted(one.submission.content.paths)
        if path.endswith(f"/{TABLE_FILE}")
    ]
    base.prefetch(f"{unit_of(path)}.md" for _, path in touched if base.holds(f"{unit_of(path)}.md"))
    tables = [(one, path, key) for one, path in touched if (key := base.key_column(path)) is not None]
    prefix = base.repository.prefix
    names = [f"{at}:{prefix}{path}" for one, path, _ in tables for at in (base.revision, one.commit)]
    read = read_objects(base.repository, names)
    found: dict[str, tuple[Tally, ...]] = {}
    for (one, path, key), before, after in zip(tables, read[::2], read[1::2], strict=True):
        old, new = (TableLines("", {}) if data is None else table_lines(data, key) for data in (before, after))
        counted = tally(path, old, new, one.submission.content.rows.get(path))
        found[one.submission.number] = (*found.get(one.submission.number, ()), *counted)
    return found


def open_branches(repository: Repository, place: Place) -> dict[str, tuple[str, str]]:
    """By number, the branch (ref, commit) of each submission; the remote's counts before a local one."""
    found: dict[str, tuple[str, str]] = {}
    for prefix in place.submission_prefixes:
        for ref, commit in refs(repository, prefix).items():
            number = ref.removeprefix(prefix)
            if NUMBER.match(number):
                found.setdefault(number, (ref, commit))
    return found


def find_submission(repository: Repository, place: Place, base: View, number: str) -> Filed:
    """The submission with this number.

    :raises NotFoundError: if there is none. :raises KbctlError: if its notice cannot be read.
    """
    if NUMBER.match(number) is None:
        raise NotFoundError(
            N_("{number} is no submission number"),
            hint=N_("a number looks like 20261121-retail-banking-1; `kbctl submissions` lists them"),
            number=number,
        )
    path = notice_path(number)
    published = base.holds(path)
    branch = open_branches(repository, place).get(number)
    if not published and branch is None:
        raise NotFoundError(
            N_("there is no submission {number}"), hint=N_("`kbctl submissions` lists them"), number=number
        )
    ref, commit = (place.base_ref, base.revision) if published or branch is None else branch
    data = read_objects(repository, [f"{commit}:{repository.prefix}{path}"])[0]
    try:
        submission = read_notice(data or b"", number)
    except NoticeError:
        raise KbctlError(
            N_("the notice of {number} is missing or was edited by hand: {path} on {ref}"),
            hint=N_("the department submits again: `kbctl submit`; notices are written by kbctl alone"),
            number=number,
            path=path,
            ref=ref.removeprefix("refs/heads/").removeprefix("refs/remotes/"),
        ) from None
    if published:
        return _filed(submission, ref, commit, base.rulebook, published=True)
    return _open(submission, ref, commit, base)


def next_number(repository: Repository, place: Place, base: View, day: date, department: str) -> str:
    """The first free number of *department* on *day*, counted over branches and published notices."""
    start = f"{day:%Y%m%d}-{department}-"
    known = [*open_branches(repository, place), *_on_base(base)]
    taken = [int(number.removeprefix(start)) for number in known if number.startswith(start) and _is_of(number, start)]
    return f"{start}{max(taken, default=0) + 1}"


def required_by_changes(submission: Submission, rulebook: Rulebook) -> tuple[str, ...]:
    """Who must accept, by the types that the notice names."""
    further = (role for change in submission.changes for role in type_roles(change.type, rulebook))
    return tuple(dict.fromkeys((REVIEWER, *further)))


def review_due(submission: Submission, rulebook: Rulebook) -> datetime | None:
    """When the review is due: the urgency's working hours after it was handed in."""
    settings = rulebook.settings
    hours = settings.review_hours[submission.urgency.value]
    return rulebook.calendar.after_hours(submission.submitted_at, hours, settings.day_start, settings.day_end)


def _open(submission: Submission, ref: str, commit: str, base: View) -> Filed:
    """A submission on its branch; an acceptance of something else than the branch holds by now is none."""
    filed = _filed(submission, ref, commit, base.rulebook, published=False)
    if not submission.accepted_by() or filed.state not in (SubmissionState.IN_REVIEW, SubmissionState.ACCEPTED):
        return filed
    view = View(base.repository, commit, base.rulebook)
    if content_digest(submission.content, view) == submission.digest:
        return filed
    roles = required_by_changes(submission, base.rulebook)
    return replace(filed, state=SubmissionState.IN_REVIEW, missing=roles, altered=True)


def _filed(submission: Submission, ref: str, commit: str, rulebook: Rulebook, *, published: bool) -> Filed:
    required = required_by_changes(submission, rulebook)
    state = submission.state(required, published)
    missing = () if published else submission.missing_roles(required)
    return Filed(submission, state, ref, commit, review_due(submission, rulebook), missing)


def _on_base(base: View) -> dict[str, str]:
    """The notices on the base, by number."""
    paths = (path for path in base.own.files() if path.startswith(NOTICES))
    return {number: path for path in paths if (number := number_of_notice(path)) is not None}


def _of(number: str, department: str) -> bool:
    match = NUMBER.match(number)
    return match is not None and match["department"] == department


def _is_of(number: str, start: str) -> bool:
    """Whether only the count follows *start*: ``…-a-b-1`` is no number of a department ``a``."""
    return number.removeprefix(start).isdigit()


def _order(number: str) -> tuple[str, str, int]:
    match = NUMBER.match(number)
    return (match["day"], match["department"], int(match["n"])) if match else ("", number, 0)
