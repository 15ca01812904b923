"""YAML read as text: what is typed is what is read, and nothing brings the reader to a halt."""

from __future__ import annotations

import time
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kbctl.store.yaml_text import MAX_DEPTH, YamlText, read_yaml


def problem(read: YamlText) -> tuple[str, int, int]:
    (found,) = read.problems
    return found.code, found.line, found.column


@pytest.mark.parametrize(
    "scalar",
    [
        "0379",
        "12:30",
        "no",
        "yes",
        "on",
        "off",
        "~",
        "null",
        "1.10",
        "0x1F",
        "1e3",
        "2026-11-21",
        "true",
        "=",
        "1_000",
        "+1",
        ".5",
        "０３７９",
    ],
)
def test_scalars_stay_text(scalar: str) -> None:
    read = read_yaml(f"key: {scalar}\nkeys: [{scalar}]\n- x" if scalar == "" else f"key: {scalar}\nkeys: [{scalar}]\n")
    assert read.value == {"key": scalar, "keys": [scalar]}
    assert read.problems == []


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        ("10", 10),
        ("-3", -3),
        ("0", 0),
        ("true", True),
        ("false", False),
        ("0379", "0379"),
        ('"10"', "10"),
        ("yes", "yes"),
        ("1.5", "1.5"),
    ],
)
def test_schema_files_have_integers_and_booleans(scalar: str, value: object) -> None:
    read = read_yaml(f"key: {scalar}\n10: x\n", typed=True)
    assert read.value == {"key": value, "10": "x"}
    assert type(read.value["key"]) is type(value)


def test_an_empty_text_is_nothing() -> None:
    for text in ("", "\n", "# Kommentar\n"):
        assert read_yaml(text) == YamlText()
    assert read_yaml("key:\n").value == {"key": ""}


def test_places_count_from_one_and_from_the_first_line() -> None:
    read = read_yaml("a: 一\nb:\n  - {c: 二, d: [三]}\n", first_line=2, places=True)
    assert read.places == {
        (): (2, 1),
        ("a",): (2, 4),
        ("b",): (4, 3),
        ("b", 0): (4, 5),
        ("b", 0, "c"): (4, 9),
        ("b", 0, "d"): (4, 15),
        ("b", 0, "d", 0): (4, 16),
    }
    assert read.key_places == {("a",): (2, 1), ("b",): (3, 1), ("b", 0, "c"): (4, 6), ("b", 0, "d"): (4, 12)}


def test_a_duplicate_key_has_its_place_and_the_value_is_used_all_the_same() -> None:
    read = read_yaml("a: 1\nb: {c: 1, c: 2}\na: 3\n")
    assert [(found.code, found.line, found.column, found.params) for found in read.problems] == [
        ("KB015", 2, 11, {"key": "c"}),
        ("KB015", 3, 1, {"key": "a"}),
    ]
    assert read.value == {"a": "3", "b": {"c": "2"}}


@pytest.mark.parametrize(
    ("text", "what", "place"),
    [
        ("a: &x 1\n", "&x", (1, 4)),
        ("a: *x\n", "*x", (1, 4)),
        ("a: &x {b: 1}\n", "&x", (1, 4)),
        ("a: {<<: 1}\n", "<<", (1, 5)),
        ("<<: {a: 1}\n", "<<", (1, 1)),
        ("a: !!python/object/apply:os.system [ls]\n", "tag:yaml.org,2002:python/object/apply:os.system", (1, 4)),
        ("a: !!str 1\n", "tag:yaml.org,2002:str", (1, 4)),
        ("- !secret x\n", "!secret", (1, 3)),
        ("*x : 1\n", "*x", (1, 1)),
    ],
)
def test_aliases_anchors_merge_keys_and_tags_are_refused(text: str, what: str, place: tuple[int, int]) -> None:
    read = read_yaml(text)
    assert problem(read) == ("KB013", *place)
    assert read.problems[0].params == {"what": what}
    assert read.value is None


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    assert problem(read_yaml("\n".join(lines)))[0] == "KB013"


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "[{a: "])
def test_nesting_ends_somewhere(opening: str) -> None:
    started = time.perf_counter()
    read = read_yaml(opening * 100_000)
    assert problem(read)[0] == "KB014"
    assert read.problems[0].params == {"depth": MAX_DEPTH}
    assert time.perf_counter() - started < 2


def test_nesting_up_to_the_limit_is_read() -> None:
    read = read_yaml("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    assert read.problems == []


@pytest.mark.parametrize(
    ("character", "name"), [("\0", "U+0000"), ("\x1b", "U+001B"), ("\x7f", "U+007F"), ("\uffff", "U+FFFF")]
)
def test_control_characters_have_their_place(character: str, name: str) -> None:
    read = read_yaml(f"a: 1\nb: 挂{character}失\n", first_line=2)
    assert problem(read) == ("KB005", 3, 5)
    assert read.problems[0].params == {"character": name}


def test_one_document_only() -> None:
    assert problem(read_yaml("a: 1\n---\nb: 2\n")) == ("KB012", 2, 1)
    assert read_yaml("--- \na: 1\n...\n").value == {"a": "1"}


@pytest.mark.parametrize(
    ("text", "hint", "line"),
    [
        ("a: 1\ntitle：惠薪贷\nb: 2\n", "wide-colon", 2),
        ("a: 1\ntitle:惠薪贷\nb: 2\n", "no-space", 2),
        ("a: 1\nb:\n\t- x\n", "tab", 3),
        ("a: 1\ntitle: 惠薪贷: 简介\n", "quote", 2),
        ("a: @x\n", "quote", 1),
        ("a: 1\nb: [1, 2\nc: 3\n", "", 2),
        ("a: 1\nb:\n  - {c: 1\n  - {c: 2}\n", "", 3),
        ("a: 1\nb: [\n  {c: 1}\n  {c: 2}]\n", "", 4),
        ('a: "1\nb: 2\nc: "3"\n', "unclosed", 1),
        ("a: 1\nb: [1, '2]\nc: 3\n", "unclosed", 2),
        ('a: 1\nb: {c: "1}\nd: {c: "2"}\n', "unclosed", 2),
        ('a: "1" 2\nb: it\'s\n', "", 1),
        ("a: 1\nb: {c: x， d: y}\n", "wide", 2),
        ("a: 1\nb: {c: x； d: y}\n", "wide", 2),
        ("a: 1\nb: [x］\nc: 1\n", "wide", 2),
        ("a: 1\nb: {c：1, d: {}\n", "wide", 2),
        ("a:\n  - ｛b: 1, c: 2｝\n", "wide", 2),
    ],
)
def test_a_syntax_error_has_the_hint_of_the_line_it_is_about(text: str, hint: str, line: int) -> None:
    read = read_yaml(text)
    assert problem(read)[:2] == ("KB012", line)
    assert read.problems[0].params["hint"] == hint
    assert read.value is None


def test_full_width_punctuation_is_named_with_what_belongs_in_its_place() -> None:
    (found,) = read_yaml("a: 1\nb: {c: x， d: y}\n").problems
    assert (found.line, found.column) == (2, 9)
    assert (found.params["wide"], found.params["narrow"]) == ("，", ", ")


@pytest.mark.parametrize("text", ["? [a, b]\n: 1\n", "{[a]: 1}\n", "{{a: 1}: 1}\n"])
def test_a_key_is_a_word(text: str) -> None:
    read = read_yaml(text)
    assert read.problems[0].code == "KB012"
    assert read.value is None


def as_base_loader(text: str) -> Any:
    return yaml.load(text, Loader=yaml.CBaseLoader)


_PIECES = st.lists(
    st.sampled_from(
        [
            "a",
            "b: ",
            "- ",
            "\n",
            "  ",
            "[",
            "]",
            "{",
            "}",
            ", ",
            "'",
            '"',
            "#",
            " ",
            ": ",
            "|",
            ">",
            "挂失",
            "：",
            "\t",
            "?",
            "&x",
            "*x",
            "!",
            "%",
            "---",
            "...",
        ]
    )
).map("".join)


@given(st.text() | _PIECES, st.booleans())
def test_any_text_is_read_without_raising(text: str, typed: bool) -> None:
    read = read_yaml(text, places=True, typed=typed)
    lines = text.count("\n") + text.count("\r") + text.count("\x85") + text.count("\u2028") + text.count("\u2029") + 1
    assert all(1 <= found.line <= lines + 1 and found.column >= 1 for found in read.problems)
    assert all(found.code in ("KB005", "KB012", "KB013", "KB014", "KB015") for found in read.problems)


@given(st.text() | _PIECES)
def test_what_is_accepted_agrees_with_the_base_loader(text: str) -> None:
    read = read_yaml(text)
    if not read.problems:
        expected = as_base_loader(text)
        assert read.value == expected


_VALUES = st.recursive(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abcdefg挂失", min_size=1, max_size=5), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(_VALUES)
def test_what_is_dumped_comes_back(value: Any) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, default_style='"')
    read = read_yaml(text.replace("!!str ", ""), places=True)
    assert read.problems == []
    assert read.value == value == yaml.load(text.replace("!!str ", ""), Loader=yaml.BaseLoader)
