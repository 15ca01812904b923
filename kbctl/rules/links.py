"""Links lead to what is there, stay in the knowledge base, and do not send an agent to a lapsed answer."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote

from kbctl.model.entry import Entry
from kbctl.model.finding import Finding
from kbctl.rules.context import Context
from kbctl.store.entries import entry_id, is_entry_path
from kbctl.store.markdown import Document, Link

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# A place on somebody's own computer, such as D:\图片.png.
_LOCAL = re.compile(r"(?:[a-z]|file):", re.IGNORECASE)
_ALLOWED = ("http:", "https:", "mailto:", "tel:")


def check(entry: Entry, document: Document, context: Context) -> Iterator[Finding]:
    """Follow every link and picture of the body."""
    for link in document.links():
        yield from _check_link(entry, link, context)


def _check_link(entry: Entry, link: Link, context: Context) -> Iterator[Finding]:
    scheme = _SCHEME.match(link.target)
    params = {"target": link.target, "text": link.text}
    if scheme:
        if scheme.group().lower() not in _ALLOWED:
            more = {"more": "local"} if _LOCAL.match(link.target) else {}
            yield Finding("KB311", entry.path, link.line, subject=link.target, params=params | more)
        return
    target = unquote(link.target.split("#", 1)[0].split("?", 1)[0])
    if not target:
        return
    path = posixpath.normpath(posixpath.join(posixpath.dirname(entry.path), target))
    if target.startswith("/") or "\\" in target or path.startswith("..") or not path.startswith("kb/"):
        yield Finding("KB305", entry.path, link.line, subject=link.target, params=params)
        return
    if is_entry_path(path):
        id_ = entry_id(path)
        yield from _check_entry(entry, link, id_, context)
        if path not in context.snapshot.files() and not context.corpus.versions(id_):
            yield Finding("KB307", entry.path, link.line, subject=id_, params={"id": id_, "text": link.text})
            return
    if path not in context.snapshot.files():
        yield Finding("KB310", entry.path, link.line, subject=link.target, params=params)


def _check_entry(entry: Entry, link: Link, id_: str, context: Context) -> Iterator[Finding]:
    governing = context.corpus.governing(id_, context.today)
    params = {"id": id_, "text": link.text}
    if governing is None or context.lapsed(entry) or context.corpus.serves(governing, context.today):
        return
    # An entry that begins later may point to what begins with it.
    if entry.valid_from is not None and entry.valid_from > context.today:
        then = context.corpus.governing(id_, entry.valid_from)
        if then is not None and context.corpus.serves(then, entry.valid_from):
            return
    state = governing.state(context.today, context.rulebook.settings.expiring_days)
    yield Finding("KB308", entry.path, link.line, subject=id_, params={**params, "state": state.value if state else ""})
