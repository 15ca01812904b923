"""Handing in what the user changed: one commit on a branch of its own, with the intake notice in it (R52, R53)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.model.finding import Finding
from kbctl.model.organization import Contact
from kbctl.model.submission import Submission, SubmissionState
from kbctl.store.git.pushing import TRIES, PushRacedError, RefUpdate, push
from kbctl.store.git.remotes import SUBMISSIONS, Place, fetch
from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import (
    FILE_MODE,
    Person,
    RefMovedError,
    is_ancestor,
    move_ref,
    write_blobs,
    write_tree,
)
from kbctl.store.snapshot import WorktreeSnapshot
from kbctl.submissions.checking import errors, findings_of
from kbctl.submissions.commits import commit_as, message, tree_with_notice
from kbctl.submissions.content import content_of, delta_between
from kbctl.submissions.desk import DeskChanges, blob_of, changed_paths, collect, refuse_unfinished, starting_point
from kbctl.submissions.drafting import Ask, Wording, draft_submission, with_summary
from kbctl.submissions.identity import author, git_person, identify
from kbctl.submissions.kinds import kind_of, refusals, required_roles
from kbctl.submissions.listing import Filed, list_submissions, next_number
from kbctl.submissions.newer import forget, note_handed_in
from kbctl.submissions.problems import WRONG_KIND, RefusedError
from kbctl.submissions.remarks import Remarks, remarks_on
from kbctl.submissions.resubmission import corrected, find_earlier, old_tip, refuse_anothers, same_content
from kbctl.submissions.view import View, base_view


def _nobody(ids: Sequence[str], before: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asks for. ``paths`` are relative to the knowledge base; all changes if empty.

    ``contact`` is who submits, where several share git's address; ``resubmit`` the number of what is handed in again,
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

    ``roles`` are who must accept, ``elsewhere`` the files left out because a submission holds them already, ``unnamed``
    those left out for their name, ``remarks`` what else there is to say.
    """

    submission: Submission
    branch: str
    commit: str
    pushed: bool
    roles: tuple[str, ...]
    findings: tuple[Finding, ...]
    elsewhere: Mapping[str, Filed]
    unnamed: tuple[str, ...]
    remarks: Remarks


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
    unnamed: tuple[str, ...]
    remarks: Remarks


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
    earlier = None
    if request.resubmit is not None:
        earlier = find_earlier(repository, place, base, request.resubmit, push=request.push)
    draft = _prepare(repository, place, base, request, earlier, now)
    if request.dry_run:
        return _outcome(_numbered(repository, place, base, draft, earlier), "", pushed=False)
    outcome = _hand_in(repository, place, base, draft, earlier, remote=remote)
    _note_handed_in(repository, base, draft)
    return outcome


def _note_handed_in(repository: Repository, base: View, draft: _Draft) -> None:
    """Keep what was handed in, from which the user may edit on, and not what that began from.

    What was handed in is so, even where this cannot be written.
    """
    paths = draft.submission.content.paths
    after = View(repository, draft.tree, base.rulebook)
    files = [path for path in paths if (repository.root / path).is_file()]
    same = [path for path in files if blob_of((repository.root / path).read_bytes(), base) == after.blob(path)]
    with suppress(RefMovedError, KbctlError):
        # A table goes on lacking the rows that were put into it here, until the next `sync`.
        forget(repository, [repository.prefix + path for path in paths if base.key_column(path) is None])
        note_handed_in(repository, {repository.prefix + path: after.blob(path) for path in same})


def _prepare(
    repository: Repository, place: Place, base: View, request: Request, earlier: Filed | None, now: datetime
) -> _Draft:
    rulebook = base.rulebook
    person = git_person(repository)
    submitter = identify(rulebook.organization, person, request.contact, now.date())
    before = earlier.submission if earlier else None
    if before is not None:
        refuse_anothers(before, submitter, rulebook, take_over=request.take_over)
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
    if earlier is not None and _only_unsent(place, request, earlier) and same_content(earlier, submission, base):
        submission = earlier.submission
    elif earlier is not None:
        submission = corrected(earlier, submission, base)
    if not request.dry_run and (earlier is None or submission is not earlier.submission):
        submission = with_summary(submission, before.summary if before else "", request.ask)
    roles, left_out = required_roles(delta, rulebook), (changes.elsewhere, changes.unnamed)
    remarks = remarks_on(delta, content, rulebook, now.date())
    return _Draft(submission, delta.after.revision, submitter, person, roles, findings, *left_out, remarks)


def _only_unsent(place: Place, request: Request, earlier: Filed) -> bool:
    """Whether *earlier* was made with ``--no-push``, and nothing is asked for but that it be handed in."""
    here = bool(place.remote) and earlier.ref.startswith("refs/heads/")
    return here and request.push and request.wording == Wording()


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
    paths, unnamed = changed_paths(repository, start.revision, [*request.paths, *sorted(own)])
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
    changes.unnamed = unnamed
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
    for _ in range(TRIES):
        numbered = _numbered(repository, place, base, draft, earlier)
        number = numbered.submission.number
        commit = _commit(repository, base, numbered, earlier)
        branch = SUBMISSIONS + number
        old = old_tip(repository, branch, earlier, remote=remote) if earlier is not None else ""
        try:
            if remote:
                push(repository, place, [RefUpdate(branch, commit, old)])
            else:
                move_ref(repository, f"refs/heads/{branch}", commit, old, "kbctl submit")
            return _outcome(numbered, commit, pushed=remote)
        except (PushRacedError, RefMovedError):
            if earlier is not None:
                raise KbctlError(
                    N_("{number} was changed by somebody else just now"),
                    hint=N_("look at it (`kbctl review show {number}`), then submit again"),
                    number=number,
                ) from None
    raise KbctlError(
        N_("no free number was found for the submission"), hint=N_("too many at once: try again in a minute")
    )


def _commit(repository: Repository, base: View, draft: _Draft, earlier: Filed | None) -> str:
    """The commit with the change and its notice; of a resubmission, on top of what was handed in before.

    What was only not sent yet is the commit that there is.
    """
    submission = draft.submission
    if earlier is not None and submission is earlier.submission:
        return earlier.commit
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
    left_out = (draft.elsewhere, draft.unnamed, draft.remarks)
    return Outcome(draft.submission, branch, commit, pushed, draft.roles, draft.findings, *left_out)
