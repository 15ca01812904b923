"""Who is at the keyboard: the contact that bears git's e-mail address."""

from __future__ import annotations

import os
from datetime import date

from kbctl.errors import KbctlError, NotFoundError
from kbctl.i18n import N_
from kbctl.model.organization import Contact, Organization
from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import Person


def git_person(repository: Repository) -> Person:
    """Name and e-mail address as git knows them; empty where it does not."""
    email = os.environ.get("GIT_AUTHOR_EMAIL") or repository.setting("user.email")
    name = os.environ.get("GIT_AUTHOR_NAME") or repository.setting("user.name")
    return Person(name.strip(), email.strip())


def bearers(organization: Organization, email: str) -> list[Contact]:
    """The contacts that use this e-mail address in git."""
    wanted = email.strip().lower()
    contacts = organization.contacts.values()
    return [contact for contact in contacts if wanted and wanted in map(str.lower, contact.git_emails)]


def identify(organization: Organization, person: Person, asked: str | None, day: date) -> Contact:
    """The contact who acts on *day*.

    :param asked: the contact named with ``--as``: one of several who share an address.
    :raises KbctlError: if nobody, or somebody else, bears git's address, or the post has ended.
    """
    contact = _named(organization, person, asked) if asked else _own(organization, person)
    if not contact.live_on(day):
        raise KbctlError(
            N_("{name} ({id}) does not hold the post on {day}"),
            hint=N_("kb/organization/{department}.yaml says from when until when"),
            name=contact.name,
            id=contact.id,
            day=day,
            department=contact.department,
        )
    return contact


def named(contact: Contact) -> str:
    """A contact's name with the id, for a message."""
    return f"{contact.name} ({contact.id})"


def author(contact: Contact, person: Person) -> Person:
    """How git records what *contact* does: under git's address if it is theirs, else under their registered one."""
    registered = [email for email in (*contact.git_emails, contact.email) if email]
    own = person.email.lower() in map(str.lower, contact.git_emails)
    return Person(contact.name, person.email if own or not registered else registered[0])


def _own(organization: Organization, person: Person) -> Contact:
    if not person.email:
        raise KbctlError(
            N_("git does not know who you are"),
            hint=N_(
                "git config --global user.email YOU@BANK: the address that kb/organization/ has for you as git_emails"
            ),
        )
    found = bearers(organization, person.email)
    if len(found) == 1:
        return found[0]
    if found:
        raise KbctlError(
            N_("several contacts use {email}: {known}"),
            hint=N_("say who you are with --as CONTACT"),
            email=person.email,
            known=", ".join(named(contact) for contact in found),
        )
    raise KbctlError(
        N_("no contact uses the e-mail address {email} that git has for you"),
        hint=N_(
            "correct it: git config --global user.email NAME@BANK, the address that the managing department has for you; or "
            "ask them to add this one to your git_emails"
        ),
        email=person.email,
    )


def _named(organization: Organization, person: Person, asked: str) -> Contact:
    contact = organization.contacts.get(asked)
    if contact is None:
        raise NotFoundError(
            N_("there is no contact {id}"), hint=N_("kb/organization/ holds the contacts by department"), id=asked
        )
    found = bearers(organization, person.email)
    if contact in found:
        return contact
    if found:
        raise KbctlError(
            N_("git's e-mail address {email} belongs to {other}, not to {id}"),
            hint=N_("submit and review under your own name"),
            email=person.email,
            other=", ".join(named(one) for one in found),
            id=named(contact),
        )
    return _own(organization, person)
