"""What of a submission this clone has shown to its reviewer: nobody decides about a text that they have not seen (R9).

The branch's commit that was looked at is kept in a ref of this work tree; the notice in it says which revision, with
which content, that was. A decision that somebody adds meanwhile changes neither.
"""

from __future__ import annotations

from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.model.submission import Submission, notice_path
from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import RefMovedError, move_refs, read_objects, refs
from kbctl.submissions.listing import Filed
from kbctl.submissions.notice_file import NoticeError, read_notice
from kbctl.submissions.view import View

# Below refs/worktree/, so that linked work trees have each their own, and no clone or push takes it along.
_REFS = "refs/worktree/kbctl/shown/"


def remember_shown(repository: Repository, base: View, filed: Filed) -> None:
    """Keep that *filed* was shown as it stands, and forget what *base* publishes by now.

    Looking never fails because that cannot be written.
    """
    known = refs(repository, _REFS)
    ref = _REFS + filed.submission.number
    moves = [
        (old, "0" * len(commit), commit)
        for old, commit in known.items()
        if base.holds(notice_path(old.removeprefix(_REFS)))
    ]
    if known.get(ref) != filed.commit:
        moves.append((ref, filed.commit, known.get(ref, "")))
    if not moves:
        return
    try:
        move_refs(repository, moves, "kbctl review show")
    except (KbctlError, RefMovedError, OSError):
        # The next decision is held against what was shown before.
        return


def refuse_unseen(repository: Repository, submission: Submission) -> bool:
    """Whether *submission* was shown here as it stands; false where nothing of it was shown.

    :raises KbctlError: if something else was shown last than what stands now.
    """
    seen = _shown(repository, submission.number)
    if seen is None:
        return False
    if (seen.revision, seen.digest) == (submission.revision, submission.digest):
        return True
    raise KbctlError(
        N_(
            "{number} was handed in again after it was shown to you: you saw submission no. {seen}, now it is no. {revision}"
        )
        if seen.revision != submission.revision
        else N_("{number} was changed after it was shown to you"),
        hint=N_("nothing was decided; look at what it is now: `kbctl review show {number}`"),
        number=submission.number,
        seen=seen.revision,
        revision=submission.revision,
    )


def _shown(repository: Repository, number: str) -> Submission | None:
    """The submission as it was shown last."""
    ref = _REFS + number
    commit = refs(repository, ref).get(ref)
    if commit is None:
        return None
    data = read_objects(repository, [f"{commit}:{repository.prefix}{notice_path(number)}"])[0]
    try:
        return read_notice(data or b"", number)
    except NoticeError:
        return None
