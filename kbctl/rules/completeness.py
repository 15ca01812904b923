"""A customer is told everything at once: documents, conditions, process, time limit and cautions (R33, R34)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kbctl.model.entry import Entry
from kbctl.model.entry_type import EntryType, Item, Section
from kbctl.model.finding import Finding
from kbctl.rules.context import Context
from kbctl.rules.sections import has_text, said
from kbctl.store.markdown import Block, Document

_TIME = re.compile(
    r"实时|即时|当日|当天|当场|次日|隔日|立即|即刻|随到随办|不限时|全天"
    r"|[0-9一二三四五六七八九十两几半]\s*个?(?:自然|法定|交易)?(?:工作日|交易日|分钟|小时|秒|天|日|周|个月|月|年)"
    r"|T\s*\+\s*[0-9]"
)


def check(entry: Entry, document: Document, context: Context) -> Iterator[Finding]:
    """Every element that the type's sections answer is answered; the time limit by words that tell a time."""
    entry_type = context.rulebook.types.get(entry.type)
    if entry_type is None or context.lapsed(entry):
        return
    for element, places in _by_element(entry_type).items():
        texts = [
            (section, blocks) for section, item in places if (blocks := _blocks(document, section, item)) is not None
        ]
        if not texts:
            continue  # the section is not there at all: another rule's matter, or an optional one left out
        line = min(text.line for section, _ in texts if (text := document.section(section.heading)))
        filled = [blocks for _, blocks in texts if has_text(blocks)]
        if not filled:
            if not all(_required(section, item) for section, item in places):
                yield Finding("KB501", entry.path, line, subject=element, params={"element": element})
        elif element == "time_limit" and not any(_TIME.search(said(block)) for blocks in filled for block in blocks):
            yield Finding("KB502", entry.path, line, subject=element, params={"heading": texts[0][0].heading})


def _by_element(entry_type: EntryType) -> dict[str, list[tuple[Section, Item | None]]]:
    found: dict[str, list[tuple[Section, Item | None]]] = {}
    for element, section, item in entry_type.answered():
        found.setdefault(element, []).append((section, item))
    return found


def _blocks(document: Document, section: Section, item: Item | None) -> list[Block] | None:
    """The blocks that should answer; empty where the item is missing, ``None`` where its whole section is."""
    text = document.section(section.heading)
    if text is None:
        return None
    if item is None:
        return list(text.all_blocks())
    return [block for found in text.items if found.heading == item.heading for block in found.blocks]


def _required(section: Section, item: Item | None) -> bool:
    return section.required and (item is None or item.required)
