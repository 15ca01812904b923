"""What an expiry report says in words, in whatever format."""

from __future__ import annotations

from collections.abc import Iterator

from kbctl.i18n import _, language, ngettext
from kbctl.model.finding import Finding
from kbctl.model.organization import Contact
from kbctl.output.messages import message
from kbctl.output.plain import one_line
from kbctl.output.source import Source
from kbctl.output.states import STATE_NAMES
from kbctl.reports.expiry import (
    CONTACT_LEAVES,
    CONTACT_LEFT,
    EXPIRED,
    NAMES,
    REVIEW_OVERDUE,
    SUCCESSOR_WAITING,
    ExpiryGroup,
    ExpiryItem,
    ExpiryReport,
    LeftOut,
    StaleRow,
    within,
)


def left_out(report: ExpiryReport, source: Source) -> list[LeftOut]:
    """What is missing from the report because it cannot be read: entry files, then rows of operating tables."""
    files = [_left_out(report, path, [one for one in source.findings if one.path == path]) for path in source.unread]
    return [*files, *(_left_out(report, finding.path, [finding]) for finding in report.findings)]


def _left_out(report: ExpiryReport, path: str, findings: list[Finding]) -> LeftOut:
    folder = path.split("/")[2]
    reasons = [message(finding) for finding in findings]
    return LeftOut(
        path=path,
        line=findings[0].line if findings else 1,
        owner=one_line(report.organization.department_name(folder)),
        codes=tuple(dict.fromkeys(finding.code for finding in findings)),
        reason=one_line(_("; ").join(reasons) or _("id, title, type, owner or dates cannot be read")),
    )


def incomplete(count: int) -> str:
    """That the report does not tell all."""
    text = ngettext(
        "Incomplete: {n} file or row cannot be read and is missing here.",
        "Incomplete: {n} files or rows cannot be read and are missing here.",
        count,
    )
    return text.format(n=count)


def title(report: ExpiryReport) -> str:
    """The report's heading."""
    return _("Expiry report of {day}").format(day=report.today)


def counts(report: ExpiryReport) -> Iterator[tuple[str, int]]:
    """Name and number of everything that is counted; of the warning days those that are listed."""
    yield _(NAMES[EXPIRED]), report.summary[EXPIRED]
    for days in report.thresholds:
        if days > report.horizon:
            break
        name = ngettext("within {n} day", "within {n} days", days).format(n=days)
        yield name if days else _("lapses today"), report.summary[within(days)]
    for key, text in NAMES.items():
        if key != EXPIRED:
            yield _(text), report.summary[key]


def sentences(item: ExpiryItem) -> list[str]:
    """Why an entry is in the report: a sentence for each reason, the most pressing first."""
    return [text for reason in item.reasons for text in _sentence(item, reason)]


def _sentence(item: ExpiryItem, reason: str) -> Iterator[str]:
    days = item.days or 0
    if reason == EXPIRED:
        yield ngettext("expired {n} day ago", "expired {n} days ago", -days).format(n=-days)
    elif reason.startswith("within_"):
        # Reasons are cumulative, the sentence is not.
        if reason == next(other for other in item.reasons if other.startswith("within_")):
            text = ngettext("lapses in {n} day", "lapses in {n} days", days).format(n=days)
            yield text if days else _("lapses today")
    elif reason == SUCCESSOR_WAITING and item.successor is not None:
        yield _("new version from {day}").format(day=item.successor.valid_from)
    elif reason == REVIEW_OVERDUE:
        yield _("review was due on {day}").format(day=item.entry.review_by)
    elif reason == CONTACT_LEFT:
        yield from (_("{name} left on {day}").format(name=one_line(one.name), day=one.until) for one in item.gone)
    elif reason == CONTACT_LEAVES:
        yield from (_("{name} leaves on {day}").format(name=one_line(one.name), day=one.until) for one in item.leaving)


def owner_text(group: ExpiryGroup) -> str:
    """The department's name with its id, or the unknown id."""
    if group.department is None:
        return _("{owner} (unknown department)").format(owner=one_line(group.owner))
    return f"{one_line(group.department.name)} {group.owner}"


def owner_name(group: ExpiryGroup) -> str:
    """The department's name, or the unknown id."""
    return one_line(group.department.name if group.department else group.owner)


def call_text(contact: Contact | None) -> str:
    """Whom to call."""
    if contact is None:
        return _("nobody to call")
    phone = contact.phone or _("(no phone)")
    return one_line(f"{contact.name} {phone}")


def title_text(item: ExpiryItem, source: Source) -> str:
    """The entry's title on one line; a draft is marked."""
    mark = _("[draft] ") if item.entry.path in source.drafts else ""
    return mark + one_line(item.entry.title)


def last_day(item: ExpiryItem) -> str:
    """The last day as a person reads it."""
    return _("long-term") if item.entry.long_term else item.entry.valid_until_text


def state_name(item: ExpiryItem) -> str:
    """The entry's state."""
    return _(STATE_NAMES[item.state])


def row_text(stale: StaleRow) -> str:
    """A stale row: what it is about, and since when nobody has looked."""
    days = stale.row.days or 0
    text = ngettext(
        "row {key}: last verified on {day}, {n} day ago (at most {limit})",
        "row {key}: last verified on {day}, {n} days ago (at most {limit})",
        days,
    )
    limit = stale.table.shape.verify_every_days
    return text.format(key=one_line(stale.row.key), day=stale.row.verified_on, n=days, limit=limit)


def type_name(report: ExpiryReport, type_id: str) -> str:
    """The type's name in the active language, or its id."""
    found = report.types.get(type_id)
    return found.name(language()) if found else type_id


def nothing(report: ExpiryReport) -> str:
    """What to say where there is nothing to do."""
    text = ngettext(
        "Nothing has lapsed or lapses within {n} day.", "Nothing has lapsed or lapses within {n} days.", report.horizon
    )
    return text.format(n=report.horizon)
