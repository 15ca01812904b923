"""Search results as JSON (machine output, version 1) and in words."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from kbctl.i18n import _, ngettext
from kbctl.model.validity import LONG_TERM, State
from kbctl.output.states import STATE_NAMES, review_overdue
from kbctl.search.differences import Difference
from kbctl.search.index import SERVING, Hit, Query, Results

# So many sections are named that read otherwise.
_SECTIONS = 4


def as_json(
    query: Query,
    results: Results,
    base_time: datetime | None,
    drafts: Collection[str] = (),
    *,
    indent: int | None = 2,
) -> str:
    """The results as one JSON object; a variant is a hit of its own, after the one it belongs to.

    :param drafts: the paths of files that differ from what is published.
    :param indent: ``None`` for one line.
    """
    document = {
        "schema_version": 1,
        "query": query.text,
        "as_of": query.as_of.isoformat(),
        "base_time": base_time.isoformat() if base_time else None,
        "total": results.total,
        "total_exact": results.total_exact,
        "hidden": results.hidden,
        "unsure": results.unsure,
        "synonyms": {word: list(terms) for word, terms in results.synonyms_used},
        "near_terms": list(results.near_terms),
        "hits": [_hit(hit, variant_of, drafts) for hit, variant_of in _flat(results)],
        "hidden_hits": [_hidden_hit(hit) for hit in results.hidden_hits],
    }
    return json.dumps(document, ensure_ascii=False, indent=indent) + "\n"


def _flat(results: Results) -> Iterator[tuple[Hit, str | None]]:
    for hit in results.hits:
        yield hit, None
        for variant in hit.variants:
            yield variant, hit.document.id


def _hit(hit: Hit, variant_of: str | None, drafts: Collection[str]) -> dict[str, Any]:
    record = hit.document
    return {
        "id": record.id,
        "title": record.title,
        "type": record.type,
        "owner": record.owner,
        "scope": list(record.scope),
        "variant_of": variant_of,
        "state": hit.state.value,
        "valid_from": record.valid_from,
        "valid_until": record.valid_until,
        "successor_from": record.successor_from or None,
        "review_by": record.review_by or None,
        "draft": record.path in drafts,
        "score": round(hit.score, 4),
        "section": heading(hit),
        "snippet": hit.passage.text,
        "row": record.row or None,
        "path": record.path,
        "line": hit.passage.line,
        "differs": [_difference(one) for one in hit.differs],
        "contact": _contact(hit),
    }


def _hidden_hit(hit: Hit) -> dict[str, Any]:
    """What is no answer: which entry it is, since when, and whom to ask; nothing of its text."""
    record = hit.document
    return {
        "id": record.id,
        "title": record.title,
        "owner": record.owner,
        "state": hit.state.value,
        "valid_from": record.valid_from,
        "valid_until": record.valid_until,
        "withdrawn_on": record.withdrawn_on or None,
        "contact": _contact(hit),
    }


def _contact(hit: Hit) -> list[dict[str, str]]:
    return [{"id": person.id, "name": person.name, "phone": person.phone} for person in hit.contacts]


def _difference(one: Difference) -> dict[str, str]:
    if one.section:
        return {"section": one.section}
    return {"key": one.key, "value": one.here, "head_office": one.head_office}


def differs_text(hit: Hit) -> str:
    """Where a branch's answer differs from the head office's, on one line; empty where it does not."""
    figures = [
        _("{key} {value} (head office {other})").format(key=one.key, value=one.here, other=one.head_office)
        for one in hit.differs
        if one.key
    ]
    sections = [one.section for one in hit.differs if one.section]
    if figures:
        return _("differs from the head office: {what}").format(what="；".join(figures))
    if not sections:
        return ""
    shown = "、".join(sections[:_SECTIONS])
    if len(sections) > _SECTIONS:
        shown = _("{some} and {n} more").format(some=shown, n=len(sections) - _SECTIONS)
    return _("differs from the head office in: {what}").format(what=shown)


def heading(hit: Hit) -> str:
    """The section, and the item in it, that the passage stands in."""
    return " / ".join(part for part in (hit.passage.section, hit.passage.item) if part)


def state_text(hit: Hit) -> str:
    """The state with the last day: 有效 至 2026-12-31."""
    until = hit.document.valid_until
    name = _(STATE_NAMES[hit.state])
    if hit.state is State.UPCOMING:
        return _("{state} from {day}").format(state=name, day=hit.document.valid_from)
    if hit.state is State.WITHDRAWN and hit.document.withdrawn_on:
        return _("{state} on {day}").format(state=name, day=hit.document.withdrawn_on)
    if until == LONG_TERM:
        return _("{state}, long-term").format(state=name)
    return _("{state} until {day}").format(state=name, day=until)


def warnings(hit: Hit, as_of: date, today: date) -> Iterator[str]:
    """What an agent must see before reading the answer out (R25).

    :param as_of: the day that is answered for, which may be another than *today*.
    """
    record = hit.document
    if hit.state is State.EXPIRING and as_of == today:
        left = (date.fromisoformat(record.valid_until) - today).days
        yield ngettext("lapses in {n} day", "lapses in {n} days", left).format(n=left) if left else _("lapses tonight")
    elif hit.state is State.EXPIRING:
        yield _("lapses after {day}").format(day=record.valid_until)
    elif not hit.state.serves and as_of == today:
        yield _("not an answer for customers today")
    elif not hit.state.serves:
        yield _("not an answer for customers on {day}").format(day=as_of)
    if record.successor_from > as_of.isoformat():
        yield _("a new version takes effect on {day}").format(day=record.successor_from)
    overdue = review_overdue(record.review_by, as_of)
    if overdue and hit.state.serves:
        yield overdue


def contacts_text(hit: Hit) -> str:
    """Who to call: name and phone of each contact."""
    return "、".join(f"{person.name} {person.phone}".strip() for person in hit.contacts)


def hidden_line(hit: Hit) -> str:
    """What matches but is no answer, on a line: which entry, since when, and whom to ask."""
    record = hit.document
    who = " · ".join(part for part in (record.owner_name, contacts_text(hit)) if part)
    return f"{record.title}  {record.id}  [{state_text(hit)}]  {who}"


def summary(results: Results, query: Query) -> str:
    """How many were found, and how many more match but are in none of the states asked for."""
    exact = results.total_exact or results.total == sum(1 for _hit in results.flat())
    count = f"{results.total}" if exact else _("at least {n}").format(n=results.total)
    text = ngettext("{count} hit", "{count} hits", results.total).format(count=count)
    return _("{hits}; {hidden}").format(hits=text, hidden=hidden_text(results, query)) if results.hidden else text


def hidden_text(results: Results, query: Query) -> str:
    """How many match but are not in force, or not in the states that *query* asks for."""
    count = results.hidden
    if query.states == SERVING:
        text = ngettext(
            "{n} that matches is not in force (--state all shows it)",
            "{n} that match are not in force (--state all shows them)",
            count,
        )
    else:
        text = ngettext(
            "{n} that matches is in another state (--state all shows it)",
            "{n} that match are in other states (--state all shows them)",
            count,
        )
    return text.format(n=count)
