"""One key of the front matter is changed, and not a byte besides."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbctl.store.edit import EditRefusedError, put_values, set_key
from kbctl.store.front_matter import decode, read_block, split
from kbctl.store.yaml_lines import key_spans, write_key
from kbctl.store.yaml_text import read_yaml

TEXT = """---
id: hongyun-cd
title: "鸿运: 大额存单"
scope: [head-office]
# 生效日与产品说明书一致
valid_from: 2026-03-01   # 发行日
valid_until: long-term
tested:
  by: li-na
  on: 2026-02-20
  covers: |
    购买

    # 不是注释
attachments:
  - {file: 产品说明书.docx, kind: manual}
  # 协议另附
  - {file: 协议.docx, kind: agreement}   # 2026版
# kbctl: allow KB403 分行不同
facts: []
# 末尾
---
## 内容

valid_from: 正文里的不动
"""


def _values(text: str) -> dict[str, Any]:
    plain = decode("x.md", text.encode())[0]
    assert plain is not None
    block = split("x.md", plain).block
    assert block is not None
    values, findings = read_block("x.md", block)
    assert values is not None
    assert not findings
    return values


def test_a_day_is_replaced_where_it_stands_and_its_comment_stays() -> None:
    changed = set_key(TEXT, "valid_from", "2027-01-01")
    assert changed == TEXT.replace("valid_from: 2026-03-01   # 发行日", "valid_from: 2027-01-01   # 发行日")


def test_a_mapping_of_several_lines_becomes_one_line() -> None:
    changed = set_key(TEXT, "tested", {"by": "zhang-wei", "on": "2026-12-01", "covers": "购买、支取"})
    assert "tested: {by: zhang-wei, on: 2026-12-01, covers: 购买、支取}\nattachments:" in changed
    assert "不是注释" not in changed


def test_a_new_key_goes_after_the_last_of_the_keys_named_that_is_there() -> None:
    withdrawn = {"on": "2026-12-31", "reason": "停办: 换新"}
    changed = set_key(TEXT, "withdrawn", withdrawn, after=("valid_until", "title", "nothing"))
    assert 'valid_until: long-term\nwithdrawn: {on: 2026-12-31, reason: "停办: 换新"}\ntested:' in changed
    assert set_key(TEXT, "withdrawn", withdrawn).index("withdrawn:") > TEXT.index("facts:")
    assert _values(changed)["withdrawn"] == withdrawn


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark_stay(ending: str, mark: str) -> None:
    text = mark + TEXT.replace("\n", ending)
    changed = set_key(text, "review_by", "2027-01-01", after=("valid_until",))
    assert changed == text.replace(f"long-term{ending}", f"long-term{ending}review_by: 2027-01-01{ending}")


@pytest.mark.parametrize(
    "text",
    [
        "no front matter\n",
        "---\nid: a\nvalid_from: 2026-01-01\n",
        "---\n{id: a, valid_from: 2026-01-01}\n---\n",
        "---\n  id: a\n  valid_from: 2026-01-01\n---\n",
        "---\n- id\n---\n",
        "---\nid: a\nid: b\n---\n",
        "---\nid: &a b\nowner: *a\n---\n",
        "---\nid: a\rowner: b\nvalid_from: 2026-01-01\n---\n",
        "---\nid: [\n---\n",
        "---\n? id\n: a\n---\n",
        "---\nid: a\n...\n---\n",
    ],
)
def test_what_is_not_a_plain_list_of_keys_is_refused(text: str) -> None:
    with pytest.raises(EditRefusedError):
        set_key(text, "valid_from", "2027-01-01")


def test_an_empty_front_matter_is_refused() -> None:
    with pytest.raises(EditRefusedError):
        set_key("---\n---\n", "id", "a")


words = st.text(max_size=30)
flat = st.one_of(words, st.lists(words, max_size=4), st.dictionaries(st.sampled_from(["on", "by", "covers"]), words))
values = st.one_of(flat, st.lists(st.dictionaries(st.sampled_from(["file", "kind"]), words, min_size=1), max_size=3))
keys = st.sampled_from(["id", "title", "scope", "valid_from", "tested", "attachments", "facts", "withdrawn"])


@given(key=keys, value=values)
def test_a_value_is_read_as_it_was_written(key: str, value: Any) -> None:
    assert read_yaml(write_key(key, value)).value == {key: value}


@given(
    values=st.dictionaries(keys, values, min_size=1),
    key=keys,
    value=values,
    body=st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=40),
)
def test_only_the_key_changes(values: dict[str, Any], key: str, value: Any, body: str) -> None:
    text = "---\n" + "".join(f"# 注释 {name}\n{write_key(name, of)}" for name, of in values.items()) + f"---\n{body}"
    changed = set_key(text, key, value, after=("scope", "title"))
    assert _values(changed) == {**values, key: value}
    assert changed.endswith(f"---\n{body}")
    assert changed.count("# 注释") >= len(values)
    order = [name for name in _values(changed) if name != key]
    assert order == [name for name in values if name != key]
    assert set_key(changed, key, value) == changed


@given(st.text(alphabet="ab:- #\n'\"|>[]{},?\t", max_size=60))
def test_spans_cover_the_keys_of_any_block(block: str) -> None:
    spans = key_spans(block)
    read = read_yaml(block)
    if spans is None or read.problems or not isinstance(read.value, dict):
        return
    assert [span.key for span in spans] == list(read.value)
    assert all(one.end <= other.start for one, other in itertools.pairwise(spans))
    lines = block.split("\n")
    for span in spans:
        part = "\n".join(lines[span.start : span.end])
        assert read_yaml(part).value == {span.key: read.value[span.key]}


@pytest.mark.parametrize(
    ("block", "path", "changed"),
    [
        ("a: 1  # why\nb: 1\n", ("a",), "a: 2  # why\nb: 1\n"),
        ("a: '1'\n", ("a",), "a: 2\n"),
        ('a: "1"\n', ("a",), "a: 2\n"),
        ("t: {by: x, on: 1}\n", ("t", "on"), "t: {by: x, on: 2}\n"),
        ("t:\n  by: x\n  on: 1\n", ("t", "on"), "t:\n  by: x\n  on: 2\n"),
        ("t: [0, 1]\n", ("t", 1), "t: [0, 2]\n"),
        ('a: "\\x31"\n', ("a",), 'a: "\\x31"\n'),
        ("a: 10\n", ("a",), "a: 2\n"),
    ],
)
def test_a_value_is_put_where_it_stands(block: str, path: tuple[str | int, ...], changed: str) -> None:
    assert put_values(block, {path: "2"}) == changed
