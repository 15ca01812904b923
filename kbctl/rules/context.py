"""What a check may look at, and the two shapes of a check."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from kbctl.model.corpus import Corpus
from kbctl.model.entry import Entry
from kbctl.model.finding import Finding
from kbctl.model.rulebook import Rulebook
from kbctl.store.entries import ENTRIES, entry_folder, entry_paths
from kbctl.store.markdown import Document
from kbctl.store.snapshot import Snapshot


@dataclass(frozen=True)
class Context:
    """The world in which entries are judged.

    ``corpus`` holds every entry of ``snapshot``, not only those asked for; ``published`` looks an entry
    of the base up by its path, and is ``None`` where nothing is published yet; ``today`` is the day of the check in the bank's time zone.
    """

    snapshot: Snapshot
    rulebook: Rulebook
    corpus: Corpus
    today: date
    published: Callable[[str], Entry | None] | None = None

    def lapsed(self, entry: Entry) -> bool:
        """Whether *entry* has served its time: expired, withdrawn or followed by a newer version."""
        window = self.corpus.effective(entry)
        if window is None:
            return entry.validity is not None
        return window.until is not None and window.until < self.today

    def meet_from_today(self, one: Entry, other: Entry) -> bool:
        """Whether both entries answer on some same day from today on; what is past cannot be mended."""
        first, second = self.corpus.effective(one), self.corpus.effective(other)
        if first is None or second is None or not first.overlaps(second):
            return False
        return all(window.until is None or window.until >= self.today for window in (first, second))

    @cached_property
    def entry_folders(self) -> frozenset[str]:
        """The folders in which entry files, readable or not, keep their attachments and rows."""
        return frozenset(entry_folder(path) for path in entry_paths(self.snapshot.files()))

    @cached_property
    def files_below(self) -> dict[str, list[str]]:
        """The files of each entry's folder (``kb/entries/<department>/<id>``), by that folder, sorted."""
        found: dict[str, list[str]] = {}
        for path in self.snapshot.files():
            parts = path.split("/")
            if path.startswith(ENTRIES) and len(parts) > 4:
                found.setdefault("/".join(parts[:4]), []).append(path)
        return {folder: sorted(paths) for folder, paths in found.items()}


# A check of one entry: its front matter, its parsed body, and what surrounds it.
EntryCheck = Callable[[Entry, Document, Context], Iterator[Finding]]
# A check over the whole knowledge base that reports on the entries asked for.
CorpusCheck = Callable[[Sequence[Entry], Context], Iterator[Finding]]
