"""Sections and items: those of the regulation's template, filled in, in its order (R37-R49)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from kbctl.model.entry import Entry
from kbctl.model.entry_type import EntryType, Section
from kbctl.model.finding import Finding
from kbctl.rules.context import Context
from kbctl.store.front_matter import locate
from kbctl.store.markdown import Block, Document, ItemText, SectionText, slipped_headings

PLACEHOLDER = re.compile(
    r"待补充|待完善|待填写|待定稿|(?<![A-Za-z])(?:TODO|TBD|FIXME)(?![A-Za-z])"
    r"|(?<![A-Za-z0-9])[XxＸ×]{2,8}(?![A-Za-z0-9])|\[[XxＸ]{1,8}\]|[_＿]{3,}"
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def said(block: Block) -> str:
    """The text of *block* without comments, such as the guidance of a template."""
    return _COMMENT.sub("", block.text) if "<!--" in block.text else block.text


def has_text(blocks: Sequence[Block]) -> bool:
    """Whether any block says something besides comments."""
    return any(said(block).strip() for block in blocks)


def check(entry: Entry, document: Document, context: Context) -> Iterator[Finding]:
    """Compare the headings with the type's, and look for what is empty or was never filled in."""
    entry_type = context.rulebook.types.get(entry.type)
    for number, better in slipped_headings(entry.body).items():
        yield Finding("KB211", entry.path, entry.body_line + number, subject=better, params={"better": better})
    if entry_type is not None:
        yield from _check_preface(entry, document)
        yield from _check_known(entry, document, entry_type)
        yield from _check_present(entry, document, entry_type)
        yield from _check_order(entry, document, entry_type)
    yield from _check_placeholders(entry, document)


def _check_preface(entry: Entry, document: Document) -> Iterator[Finding]:
    first = next((block for block in document.preface if has_text([block])), None)
    if first is not None:
        yield Finding("KB209", entry.path, first.line, subject=entry.id)


def _check_known(entry: Entry, document: Document, entry_type: EntryType) -> Iterator[Finding]:
    seen: set[str] = set()
    headings = [section.heading for section in entry_type.sections]
    for text in document.sections:
        section = entry_type.section(text.heading)
        if text.heading in seen:
            yield Finding("KB208", entry.path, text.line, subject=text.heading, params={"heading": text.heading})
        seen.add(text.heading)
        if section is None:
            near = get_close_matches(text.heading, headings, 1, 0.5)
            params = {"heading": text.heading, "near": near[0] if near else "", "known": headings}
            yield Finding("KB205", entry.path, text.line, subject=text.heading, params=params)
        elif section.derived:
            source = section.source or section.items[0].source or ""
            params = {"heading": text.heading, "source": source}
            yield Finding("KB206", entry.path, text.line, subject=text.heading, params=params)
        else:
            sources = {item.heading: item.source for item in section.items if item.source}
            for item in text.items:
                if item.heading in sources:
                    params = {"heading": item.heading, "source": sources[item.heading]}
                    yield Finding("KB206", entry.path, item.line, subject=item.heading, params=params)


def _check_present(entry: Entry, document: Document, entry_type: EntryType) -> Iterator[Finding]:
    for number, section in enumerate(entry_type.sections):
        if section.derived:
            continue
        text = document.section(section.heading)
        if text is None:
            if section.required:
                line = _line_for(document, entry_type, number)
                yield Finding("KB201", entry.path, line, subject=section.heading, params={"heading": section.heading})
            continue
        if not has_text(list(text.all_blocks())):
            yield Finding("KB203", entry.path, text.line, subject=section.heading, params={"heading": section.heading})
        else:
            yield from _check_items(entry, section, text)
        if section.screenshot and not _has_picture(text):
            yield Finding("KB210", entry.path, text.line, subject=section.heading, params={"heading": section.heading})


def _check_items(entry: Entry, section: Section, text: SectionText) -> Iterator[Finding]:
    present: dict[str, ItemText] = {item.heading: item for item in text.items}
    for item in section.items:
        params = {"heading": item.heading, "section": section.heading}
        found = present.get(item.heading)
        if item.source:
            continue
        if found is None:
            if item.required:
                yield Finding("KB202", entry.path, text.line, subject=item.heading, params=params)
        elif not has_text(found.blocks):
            yield Finding("KB203", entry.path, found.line, subject=item.heading, params={"heading": item.heading})
    order = [item.heading for item in section.items]
    yield from _out_of_order(entry, order, [(item.heading, item.line) for item in text.items])


def _check_order(entry: Entry, document: Document, entry_type: EntryType) -> Iterator[Finding]:
    order = [section.heading for section in entry_type.sections]
    yield from _out_of_order(entry, order, [(section.heading, section.line) for section in document.sections])


def _out_of_order(entry: Entry, order: list[str], found: list[tuple[str, int]]) -> Iterator[Finding]:
    furthest, before = -1, ""
    for heading, line in found:
        if heading not in order:
            continue
        position = order.index(heading)
        if position < furthest:
            params = {"heading": heading, "before": before, "type": entry.type}
            yield Finding("KB204", entry.path, line, subject=heading, params=params)
        else:
            furthest, before = position, heading


def _line_for(document: Document, entry_type: EntryType, number: int) -> int:
    """The line where a missing section should stand: that of the next one that is there, or the file's last."""
    for later in entry_type.sections[number + 1 :]:
        text = document.section(later.heading)
        if text is not None:
            return text.line
    return document.last_line


def _has_picture(text: SectionText) -> bool:
    return any("![" in said(block) or "<img" in said(block) for block in text.all_blocks())


def _check_placeholders(entry: Entry, document: Document) -> Iterator[Finding]:
    if PLACEHOLDER.search(entry.block):
        for path, text in _texts(entry.front_matter):
            match = PLACEHOLDER.search(text)
            # A file may be called anything.
            if match and path[0] != "attachments":
                yield Finding("KB207", entry.path, *locate(entry, *path), entry.id, {"text": match.group()})
    for block in document.blocks():
        if block.kind == "code":
            continue
        text = _COMMENT.sub(lambda comment: "\n" * comment.group().count("\n"), block.text)
        match = PLACEHOLDER.search(text)
        if match:
            line = block.line + text.count("\n", 0, match.start())
            yield Finding("KB207", entry.path, line, subject=entry.id, params={"text": match.group()})


def _texts(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text of the front matter with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _texts(part, (*path, number))
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _texts(part, (*path, str(key)))
