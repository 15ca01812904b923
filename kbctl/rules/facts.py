"""A figure is the same wherever it is stated (R64)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from kbctl.model.entry import Entry, Fact
from kbctl.model.finding import Finding
from kbctl.model.han import fold
from kbctl.model.organization import HEAD_OFFICE
from kbctl.rules.context import Context
from kbctl.store.front_matter import locate
from kbctl.store.markdown import Document

_NUMBER = re.compile(r"([+-]?[0-9][0-9,]*(?:\.[0-9]+)?)\s*(.*)\Z")
_MULTIPLES = {"万": Decimal(10_000), "亿": Decimal(100_000_000), "千": Decimal(1000), "百万": Decimal(1_000_000)}
_FRACTIONS = {"%": Decimal("0.01"), "‰": Decimal("0.001")}
_FACTORS = {**_MULTIPLES, **_FRACTIONS}
_FIGURE = r"[0-9][0-9,]*(?:\.[0-9]+)?"
# Figures as a text states them; what stands behind holds for all of 5、10、20万 and 0.1%-0.3%.
_STATED = re.compile(rf"(?P<figures>{_FIGURE}(?:[^0-9a-z\n。;]{{1,3}}{_FIGURE})*)\s*(?P<factor>百万|万|亿|千|%|‰)?")
_HAN = "[零〇一二两三四五六七八九十百千万亿]+"
_HAN_FIGURE = re.compile(_HAN)
_PART = re.compile(rf"({_HAN})分之({_HAN}|{_FIGURE})")
_HAN_DIGITS = {
    digit: number for number, digits in enumerate(("零〇", "一", "二两", *"三四五六七八九")) for digit in digits
}
_HAN_TENS = {"十": 10, "百": 100, "千": 1000}


def normalise(fact: Fact) -> tuple[Decimal | str, str]:
    """Return the value of *fact* as a number and its unit, so that 20万元 equals 200000元 and 0.5% equals 0.005.

    A value that is no number comes back as folded text.
    """
    text = fold(fact.value + fact.unit).replace(" ", "")
    match = _NUMBER.match(text)
    if not match:
        return text, ""
    try:
        number = Decimal(match.group(1).replace(",", ""))
    except InvalidOperation:
        return text, ""
    unit = match.group(2)
    for word in ("百万", "万", "亿", "千"):
        if unit.startswith(word) and unit != "千克":
            return (number * _MULTIPLES[word]).normalize(), unit.removeprefix(word)
    for sign, factor in _FRACTIONS.items():
        if unit.startswith(sign):
            return (number * factor).normalize(), unit.removeprefix(sign)
    return number.normalize(), unit


def check_stated(entry: Entry, document: Document, context: Context) -> Iterator[Finding]:
    """Report a figure that the text of its own entry does not state any more: of the two only one was changed."""
    if not entry.facts:
        return
    stated = _figures(fold(entry.body))
    for number, fact in enumerate(entry.facts):
        value = normalise(fact)[0]
        # That something costs nothing is said in words: 免费, 不收.
        if isinstance(value, Decimal) and value and value not in stated:
            params = {"key": fact.key, "value": fact.value + fact.unit}
            yield Finding("KB404", entry.path, *locate(entry, "facts", number, "value"), fact.key, params)


def _figures(text: str) -> set[Decimal]:
    """Every number that *text* may be read to state: 200,000, 20万, 二十万, 百分之五, 四分之三, 一半."""
    found = {_han_number(match.group()) for match in _HAN_FIGURE.finditer(text)}
    for match in _STATED.finditer(text):
        figures = {Decimal(figure.replace(",", "")) for figure in re.findall(_FIGURE, match["figures"])}
        found |= figures | {figure * _FACTORS.get(match["factor"], 1) for figure in figures}
    for whole, part in _PART.findall(text):
        number = _han_number(part) if part[0] in _HAN else Decimal(part.replace(",", ""))
        found.add(number / (_han_number(whole) or 1))
    return found | ({Decimal("0.5")} if "一半" in text else set())


def _han_number(text: str) -> Decimal:
    """The number that Chinese numerals such as 三十 or 二十万 say."""
    total = part = digit = 0
    for char in text:
        if char in _HAN_DIGITS:
            digit = _HAN_DIGITS[char]
        elif char in _HAN_TENS:
            part, digit = part + (digit or 1) * _HAN_TENS[char], 0
        else:
            total, part, digit = (total + part + digit or 1) * int(_MULTIPLES[char]), 0, 0
    return Decimal(total + part + digit)


def check(entries: Sequence[Entry], context: Context) -> Iterator[Finding]:
    """Report facts with the same key and different values in entries that answer on the same days.

    Where the scopes meet it is an error; a branch that differs from the whole bank is noted.
    """
    asked = {entry.path for entry in entries}
    stated: dict[str, list[tuple[Entry, int, Fact]]] = defaultdict(list)
    for entry in context.corpus:
        for number, fact in enumerate(entry.facts):
            stated[fold(fact.key)].append((entry, number, fact))
    for statements in stated.values():
        if len(statements) < 2:
            continue
        for entry, number, fact in statements:
            if entry.path in asked:
                yield from _contradictions(entry, number, fact, statements, context)


def _contradictions(
    entry: Entry, number: int, fact: Fact, statements: list[tuple[Entry, int, Fact]], context: Context
) -> Iterator[Finding]:
    for other, other_number, other_fact in statements:
        if (other.path, other_number) == (entry.path, number) or normalise(fact) == normalise(other_fact):
            continue
        if other.path != entry.path and not context.meet_from_today(entry, other):
            continue
        code = _code(entry, other, context)
        if code:
            params = {
                "key": fact.key,
                "value": fact.value + fact.unit,
                "other": other.path,
                "other_value": other_fact.value + other_fact.unit,
                "other_source": other_fact.source,
            }
            yield Finding(code, entry.path, *locate(entry, "facts", number, "value"), fact.key, params)


def _code(one: Entry, other: Entry, context: Context) -> str | None:
    if context.rulebook.organization.scopes_meet(one.scope, other.scope):
        return "KB402"
    return "KB403" if (HEAD_OFFICE in one.scope) != (HEAD_OFFICE in other.scope) else None
