"""Pushing to the remote: all or nothing, and from where its branches stand afterwards it is told why it failed."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from git.exc import GitCommandError

from kbctl.i18n import N_
from kbctl.store.git.remotes import Place, RemoteError, address_of, fetch
from kbctl.store.git.repository import Repository
from kbctl.store.git.said import reason_of, text_of
from kbctl.store.git.writing import is_ancestor, refs

# How often something is made anew because others were quicker: each time one of them has got through.
TRIES = 200
# What a server answers when two pushes meet, or when something is wrong with it; a hook's no is another answer.
_RACE = (
    "fetch first",
    "non-fast-forward",
    "stale info",
    "cannot lock ref",
    "failed to lock",
    "failed to update ref",
    "atomic transaction failed",
)
# Whoever held a lock has moved its branch long before these are over.
_PAUSES = (0.2, 0.5, 1.0)
# A server that was never spoken to, and one that fell silent.
_UNSENT = ("Could not read from remote repository", "unable to access", "does not support")
_UNREPORTED = "failed to report status"
# What git says about any lock, whoever left it.
_ADVICE = "remote: Another git process"
_NOISE = ("error: hook declined",)


class PushRacedError(Exception):
    """The remote's branch moved while this was being prepared; where it stands now is fetched."""


@dataclass(frozen=True, slots=True)
class RefUpdate:
    """One branch of the remote: *branch* goes to *new*, if it still stands at *old* (empty: does not exist)."""

    branch: str
    new: str
    old: str


def push(repository: Repository, place: Place, updates: Sequence[RefUpdate]) -> None:
    """Move branches of the remote, all or none, each only from where it is expected.

    After a refusal the remote is fetched: a branch that moved tells a race, whatever the remote says. Where it only
    sounds like one, the same is pushed again for a moment.

    :raises PushRacedError: if a branch stands elsewhere by now.
    :raises RemoteError: if the remote cannot be reached, refuses, or falls silent.
    """
    for pause in (*_PAUSES, 0.0):
        said = _send(repository, place, updates)
        if not said:
            return
        standing = _standing(repository, place, said)
        now = [standing.get(f"refs/remotes/{place.remote}/{update.branch}", "") for update in updates]
        if _is_lost(said):
            if all(is_ancestor(repository, update.new, at) for update, at in zip(updates, now, strict=True)):
                return
            raise _broken_off(repository, place, said)
        if now != [update.old for update in updates]:
            raise PushRacedError(said)
        if not any(word in answer for word in _RACE for answer in _answers(said)):
            raise _refusal(place, updates, said)
        time.sleep(random.uniform(pause / 2, pause))
    raise _fault(place, said)


def _send(repository: Repository, place: Place, updates: Sequence[RefUpdate]) -> str:
    """Push once; what git says if it fails, else nothing.

    :raises PushRacedError: if somebody made the very same commit in the same second: they were first.
    """
    leases = [f"--force-with-lease=refs/heads/{update.branch}:{update.old}" for update in updates]
    specs = [f"{update.new}:refs/heads/{update.branch}" for update in updates]
    atomic = ["--atomic"] if len(updates) > 1 else []
    options = ("--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no")
    try:
        output = repository.ask("push", *options, *atomic, *leases, "--end-of-options", place.remote, *specs)
    except GitCommandError as error:
        return text_of(error) or "?"
    lines = output.decode("utf-8", "replace").splitlines()
    same = {line.split("\t")[1].rpartition(":")[2] for line in lines if line.startswith("=\t")}
    if any(f"refs/heads/{update.branch}" in same and update.new != update.old for update in updates):
        fetch(repository, place)
        raise PushRacedError(place.remote)
    return ""


def _standing(repository: Repository, place: Place, said: str) -> Mapping[str, str]:
    """Where the remote's branches stand, fetched after a push that failed."""
    try:
        fetch(repository, place)
    except RemoteError:
        if _is_lost(said):
            raise _broken_off(repository, place, said) from None
        raise
    return refs(repository, f"refs/remotes/{place.remote}")


def _answers(said: str) -> list[str]:
    """What the server answered, or git for it, for each branch that it refused."""
    return [line.split("\t")[-1] for line in said.splitlines() if line.startswith("!\t")]


def _is_lost(said: str) -> bool:
    """Whether something was sent that the server never answered, so that nobody knows what became of it."""
    if _UNREPORTED in said:
        return True
    return not _answers(said) and "rejected" not in said and not any(word in said for word in _UNSENT)


def _broken_off(repository: Repository, place: Place, said: str) -> RemoteError:
    return RemoteError(
        N_("the connection to the server of the knowledge base broke off while pushing: {address}"),
        hint=N_(
            "what was sent may have arrived: look with `kbctl submissions` once the server answers, before you try again "
            "(git says: {reason})"
        ),
        address=address_of(repository, place.remote),
        reason=reason_of(said),
    )


def _refusal(place: Place, updates: Sequence[RefUpdate], said: str) -> RemoteError:
    protected = bool(_answers(said)) and any(update.branch == place.branch for update in updates)
    return RemoteError(
        N_("the remote {remote} refuses the push: {reason}"),
        hint=N_(
            "ask whoever runs it; where the base is protected: `kbctl review accept NUMBER --no-merge`, then its own merge button"
        )
        if protected
        else N_("ask whoever runs it; nothing was changed"),
        remote=place.remote,
        reason=_own_words(said),
    )


def _fault(place: Place, said: str) -> RemoteError:
    return RemoteError(
        N_("the remote {remote} cannot move its branches: {reason}"),
        hint=N_(
            "nothing was changed, and nobody else changed anything meanwhile: ask whoever runs it to look for a lock that a "
            "crash left behind, a full disk or missing rights"
        ),
        remote=place.remote,
        reason=_own_words(said),
    )


def _own_words(said: str) -> str:
    """Why it was refused: what the server itself said, else its answer, else what git says."""
    lines = said.partition(_ADVICE)[0].splitlines()
    remote = [line.removeprefix("remote:").strip() for line in lines if line.startswith("remote:")]
    told = [line for line in remote if line and not line.startswith(_NOISE)]
    return "; ".join(told[:3] or _answers(said)[:1]) or reason_of(said)
