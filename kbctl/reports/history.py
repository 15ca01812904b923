"""The editions of an entry: what changed when, who submitted it and who approved it (R35, R68)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from kbctl.model.corpus import Corpus
from kbctl.model.entry import Entry
from kbctl.model.submission import Decision, Submission
from kbctl.store.entries import entry_id
from kbctl.store.git.history import LastChange, LoggedCommit

# Of a trailer `Name <address>` the name.
_NAME = re.compile(r"\s*<[^<>]*>\Z")
# Gives the submission with a number, where its intake notice can be read.
Notices = Callable[[str], Submission | None]


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition 版次: published at ``time`` by ``commit``.

    ``change`` is what the submission says of this entry (new, changed, …), empty without a submission; ``number`` is the
    submission's, empty for a change that went around the approval flow or is older than it. ``decisions`` are all that the
    notice records, returns included.
    """

    edition: int
    time: datetime
    commit: str
    number: str
    change: str
    submitted_by: str
    department: str
    reviewed_by: tuple[str, ...]
    summary: str
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class EntryHistory:
    """An entry with its versions in order of their first days, and its editions, newest first."""

    entry: Entry
    versions: tuple[Entry, ...]
    editions: tuple[Edition, ...]

    @property
    def edition(self) -> int:
        """The edition that is published."""
        return self.editions[0].edition if self.editions else 0


@dataclass(frozen=True, slots=True)
class Registered:
    """An entry in the register: the version that governs, or the newest where none does yet, and its last publication.

    What is published is a change of any version, of an attachment or of a row.
    """

    entry: Entry
    published: LastChange


def register_of(corpus: Corpus, changes: Mapping[str, LastChange], day: date) -> list[Registered]:
    """All entries, those published last first, then by id; what no commit has changed yet is not published.

    :param changes: the last change of each file, by its path; of a moved entry the old paths count too.
    """
    last: dict[str, LastChange] = {}
    for path, change in changes.items():
        id_ = entry_id(path)
        if id_ not in last or last[id_].time < change.time:
            last[id_] = change
    found = [
        Registered(corpus.governing(id_, day) or corpus.versions(id_)[-1], last[id_])
        for id_ in corpus.ids
        if id_ in last
    ]
    return sorted(found, key=lambda one: one.published.time, reverse=True)


def history_of(
    entry: Entry, versions: Sequence[Entry], commits: Iterable[tuple[LoggedCommit, str]], notices: Notices
) -> EntryHistory:
    """Number the editions of *entry*.

    :param commits: those that changed it, newest first, each with the number of the submission that it belongs to.
        Neighbours of one submission are one edition, as a rebase puts them.
    """
    found: list[Edition] = []
    for commit, number in commits:
        if number and found and found[-1].number == number:
            # The older commit of the two holds the content, the newer one when it was done.
            found[-1] = replace(found[-1], submitted_by=found[-1].submitted_by or _named(commit, "Submitted-by"))
            continue
        found.append(_edition(entry, commit, number, notices(number) if number else None))
    numbered = tuple(replace(edition, edition=len(found) - place) for place, edition in enumerate(found))
    return EntryHistory(entry, tuple(versions), numbered)


def _edition(entry: Entry, commit: LoggedCommit, number: str, notice: Submission | None) -> Edition:
    change = next((one.change for one in notice.changes if one.id == entry.id), "") if notice else ""
    reviewed = tuple(dict.fromkeys(one.name for one in notice.accepted_by().values())) if notice else ()
    return Edition(
        edition=0,
        time=commit.time,
        commit=commit.id,
        number=number,
        change=change,
        submitted_by=notice.submitter_name if notice else _named(commit, "Submitted-by") or commit.author,
        department=notice.department_name if notice else "",
        reviewed_by=reviewed or tuple(_NAME.sub("", name) for name in commit.trailers.get("Reviewed-by", ())),
        # The subject of a submission's own commit says no more than its number.
        summary=notice.summary if notice else "" if number else commit.subject,
        decisions=notice.decisions if notice else (),
    )


def _named(commit: LoggedCommit, trailer: str) -> str:
    names = commit.trailers.get(trailer, ())
    return _NAME.sub("", names[0]) if names else ""
