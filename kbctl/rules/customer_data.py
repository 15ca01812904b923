"""No customer's data in an entry (R65): numbers of identity cards and bank cards, mobile phones, e-mail addresses.

What is found is shown masked only. Every pattern looks at a bounded number of characters from each place, so that
the time is proportional to the text's length whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from stdnum import luhn
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from kbctl.model.entry import Entry
from kbctl.model.finding import Finding
from kbctl.model.organization import Organization
from kbctl.rules.context import Context
from kbctl.store.front_matter import FIRST_LINE
from kbctl.store.markdown import Document

IDENTITY, CARD, MOBILE, EMAIL = "KB701", "KB702", "KB703", "KB704"


class Hit(NamedTuple):
    """Something that looks like a customer's data: its place in the text, the finding's code, what may be shown of it."""

    offset: int
    length: int
    code: str
    masked: str


# Full-width forms become ASCII one for one, so that offsets stay. Superscripts and circled digits do not:
# they are footnote marks, and a number with one behind it must still be found.
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_WIDE = re.compile("[０-９＠－．]")

_SPACE = " \t\u00a0\u2009\u200b\u2060\u3000\ufeff"
_GAPS = f"[{_SPACE}·.)）\\-\u2010-\u2015]"
_GAP = _GAPS + "{1,3}"
_MAYBE = f"[{_SPACE}\\-]?"
# No number that counts has fewer than eleven digits; most texts hold none, and this is quick to tell.
_NUMBER = re.compile(f"[0-9](?:{_GAPS}{{0,3}}+[0-9]){{10}}")
_IDENTITY = re.compile(
    "(?<![0-9])(?=("
    + _MAYBE.join(
        ["[1-8]", *["[0-9]"] * 5, "[12]", "[089]", "[0-9]", "[0-9]", "[01]", "[0-9]", "[0-3]", *["[0-9]"] * 4]
    )
    + f"{_MAYBE}[0-9Xx])(?![0-9]))"
)
_PROVINCE = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12]")
# One run of digits; or groups of four, of four, six and five, or the issuer's six and the rest, with one separator.
_CARD = re.compile(
    "(?<![0-9A-Za-z])(?:"
    "[0-9]{15,19}"
    f"|[0-9]{{4}}(?P<gap>[{_SPACE}\\-])[0-9]{{4}}(?P=gap)[0-9]{{4}}(?P=gap)[0-9]{{3,4}}(?P<tail>(?P=gap)[0-9]{{1,3}}(?![0-9]))?"
    f"|[0-9]{{4}}[{_SPACE}\\-][0-9]{{6}}[{_SPACE}\\-][0-9]{{5}}"
    f"|[0-9]{{6}}[{_SPACE}\\-][0-9]{{9,13}}"
    ")(?![0-9A-Za-z])"
)
_ISSUER = re.compile("62|6[089]|3[4-7]|4|5|81|9")
_IDENTITY_WORD = re.compile("身份证|身份号|证件号|身份信息")
_CARD_WORD = re.compile("卡号|账号|帐号|账户|帐户|存折|card|account", re.IGNORECASE)
# A letter of a hexadecimal number beside it says that it is part of one; an amount follows with its unit.
_MOBILE = re.compile(
    f"(?<![0-9a-f])(?:(?:\\+|00)?86{_GAPS}{{0,3}})?0?(1[3-9](?:"
    "[0-9]{9}"
    f"|[0-9]{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}"
    f"|[0-9]{{2}}{_GAP}[0-9]{{3}}{_GAP}[0-9]{{4}}"
    f"|[0-9]{{2}}{_GAP}[0-9]{{4}}{_GAP}[0-9]{{3}}"
    f"|[0-9]{_GAP}[0-9]{{8}}"
    f"|[0-9]{{5}}{_GAP}[0-9]{{4}}"
    "))(?![0-9a-f]| ?[元万亿笔])"
)
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-])([A-Za-z0-9._%+\-]{1,64})@([A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){0,8}\.[A-Za-z]{2,24})(?![A-Za-z])"
)
_FILE_ENDINGS = frozenset({"png", "jpg", "jpeg", "gif", "svg", "webp", "bmp", "pdf"})
# Mailboxes of an office rather than of a person, such as a supervisor's for complaints.
_OFFICE = re.compile(
    "admin|info|services?|support|help|helpdesk|contact|office|webmaster|postmaster|no-?reply|hr|kefu|jubao|tousu|xinfang"
    "|complaints?|feedback|consumer|git|mail"
)
# Whoever has a mailbox there is a person; a contact's mailbox there makes nobody else one of the bank's.
_PUBLIC_MAIL = re.compile(
    r"(?:vip\.)?(?:qq|foxmail|163|126|sina|sohu|139|21cn|aliyun|tom|gmail|outlook|hotmail|live|yahoo|icloud|me|msn|protonmail)"
    r"\.com(?:\.cn)?|sina\.cn|yeah\.net|189\.cn|wo\.cn|proton\.me"
)


def _masked(number: str, shown: int) -> str:
    return number[:shown] + "*" * (len(number) - shown - 2) + number[-2:]


def _compact(text: str) -> str:
    return "".join(char for char in text if char in "0123456789Xx").upper()


def _is_identity(number: str, before: str) -> bool:
    """Whether *number* is a resident's: province, day of birth and check digit; counties are too many and too new.

    Where the words before it call it one, a mistyped check digit does not excuse it.
    """
    if not _PROVINCE.match(number):
        return False
    if ric.calc_check_digit(number) != number[-1] and not _IDENTITY_WORD.search(before):
        return False
    try:
        ric.get_birth_date(number)
    except ValidationError:
        return False
    return True


def _identities(text: str) -> Iterator[Hit]:
    for match in _IDENTITY.finditer(text):
        number = _compact(match.group(1))
        if _is_identity(number, text[max(0, match.start() - 16) : match.start()]):
            yield Hit(match.start(), len(match.group(1)), IDENTITY, _masked(number, 4))


def _cards(text: str) -> Iterator[Hit]:
    for match in _CARD.finditer(text):
        ends = [match.end()] if match["tail"] is None else [match.end(), match.start("tail")]
        for end in ends:
            number = _compact(text[match.start() : end])
            if _is_card(number, text[max(0, match.start() - 16) : match.start()], text[end : end + 6]):
                yield Hit(match.start(), end - match.start(), CARD, _masked(number, 4))
                break


def _is_card(number: str, before: str, after: str) -> bool:
    """Whether *number* is a card's. One in ten passes Luhn's check, so that alone says little."""
    if not luhn.is_valid(number) or len(set(number)) == 1:
        return False
    if _CARD_WORD.search(before) or _CARD_WORD.search(after):
        return True
    return _ISSUER.match(number) is not None and not uscc.is_valid(number)


def _mobiles(text: str) -> Iterator[Hit]:
    for match in _MOBILE.finditer(text):
        yield Hit(match.start(), match.end() - match.start(), MOBILE, _masked(_compact(match.group(1)), 3))


def _emails(text: str) -> Iterator[Hit]:
    for match in _EMAIL.finditer(text):
        user, domain = match.groups()
        domain = domain.lower()
        if domain.rpartition(".")[2] in _FILE_ENDINGS or _is_office(user.lower(), domain):
            continue
        shown = user[0] if len(user) > 2 else ""
        yield Hit(match.start(), match.end() - match.start(), EMAIL, f"{shown}***@{domain}")


def _numbers(text: str) -> Iterator[Hit]:
    """The hits of the three kinds of number, each looked for only in the lines with digits enough."""
    found = _NUMBER.search(text)
    while found:
        start = text.rfind("\n", 0, found.start()) + 1
        end = text.find("\n", found.end())
        line = text[start : end if end >= 0 else len(text)]
        for hit in (*_identities(line), *_cards(line), *_mobiles(line)):
            yield hit._replace(offset=hit.offset + start)
        found = _NUMBER.search(text, end) if end >= 0 else None


def _is_office(user: str, domain: str) -> bool:
    return _OFFICE.fullmatch(user) is not None and _PUBLIC_MAIL.fullmatch(domain) is None


def scan(text: str) -> Iterator[Hit]:
    """Yield what looks like a customer's data in *text*, in order and without overlaps; nobody is exempt here (R65)."""
    if _WIDE.search(text):
        text = text.translate(_NARROW)
    hits = list(_numbers(text))
    if "@" in text:
        hits += _emails(text)
    # Where two begin at one place, the address holds the number and an identity card's number is no other's.
    hits.sort(key=lambda hit: (hit.offset, hit.code != EMAIL, hit.code))
    end = 0
    for hit in hits:
        if hit.offset >= end:
            yield hit
            end = hit.offset + hit.length


@dataclass(frozen=True, slots=True)
class _Registered:
    """What may stand in an entry because the bank itself gives it out: its contacts' numbers and addresses."""

    numbers: frozenset[str]
    emails: frozenset[str]
    domains: tuple[str, ...]

    def allows(self, hit: Hit, text: str) -> bool:
        """Whether *hit*, found in *text*, is a registered contact's or the bank's own."""
        value = text[hit.offset : hit.offset + hit.length].translate(_NARROW)
        if hit.code == MOBILE:
            return _compact(value)[-11:] in self.numbers
        if hit.code == EMAIL:
            address = value.lower()
            domain = address.rpartition("@")[2]
            return address in self.emails or any(domain == own or domain.endswith("." + own) for own in self.domains)
        return False


class _ByIdentity:
    """An organization as a key: it is compared by being the same object, its content being large."""

    def __init__(self, organization: Organization) -> None:
        self.organization = organization

    def __hash__(self) -> int:
        return id(self.organization)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByIdentity) and self.organization is other.organization


@lru_cache(maxsize=4)
def _registered(key: _ByIdentity) -> _Registered:
    contacts = key.organization.contacts.values()
    numbers = {_compact(number)[-11:] for contact in contacts for number in (contact.phone, contact.mobile)}
    emails = {address.lower() for contact in contacts for address in (contact.email, *contact.git_emails) if address}
    domains = {contact.email.rpartition("@")[2].lower() for contact in contacts}
    own = sorted(domain for domain in domains if domain and not _PUBLIC_MAIL.fullmatch(domain))
    return _Registered(frozenset(numbers), frozenset(emails), tuple(own))


def strangers(text: str, organization: Organization) -> Iterator[Hit]:
    """Yield the hits of :func:`scan` that are not a registered contact's phone, mobile or address, nor the bank's own."""
    for hit in scan(text):
        if not _registered(_ByIdentity(organization)).allows(hit, text):
            yield hit


def check(entry: Entry, document: Document, context: Context) -> Iterator[Finding]:
    """Yield KB701 to KB704 for customers' data anywhere in the file: front matter, text, code and comments (R65).

    The lines are read as they stand, so that line and column are exact and nothing hides in a comment.
    """
    organization = context.rulebook.organization
    for text, first_line in ((entry.block, FIRST_LINE), (entry.body, entry.body_line)):
        line, counted = first_line, 0
        for hit in strangers(text, organization):
            line += text.count("\n", counted, hit.offset)
            counted = hit.offset
            column = hit.offset - text.rfind("\n", 0, hit.offset)
            yield Finding(hit.code, entry.path, line, column, entry.id, {"masked": hit.masked})
