"""Whether search finds what it should: questions with the entries that must come first (search-test)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Protocol

from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.search.index import Query, Results
from kbctl.store.json_schema import parse_date
from kbctl.store.yaml_text import read_yaml

# Only so many hits count, and so many are asked for.
SCREEN = 10


class Searchable(Protocol):
    """What can be asked."""

    def search(self, query: Query) -> Results:
        """Answer *query*."""
        ...


@dataclass(frozen=True, slots=True)
class Case:
    """A question, the ids of which one must come first (none: nothing may be found), and the branch that asks."""

    query: str
    expect: tuple[str, ...]
    branch: str | None = None


@dataclass(frozen=True, slots=True)
class Cases:
    """A test file: its questions, the day to answer for, and the share of first places below which it fails."""

    cases: tuple[Case, ...]
    today: date | None = None
    fail_under: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question: the place of the first expected id, from 1, 0 if it is not among the ids ``got``.

    A question that must find nothing has place 1 if it does.
    """

    case: Case
    rank: int
    got: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A question whose first hit is not an expected one; ``got`` are the ids found, best first."""

    query: str
    expected: tuple[str, ...]
    got: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """Shares from 0 to 1 of ``queries`` questions; a question that must find nothing counts as 1 if nothing is found.

    ``outcomes`` are those of all questions, in order.
    """

    queries: int
    hit_at_1: float
    hit_at_10: float
    mrr_at_10: float
    failures: tuple[Failure, ...]
    outcomes: tuple[Outcome, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The machine output, without its version."""
        values = asdict(self)
        del values["outcomes"]
        return values


def measure(index: Searchable, cases: Iterable[Case], today: date) -> Quality:
    """Ask *index* every question of *cases* as of *today*."""
    outcomes = tuple(_outcome(index, case, today) for case in cases)
    ranks = [outcome.rank for outcome in outcomes]
    count = len(ranks)
    return Quality(
        queries=count,
        hit_at_1=_share(sum(rank == 1 for rank in ranks), count),
        hit_at_10=_share(sum(rank > 0 for rank in ranks), count),
        mrr_at_10=_share(sum(1 / rank for rank in ranks if rank), count),
        failures=tuple(Failure(one.case.query, one.case.expect, one.got) for one in outcomes if one.rank != 1),
        outcomes=outcomes,
    )


def _outcome(index: Searchable, case: Case, today: date) -> Outcome:
    results = index.search(Query(case.query, today, branch=case.branch, limit=SCREEN))
    got = tuple(dict.fromkeys(hit.document.id for hit in results.flat()))[:SCREEN]
    return Outcome(case, _rank(case.expect, got), got)


def _rank(expect: tuple[str, ...], got: tuple[str, ...]) -> int:
    """The place of the first expected id, from 1; 0 if there is none."""
    if not expect:
        return 0 if got else 1
    return next((place for place, id_ in enumerate(got, 1) if id_ in expect), 0)


def _share(value: float, count: int) -> float:
    return round(value / count, 4) if count else 0.0


def parse_cases(text: str, name: str) -> Cases:
    """Read a test file called *name*: YAML, or lines of ``query<TAB>id[,id…]`` if the name ends in ``.tsv``.

    :raises KbctlError: if it is neither.
    """
    if name.lower().endswith(".tsv"):
        return Cases(tuple(_tsv(text, name)))
    read = read_yaml(text)
    value = read.value
    if read.problems:
        raise _unusable(name, read.problems[0].line)
    if isinstance(value, list):
        value = {"queries": value}
    if not isinstance(value, dict) or not isinstance(value.get("queries"), list):
        raise _unusable(name, 1)
    today = parse_date(value.get("today"))
    if today is None and "today" in value:
        raise _unusable(name, 1)
    cases = tuple(_case(row, name, number) for number, row in enumerate(value["queries"], 1))
    return Cases(cases, today, _fail_under(value.get("fail_under"), name))


def _case(row: object, name: str, number: int) -> Case:
    if not isinstance(row, dict) or not isinstance(row.get("query"), str):
        raise _bad_case(name, number)
    expect = row.get("expect")
    if isinstance(expect, str):
        expect = [expect]
    branch = row.get("branch")
    if not isinstance(expect, list) or not all(isinstance(id_, str) for id_ in expect):
        raise _bad_case(name, number)
    if branch is not None and not isinstance(branch, str):
        raise _bad_case(name, number)
    return Case(row["query"], tuple(expect), branch)


def _fail_under(value: object, name: str) -> float | None:
    if value is None:
        return None
    try:
        return float(str(value))
    except ValueError:
        raise _unusable(name, 1) from None


def _tsv(text: str, name: str) -> Iterator[Case]:
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        query, tab, ids = line.partition("\t")
        if not tab:
            raise _unusable(name, number)
        yield Case(query.strip(), tuple(id_.strip() for id_ in ids.split(",") if id_.strip()))


def _unusable(name: str, line: int) -> KbctlError:
    return KbctlError(
        N_("{path}, line {line}: this is no list of search tests"),
        hint=N_("`queries:` with {{query: …, expect: id}} rows, or lines of query<TAB>id in a .tsv file"),
        path=name,
        line=line,
    )


def _bad_case(name: str, number: int) -> KbctlError:
    return KbctlError(
        N_("{path}: test {number} needs a `query` and an `expect` (an id, or a list of ids)"),
        path=name,
        number=number,
    )
