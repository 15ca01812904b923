"""Where submissions go: the base's branch here or in a remote repository, and fetching it."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass

from git.exc import GitCommandError

from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.store.git.fetched import mark_fetched
from kbctl.store.git.locks import wait_for_lock
from kbctl.store.git.repository import Repository
from kbctl.store.git.revision import SAFE_OPTIONS, base_candidates, resolve_first
from kbctl.store.git.said import reason_of, text_of
from kbctl.store.git.writing import refs

SUBMISSIONS = "submission/"
_PASSWORD = re.compile(r"//[^/@]*@")
# What git says here where another fetch of this clone was quicker; each time it has brought something.
_OVERTAKEN = re.compile(r"cannot lock ref 'refs/remotes/[^']+': is at \w+ but expected")
_MOST_OVERTAKEN = 10


class RemoteError(KbctlError):
    """A remote repository that cannot be reached, or refuses."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the base lives: its *branch*, in the repository *remote* or here where that is empty."""

    remote: str
    branch: str

    @property
    def base_ref(self) -> str:
        """The ref that says, here, where the base stands."""
        return f"refs/remotes/{self.remote}/{self.branch}" if self.remote else f"refs/heads/{self.branch}"

    @property
    def submission_prefixes(self) -> tuple[str, ...]:
        """Where submissions' branches stand here, the ones that count first."""
        local = f"refs/heads/{SUBMISSIONS}"
        return (f"refs/remotes/{self.remote}/{SUBMISSIONS}", local) if self.remote else (local,)


def find_place(repository: Repository, configured: str | None) -> Place:
    """Where the base is published: ``origin/main`` means the branch ``main`` of the remote ``origin``.

    :raises KbctlError: if there is no commit yet, or the base is no branch.
    """
    names = base_candidates(configured)
    found = resolve_first(repository.root, names)
    if found is None:
        raise KbctlError(
            N_("nothing is published yet: there is no commit"),
            hint=N_("commit the knowledge base once (`git add -A`, `git commit`), then submit changes of it"),
        )
    remotes = sorted(repository.run("remote").split(), key=len, reverse=True)
    for remote in remotes:
        branch = found.name.removeprefix(f"{remote}/")
        if branch != found.name and f"refs/remotes/{found.name}" in refs(repository, f"refs/remotes/{found.name}"):
            return Place(remote, branch)
    name = current_branch(repository) if found.name == "HEAD" else found.name
    if name and f"refs/heads/{name}" in refs(repository, f"refs/heads/{name}"):
        return Place("", name)
    raise KbctlError(
        N_("the base {name} is no branch, so nothing can be put on it"),
        hint=N_("switch to a branch (`git switch main`), or name one as `base` in kb/kb.toml"),
        name=found.name,
    )


def current_branch(repository: Repository) -> str:
    """The branch that is checked out; empty where HEAD is detached."""
    try:
        return repository.run("symbolic-ref", "--quiet", "HEAD").strip().removeprefix("refs/heads/")
    except GitCommandError:
        return ""


def fetch(repository: Repository, place: Place) -> None:
    """Bring here where the base and the submissions of the remote stand; nothing where the base is local.

    :raises RemoteError: if the remote cannot be reached.
    """
    if not place.remote:
        return
    remote = place.remote
    arguments = (
        "fetch",
        "--quiet",
        "--prune",
        "--no-tags",
        # A fetch that fails would empty it.
        "--no-write-fetch-head",
        "--no-recurse-submodules",
        "--no-auto-maintenance",
        "--end-of-options",
        remote,
        f"+refs/heads/{place.branch}:refs/remotes/{remote}/{place.branch}",
        f"+refs/heads/{SUBMISSIONS}*:refs/remotes/{remote}/{SUBMISSIONS}*",
    )
    overtaken = 0
    while True:
        try:
            repository.ask(*arguments)
            mark_fetched(repository.root)
            return
        except GitCommandError as error:
            text = text_of(error)
            if _OVERTAKEN.search(text) and overtaken < _MOST_OVERTAKEN:
                overtaken += 1
            elif not wait_for_lock(repository, text):
                raise _unreachable(repository, remote, text) from None


def try_remote(repository: Repository, place: Place, seconds: float) -> None:
    """Ask the remote for its base, and wait for so many *seconds* at most; nothing is fetched.

    :raises RemoteError: if it cannot be reached, or does not answer in time.
    """
    arguments = ("ls-remote", "--exit-code", "--heads", "--end-of-options", place.remote, f"refs/heads/{place.branch}")
    with tempfile.TemporaryFile() as said:
        # Into a file: a pipe would be held open by what git has started, after its time is over.
        try:
            done = subprocess.run(
                ["git", *SAFE_OPTIONS, *arguments],
                cwd=repository.root,
                env={**os.environ, "LC_ALL": "C", "LANGUAGE": "C", "GIT_TERMINAL_PROMPT": "0"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise RemoteError(
                N_("the server of the knowledge base does not answer within {seconds} seconds: {address}"),
                hint=N_("check the network and that you are logged in, then try again"),
                address=address_of(repository, place.remote),
                seconds=int(seconds),
            ) from None
        said.seek(0)
        text = said.read().decode("utf-8", "replace")
    if done.returncode:
        raise _unreachable(repository, place.remote, text or f"fatal: {place.branch}")


def _unreachable(repository: Repository, remote: str, text: str) -> RemoteError:
    return RemoteError(
        N_("the server of the knowledge base cannot be reached: {address}"),
        hint=N_(
            "check the network and that you are logged in, then try again; nothing was changed. If it stays so, ask your "
            "IT about this address (git says: {reason})"
        ),
        address=address_of(repository, remote),
        reason=reason_of(text),
    )


def address_of(repository: Repository, remote: str) -> str:
    """Where the remote is, without what may be a password in it."""
    return _PASSWORD.sub("//", repository.setting(f"remote.{remote}.url")) or remote
