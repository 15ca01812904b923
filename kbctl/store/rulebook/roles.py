"""Who reviews and who administers, in ``kb/roles.yaml``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kbctl.model.organization import Organization, Roles
from kbctl.store import metaschemas
from kbctl.store.rulebook.reading import RulebookReader

PATH = "kb/roles.yaml"


def read_roles(reader: RulebookReader, organization: Organization) -> Roles:
    """Who reviews and who administers; a name that no contact of *organization* bears is a finding."""
    read = reader.yaml(PATH, metaschemas.ROLES)
    if read is None:
        return Roles()
    value = read.value
    names = value.pop("names", {})
    for path, name in _leaves(value):
        if organization.contacts and name not in organization.contacts:
            reader.error("KB912", PATH, read.places[path], name, reason="contact", name=name)
    further = {role: tuple(ids) for role, ids in value.get("further_reviewers", {}).items()}
    return Roles(tuple(value["reviewers"]), tuple(value.get("administrators", ())), further, names)


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterable[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _leaves(part, (*path, number))
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _leaves(part, (*path, key))
