"""What a knowledge type asks for, as text and as JSON (machine output, version 1)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kbctl.i18n import N_, _, language
from kbctl.model.entry_type import Column, EntryType, Item, Section
from kbctl.model.rulebook import Rulebook
from kbctl.rules.front_matter import COMMON, key_shapes, required_keys

CATEGORY_NAMES = {
    "launch": N_("launch"),
    "promotion": N_("promotion"),
    "bulletin": N_("bulletin"),
    "operations": N_("operations"),
    "reference": N_("reference"),
}
CARRIER_NAMES = {"word": "Word", "excel": "Excel"}
TESTED_NAMES = {"required": N_("required"), "optional": N_("optional"), "none": N_("none")}
ELEMENT_NAMES = {
    "documents": N_("documents"),
    "conditions": N_("conditions"),
    "process": N_("process"),
    "time_limit": N_("time limit"),
    "cautions": N_("cautions"),
}
COLUMN_KIND_NAMES = {
    "key": N_("key"),
    "text": N_("text"),
    "phone": N_("phone number"),
    "hours": N_("business hours"),
    "date": N_("day"),
    "choice": N_("one of: {choices}"),
    "number": N_("number"),
    "institution": N_("id of an institution"),
}
KEY_MEANINGS = {
    "id": N_("the entry's id, equal to the file's name; never changed"),
    "title": N_("what the entry is called"),
    "type": N_("the knowledge type"),
    "owner": N_("the department that answers for it, equal to the folder"),
    "scope": N_("the institutions for which it holds; head-office is the whole bank"),
    "topic": N_("what it answers (default: its id); a branch's variant has the topic of the bank's entry"),
    "contact": N_("ids of the contacts to call"),
    "valid_from": N_("the first day on which it answers"),
    "valid_until": N_("the last day, or long-term where the type allows it"),
    "review_by": N_("the day by which a long-term entry is looked at again"),
    "audience": N_("internal (default) or public"),
    "keywords": N_("words by which it should be found"),
    "aliases": N_("customers' words for it"),
    "tested": N_("the test statement: by (contact), on (day), covers (what)"),
    "attachments": N_("files in the entry's folder: file, kind"),
    "facts": N_("figures that must be the same everywhere: key, value, unit, source"),
    "withdrawn": N_("why it is no longer served: on, reason, replaced_by"),
}


def as_json(types: Sequence[EntryType], *, single: bool) -> str:
    """One JSON object: ``types`` with all of them, or ``type`` with the only one."""
    document: dict[str, Any] = {"schema_version": 1}
    if single:
        document["type"] = _as_dict(types[0])
    else:
        document["types"] = [_as_dict(entry_type) for entry_type in types]
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def summary(entry_type: EntryType) -> tuple[str, ...]:
    """The cells of the type in a list: id, name, category, carrier, validity, test statement."""
    return (
        entry_type.id,
        entry_type.name(language()),
        _(CATEGORY_NAMES[entry_type.category]),
        CARRIER_NAMES[entry_type.carrier],
        _short_validity(entry_type),
        _(TESTED_NAMES[entry_type.tested]),
    )


def lines(entry_type: EntryType, rulebook: Rulebook) -> Iterator[tuple[str, int]]:
    """The explanation of a type, line by line, each with its level: 0 a heading, 1 and 2 what stands below it."""
    other = [_("({note})").format(note=name) for key, name in entry_type.names.items() if key != language()]
    yield " ".join([entry_type.id, entry_type.name(language()), *other]), 0
    yield (
        _("category: {name}; carrier: {carrier}").format(
            name=_(CATEGORY_NAMES[entry_type.category]), carrier=CARRIER_NAMES[entry_type.carrier]
        ),
        1,
    )
    if entry_type.words:
        yield _("also called: {words}").format(words="、".join(entry_type.words)), 1
    yield from _validity(entry_type)
    yield _("test statement: {name}").format(name=_(TESTED_NAMES[entry_type.tested])), 1
    yield _("lead time before the first day, in working days: {days}").format(days=entry_type.lead_time_days), 1
    yield from _reviewers(entry_type, rulebook)
    yield from _sections(entry_type)
    yield from _attachments(entry_type)
    yield from _columns(entry_type)
    yield from _keys(entry_type)


def _short_validity(entry_type: EntryType) -> str:
    limits = entry_type.validity
    if limits.long_term:
        return _("long-term")
    return _("{days} days").format(days=limits.max_days) if limits.max_days is not None else _("dated")


def _validity(entry_type: EntryType) -> Iterator[tuple[str, int]]:
    limits = entry_type.validity
    yield (_("valid: long-term is allowed") if limits.long_term else _("valid: to a day, never long-term")), 1
    if limits.max_days is not None:
        yield _("valid with a last day: at most {days} days").format(days=limits.max_days), 1
    if limits.long_term and limits.review_within_days is not None:
        yield _("long-term entries are reviewed within {days} days").format(days=limits.review_within_days), 1


def _reviewers(entry_type: EntryType, rulebook: Rulebook) -> Iterator[tuple[str, int]]:
    for role in entry_type.reviewers:
        ids = rulebook.roles.further_reviewers.get(role, ())
        contacts = rulebook.organization.contacts
        names = "、".join(contacts[id_].name if id_ in contacts else id_ for id_ in ids) or "-"
        yield _("also reviewed by {role}: {names}").format(role=rulebook.roles.names.get(role, role), names=names), 1


def _sections(entry_type: EntryType) -> Iterator[tuple[str, int]]:
    yield _("Sections, in this order (## in the text, items ###)"), 0
    for section in entry_type.sections:
        yield section.heading + _marks(section, section.required), 1
        for item in section.items:
            yield item.heading + _marks(item, item.required), 2


def _marks(part: Section | Item, required: bool) -> str:
    """What is asked of a section or item, in brackets."""
    if part.source is not None:
        return " [" + _("not typed: made from {key}").format(key=part.source) + "]"
    if isinstance(part, Section) and part.derived:
        return " [" + _("not typed") + "]"
    marks = [_("required") if required else _("optional")]
    if isinstance(part, Section) and part.screenshot:
        marks.append(_("with a screenshot"))
    marks.extend(_("answers: {name}").format(name=_(ELEMENT_NAMES[element])) for element in part.answers)
    return " [" + _("; ").join(marks) + "]"


def _attachments(entry_type: EntryType) -> Iterator[tuple[str, int]]:
    if entry_type.attachment_kinds:
        yield _("Attachments (kind: what it is)"), 0
    for kind, name in entry_type.attachment_kinds.items():
        required = f" [{_('required')}]" if kind in entry_type.required_attachments else ""
        yield _("{name}: {text}").format(name=kind, text=name + required), 1


def _columns(entry_type: EntryType) -> Iterator[tuple[str, int]]:
    table = entry_type.table
    if table is None:
        return
    yield _("Columns of table.csv, in this order"), 0
    yield _("each row is verified every {days} days").format(days=table.verify_every_days), 1
    for column in table.columns:
        yield _("{name}: {text}").format(name=column.name, text=_column(column)), 1


def _column(column: Column) -> str:
    title = column.titles.get(language()) or column.titles["zh_CN"]
    kind = _(COLUMN_KIND_NAMES[column.kind]).format(choices="、".join(column.choices))
    marks = [_("required") if column.required else _("optional")]
    if column.internal:
        marks.append(_("never leaves the bank"))
    return f"{title}{_(', ')}{kind} [{_('; ').join(marks)}]"


def _keys(entry_type: EntryType) -> Iterator[tuple[str, int]]:
    yield _("Keys of the front matter, in this order"), 0
    for key, shape in key_shapes(entry_type).items():
        text = f"{_meaning(key, shape)} [{_key_need(entry_type, key)}]"
        yield _("{name}: {text}").format(name=key, text=text), 1


def _key_need(entry_type: EntryType, key: str) -> str:
    if key in required_keys(entry_type) or (key == "tested" and entry_type.tested == "required"):
        return _("required")
    if key == "attachments" and entry_type.required_attachments:
        return _("required")
    if key == "review_by" and entry_type.validity.long_term:
        return _("required if long-term")
    return _("optional")


def _meaning(key: str, shape: Mapping[str, Any]) -> str:
    """The meaning of a key; one of the type's own is described by its schema."""
    if key in KEY_MEANINGS:
        return _(KEY_MEANINGS[key])
    if "description" in shape:
        return str(shape["description"])
    if "enum" in shape:
        return _("one of: {choices}").format(choices=", ".join(map(str, shape["enum"])))
    if shape.get("type") == "array":
        text = _("a list of: {item} (at least {least})") if shape.get("minItems") else _("a list of: {item}")
        return text.format(item=_meaning("", shape.get("items", {})), least=shape.get("minItems"))
    if shape.get("type") == "object":
        return ", ".join(shape.get("properties", {}))
    formats = {"contact": N_("id of a contact"), "date": N_("day"), "date-or-long-term": N_("day, or long-term")}
    return _(formats.get(str(shape.get("format")), N_("text")))


def _as_dict(entry_type: EntryType) -> dict[str, Any]:
    limits = entry_type.validity
    return {
        "id": entry_type.id,
        "names": dict(entry_type.names),
        "words": list(entry_type.words),
        "category": entry_type.category,
        "carrier": entry_type.carrier,
        "tested": entry_type.tested,
        "validity": {
            "long_term": limits.long_term,
            "max_days": limits.max_days,
            "review_within_days": limits.review_within_days,
        },
        "lead_time_days": entry_type.lead_time_days,
        "reviewers": list(entry_type.reviewers),
        "keys": [
            {"key": key, "required": key in required_keys(entry_type), "common": key in COMMON, "shape": shape}
            for key, shape in key_shapes(entry_type).items()
        ],
        "sections": [
            {
                "heading": section.heading,
                "required": section.required,
                "from": section.source,
                "derived": section.derived,
                "screenshot": section.screenshot,
                "answers": list(section.answers),
                "items": [
                    {
                        "heading": item.heading,
                        "required": item.required,
                        "from": item.source,
                        "answers": list(item.answers),
                    }
                    for item in section.items
                ],
            }
            for section in entry_type.sections
        ],
        "attachments": [
            {"kind": kind, "name": name, "required": kind in entry_type.required_attachments}
            for kind, name in entry_type.attachment_kinds.items()
        ],
        "table": _table_dict(entry_type),
    }


def _table_dict(entry_type: EntryType) -> dict[str, Any] | None:
    table = entry_type.table
    if table is None:
        return None
    return {
        "key": table.key,
        "verified": table.verified,
        "verify_every_days": table.verify_every_days,
        "columns": [
            {
                "name": column.name,
                "titles": dict(column.titles),
                "kind": column.kind,
                "required": column.required,
                "choices": list(column.choices),
                "internal": column.internal,
            }
            for column in table.columns
        ],
    }
