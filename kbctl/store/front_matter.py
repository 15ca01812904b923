"""Splitting a file into its front matter and its body, and finding a value's place in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from kbctl.model.entry import Entry
from kbctl.model.finding import Finding
from kbctl.store.yaml_errors import syntax_hint
from kbctl.store.yaml_text import YamlText, read_yaml

MAX_BLOCK = 64 * 1024
FIRST_LINE = 2
_CONTROL_LINES = 20
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# What git leaves around the two sides of a merge; its ``=======`` alone may be a heading's underline.
MERGE_MARKER = re.compile(r"^(?:(?:<{7}|>{7})(?: .*)?|\|{7} [^|\n]+)$", re.MULTILINE)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(slots=True)
class SplitFile:
    """A decoded file: ``block`` is the text between the fences, ``body`` what follows; ``None`` if there is no block."""

    block: str | None
    body: str
    body_line: int
    findings: list[Finding] = field(default_factory=list)


def decode(path: str, data: bytes) -> tuple[str | None, list[Finding]]:
    """Decode a file's bytes; the text has ``\\n`` line ends and no byte order mark, and findings say what was there."""
    findings: list[Finding] = []
    if data.startswith(_UTF16):
        return None, [Finding("KB001", path, params=_encoding(path, data))]
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        return None, [Finding("KB005", path, line, params={"character": "U+0000"})]
    if data.startswith(b"\xef\xbb\xbf"):
        findings.append(Finding("KB002", path))
        data = data[3:]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, [*findings, Finding("KB001", path, line, params=_encoding(path, data))]
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        findings.append(Finding("KB003", path, line))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if CONTROL.search(text):
        findings.extend(_controls(path, text))
    if "<<<<<<<" in text or ">>>>>>>" in text:
        for match in MERGE_MARKER.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            findings.append(Finding("KB022", path, line, params={"marker": match.group()[:7]}))
    return text, findings


def _encoding(path: str, data: bytes) -> dict[str, str]:
    """What is said of a file that is not UTF-8; a table comes from a spreadsheet."""
    return {"encoding": guess_encoding(data), **({"more": "csv"} if path.endswith(".csv") else {})}


def _controls(path: str, text: str) -> Iterator[Finding]:
    """One finding for each line that holds control characters, at the first of them; of many lines the first ones."""
    lines = ((number, CONTROL.search(line)) for number, line in enumerate(text.split("\n"), 1))
    held = ((number, match) for number, match in lines if match)
    for number, match in islice(held, _CONTROL_LINES):
        params = {"character": f"U+{ord(match.group()):04X}"}
        yield Finding("KB005", path, number, match.start() + 1, params=params)


def guess_encoding(data: bytes) -> str:
    """Name the encoding that *data*, which is not UTF-8, is likely to have; empty if none fits."""
    if data.startswith(_UTF16):
        return "UTF-16"
    # Simplified text is nearly always GB2312, which Big5 never passes for; GBK as a whole takes in most of Big5.
    for encoding, name in (("gb2312", "GBK"), ("big5", "Big5"), ("gbk", "GBK"), ("gb18030", "GB18030")):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return name
    return ""


def split(path: str, text: str) -> SplitFile:
    """Split *text* at the fences ``---`` on the first line and ``---`` on a line of its own."""
    if not (text.startswith("---\n") or text == "---"):
        line = 1
        stripped = text.lstrip("\n \t")
        if stripped.startswith("---\n"):
            line = text.count("\n", 0, text.index("---")) + 1
        return SplitFile(None, text, 1, [Finding("KB010", path, line)])
    end = text.find("\n---\n", 3)
    if end < 0 and text.endswith("\n---"):
        end = len(text) - 4
    if end < 0:
        return SplitFile(None, "", 1, [Finding("KB011", path)])
    block = text[4 : end + 1]
    if len(block) > MAX_BLOCK:
        return SplitFile(None, "", 1, [Finding("KB014", path, FIRST_LINE, params={"depth": MAX_BLOCK})])
    return SplitFile(block, text[end + 5 :], FIRST_LINE + block.count("\n") + 1)


def read_block(path: str, block: str) -> tuple[dict[str, object] | None, list[Finding]]:
    """Read the front matter's text into a mapping of text; findings say why where it is not one."""
    read = read_yaml(block, first_line=FIRST_LINE)
    findings = [
        Finding(problem.code, path, problem.line, problem.column, str(problem.params.get("key", "")), problem.params)
        for problem in read.problems
    ]
    if isinstance(read.value, dict):
        return read.value, findings
    if not findings:
        lines = block.split("\n")
        hinted = [(number, hint) for number in range(len(lines)) if (hint := syntax_hint(lines, number))]
        number, hint = hinted[0] if hinted else (0, "")
        params = {"problem": "not a list of keys and values", "hint": hint}
        findings.append(Finding("KB012", path, FIRST_LINE + number, params=params))
    return None, findings


def places(entry: Entry) -> YamlText:
    """Read the entry's block once more with places. Findings are rare, so bulk reading does not pay for them."""
    return read_yaml(entry.block, first_line=FIRST_LINE, places=True)


def locate(entry: Entry, *path: str | int) -> tuple[int, int]:
    """Return line and column of the value at *path* (``"facts", 0, "key"``); of the nearest thing above it if it is absent."""
    found = places(entry)
    for length in range(len(path), 0, -1):
        place = found.places.get(path[:length])
        if place is not None:
            return place
    return (1, 1)


def locate_key(entry: Entry, *path: str | int) -> tuple[int, int]:
    """Return line and column of the key at *path*, or line 1 if it is absent."""
    return places(entry).key_places.get(path, (1, 1))
