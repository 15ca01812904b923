"""The Chinese catalogue is complete: every message of the source, with its fields, in proper Chinese punctuation."""

from __future__ import annotations

import ast
import gettext
import io
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
import typer
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from kbctl.cli import library_words
from kbctl.i18n import DOMAIN, LOCALE_DIR

SOURCE = LOCALE_DIR.parent
CATALOGUE = LOCALE_DIR / "zh_CN" / "LC_MESSAGES" / f"{DOMAIN}.po"
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None}

_HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,.:;!?][\u4e00-\u9fff]")
_COMMAND = re.compile(r"`kbctl [^`]*`")


@cache
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file)


@cache
def extracted() -> dict[str, str | tuple[str, ...]]:
    """The messages of the source, by their singular."""
    found = (message for _path, _line, message, _comments, _context in extract_from_dir(SOURCE, keywords=KEYWORDS))
    return {message if isinstance(message, str) else message[0]: message for message in found}


def test_no_message_hides_where_the_extractor_does_not_look() -> None:
    # It does not look into the replacement fields of f-strings.
    called = {
        call.args[0].value
        for path in SOURCE.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("_", "N_", "ngettext")
        if isinstance(call.args[0], ast.Constant)
    }
    assert called <= extracted().keys()


def translations() -> Iterator[tuple[Message, str]]:
    """Each message of the catalogue with its Chinese, which has one form for all numbers."""
    for message in catalogue():
        if message.id:
            forms = (message.string,) if isinstance(message.string, str) else message.string
            assert len(forms) == 1, message.id
            yield message, forms[0]


def originals(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def fields(text: str) -> set[tuple[str, str | None]]:
    """The fields in braces, each with its format."""
    return {(name, spec) for _text, name, spec, _conversion in string.Formatter().parse(text) if name is not None}


def test_every_message_of_the_source_has_a_translation() -> None:
    translated = {originals(message)[0] for message, text in translations() if text and not message.fuzzy}
    missing = [message for single, message in extracted().items() if single not in translated]
    assert not missing, "run `make catalogue`, then translate what has no msgstr"


def test_plural_forms_are_those_of_the_source() -> None:
    here = {originals(message) for message, _text in translations()}
    there = {(message,) if isinstance(message, str) else message for message in extracted().values()}
    assert here == there


def test_nothing_is_left_of_messages_that_are_gone() -> None:
    assert not catalogue().obsolete
    gone = [message.id for message, _text in translations() if originals(message)[0] not in extracted()]
    assert not gone, "run `make catalogue`"


def test_fields_are_the_same_on_both_sides() -> None:
    # Where there are two forms the many's fields count: Chinese has one form, used for both.
    differing = [text for message, text in translations() if text and fields(text) != fields(originals(message)[-1])]
    assert not differing


def test_commands_to_type_are_the_same_on_both_sides() -> None:
    differing = [
        text
        for message, text in translations()
        if text and set(_COMMAND.findall(text)) != set(_COMMAND.findall(originals(message)[-1]))
    ]
    assert not differing


def test_no_half_width_punctuation_between_chinese_characters() -> None:
    assert not [text for _message, text in translations() if _HALF_WIDTH.search(text)]


def test_the_header_has_the_chinese_plural_rule_and_neither_dates_nor_names() -> None:
    header = CATALOGUE.read_text(encoding="utf-8").partition("\n\n")[0]
    assert '"Plural-Forms: nplurals=1; plural=0;\\n"' in header
    assert not re.search(r"Date|Translator|Team|@|[0-9]{4}", header)


def test_no_place_in_the_catalogue_is_absolute_or_outside_the_package() -> None:
    assert {name.split("/", 1)[0] for message in catalogue() for name, _line in message.locations} == {"kbctl"}


def test_the_catalogue_compiles_and_speaks() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue())
    compiled.seek(0)
    chinese = gettext.GNUTranslations(compiled)
    assert chinese.gettext("expiring") == "临期"
    for count in (0, 1, 2):
        assert chinese.ngettext("{n} error", "{n} errors", count) == "{n}个错误"


@pytest.mark.parametrize("word", sorted({*library_words.HELP, *library_words.ERRORS, *library_words.PROMPTS}))
def test_declared_words_are_still_those_of_the_command_line_library(word: str) -> None:
    assert word in library_strings()


@cache
def library_strings() -> set[str]:
    """Every text in the sources of click and typer."""
    paths = [path for package in (click, typer) for path in Path(package.__file__).parent.glob("*.py")]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    constants = (node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, str)}
