"""What is asked of a search index and what it answers; every index keeps this Protocol."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from kbctl.model.organization import Institution, Organization
from kbctl.model.validity import State
from kbctl.search.differences import Difference
from kbctl.search.postings import Library
from kbctl.search.record import Passage, Person, SearchDocument

if TYPE_CHECKING:
    # Not for the query path, on which every import counts.
    from kbctl.model.rulebook import Rulebook

SERVING = frozenset(state for state in State if state.serves)


@dataclass(frozen=True, slots=True)
class Query:
    """A search.

    :param text: the question as typed; what stands in quotation marks must stand in a hit word for word.
    :param as_of: the day to answer for.
    :param types: knowledge types to look at; all if empty. ``owners``: departments, likewise.
    :param branch: the institution whose customer asks; its entries come first, other branches' last.
    :param states: the states that hits may be in; those that are an answer on the day if not given.
    :param limit: how many hits are wanted at most, variants not counted.
    """

    text: str
    as_of: date
    types: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()
    branch: str | None = None
    states: frozenset[State] = SERVING
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """A version of an entry, or a row of its table, that answers.

    ``passage`` is its best one, ``spans`` the places (start, end) in its text that the question names;
    ``contacts`` are those in office on the day; ``variants`` the entries of other scope on the same topic, and
    ``differs`` what a branch's entry says otherwise than the whole bank's among them.
    """

    document: SearchDocument
    score: float
    state: State
    passage: Passage
    spans: tuple[tuple[int, int], ...]
    contacts: tuple[Person, ...]
    variants: tuple[Hit, ...] = ()
    differs: tuple[Difference, ...] = ()

    def flat(self) -> Iterator[Hit]:
        """The hit, then its variants."""
        yield self
        yield from self.variants


@dataclass(frozen=True, slots=True)
class Results:
    """The answer to a query.

    ``total`` counts all hits, variants included, and ``hidden`` the entries that match but do not answer on the
    day, the best of which are ``hidden_hits``, without a passage; both within the first candidates only where
    ``total_exact`` is false. ``branch`` is the institution that
    was given or that the question names. ``near_terms`` are titles that come near when nothing was found; ``unsure``
    says that what was found covers little of the question and may be about something else.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    total_exact: bool = True
    hidden: int = 0
    hidden_hits: tuple[Hit, ...] = ()
    branch: str | None = None
    synonyms_used: tuple[tuple[str, tuple[str, ...]], ...] = ()
    near_terms: tuple[str, ...] = ()
    unsure: bool = False

    def flat(self) -> Iterator[Hit]:
        """Every hit in order, each followed by its variants."""
        for hit in self.hits:
            yield from hit.flat()


@dataclass(frozen=True)
class IndexContext:
    """What a search needs to know of the rulebook, kept with the index so that no YAML is read for a search.

    ``ask`` are the managing department's contacts: whom to ask where nothing was found (R15).
    """

    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    institutions: Mapping[str, Institution] = field(default_factory=dict)
    types: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    departments: Mapping[str, str] = field(default_factory=dict)
    expiring_days: int = 30
    search_limit: int = 10
    stale_clone_hours: int = 24
    ask: tuple[Person, ...] = ()

    @classmethod
    def of(cls, rulebook: Rulebook) -> IndexContext:
        """The part of *rulebook* that a search needs."""
        return cls(
            synonyms=dict(rulebook.synonyms),
            institutions=dict(rulebook.organization.institutions),
            types={id_: dict(entry_type.names) for id_, entry_type in rulebook.types.items()},
            departments={id_: department.name for id_, department in rulebook.organization.departments.items()},
            expiring_days=rulebook.settings.expiring_days,
            search_limit=rulebook.settings.search_limit,
            stale_clone_hours=rulebook.settings.stale_clone_hours,
            ask=tuple(
                Person(contact.id, contact.name, contact.phone, str(contact.start or ""), str(contact.until or ""))
                for department in rulebook.organization.departments.values()
                if department.role == "managing"
                for contact in department.contacts
            ),
        )

    def to_json(self) -> str:
        """The context as JSON."""
        institutions = [[row.id, row.name, row.parent] for row in self.institutions.values()]
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return json.dumps({**values, "institutions": institutions}, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> IndexContext:
        """The context that :meth:`to_json` wrote."""
        values: dict[str, Any] = json.loads(text)
        values["synonyms"] = {word: tuple(terms) for word, terms in values["synonyms"].items()}
        values["ask"] = tuple(map(Person._make, values["ask"]))
        values["institutions"] = {row[0]: Institution(*row) for row in values["institutions"]}
        return cls(**values)

    @property
    def organization(self) -> Organization:
        """The institutions, for questions of descent; without departments and people."""
        return Organization(self.institutions)


class SearchIndex(Protocol):
    """An index of one snapshot."""

    @property
    def identity(self) -> str:
        """The identity of the snapshot that it holds."""
        ...

    @property
    def context(self) -> IndexContext:
        """The rulebook's part that searches need."""
        ...

    @property
    def library(self) -> Library:
        """What it searches."""
        ...

    def search(self, query: Query) -> Results:
        """Answer *query*."""
        ...

    def close(self) -> None:
        """Give back what is held open."""
        ...
