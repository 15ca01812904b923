"""The rulebook: everything by which entries are judged, itself data in the knowledge base (R8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kbctl.model.entry_type import EntryType
from kbctl.model.finding import Finding
from kbctl.model.organization import Organization, Roles
from kbctl.model.working_days import WorkingDays
from kbctl.settings import Settings


@dataclass(frozen=True)
class Rulebook:
    """Settings, types, organization, roles, synonyms and working days of one snapshot.

    ``findings`` say what is wrong with the files they were read from; what could be read is used all the same.
    """

    settings: Settings = field(default_factory=Settings)
    types: Mapping[str, EntryType] = field(default_factory=dict)
    organization: Organization = field(default_factory=Organization)
    roles: Roles = field(default_factory=Roles)
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    calendar: WorkingDays = field(default_factory=WorkingDays)
