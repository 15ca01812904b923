"""Finding what a user means: a type, a department, an entry, by id or by the name that people use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches

from kbctl.errors import KbctlError, NotFoundError
from kbctl.i18n import N_, _
from kbctl.model.corpus import Corpus
from kbctl.model.entry import Entry
from kbctl.model.entry_type import EntryType
from kbctl.model.han import fold
from kbctl.model.organization import Contact, Department, Institution


def find_type(word: str, types: Mapping[str, EntryType]) -> EntryType:
    """Return the type with this id, name (in any language) or word.

    :raises KbctlError: if there is none, or several share the word.
    """
    if word in types:
        return types[word]
    wanted = fold(word.strip())
    named = [found for found in types.values() if wanted in {fold(name) for name in (found.id, *found.names.values())}]
    found = named or [found for found in types.values() if wanted in {fold(name) for name in found.words}]
    if len(found) == 1:
        return found[0]
    if found:
        raise KbctlError(
            N_("{word} may mean several types: {types}"),
            hint=N_("name one of them"),
            word=word,
            types=_(", ").join(sorted(one.id for one in found)),
        )
    near = _types_like(wanted, types)
    known = type_list(near or types.values())
    if near:
        raise NotFoundError(N_("there is no type {word}"), hint=N_("did you mean {near}?"), word=word, near=known)
    raise NotFoundError(N_("there is no type {word}"), hint=N_("the types are: {known}"), word=word, known=known)


def type_list(types: Iterable[EntryType]) -> str:
    """Ids and names of *types*, for a message."""
    return _(", ").join(f"{one.id} {one.name('zh_CN')}" for one in types)


def _types_like(wanted: str, types: Mapping[str, EntryType]) -> list[EntryType]:
    """The types of whose id, names or words *wanted* is a part, or nearly one of them."""
    texts = {id_: [fold(text) for text in (id_, *one.names.values(), *one.words)] for id_, one in types.items()}
    holding = [id_ for id_, known in texts.items() if wanted and any(wanted in text for text in known)]
    like = [id_ for id_, known in texts.items() if get_close_matches(wanted, known, 1, 0.6)]
    return [types[id_] for id_ in holding or like]


def find_department(word: str, departments: Mapping[str, Department]) -> Department:
    """Return the department with this id or name.

    :raises NotFoundError: if there is none.
    """
    named = [found for found in departments.values() if found.name == word.strip()]
    if word in departments or len(named) == 1:
        return departments.get(word) or named[0]
    raise NotFoundError(
        N_("there is no department {word}"),
        hint=N_("the departments are: {known}"),
        word=word,
        known=department_list(departments.values()),
    )


def department_list(departments: Iterable[Department]) -> str:
    """Ids and names of *departments*, for a message."""
    return _(", ").join(f"{department.id} {department.name}" for department in departments)


def find_entry(word: str, corpus: Corpus, day: date) -> Entry:
    """Return the version that governs on *day* of the entry with this id or title, or whose file has this path.

    :raises NotFoundError: if there is none.
    """
    id_ = word.rsplit("/", 1)[-1].removesuffix(".md").partition("@")[0]
    titled = {entry.id for entry in corpus if fold(entry.title) == fold(word.strip())}
    entry = corpus.governing(titled.pop() if len(titled) == 1 else id_, day)
    if entry is not None:
        return entry
    near = get_close_matches(id_, corpus.ids, 3, 0.5)
    hint = N_("did you mean {near}?") if near else N_("`kbctl search` finds entries and their ids")
    raise NotFoundError(N_("there is no entry {id}"), hint=hint, id=word, near=_(", ").join(near))


def find_version(word: str, corpus: Corpus, day: date) -> Entry:
    """Return the version that *word* names as ``id@day``; else as :func:`find_entry`.

    :raises NotFoundError: if there is none.
    """
    id_, _at, start = word.rsplit("/", 1)[-1].removesuffix(".md").partition("@")
    if not start:
        return find_entry(word, corpus, day)
    found = next((version for version in corpus.versions(id_) if version.stem_date == start), None)
    if found is not None:
        return found
    known = _(", ").join(f"{id_}@{version.stem_date}" if version.stem_date else id_ for version in corpus.versions(id_))
    hint = N_("its versions: {known}") if known else N_("`kbctl search` finds entries and their ids")
    raise NotFoundError(N_("there is no entry {id}"), hint=hint, id=word, known=known)


def find_institution(word: str, institutions: Mapping[str, Institution]) -> Institution:
    """Return the institution with this id or name.

    :raises NotFoundError: if there is none.
    """
    named = [found for found in institutions.values() if word.strip() in (found.id, found.name)]
    if named:
        return named[0]
    known = _(", ").join(f"{found.id} {found.name}" for found in institutions.values())
    raise NotFoundError(
        N_("there is no institution {word}"), hint=N_("the institutions are: {known}"), word=word, known=known
    )


def find_contact(word: str, contacts: Mapping[str, Contact]) -> Contact:
    """Return the contact with this id or name.

    :raises KbctlError: if there is none, or several share the name.
    """
    named = [found for found in contacts.values() if found.name == word.strip()]
    if word in contacts or len(named) == 1:
        return contacts.get(word) or named[0]
    if named:
        ids = _(", ").join(found.id for found in named)
        raise KbctlError(
            N_("several contacts are called {word}"), hint=N_("name one of them: {ids}"), word=word, ids=ids
        )
    names = {text: found for found in contacts.values() for text in (found.id, found.name)}
    near = dict.fromkeys(names[text] for text in get_close_matches(word, list(names), 3, 0.4))
    hint = (
        N_("did you mean {near}?") if near else N_("`kbctl contacts --format json` lists the contacts with their ids")
    )
    offered = _(", ").join(f"{found.id} {found.name}" for found in near)
    raise NotFoundError(N_("there is no contact {word}"), hint=hint, word=word, near=offered)
