"""Text as it should reach a reader (R72): undamaged, in simplified script, with Chinese marks and nothing invisible.

The raw lines of a file are read, so that line and column are exact; lines of code and of comments are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kbctl.model.entry import Entry
from kbctl.model.finding import Finding
from kbctl.model.han import traditional_in
from kbctl.rules.context import Context
from kbctl.rules.damage import SIGNS, SIGNS_BEYOND, damaged, glosses
from kbctl.rules.emphasis import unrendered
from kbctl.rules.letters import HAN
from kbctl.rules.protected import MASK, masked
from kbctl.rules.widths import HAN_OR_CLOSING, INVISIBLE, narrow_brackets, narrow_marks, unseen, waves, wide_words
from kbctl.store.front_matter import CONTROL, FIRST_LINE, places
from kbctl.store.markdown import Document
from kbctl.store.yaml_text import Path

_ALONE = f"{SIGNS}{INVISIBLE}０-９Ａ-Ｚａ-ｚ"
# A place that is worth a look: a telling character, or a mark in suspicious company. The search skips to the
# characters of the first set, which is what makes it fast.
_SUSPECT = re.compile(
    f"[{_ALONE},;:?!()~～](?:"
    f"(?<=[{_ALONE}])"
    f"|(?<=[{HAN_OR_CLOSING}*][,;:?!)])"
    f"|(?<=[,;?!])(?=[{HAN}])"
    r"|(?<=\?)(?=\?)"
    r"|(?<![\]\\]\()(?<=\()"
    f"|(?<=[{HAN}][~～])"
    ")"
)
_SUSPECT_WORD = re.compile(rf"[{_ALONE}]|\?\?")
_FENCE = re.compile(r"[ >]*(?:```|~~~)")
_HAN = re.compile(f"[{HAN}]+")
# Of the characters of a text in traditional script every third is one that simplified text does not use.
_TRADITIONAL_SHARE = 0.2

Hit = tuple[int, str, Mapping[str, Any]]
Edit = tuple[int, int, str]


def check(entry: Entry, document: Document, context: Context) -> Iterator[Finding]:
    """Yield KB801 to KB806 for the title, the keywords, the aliases and the body of *entry* (R72)."""
    traditional = traditional_in(entry.body)
    whole = bool(traditional) and _wholly_traditional(entry, len(traditional))
    if whole:
        yield _whole_finding(entry, traditional)
    yield from _front_matter(entry, script=not whole)
    yield from _body(entry, document, [] if whole else [offset for offset, _, _ in traditional])


def mend(line: str) -> str:
    """Return *line* of Markdown text with what is certain put right; a second call changes nothing more (R72).

    Half-width marks and brackets of Chinese text become full-width, full-width letters and digits half-width, unusual
    spaces plain ones, and what is invisible goes. Code spans, addresses and the targets of links stay as they are, and
    so does the value of every figure. The line must not be one of a code block.
    """
    while True:
        mended = line
        for edits in _STAGES:
            mended = _applied(mended, edits(_prose(mended)))
        if mended == line:
            return line
        line = mended


def _unseen_edits(prose: str) -> Iterator[Edit]:
    for hit in unseen(prose):
        if hit.better is not None:
            yield hit.offset, hit.offset + hit.length, hit.better


def _word_edits(prose: str) -> Iterator[Edit]:
    for width in wide_words(prose):
        yield from width.edits


def _mark_edits(prose: str) -> Iterator[Edit]:
    for width in narrow_marks(prose):
        yield from width.edits


def _bracket_edits(prose: str) -> Iterator[Edit]:
    for width in narrow_brackets(prose):
        yield from width.edits


# In this order, for each may make the next one certain.
_STAGES: tuple[Callable[[str], Iterator[Edit]], ...] = (_unseen_edits, _word_edits, _mark_edits, _bracket_edits)


def _applied(line: str, edits: Iterator[Edit]) -> str:
    parts: list[str] = []
    done = 0
    for start, end, text in sorted(edits):
        parts += (line[done:start], text)
        done = end
    return "".join((*parts, line[done:])) if parts else line


def _prose(line: str) -> str:
    """*line* with everything masked that the width rules must not read: what is not prose, and what is damaged."""
    return _without_damage(masked(line))


def _without_damage(text: str) -> str:
    return _applied(text, ((hit.offset, hit.offset + hit.length, MASK * hit.length) for hit in damaged(text)))


def _line_hits(line: str) -> Iterator[Hit]:
    """Everything but script and emphasis that is wrong with one line of the body: offset, code, params."""
    text = masked(line)
    for damage in damaged(text):
        yield damage.offset, "KB801", {"found": damage.found, "better": damage.better}
    for gloss in glosses(text):
        yield gloss.offset, "KB802", {"found": gloss.found, "better": gloss.better}
    prose = _without_damage(text)
    for widths in (wide_words, narrow_marks, narrow_brackets, waves):
        for width in widths(prose):
            yield width.offset, "KB804", {"found": width.found, "better": width.better}
    yield from _unseen_hits(line)


def _word_hits(text: str) -> Iterator[Hit]:
    """The same for a title, a keyword or an alias, of which the marks are left alone."""
    for damage in damaged(text):
        yield damage.offset, "KB801", {"found": damage.found, "better": damage.better}
    for width in wide_words(text):
        yield width.offset, "KB804", {"found": width.found, "better": width.better}
    yield from _unseen_hits(text)


def _unseen_hits(line: str) -> Iterator[Hit]:
    # In code and addresses too, where they do most harm; in mojibake they are bytes of what was lost.
    for hit in unseen(_without_damage(line)):
        # A control is an error of the file already, KB005.
        if not CONTROL.match(line, hit.offset):
            yield hit.offset, "KB806", {"found": hit.name, "better": hit.better or ""}


def _script_hit(text: str) -> Hit | None:
    """The traditional characters of one line, as one hit."""
    found = traditional_in(masked(text))
    if not found:
        return None
    pairs = dict.fromkeys((char, simplified) for _, char, simplified in found)
    old, new = ("".join(part) for part in zip(*pairs, strict=True))
    return found[0][0], "KB803", {"found": old[:20], "better": new[:20], "count": len(found)}


def _wholly_traditional(entry: Entry, count: int) -> bool:
    """Whether *count* traditional characters are so many that the whole body is in traditional script."""
    return count >= _TRADITIONAL_SHARE * sum(len(run) for run in _HAN.findall(entry.body))


def _whole_finding(entry: Entry, found: list[tuple[int, str, str]]) -> Finding:
    """One finding for an entry in traditional script, at the first such character."""
    pairs = dict.fromkeys((char, simplified) for _, char, simplified in found)
    old, new = ("".join(part)[:10] + "…" for part in zip(*pairs, strict=True))
    line = entry.body_line + entry.body.count("\n", 0, found[0][0])
    column = found[0][0] - entry.body.rfind("\n", 0, found[0][0])
    return Finding("KB803", entry.path, line, column, entry.id, {"found": old, "better": new, "count": len(found)})


def _front_matter(entry: Entry, script: bool) -> Iterator[Finding]:
    values: list[tuple[Path, str]] = [(("title",), entry.title)]
    for key, words in (("keywords", entry.keywords), ("aliases", entry.aliases)):
        values += (((key, index), word) for index, word in enumerate(words))
    found: list[tuple[Path, str, Hit]] = []
    for path, text in values:
        if _SUSPECT_WORD.search(text) or SIGNS_BEYOND.search(text):
            found += ((path, text, hit) for hit in _word_hits(text))
        if script and (traditional := _script_hit(text)):
            found.append((path, text, traditional))
    if found:
        known = places(entry).places
        rows = entry.block.split("\n")
        for path, text, (offset, code, params) in found:
            line, column = known.get(path, (1, 1))
            row = rows[line - FIRST_LINE] if line >= FIRST_LINE else ""
            start = row.find(text, column - 1)
            # Where quoting hides the text, the place is where the value begins.
            column = column if start < 0 else start + offset + 1
            yield Finding(code, entry.path, line, column, str(path[0]), params)


def _body(entry: Entry, document: Document, traditional_offsets: list[int]) -> Iterator[Finding]:
    lines = entry.body.split("\n")
    suspects = _suspects(entry.body)
    traditional = _lines_of(entry.body, traditional_offsets)
    if suspects or traditional:
        passed = _passed_over(document)
        for number in sorted(suspects | traditional):
            line = lines[number]
            if number + entry.body_line in passed or _FENCE.match(line):
                continue
            hits = list(_line_hits(line)) if number in suspects else []
            if number in traditional and (hit := _script_hit(line)):
                hits.append(hit)
            for offset, code, params in sorted(hits, key=lambda hit: hit[:2]):
                yield Finding(code, entry.path, number + entry.body_line, offset + 1, entry.id, params)
    if "*" in entry.body:
        yield from _emphasis(entry, document, lines)


def _suspects(body: str) -> set[int]:
    """The numbers, from 0, of the lines of *body* that are worth a look."""
    offsets: list[int] = []
    match = _SUSPECT.search(body)
    while match:
        offsets.append(match.start())
        end = body.find("\n", match.start())
        match = _SUSPECT.search(body, end) if end >= 0 else None
    offsets += (match.start() for match in SIGNS_BEYOND.finditer(body))
    return _lines_of(body, sorted(offsets))


def _lines_of(body: str, offsets: list[int]) -> set[int]:
    """The numbers, from 0, of the lines in which the ascending *offsets* lie."""
    numbers: set[int] = set()
    number = counted = 0
    for offset in offsets:
        number += body.count("\n", counted, offset)
        counted = offset
        numbers.add(number)
    return numbers


def _passed_over(document: Document) -> set[int]:
    """The lines of the file that are code or a comment."""
    numbers: set[int] = set()
    for block in document.blocks():
        if block.kind == "code" or (block.kind == "html" and block.text.lstrip().startswith("<!--")):
            numbers.update(range(block.line, block.line + block.text.rstrip("\n").count("\n") + 1))
    return numbers


def _emphasis(entry: Entry, document: Document, lines: list[str]) -> Iterator[Finding]:
    """KB805 for every block of the document, headings included."""
    texts = [(block.line, block.text) for block in document.blocks() if block.kind not in ("code", "html")]
    for section in document.sections:
        texts.append((section.line, section.heading))
        texts += ((item.line, item.heading) for item in section.items)
    searched: dict[int, int] = {}
    for line, text in sorted(texts, key=lambda part: part[0]):
        if "*" not in text:
            continue
        number, counted = line, 0
        for hit in sorted(unrendered(text)):
            number += text.count("\n", counted, hit.offset)
            counted = hit.offset
            row = lines[number - entry.body_line]
            start = row.find(hit.found.partition("\n")[0], searched.get(number, 0))
            searched[number] = max(start, 0) + 1
            params = {"found": hit.found[:40], "better": hit.better[:40]}
            yield Finding("KB805", entry.path, number, max(start, 0) + 1, entry.id, params)
