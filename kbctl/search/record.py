"""What the index keeps of an entry or of a row: all that a first screen of answers needs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from kbctl.model.validity import State, Validity, state_on

# The last day that a calendar knows: the end of what is valid long-term.
FOREVER = date.max.toordinal()


class Passage(NamedTuple):
    """A piece of rendered text of at most about two hundred characters, a paragraph, list item or row of a table a line.

    ``line`` is where it begins in the file.
    """

    section: str
    item: str
    line: int
    text: str


class Person(NamedTuple):
    """A business contact, as resolved when the index was built; ``start`` and ``until`` are ISO days or empty."""

    id: str
    name: str
    phone: str
    start: str = ""
    until: str = ""

    def live_on(self, day: str) -> bool:
        """Whether the person holds the post on *day* (ISO)."""
        return (not self.start or self.start <= day) and (not self.until or day <= self.until)


class Dates(NamedTuple):
    """The days that decide what a document is on a given day, as ordinals.

    ``start`` and ``end`` bound the days on which it really answers (``start > end`` where there is none);
    ``stated_until`` is the last day that the file states, :data:`FOREVER` for long-term;
    ``withdrawn`` is the first day on which it is not served, 0 if it was never withdrawn.
    """

    start: int
    end: int
    stated_start: int
    stated_until: int
    withdrawn: int

    def answers_on(self, day: int) -> bool:
        """Whether it is an answer on *day*."""
        return self.start <= day <= self.end

    def state(self, day: date, expiring_days: int) -> State:
        """What it is on *day*; a version whose successor has begun counts as expired."""
        number = day.toordinal()
        if self.withdrawn and (number >= self.withdrawn or self.withdrawn <= self.stated_start):
            return State.WITHDRAWN
        if number < self.stated_start:
            return State.UPCOMING
        if not self.answers_on(number):
            return State.EXPIRED
        until = None if self.stated_until == FOREVER else date.fromordinal(self.stated_until)
        return state_on(day, Validity(date.fromordinal(self.stated_start), until), None, expiring_days)


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One version of an entry, or one row of its operating table.

    ``row`` is the row's key and ``label`` what it is called; both are empty for the entry itself.

    ``valid_from`` and ``valid_until`` are as stated; ``successor_from`` is the day from which a waiting version
    governs, or empty. ``facts`` are the entry's figures: key, and value with its unit. ``pictures`` are what those in
    it are called, which is found but is no answer to show. ``review_by`` is the day (ISO) until which it must be looked at again.
    """

    id: str
    path: str
    title: str
    type: str
    owner: str
    owner_name: str
    scope: tuple[str, ...]
    topic: str
    audience: str
    valid_from: str
    valid_until: str
    withdrawn_on: str
    successor_from: str
    dates: Dates
    contacts: tuple[Person, ...]
    keywords: tuple[str, ...]
    aliases: tuple[str, ...]
    passages: tuple[Passage, ...]
    row: str = ""
    label: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    pictures: tuple[str, ...] = ()
    review_by: str = ""

    def texts(self) -> Iterator[str]:
        """Every text of the body once, headings before what stands under them."""
        section = item = ""
        for passage in self.passages:
            if passage.section != section:
                section, item = passage.section, ""
                yield section
            if passage.item != item:
                item = passage.item
                yield item
            yield passage.text
        yield from self.pictures

    def as_row(self, key: str, label: str, path: str, passage: Passage) -> SearchDocument:
        """The record of the row *key* of this entry's table, which stands in *path*."""
        return replace(self, row=key, label=label, path=path, passages=(passage,), facts=(), pictures=())

    def to_json(self) -> str:
        """The record as one line of JSON: the fields' values in order."""
        return json.dumps([getattr(self, name) for name in self.__slots__], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> SearchDocument:
        """The record that :meth:`to_json` wrote."""
        values = json.loads(text)
        for at in _TEXTS:
            values[at] = tuple(values[at])
        values[_DATES] = Dates._make(values[_DATES])
        values[_CONTACTS] = tuple(map(Person._make, values[_CONTACTS]))
        values[_PASSAGES] = tuple(map(Passage._make, values[_PASSAGES]))
        values[_FACTS] = tuple(map(tuple, values[_FACTS]))
        return cls(*values)


# Where the fields stand that JSON gives back as lists.
_PLACES = {name: at for at, name in enumerate(SearchDocument.__slots__)}
_TEXTS = [_PLACES[name] for name in ("scope", "keywords", "aliases", "pictures")]
_DATES, _CONTACTS, _PASSAGES, _FACTS = (_PLACES[name] for name in ("dates", "contacts", "passages", "facts"))
