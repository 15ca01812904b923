"""Validity windows, review dates and withdrawals that make sense (R25, R36)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from kbctl.model.entry import Entry
from kbctl.model.finding import Finding
from kbctl.rules.context import Context
from kbctl.store.front_matter import locate, locate_key
from kbctl.store.markdown import Document


def check(entry: Entry, document: Document, context: Context) -> Iterator[Finding]:
    """Hold the dates against one another and against the type's limits."""
    window = entry.validity
    if window is not None and window.until is not None and window.until < window.start:
        params = {"start": str(window.start), "until": str(window.until)}
        yield Finding("KB120", entry.path, *locate(entry, "valid_until"), entry.id, params)
    yield from _check_limits(entry, context)
    yield from _check_withdrawal(entry, context)
    yield from _check_moved(entry, context)


def _check_limits(entry: Entry, context: Context) -> Iterator[Finding]:
    entry_type = context.rulebook.types.get(entry.type)
    if entry_type is None:
        return
    limits = entry_type.validity
    window = entry.validity
    if entry.long_term and not limits.long_term:
        yield Finding("KB121", entry.path, *locate(entry, "valid_until"), entry.id, {"type": entry.type})
    elif entry.long_term and entry.review_by is None and "review_by" not in entry.front_matter:
        yield Finding("KB122", entry.path, *locate(entry, "valid_until"), entry.id, {})
    if window is not None and window.until is not None and limits.max_days is not None:
        days = (window.until - window.start).days + 1
        if days > limits.max_days:
            too_long = {"days": days, "limit": limits.max_days}
            yield Finding("KB124", entry.path, *locate(entry, "valid_until"), entry.id, too_long)
    if entry.review_by is not None and limits.review_within_days is not None:
        latest = context.today + timedelta(days=limits.review_within_days)
        if entry.review_by > latest and not context.lapsed(entry):
            params = {"review_by": str(entry.review_by), "latest": str(latest), "days": str(limits.review_within_days)}
            yield Finding("KB123", entry.path, *locate(entry, "review_by"), entry.id, params)


def _check_withdrawal(entry: Entry, context: Context) -> Iterator[Finding]:
    if entry.withdrawn is None or not entry.withdrawn.replaced_by:
        return
    other = entry.withdrawn.replaced_by
    if other == entry.id or not context.corpus.versions(other):
        yield Finding("KB126", entry.path, *locate(entry, "withdrawn", "replaced_by"), entry.id, {"id": other})


def _check_moved(entry: Entry, context: Context) -> Iterator[Finding]:
    """An entry that answers today must not be moved into the future: today's answer would be gone."""
    if context.published is None or entry.valid_from is None or entry.valid_from <= context.today:
        return
    before = context.published(entry.path)
    state = before.state(context.today, context.rulebook.settings.expiring_days) if before else None
    if before is None or state is None or not state.serves:
        return
    params = {"id": entry.id, "before": str(before.valid_from), "after": str(entry.valid_from)}
    yield Finding("KB125", entry.path, *locate_key(entry, "valid_from"), entry.id, params)
