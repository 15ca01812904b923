"""Institutions, departments and contacts in ``kb/organization/``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kbctl.model.organization import HEAD_OFFICE, Contact, Department, Institution, Organization
from kbctl.store import metaschemas
from kbctl.store.json_schema import parse_date
from kbctl.store.rulebook.reading import RulebookReader

INSTITUTIONS = "kb/organization/institutions.yaml"


def read_organization(reader: RulebookReader) -> Organization:
    """The institutions, departments and contacts; a department's file that is wrong is left out."""
    institutions = _institutions(reader)
    departments: dict[str, Department] = {}
    contacts: dict[str, Contact] = {}
    parents: dict[str, tuple[int, int]] = {}
    for path in sorted(reader.files):
        if not path.startswith("kb/organization/") or not path.endswith(".yaml") or path == INSTITUTIONS:
            continue
        read = reader.yaml(path, metaschemas.DEPARTMENT)
        if read is None:
            continue
        department = _department(path, read.value)
        if department.id != path.rsplit("/", 1)[-1].removesuffix(".yaml"):
            reader.error("KB912", path, read.places[("id",)], department.id, reason="file-name", name=department.id)
            continue
        if institutions and department.institution not in institutions:
            place = read.places[("institution",)]
            reader.error("KB912", path, place, department.id, reason="institution", name=department.institution)
        for number, contact in enumerate(department.contacts):
            if contact.id in contacts:
                place = read.places[("contacts", number, "id")]
                other = contacts[contact.id].department
                reader.error("KB912", path, place, contact.id, reason="contact-twice", name=contact.id, other=other)
            contacts.setdefault(contact.id, contact)
        departments[department.id] = department
        parents[department.id] = read.places.get(("parent",), (1, 1))
    _check_parents(reader, departments, parents)
    return Organization(institutions, departments, contacts)


def _check_parents(
    reader: RulebookReader, departments: Mapping[str, Department], places: Mapping[str, tuple[int, int]]
) -> None:
    for id_, department in departments.items():
        if department.parent and department.parent not in departments:
            reader.error("KB912", department.path, places[id_], id_, reason="parent", name=department.parent)


def _institutions(reader: RulebookReader) -> dict[str, Institution]:
    if INSTITUTIONS not in reader.files:
        reader.error("KB913", INSTITUTIONS)
    read = reader.yaml(INSTITUTIONS, metaschemas.INSTITUTIONS)
    if read is None:
        return {}
    found: dict[str, Institution] = {}
    for number, row in enumerate(read.value["institutions"]):
        place = read.places[("institutions", number)]
        if row["id"] in found:
            reader.error("KB912", INSTITUTIONS, place, row["id"], reason="institution-twice", name=row["id"])
        found[row["id"]] = Institution(row["id"], row["name"], row.get("parent"))
    if HEAD_OFFICE not in found:
        reader.error("KB912", INSTITUTIONS, reason="no-head-office", name=HEAD_OFFICE)
    organization = Organization(found)
    for number, row in enumerate(read.value["institutions"]):
        chain = list(organization.ancestors(row["id"]))
        if chain[-1] != HEAD_OFFICE:
            place = read.places[("institutions", number)]
            reader.error("KB912", INSTITUTIONS, place, row["id"], reason="not-under-head-office", name=row["id"])
    return found


def _department(path: str, value: Mapping[str, Any]) -> Department:
    contacts = tuple(
        Contact(
            id=row["id"],
            name=row["name"],
            department=value["id"],
            phone=str(row.get("phone", "")),
            mobile=str(row.get("mobile", "")),
            email=row.get("email", ""),
            scope=row.get("scope", ""),
            git_emails=tuple(row.get("git_emails", ())),
            start=parse_date(row.get("from")),
            until=parse_date(row.get("until")),
        )
        for row in value["contacts"]
    )
    return Department(
        id=value["id"],
        name=value["name"],
        institution=value["institution"],
        role=value["role"],
        parent=value.get("parent"),
        forge_team=value.get("forge_team", ""),
        contacts=contacts,
        path=path,
    )
