"""The order of hits on a screen: entries of one topic together, the asked branch's first, other branches' last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import IntEnum

from kbctl.model.organization import HEAD_OFFICE, Organization
from kbctl.search.differences import differences
from kbctl.search.index import Hit
from kbctl.search.record import SearchDocument

ROWS_OF_AN_ENTRY = 3


class Nearness(IntEnum):
    """How an entry's scope lies to the branch that is asked for."""

    LOCAL = 0
    WHOLE_BANK = 1
    OTHER_BRANCH = 2


class Scopes:
    """Which scopes are near to *branch*; without one, the whole bank's are nearest and no branch's is far."""

    def __init__(self, organization: Organization, branch: str | None) -> None:
        self._branch = branch
        self._near: set[str] = set()
        if branch is not None and branch != HEAD_OFFICE:
            self._near.update(organization.ancestors(branch))
            self._near.update(id_ for id_ in organization.institutions if organization.within(id_, branch))
            self._near.discard(HEAD_OFFICE)

    def nearness(self, scope: Iterable[str]) -> Nearness:
        """How near *scope* is."""
        institutions = set(scope)
        if not self._near.isdisjoint(institutions):
            return Nearness.LOCAL
        return Nearness.WHOLE_BANK if HEAD_OFFICE in institutions else Nearness.OTHER_BRANCH

    def far(self, hit: Hit) -> bool:
        """Whether *hit* holds only for branches other than the one asked for."""
        return bool(self._near) and self.nearness(hit.document.scope) is Nearness.OTHER_BRANCH


def branch_named(folded: str, names: Mapping[str, str]) -> str | None:
    """The institution that the question names, the longest name first; ``None`` if it names none or several of a length.

    :param names: folded names by institution; the head office's is no reason to prefer anything.
    """
    found = [(len(name), id_) for id_, name in names.items() if id_ != HEAD_OFFICE and name and name in folded]
    if not found:
        return None
    longest = max(found)[0]
    best = [id_ for length, id_ in found if length == longest]
    return best[0] if len(best) == 1 else None


def arrange(hits: Sequence[Hit], scopes: Scopes) -> list[Hit]:
    """Order *hits*, which come best first, and put entries of other scope on the same topic under one of them."""
    ordered = sorted(_fewer_rows(hits), key=lambda hit: (scopes.far(hit), -hit.score))
    groups: dict[tuple[str, str], list[Hit]] = {}
    for hit in ordered:
        if not hit.document.row:
            groups.setdefault((hit.document.type, hit.document.topic), []).append(hit)
    arranged: list[Hit] = []
    done: set[tuple[str, str]] = set()
    for hit in ordered:
        key = (hit.document.type, hit.document.topic)
        if hit.document.row:
            arranged.append(hit)
        elif key not in done:
            done.add(key)
            arranged.extend(_led(groups[key], scopes))
    return arranged


def _led(group: list[Hit], scopes: Scopes) -> list[Hit]:
    """The nearest entry with the others under it; other versions of its own stay beside it."""
    leader = min(group, key=lambda hit: scopes.nearness(hit.document.scope))
    beside = [hit for hit in group if hit is not leader and hit.document.id == leader.document.id]
    variants = sorted(
        (hit for hit in group if hit.document.id != leader.document.id),
        key=lambda hit: scopes.nearness(hit.document.scope),
    )
    return [replace(leader, variants=tuple(variants)), *beside]


def compared(hit: Hit) -> Hit:
    """*hit* and its variants, those of branches with what they say otherwise than the whole bank's entry among them."""
    bank = next((one.document for one in hit.flat() if HEAD_OFFICE in one.document.scope), None)
    if bank is None or not hit.variants:
        return hit
    variants = tuple(_against(variant, bank) for variant in hit.variants)
    return replace(_against(hit, bank), variants=variants)


def _against(hit: Hit, bank: SearchDocument) -> Hit:
    return hit if HEAD_OFFICE in hit.document.scope else replace(hit, differs=differences(hit.document, bank))


def _fewer_rows(hits: Sequence[Hit]) -> list[Hit]:
    """*hits* without the rows beyond the best few of each entry."""
    kept: list[Hit] = []
    count: dict[str, int] = {}
    for hit in hits:
        if hit.document.row:
            count[hit.document.id] = count.get(hit.document.id, 0) + 1
            if count[hit.document.id] > ROWS_OF_AN_ENTRY:
                continue
        kept.append(hit)
    return kept
