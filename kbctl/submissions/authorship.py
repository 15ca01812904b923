"""Which commit brought which content and which decision, and under whose name.

A git author is a name that anybody can write; a signature is not. What follows from either is said by verify.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kbctl.model.rulebook import Rulebook
from kbctl.model.submission import Decision, Submission, notice_path
from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import NOTHING_HIDDEN, read_objects
from kbctl.submissions.content import content_lines
from kbctl.submissions.notice_file import NoticeError, parse_notice
from kbctl.submissions.view import View

_EMAIL = re.compile(r"<([^<>]*)>\s*\Z")
# G: good; U: good, of a key that is known but not rated. An unknown key has no signer.
_GOOD = ("G", "U")
_MERGE = 2


@dataclass(frozen=True, slots=True)
class CommitRecord:
    """A commit: who wrote it, the paths that it changed against all its parents (relative to the knowledge base).

    ``signer`` is the e-mail address of a good signature, empty without one.
    """

    id: str
    email: str
    parents: tuple[str, ...]
    paths: frozenset[str]
    signer: str = ""


def commits_between(repository: Repository, old: str, new: str, *, signed: bool = False) -> list[CommitRecord]:
    """The commits that *new* has and *old* has not, oldest first. :param signed: whether to look at signatures."""
    fields = "%H%x00%ae%x00%P%x00" + ("%G?%x00%GS%x00" if signed else "%x00%x00")
    output = repository.ask(
        "log",
        "--topo-order",
        "--reverse",
        "--no-show-signature",
        f"--format={fields}",
        "--end-of-options",
        new,
        f"^{old}",
        "--",
    )
    parts = output.decode("utf-8", "replace").split("\0")
    rows = [[part.strip("\n") for part in parts[at : at + 5]] for at in range(0, len(parts) - 5, 5)]
    paths = _changed(repository, [row[0] for row in rows])
    return [
        CommitRecord(id_, email, tuple(parents.split()), paths.get(id_, frozenset()), _signer(status, signer))
        for id_, email, parents, status, signer in rows
    ]


def _signer(status: str, signer: str) -> str:
    if status not in _GOOD:
        return ""
    match = _EMAIL.search(signer)
    return match.group(1) if match else signer


def _changed(repository: Repository, commits: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """The paths of the knowledge base that each commit changed; of a merge those that differ from every parent."""
    if not commits:
        return {}
    output = repository.ask(
        "diff-tree",
        "--stdin",
        "-r",
        "-c",
        "--root",
        "--no-renames",
        "--raw",
        "-z",
        NOTHING_HIDDEN,
        data="".join(f"{commit}\n" for commit in commits).encode(),
    )
    found: dict[str, set[str]] = {}
    current = ""
    parts = iter(output.decode("utf-8", "surrogateescape").split("\0"))
    for part in parts:
        # A path follows on what is said of it, so that none is taken for a commit.
        if not part.startswith(":"):
            current = part
        elif (path := next(parts)).startswith(repository.prefix):
            found.setdefault(current, set()).add(path.removeprefix(repository.prefix))
    return {commit: frozenset(paths) for commit, paths in found.items()}


@dataclass(frozen=True, slots=True)
class History:
    """How a submission came about: the ``commits``, oldest first, and its notice in each of them and of their parents.

    ``held`` has ``None`` where a commit has no notice that can be read.
    """

    repository: Repository
    commits: Sequence[CommitRecord]
    held: Mapping[str, Submission | None]


def histories(repository: Repository, commits: Sequence[CommitRecord], numbers: Sequence[str]) -> dict[str, History]:
    """By number, how these submissions came about in *commits*; their notices are read in one call."""
    wanted = sorted({id_ for commit in commits for id_ in (commit.id, *commit.parents)})
    keys = [(number, id_) for number in numbers for id_ in wanted]
    found = read_objects(repository, [f"{id_}:{repository.prefix}{notice_path(number)}" for number, id_ in keys])
    parsed = {data: _parsed(data) for data in set(found)}
    held: dict[str, dict[str, Submission | None]] = {number: {} for number in numbers}
    for (number, id_), data in zip(keys, found, strict=True):
        held[number][id_] = parsed[data]
    return {number: History(repository, commits, held[number]) for number in numbers}


def decisions_by_commit(history: History) -> Iterator[tuple[CommitRecord, Decision]]:
    """Each decision with the commit that brought it."""
    for commit in history.commits:
        before = {decision for parent in commit.parents for decision in _decisions(history.held[parent])}
        for decision in _decisions(history.held[commit.id]):
            if decision not in before:
                yield commit, decision


def writing_commits(history: History, submission: Submission, rulebook: Rulebook) -> list[CommitRecord]:
    """The commits that wrote what *submission* covers, or what its notice says of it, decisions apart.

    A merge writes too: who rewrites the notice hands in what it says, even where every byte is that of some parent.
    """
    return [
        commit
        for commit in history.commits
        if _says_anew(commit, history.held)
        or (commit.paths & submission.content.paths and _brings(history.repository, commit, submission, rulebook))
    ]


def _says_anew(commit: CommitRecord, held: Mapping[str, Submission | None]) -> bool:
    """Whether *commit* brought a notice that says, decisions apart, what no parent's does."""
    said = _undecided(held[commit.id])
    return said is not None and all(_undecided(held[parent]) != said for parent in commit.parents)


def _brings(repository: Repository, commit: CommitRecord, submission: Submission, rulebook: Rulebook) -> bool:
    """Whether *commit* holds something of the content that no parent holds; a merge that joins rows does not."""
    if len(commit.parents) < _MERGE:
        return True
    own, *before = (
        set(content_lines(submission.content, View(repository, id_, rulebook))) for id_ in (commit.id, *commit.parents)
    )
    return not own <= set().union(*before)


def _parsed(data: bytes | None) -> Submission | None:
    try:
        return parse_notice(data) if data is not None else None
    except NoticeError:
        return None


def _undecided(notice: Submission | None) -> Submission | None:
    return replace(notice, decisions=()) if notice is not None else None


def _decisions(notice: Submission | None) -> tuple[Decision, ...]:
    return notice.decisions if notice is not None else ()
