"""All entries of one snapshot, and which version of each governs on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from kbctl.model.entry import Entry
from kbctl.model.validity import Validity


class Corpus:
    """The readable entries of a snapshot, grouped by id; versions of an id are in order of ``valid_from``."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        groups: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            if entry.id:
                groups[entry.id].append(entry)
        self._versions = {
            id_: tuple(sorted(group, key=lambda entry: (entry.valid_from or date.min, entry.path)))
            for id_, group in groups.items()
        }

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id, sorted."""
        return tuple(sorted(self._versions))

    def versions(self, id_: str) -> tuple[Entry, ...]:
        """The versions of *id_*, oldest first; empty for an unknown id."""
        return self._versions.get(id_, ())

    def governing(self, id_: str, day: date) -> Entry | None:
        """The version of *id_* that answers for *day*.

        That is the one with the latest ``valid_from`` not after *day*; a version withdrawn before its own
        ``valid_from`` never governs. If all begin later, the first of them; ``None`` for an unknown id.
        """
        versions = self.versions(id_)
        # Nearly every entry has one version.
        candidates = versions if len(versions) < 2 else [entry for entry in versions if _ever_governs(entry)]
        if not candidates:
            return versions[-1] if versions else None
        if len(candidates) == 1:
            return candidates[0]
        begun = [entry for entry in candidates if entry.valid_from is not None and entry.valid_from <= day]
        return begun[-1] if begun else candidates[0]

    def serves(self, entry: Entry, day: date) -> bool:
        """Whether *entry* is the answer on *day*: it governs, is in force and not withdrawn."""
        window = self.effective(entry)
        return window is not None and window.covers(day)

    def successor(self, entry: Entry) -> Entry | None:
        """The next version of the same id that will govern after *entry*, if one is waiting."""
        versions = self.versions(entry.id)
        if entry.valid_from is None or len(versions) < 2:
            return None
        for other in versions:
            if other.valid_from is not None and other.valid_from > entry.valid_from and _ever_governs(other):
                return other
        return None

    def effective(self, entry: Entry) -> Validity | None:
        """The days on which *entry* really answers: its window, cut at its successor and its withdrawal.

        ``None`` where its dates cannot be read or no day is left.
        """
        window: Validity | None = entry.validity
        if window is None or not _ever_governs(entry):
            return None
        if entry.withdrawn and entry.withdrawn.on:
            window = window.cut_before(entry.withdrawn.on)
        successor = self.successor(entry)
        if window is not None and successor is not None and successor.valid_from is not None:
            window = window.cut_before(successor.valid_from)
        return window


def _ever_governs(entry: Entry) -> bool:
    """Whether *entry* has dates and was not withdrawn before it began."""
    if entry.validity is None:
        return False
    withdrawn = entry.withdrawn.on if entry.withdrawn else None
    return withdrawn is None or withdrawn > entry.validity.start
