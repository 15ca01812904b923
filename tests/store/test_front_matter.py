"""Splitting a file into front matter and body, whatever its bytes are."""

from __future__ import annotations

import codecs
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbctl.model.finding import Finding
from kbctl.model.rulebook import Rulebook
from kbctl.store.entries import load_entries, parse_entry
from kbctl.store.front_matter import MAX_BLOCK, decode, guess_encoding, locate, locate_key, read_block, split
from kbctl.store.snapshot import MemorySnapshot
from kbctl.store.tables import parse_table

PATH = "kb/entries/retail-banking/card-loss.md"
FILE = "---\nid: card-loss\ntitle: 银行卡丢失怎么办\n---\n## 问题\n怎么挂失？\n"


def found(findings: list[Finding]) -> list[tuple[str, int, int]]:
    return [(finding.code, finding.line, finding.column) for finding in findings]


def test_plain() -> None:
    text, findings = decode(PATH, FILE.encode())
    assert (text, findings) == (FILE, [])
    parts = split(PATH, FILE)
    assert parts.block == "id: card-loss\ntitle: 银行卡丢失怎么办\n"
    assert parts.body == "## 问题\n怎么挂失？\n"
    assert parts.body_line == 5
    assert parts.findings == []


def test_a_byte_order_mark_is_taken_off() -> None:
    text, findings = decode(PATH, codecs.BOM_UTF8 + FILE.encode())
    assert text == FILE
    assert found(findings) == [("KB002", 1, 1)]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_become_one(end: str) -> None:
    text, findings = decode(PATH, FILE.replace("\n", end).encode())
    assert text == FILE
    assert found(findings) == [("KB003", 1, 1)]
    mixed = FILE.replace("怎么挂失？\n", "怎么挂失？\r\n")
    assert found(decode(PATH, mixed.encode())[1]) == [("KB003", 6, 1)]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (FILE.encode("gbk"), "GBK"),
        ("陶喆和朱镕已于前期到柜面取款".encode("gbk"), "GBK"),
        ("𠮷野家，挂失".encode("gb18030"), "GB18030"),
        ("銀行卡遺失怎麼辦，請立即辦理掛失".encode("big5"), "Big5"),
        (FILE.encode("utf-16"), "UTF-16"),
        (codecs.BOM_UTF16_BE + FILE.encode("utf-16-be"), "UTF-16"),
        (b"\xff\xff\xff", ""),
    ],
)
def test_other_encodings_are_named(data: bytes, name: str) -> None:
    text, findings = decode(PATH, data)
    assert text is None
    assert [(finding.code, finding.params) for finding in findings] == [("KB001", {"encoding": name})]


def test_the_first_wrong_line_is_named() -> None:
    data = b"---\nid: card-loss\n" + "title: 挂失\n".encode("gbk")
    assert found(decode(PATH, data)[1]) == [("KB001", 3, 1)]


@pytest.mark.parametrize(
    ("data", "line", "text"),
    [
        (b"PK\x03\x04\0\0", 1, None),
        (b"---\nid: a\0b\n---\n", 2, None),
        (b"x" * 10_000 + b"\n\0", 2, None),
        ("---\n---\n挂\x1b失".encode(), 3, "---\n---\n挂\x1b失"),
    ],
)
def test_binary_and_control_characters(data: bytes, line: int, text: str | None) -> None:
    read, findings = decode(PATH, data)
    assert read == text
    assert [(finding.code, finding.line) for finding in findings] == [("KB005", line)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("\n", 1),
        ("# 标题\n", 1),
        (" ---\nid: a\n---\n", 1),
        ("\n\n---\nid: a\n---\n", 3),
        ("--- \nid: a\n---\n", 1),
        ("----\nid: a\n----\n", 1),
        ("-\n", 1),
    ],
)
def test_no_front_matter(text: str, line: int) -> None:
    parts = split(PATH, text)
    assert parts.block is None
    assert found(parts.findings) == [("KB010", line, 1)]


@pytest.mark.parametrize(
    "text", ["---", "---\n", "---\nid: a\n", "---\nid: a\n--- \n", "---\nid: a\n ---\n", "---\nid: a\n----\n"]
)
def test_unclosed(text: str) -> None:
    parts = split(PATH, text)
    assert parts.block is None
    assert found(parts.findings) == [("KB011", 1, 1)]


@pytest.mark.parametrize(
    ("text", "block", "body", "line"),
    [
        ("---\n---\n", "", "", 3),
        ("---\n---", "", "", 3),
        ("---\nid: a\n---", "id: a\n", "", 4),
        ("---\nid: a\n---\n\n\n正文", "id: a\n", "\n\n正文", 4),
        ("---\nid: a\n---\n---\n", "id: a\n", "---\n", 4),
    ],
)
def test_edges(text: str, block: str, body: str, line: int) -> None:
    parts = split(PATH, text)
    assert (parts.block, parts.body, parts.body_line) == (block, body, line)


def test_a_block_without_end_in_size() -> None:
    parts = split(PATH, "---\n" + "k: v\n" * (MAX_BLOCK // 4) + "---\n")
    assert parts.block is None
    assert found(parts.findings) == [("KB014", 2, 1)]


@pytest.mark.parametrize(
    ("block", "line", "hint"),
    [
        ("", 2, ""),
        ("# 只有注释\n", 2, ""),
        ("- a\n- b\n", 2, ""),
        ("一段话\n", 2, ""),
        ("title：惠薪贷\n", 2, "wide-colon"),
        ("\n\ntitle:惠薪贷\n", 4, "no-space"),
    ],
)
def test_a_block_that_is_no_list_of_keys(block: str, line: int, hint: str) -> None:
    values, findings = read_block(PATH, block)
    assert values is None
    assert found(findings) == [("KB012", line, 1)]
    assert findings[0].params == {"problem": "not a list of keys and values", "hint": hint}


def test_places_are_those_of_the_file() -> None:
    entry, _ = parse_entry(PATH, FILE.encode())
    assert entry is not None
    assert locate(entry, "title") == (3, 8)
    assert locate_key(entry, "title") == (3, 1)
    assert locate(entry, "nothing") == (1, 1)
    assert locate_key(entry, "nothing") == (1, 1)


def test_the_nearest_thing_above_stands_for_what_is_not_there() -> None:
    entry, _ = parse_entry(PATH, b"---\nattachments:\n  - {file: a.docx}\n---\n")
    assert entry is not None
    assert locate(entry, "attachments", 0, "kind") == (3, 5)


def test_a_file_of_fifty_megabytes_is_not_even_read() -> None:
    class Counting(MemorySnapshot):
        reads = 0

        def read(self, path: str) -> bytes:
            self.reads += 1
            return super().read(path)

    snapshot = Counting({PATH: b"---\n" + b"a" * 50 * 1024 * 1024})
    started = time.perf_counter()
    loaded = load_entries(snapshot, Rulebook())
    assert [(finding.code, finding.params) for finding in loaded.findings] == [("KB004", {"size": 51200, "limit": 256})]
    assert loaded.unserved == (PATH,)
    assert snapshot.reads == 0
    assert time.perf_counter() - started < 1


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"---\n{text}\n---\n".encode()))
def test_any_bytes_give_an_entry_or_say_why_not(data: bytes) -> None:
    entry, findings = parse_entry(PATH, data)
    assert entry is not None or findings
    for finding in findings:
        assert finding.code.startswith("KB0")
        assert finding.path == PATH
        assert finding.line >= 1


@given(st.text(alphabet="-\n a:挂", max_size=40))
def test_block_and_body_put_together_are_the_file(text: str) -> None:
    parts = split(PATH, text)
    if parts.block is not None:
        assert f"---\n{parts.block}---\n{parts.body}".rstrip("\n") == text.rstrip("\n")
        assert parts.body_line == parts.block.count("\n") + 3


@given(st.binary(max_size=50))
def test_an_encoding_is_named_only_if_it_fits(data: bytes) -> None:
    name = guess_encoding(data)
    if name and name != "UTF-16":
        data.decode(name)


MERGED = "<<<<<<< HEAD\n{}\n||||||| 3f2a1c\n{}\n=======\n{}\n>>>>>>> origin/main\n"


def test_both_sides_of_a_merge_in_the_body_in_the_front_matter_and_in_a_table() -> None:
    body = b"---\nid: x\n---\n" + MERGED.format("a", "b", "c").encode()
    entry, findings = parse_entry(PATH, body)
    assert entry is not None
    assert [(finding.code, finding.line) for finding in findings] == [("KB022", 4), ("KB022", 6), ("KB022", 10)]
    entry, findings = parse_entry(PATH, b"---\nid: x\n" + MERGED.format("a: b", "a: c", "a: d").encode() + b"---\n")
    assert [(finding.code, finding.line) for finding in findings] == [("KB022", 3), ("KB022", 5), ("KB022", 9)]
    table = parse_table(PATH, b"key,name\n" + MERGED.format("1,a", "1,b", "1,c").encode())
    assert [(finding.code, finding.line) for finding in table.findings] == [("KB022", 2), ("KB022", 4), ("KB022", 8)]
    assert [row.line for row in table.rows] == [3, 5, 7]


@pytest.mark.parametrize("text", ["标题\n=======\n", "a <<<<<<< b\n", ">>>>>>>> a\n", "|||||||\n", "||||||| a |\n"])
def test_no_side_of_a_merge(text: str) -> None:
    assert parse_entry(PATH, f"---\nid: x\n---\n{text}".encode())[1] == []
