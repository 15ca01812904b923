"""Git commits that the user made on the branch of what is published, by an editor's button: counted, and taken back."""

from __future__ import annotations

from datetime import date

from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.store.git.checkout import take_back_in_index
from kbctl.store.git.remotes import Place, current_branch, fetch
from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import RefMovedError, is_ancestor, move_ref, moving_refs, refs
from kbctl.submissions.desk import refuse_unfinished, starting_point

# Below it stand the branches that hold what was taken back.
KEPT = "kept/"


def own_commits(repository: Repository, place: Place) -> int:
    """How many commits the base's branch has here that it has not in the remote repository; none without one."""
    local = f"refs/heads/{place.branch}"
    if not place.remote or local not in refs(repository, local):
        return 0
    return int(repository.run("rev-list", "--count", "--end-of-options", f"{place.base_ref}..{local}"))


def uncommit(repository: Repository, place: Place, day: date) -> str:
    """Let the base's branch go back to where it left the remote's, and return the branch that keeps its commits.

    No file on the desk is touched: what was committed is an edit again. What is staged besides stays staged. Empty
    where there is nothing to take back. Whatever is killed, the next run finishes: the commits are kept first, then
    the index is put back, then the branch.

    :raises KbctlError: if git is in the middle of something, or the branch is not the one on the desk.
    """
    refuse_unfinished(repository)
    if not place.remote:
        raise KbctlError(
            N_("there is no remote repository: what is published is the branch {branch} here"),
            hint=N_("nothing was changed; what git published here, git takes back: `git revert`"),
            branch=place.branch,
        )
    if current_branch(repository) != place.branch:
        raise KbctlError(
            N_("{branch} is not the branch on the desk"),
            hint=N_("`git switch {branch}`, then `kbctl sync --uncommit`"),
            branch=place.branch,
        )
    fetch(repository, place)
    local = f"refs/heads/{place.branch}"
    standing = refs(repository, local, place.base_ref, f"refs/heads/{KEPT}")
    tip = standing.get(local, "")
    if not tip or is_ancestor(repository, tip, standing[place.base_ref]):
        return ""
    start = starting_point(repository, standing[place.base_ref])
    kept = next((ref for ref, commit in standing.items() if _is_kept(ref) and commit == tip), "")
    try:
        if not kept:
            names = (f"refs/heads/{KEPT}{day:%Y%m%d}-{n}" for n in range(1, len(standing) + 2))
            kept = next(name for name in names if name not in standing)
            move_ref(repository, kept, tip, "", "kbctl sync --uncommit")
        with moving_refs(repository, [(local, start, tip)], "kbctl sync --uncommit"):
            take_back_in_index(repository, tip, start)
    except RefMovedError:
        raise KbctlError(
            N_("the branch {branch} here was moved just now"),
            hint=N_("something else works with git here, as an editor may: try again when it is done"),
            branch=place.branch,
        ) from None
    return kept.removeprefix("refs/heads/")


def _is_kept(ref: str) -> bool:
    return ref.startswith(f"refs/heads/{KEPT}")
