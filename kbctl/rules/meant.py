"""What people write where an id or a set word belongs, and which value they meant by it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from kbctl.model.entry import Entry
from kbctl.model.han import fold
from kbctl.model.organization import HEAD_OFFICE
from kbctl.model.validity import LONG_TERM
from kbctl.rules.context import Context

_WHOLE_BANK = ("全行", "总行", "全辖", "全部", "所有机构")
_LONG_TERM = ("长期", "长期有效", "永久", "永久有效", "无限期", "long term", "longterm")
_AUDIENCES = {"内部": "internal", "对内": "internal", "公开": "public", "对外": "public", "外部": "public"}


def contact_meant(word: str, context: Context) -> str:
    """The ids of the contacts called *word*, or the one id that is like it; empty if there is none."""
    contacts = context.rulebook.organization.contacts
    wanted = fold(word.strip())
    called = [id_ for id_, contact in contacts.items() if fold(contact.name) == wanted]
    return ", ".join(called or _like(word, contacts))


def department_meant(word: str, entry: Entry, context: Context) -> str:
    """The id of the department called *word*, else that like it, else that in whose folder *entry* lies."""
    departments = context.rulebook.organization.departments
    called = [id_ for id_, department in departments.items() if fold(department.name) == fold(word.strip())]
    found = called or _like(word, departments) or [entry.folder]
    return found[0] if found[0] in departments else ""


def type_meant(word: str, context: Context) -> str:
    """The id of the type that *word* names, or is like."""
    types = context.rulebook.types
    wanted = fold(word.strip())
    called = [id_ for id_, one in types.items() if wanted in map(fold, (*one.names.values(), *one.words))]
    found = called or _like(word, types)
    return found[0] if found else ""


def institution_meant(word: str, context: Context) -> str:
    """The id of the institution called *word*; the head office where it says the whole bank."""
    institutions = context.rulebook.organization.institutions
    if word.strip() in _WHOLE_BANK:
        return HEAD_OFFICE
    called = [id_ for id_, one in institutions.items() if fold(one.name) == fold(word.strip())]
    found = called or _like(word, institutions)
    return found[0] if found else ""


def word_meant(word: str) -> str:
    """The set word of the front matter for a Chinese one: ``long-term``, ``internal``, ``public``."""
    return LONG_TERM if fold(word.strip()) in _LONG_TERM else _AUDIENCES.get(word.strip(), "")


def _like(word: str, known: Iterable[str]) -> list[str]:
    return get_close_matches(word, list(known), 1, 0.6)
