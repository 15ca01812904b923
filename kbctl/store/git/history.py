"""What git remembers: when each file last changed, and the commits that changed an entry."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from kbctl.store.git.repository import Repository

# A name of a file of the knowledge base never begins so, because it begins with the name of a folder.
_MARK = "\x01"
_FIELDS = "%H%x00%P%x00%ct%x00%an%x00%ae%x00%s%x00%(trailers:only=true,unfold=true)%x00"


@dataclass(frozen=True, slots=True)
class LastChange:
    """The commit that changed a file last, and when it was made (UTC)."""

    commit: str
    time: datetime


@dataclass(frozen=True, slots=True)
class LoggedCommit:
    """A commit of the mainline. ``trailers`` are those of its message; ``parents`` the commits before it."""

    id: str
    parents: tuple[str, ...]
    time: datetime
    author: str
    email: str
    subject: str
    trailers: Mapping[str, tuple[str, ...]]


def last_changes(repository: Repository, revision: str, folder: str = "kb/entries") -> dict[str, LastChange]:
    """The last change of every file below *folder* that was ever part of *revision*, by path; from one call of git.

    What counts is when it was published: of a merge the merge, not the commits on its branch.
    """
    output = repository.ask(
        "log",
        "--first-parent",
        "-m",
        "-z",
        "--name-only",
        "--no-renames",
        "--relative",
        "--no-show-signature",
        f"--format={_MARK}%H %ct",
        "--end-of-options",
        revision,
        "--",
        folder,
    )
    found: dict[str, LastChange] = {}
    change = LastChange("", datetime.fromtimestamp(0, UTC))
    for part in output.decode("utf-8", "surrogateescape").split("\0"):
        if part.startswith(_MARK):
            commit, seconds = part[1:].split(" ")
            change = LastChange(commit, datetime.fromtimestamp(int(seconds), UTC))
        elif path := part.removeprefix("\n"):
            found.setdefault(path, change)
    return found


def commits_of_entry(repository: Repository, revision: str, id_: str) -> list[LoggedCommit]:
    """The commits of the mainline of *revision* that changed the entry *id_*, newest first.

    Every version of it, its attachments and its rows, in whatever department's folder they stood: ids are never reused.
    """
    folders = ":(glob)kb/entries/*/"
    output = repository.ask(
        "log",
        "--first-parent",
        "--no-show-signature",
        f"--format={_FIELDS}",
        "--end-of-options",
        revision,
        "--",
        f"{folders}{id_}.md",
        f"{folders}{id_}@*.md",
        f"{folders}{id_}/**",
    )
    parts = output.decode("utf-8", "replace").split("\0")
    rows = [parts[at : at + 7] for at in range(0, len(parts) - 7, 7)]
    return [
        LoggedCommit(
            id_.strip("\n"),
            tuple(parents.split()),
            datetime.fromtimestamp(int(seconds), UTC),
            author,
            email,
            subject,
            _trailers(trailers),
        )
        for id_, parents, seconds, author, email, subject, trailers in rows
    ]


def added_between(repository: Repository, old: str, new: str, folder: str) -> Collection[str]:
    """The files below *folder* that *new* has and *old* has not."""
    output = repository.ask(
        "diff",
        "--name-only",
        "-z",
        "--no-renames",
        "--relative",
        "--diff-filter=A",
        "--end-of-options",
        old,
        new,
        "--",
        folder,
    )
    return [part for part in output.decode("utf-8", "surrogateescape").split("\0") if part]


def _trailers(text: str) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        if colon:
            found[key.strip()] = (*found.get(key.strip(), ()), value.strip())
    return found
