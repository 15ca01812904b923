"""Knowledge types in ``schemas/``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from kbctl.model.entry_type import Column, EntryType, Item, Section, TableShape, ValidityLimits
from kbctl.model.organization import Roles
from kbctl.store import metaschemas
from kbctl.store.json_schema import SchemaValidator
from kbctl.store.rulebook.reading import RulebookReader
from kbctl.store.yaml_text import YamlText

# Keys of the front matter that a section may be rendered from, besides those of the type's own fragment.
_SOURCES = ("validity", "contact", "valid_from", "valid_until", "review_by", "scope", "keywords")


def read_types(reader: RulebookReader, roles: Roles) -> dict[str, EntryType]:
    """The knowledge types by id; one whose file is wrong is left out."""
    types: dict[str, EntryType] = {}
    for path in sorted(reader.files):
        if not path.startswith("schemas/") or not path.endswith(".yaml") or path.count("/") != 1:
            continue
        read = reader.yaml(path, metaschemas.ENTRY_TYPE, typed=True)
        if read is None:
            continue
        entry_type = _entry_type(path, read.value)
        if entry_type.id != path.rsplit("/", 1)[-1].removesuffix(".yaml"):
            reader.error("KB912", path, read.places[("id",)], entry_type.id, reason="file-name", name=entry_type.id)
            continue
        types[entry_type.id] = _check_type(reader, path, entry_type, read, roles)
    return types


def _check_type(reader: RulebookReader, path: str, entry_type: EntryType, read: YamlText, roles: Roles) -> EntryType:
    """What a schema file's own shape cannot say: names within it that must agree.

    :return: the type, without a fragment that is no JSON Schema.
    """
    try:
        SchemaValidator({"type": "object", **entry_type.front_matter})
    except ValueError as error:
        place = read.places[("front_matter",)]
        reader.error("KB912", path, place, reason="front-matter", name=str(error).split("\n", 1)[0])
        entry_type = replace(entry_type, front_matter={})
    sources = {*_SOURCES, *entry_type.front_matter.get("properties", {})}
    for at, source in _sources(entry_type):
        if source not in sources:
            reader.error("KB912", path, read.places[at], source, reason="source", name=source)
    for number, kind in enumerate(entry_type.required_attachments):
        if kind not in entry_type.attachment_kinds:
            place = read.places[("attachments", "required", number)]
            reader.error("KB912", path, place, kind, reason="attachment-kind", name=kind)
    for number, role in enumerate(entry_type.reviewers):
        if role not in roles.further_reviewers:
            reader.error("KB912", path, read.places[("reviewers", number)], role, reason="reviewer", name=role)
    _check_table(reader, path, entry_type.table, read)
    return entry_type


def _check_table(reader: RulebookReader, path: str, table: TableShape | None, read: YamlText) -> None:
    if table is None:
        return
    kinds = {column.name: column.kind for column in table.columns}
    for name, kind in ((table.key, "key"), (table.verified, "date")):
        if kinds.get(name) != kind:
            reader.error("KB912", path, read.places[("table",)], name, reason="column", name=name, kind=kind)
    for number, column in enumerate(table.columns):
        if column.kind == "choice" and not column.choices:
            place = read.places[("table", "columns", number)]
            reader.error("KB912", path, place, column.name, reason="choices", name=column.name)


def _sources(entry_type: EntryType) -> Iterable[tuple[tuple[str | int, ...], str]]:
    for number, section in enumerate(entry_type.sections):
        if section.source:
            yield ("sections", number, "from"), section.source
        for below, item in enumerate(section.items):
            if item.source:
                yield ("sections", number, "items", below, "from"), item.source


def _entry_type(path: str, value: Mapping[str, Any]) -> EntryType:
    attachments = value.get("attachments", {"kinds": {}})
    limits = value.get("validity", {})
    return EntryType(
        id=value["id"],
        names=value["names"],
        words=tuple(value.get("words", ())),
        category=value["category"],
        carrier=value["carrier"],
        tested=value.get("tested", "none"),
        validity=ValidityLimits(
            limits.get("long_term", True), limits.get("max_days"), limits.get("review_within_days")
        ),
        lead_time_days=value.get("lead_time_days", 0),
        reviewers=tuple(value.get("reviewers", ())),
        front_matter=value.get("front_matter", {}),
        sections=tuple(_section(row) for row in value["sections"]),
        attachment_kinds=attachments["kinds"],
        required_attachments=tuple(attachments.get("required", ())),
        table=_table(value["table"]) if "table" in value else None,
        path=path,
    )


def _section(row: Mapping[str, Any]) -> Section:
    items = tuple(
        Item(item["heading"], item.get("required", False), item.get("from"), tuple(item.get("answers", ())))
        for item in row.get("items", ())
    )
    return Section(
        heading=row["heading"],
        required=row.get("required", True),
        source=row.get("from"),
        screenshot=row.get("screenshot", False),
        answers=tuple(row.get("answers", ())),
        items=items,
    )


def _table(row: Mapping[str, Any]) -> TableShape:
    columns = tuple(
        Column(
            name=column["name"],
            titles=column["title"],
            kind=column["kind"],
            required=column.get("required", False),
            choices=tuple(column.get("choices", ())),
            internal=column.get("internal", False),
        )
        for column in row["columns"]
    )
    return TableShape(row["key"], row["verified"], row["verify_every_days"], columns)
