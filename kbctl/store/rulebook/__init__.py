"""Reading the rulebook: settings, knowledge types, organization, roles and synonyms, each error with its line."""

from __future__ import annotations

from kbctl.model.rulebook import Rulebook
from kbctl.store.rulebook.calendar import read_calendar
from kbctl.store.rulebook.organization import read_organization
from kbctl.store.rulebook.reading import RulebookReader
from kbctl.store.rulebook.roles import read_roles
from kbctl.store.rulebook.settings import read_settings
from kbctl.store.rulebook.synonyms import read_synonyms
from kbctl.store.rulebook.types import read_types
from kbctl.store.snapshot import Snapshot

__all__ = ["load_rulebook"]


def load_rulebook(snapshot: Snapshot) -> Rulebook:
    """Read the rulebook of *snapshot*. What is wrong becomes findings; what can be read is used all the same."""
    reader = RulebookReader(snapshot)
    settings = read_settings(reader)
    organization = read_organization(reader)
    roles = read_roles(reader, organization)
    types = read_types(reader, roles)
    synonyms = read_synonyms(reader)
    calendar = read_calendar(reader)
    return Rulebook(settings, types, organization, roles, synonyms, tuple(reader.findings), calendar)
