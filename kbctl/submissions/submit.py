"""Handing in what the user changed: one commit on a branch of its own, with the intake notice in it (R52, R53)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.model.finding import Finding
from kbctl.model.organization import Contact
from kbctl.model.rulebook import Rulebook
from kbctl.model.submission import Submission, SubmissionState
from kbctl.store.git.remotes import SUBMISSIONS, Place, PushRacedError, RefUpdate, fetch, push
from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import (
    FILE_MODE,
    Person,
    RefMovedError,
    is_ancestor,
    move_ref,
    refs,
    write_blobs,
    write_tree,
)
from kbctl.store.snapshot import WorktreeSnapshot
from kbctl.submissions.checking import errors, findings_of
from kbctl.submissions.commits import commit_as, message, tree_with_notice
from kbctl.submissions.content import content_digest, content_of, delta_between
from kbctl.submissions.desk import DeskChanges, changed_paths, collect, refuse_unfinished, starting_point
from kbctl.submissions.drafting import Ask, Wording, draft_submission, with_summary
from kbctl.submissions.identity import author, git_person, identify
from kbctl.submissions.kinds import kind_of, refusals, required_roles
from kbctl.submissions.listing import Filed, find_submission, list_submissions, next_number
from kbctl.submissions.newer import forget
from kbctl.submissions.problems import WRONG_KIND, RefusedError
from kbctl.submissions.view import View, base_view

_TRIES = 60


def _nobody(ids: Sequence[str], proposal: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asks for. ``paths`` are relative to the knowledge base; all changes if empty.

    ``contact`` is who submits, where git's address does not say; ``resubmit`` the number of what is handed in again,
    ``take_over`` that it is meant even where a colleague handed it in; ``replacing`` says that the user's text is meant to replace what was published since it began.
    """

    paths: Sequence[str] = ()
    wording: Wording = field(default_factory=Wording)
    contact: str | None = None
    push: bool = True
    dry_run: bool = False
    resubmit: str | None = None
    take_over: bool = False
    replacing: bool = False
    ask: Ask = _nobody


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was handed in. ``commit`` is empty after a dry run; ``pushed`` says whether it left this computer.

    ``roles`` are who must accept, ``elsewhere`` the files left out because a submission holds them already.
    """

    submission: Submission
    branch: str
    commit: str
    pushed: bool
    roles: tuple[str, ...]
    findings: tuple[Finding, ...]
    elsewhere: Mapping[str, Filed]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A submission that is ready but for its number. ``tree`` is the base's with the change."""

    submission: Submission
    tree: str
    submitter: Contact
    person: Person
    roles: tuple[str, ...]
    findings: tuple[Finding, ...]
    elsewhere: Mapping[str, Filed]


def submit(repository: Repository, place: Place, request: Request, now: datetime) -> Outcome:
    """Validate and hand in what *request* asks for. HEAD, index, work tree and stash stay as they are.

    :raises RefusedError: if the submitter may not, or the rules find errors.
    :raises OlderTextError: if a text began before one that was published since, and would undo it.
    :raises SummaryMissingError: if a sentence about the change is owed.
    :raises KbctlError: if nothing was changed, or something else stands in the way.
    """
    refuse_unfinished(repository)
    remote = bool(place.remote) and request.push
    if remote and not request.dry_run:
        fetch(repository, place)
    base = base_view(repository, place)
    earlier = _earlier(repository, place, base, request)
    draft = _prepare(repository, place, base, request, earlier, now)
    if request.dry_run:
        return _outcome(_numbered(repository, place, base, draft, earlier), "", pushed=False)
    outcome = _hand_in(repository, place, base, draft, earlier, remote=remote)
    # A table goes on lacking the rows that were put into it here, until the next `sync`.
    texts = (path for path in draft.submission.content.paths if base.key_column(path) is None)
    forget(repository, [repository.prefix + path for path in texts])
    return outcome


def _earlier(repository: Repository, place: Place, base: View, request: Request) -> Filed | None:
    """The submission that is handed in again."""
    if request.resubmit is None:
        return None
    found = find_submission(repository, place, base, request.resubmit)
    if found.state in (SubmissionState.PUBLISHED, SubmissionState.RECALLED):
        raise KbctlError(
            N_("{number} is published already")
            if found.state is SubmissionState.PUBLISHED
            else N_("{number} was recalled"),
            hint=N_("submit the new change by itself: `kbctl submit`"),
            number=request.resubmit,
        )
    return found


def _refuse_anothers(earlier: Submission, submitter: Contact, rulebook: Rulebook, *, take_over: bool) -> None:
    """What somebody else handed in is not replaced unawares."""
    if earlier.department != submitter.department:
        raise KbctlError(
            N_("{number} was submitted by {department}, and you are of {own}"),
            hint=N_("the department that submitted it hands it in again"),
            number=earlier.number,
            department=f"{earlier.department_name} ({earlier.department})",
            own=f"{rulebook.organization.department_of(submitter).name} ({submitter.department})",
        )
    if earlier.submitter != submitter.id and not take_over:
        raise KbctlError(
            N_("{number} is {name}'s submission (phone {phone}), and your text would replace theirs"),
            hint=N_(
                "ask {name} to hand it in again; where it is settled that you do, add --take-over: the notice records "
                "both names"
            ),
            number=earlier.number,
            name=earlier.submitter_name,
            phone=earlier.phone or "-",
        )


def _refuse_same(earlier: Filed, submission: Submission, base: View) -> None:
    """What is handed in again has to differ: a correction that was not saved would go to the reviewer as if it were one.

    Where something else was published since, the same text put onto that is a correction.
    """
    before = View(base.repository, earlier.commit)
    start = View(base.repository, starting_point(base.repository, base.revision, earlier.commit))
    if any(start.blob(path) != base.blob(path) for path in submission.content.paths):
        return
    if earlier.submission.content.paths == submission.content.paths and submission.digest == content_digest(
        submission.content, before
    ):
        raise KbctlError(
            N_("your files are exactly what {number} holds already: nothing was corrected"),
            hint=N_(
                "save your correction, and look at it with `kbctl diff ID`; where only summary, note or urgency is wrong: "
                "`kbctl submit --recall {number}`, then submit anew"
            ),
            number=submission.number,
        )


def _prepare(
    repository: Repository, place: Place, base: View, request: Request, earlier: Filed | None, now: datetime
) -> _Draft:
    rulebook = base.rulebook
    person = git_person(repository)
    submitter = identify(rulebook.organization, person, request.contact, now.date(), trusting=True)
    before = earlier.submission if earlier else None
    if before is not None:
        _refuse_anothers(before, submitter, rulebook, take_over=request.take_over)
    changes = _desk_changes(repository, place, base, request, earlier, submitter)
    delta = delta_between(base, View(repository, _tree(repository, base, changes), rulebook))
    content = content_of(delta)
    kind = kind_of(delta, content, submitter, rulebook)
    refused = refusals(delta, kind, submitter, rulebook)
    if any(problem.code != WRONG_KIND or problem.params.get("cause") != "unreadable" for problem in refused):
        raise RefusedError(refused)
    # A file that is no text is found by the rules too, which say what to do about it.
    findings = findings_of(delta, kind, now.date())
    if errors(findings) or refused:
        raise RefusedError(findings if errors(findings) else refused)
    submission = draft_submission(delta, content, kind, submitter, request.wording, before, now)
    if earlier is not None:
        _refuse_same(earlier, submission, base)
    if not request.dry_run:
        submission = with_summary(submission, before.summary if before else "", request.ask)
    roles = required_roles(delta, rulebook)
    return _Draft(submission, delta.after.revision, submitter, person, roles, findings, changes.elsewhere)


def _desk_changes(
    repository: Repository,
    place: Place,
    base: View,
    request: Request,
    earlier: Filed | None,
    submitter: Contact,
) -> DeskChanges:
    start = View(repository, starting_point(repository, base.revision), base.rulebook)
    own = earlier.submission.content.paths if earlier else frozenset()
    paths = changed_paths(repository, start.revision, [*request.paths, *sorted(own)])
    listing = list_submissions(repository, place, base, published=False)
    others = [
        filed
        for filed in listing.filed
        if filed.submission.number != request.resubmit and filed.state is not SubmissionState.RECALLED
    ]
    desk = WorktreeSnapshot(repository.root)
    changes = collect(desk, start, base, paths, others, submitter.id, replacing=request.replacing)
    if not changes.files:
        raise _nothing(changes, request)
    return changes


def _nothing(changes: DeskChanges, request: Request) -> KbctlError:
    """Why there is nothing to hand in, and what to do about it."""
    if request.resubmit is not None and not request.paths:
        return KbctlError(
            N_("nothing is left of {number}: your files are as they are published"),
            hint=N_("to take it back: `kbctl submit --recall {number}`"),
            number=request.resubmit,
        )
    if changes.elsewhere:
        filed = {one.submission.number: one for one in changes.elsewhere.values()}
        for number, one in sorted(filed.items()):
            back = one.submission.returned
            if back is not None:
                return KbctlError(
                    N_("{number}, which holds what you changed, was returned by {name}: {opinion}"),
                    hint=N_("correct your files, then `kbctl submit --resubmit {number}`"),
                    number=number,
                    name=back.name,
                    opinion=back.opinion,
                )
        return KbctlError(
            N_("everything that you changed is submitted already: {numbers}"),
            hint=N_("`kbctl submissions` shows how far it is"),
            numbers=", ".join(sorted(filed)),
        )
    if request.paths:
        return KbctlError(
            N_("there is nothing to submit in {paths}"),
            hint=N_("it is as it is published, or belongs to no entry; without a name everything you changed is taken"),
            paths=", ".join(request.paths),
        )
    return KbctlError(
        N_("there is nothing to submit: no entry differs from what is published"),
        hint=N_(
            "save your files below kb/entries/; `kbctl submissions --mine` shows what you handed in, and how to recall it"
        ),
    )


def _tree(repository: Repository, base: View, changes: DeskChanges) -> str:
    contents = {path: data for path, data in changes.files.items() if data is not None}
    blobs = dict(zip(contents, write_blobs(repository, list(contents.values())), strict=True))
    edits = [(repository.prefix + path, FILE_MODE, blobs.get(path, "")) for path in changes.files]
    return write_tree(repository, base.revision, edits)


def _numbered(repository: Repository, place: Place, base: View, draft: _Draft, earlier: Filed | None) -> _Draft:
    """The draft with the number that it has, or the next free one."""
    if earlier is not None:
        return draft
    submission = draft.submission
    number = next_number(repository, place, base, submission.day, submission.department)
    return replace(draft, submission=replace(submission, number=number))


def _hand_in(
    repository: Repository, place: Place, base: View, draft: _Draft, earlier: Filed | None, *, remote: bool
) -> Outcome:
    """Commit and publish the branch; a number that somebody else took meanwhile is followed by the next."""
    # What was not pushed before stands here only, and what was pushed need not stand here.
    local = earlier is not None and earlier.ref.startswith("refs/heads/")
    old = earlier.commit if earlier is not None and local != remote else ""
    for _ in range(_TRIES):
        numbered = _numbered(repository, place, base, draft, earlier)
        number = numbered.submission.number
        commit = _commit(repository, base, numbered, earlier)
        branch = SUBMISSIONS + number
        try:
            if remote:
                push(repository, place, [RefUpdate(branch, commit, old)])
            else:
                _make_branch(repository, branch, commit, old)
            return _outcome(numbered, commit, pushed=remote)
        except (PushRacedError, RefMovedError):
            if earlier is not None:
                raise KbctlError(
                    N_("{number} was changed by somebody else just now"),
                    hint=N_("look at it (`kbctl review show {number}`), then submit again"),
                    number=number,
                ) from None
            if remote:
                fetch(repository, place)
    raise KbctlError(
        N_("no free number was found for the submission"), hint=N_("too many at once: try again in a minute")
    )


def _make_branch(repository: Repository, branch: str, commit: str, old: str) -> None:
    ref = f"refs/heads/{branch}"
    try:
        move_ref(repository, ref, commit, old, "kbctl submit")
    except RefMovedError as error:
        if refs(repository, ref).get(ref, old) != old:
            raise
        raise KbctlError(
            N_("the branch {branch} cannot be made: {reason}"),
            hint=N_("see `git branch --list 'submission*'`: a branch in its way has to be renamed"),
            branch=branch,
            reason=str(error),
        ) from None


def _commit(repository: Repository, base: View, draft: _Draft, earlier: Filed | None) -> str:
    """The commit with the change and its notice; of a resubmission, on top of what was handed in before."""
    submission = draft.submission
    parents = [base.revision]
    if earlier is not None:
        merged = is_ancestor(repository, base.revision, earlier.commit)
        parents = [earlier.commit] if merged else [earlier.commit, base.revision]
    tree = tree_with_notice(repository, draft.tree, submission)
    people = [("Submitted-by", author(draft.submitter, draft.person))]
    text = message("Submission", submission, submission.summary, people)
    return commit_as(repository, tree, parents, text, draft.submitter, draft.person)


def _outcome(draft: _Draft, commit: str, *, pushed: bool) -> Outcome:
    branch = SUBMISSIONS + draft.submission.number
    return Outcome(draft.submission, branch, commit, pushed, draft.roles, draft.findings, draft.elsewhere)
