"""What tests of rules and stores share: a small knowledge base, excerpts laid over it, and a run of the rules.

An excerpt has one or more parts. A part begins with a line that names its file, and says how it is meant::

    ==> kb/entries/retail-banking/hongyun-cd.md <==          lines that replace those of this entry
    ==> kb/entries/retail-banking/hongyun-cd.md（全文） <==    the file's whole text
    ==> kb/organization/institutions.yaml（无此文件） <==       the file is not there

Without such a line the excerpt is of the entry ``card-loss``. Of an entry it shows either or both of

- front matter: ``key: value`` lines replace those keys; if it begins with ``---`` they are all the keys there are;
- body: each ``## `` section replaces the section of that heading, or is added; after a line ``---`` it is the whole body.

An entry that the small knowledge base does not hold begins as a copy of the entry with the same id (a later version),
else of ``card-loss``; id and owner, and a version's ``valid_from``, are those of its path. Any other file is given whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from kbctl.model.entry import Entry
from kbctl.model.finding import Finding
from kbctl.model.rulebook import Rulebook
from kbctl.rules.context import Context
from kbctl.rules.run import Report, is_rulebook_path, run
from kbctl.store.entries import is_entry_path, load_entries, parse_entry
from kbctl.store.rulebook import load_rulebook
from kbctl.store.snapshot import MemorySnapshot, Snapshot

ROOT = Path(__file__).resolve().parent.parent
BASE = Path(__file__).parent / "rules" / "base"
TODAY = date(2026, 11, 21)
QUESTION = "kb/entries/retail-banking/card-loss.md"
PRODUCT = "kb/entries/retail-banking/hongyun-cd.md"
CAMPAIGN = "kb/entries/retail-banking/winter-gift.md"
OUTLETS = "kb/entries/operations/head-office-outlets.md"
TABLE = "kb/entries/operations/head-office-outlets/table.csv"

_PART = re.compile(r"==> (?P<path>[^（\n]+?)(?P<how>（全文）|（无此文件）)? <==\n", re.MULTILINE)
_KEY = re.compile(r"([a-z_]+) ?[:：]")


@cache
def base_files() -> Mapping[str, bytes]:
    """The small knowledge base with the shipped schemas, by path."""
    found = {path.relative_to(BASE).as_posix(): path.read_bytes() for path in BASE.rglob("*") if path.is_file()}
    found.update({f"schemas/{path.name}": path.read_bytes() for path in (ROOT / "schemas").glob("*.yaml")})
    return found


def overlay(excerpt: str) -> dict[str, bytes]:
    """The small knowledge base with *excerpt* laid over it."""
    files = dict(base_files())
    for path, how, text in _parts(excerpt):
        if how == "（无此文件）":
            del files[path]
        elif how == "（全文）" or not is_entry_path(path):
            files[path] = text.encode()
        else:
            files[path] = _laid_over(_start_of(path, files), text).encode()
    return files


def _parts(excerpt: str) -> list[tuple[str, str, str]]:
    found = list(_PART.finditer(excerpt))
    if not found:
        return [(QUESTION, "", excerpt)]
    assert found[0].start() == 0, "an excerpt with named files begins with a name"
    ends = [match.start() for match in found[1:]] + [len(excerpt)]
    return [
        (match["path"], match["how"] or "", excerpt[match.end() : end].rstrip("\n") + "\n")
        for match, end in zip(found, ends, strict=True)
    ]


def _start_of(path: str, files: Mapping[str, bytes]) -> str:
    if path in files:
        return files[path].decode()
    _, _, folder, name = path.split("/")
    stem, _, first_day = name.removesuffix(".md").partition("@")
    older = f"kb/entries/{folder}/{stem}.md"
    keys = f"id: {stem}\nowner: {folder}\n" + (f"valid_from: {first_day}\n" if first_day else "")
    return _laid_over(files[older if older in files else QUESTION].decode(), keys)


def _laid_over(file: str, text: str) -> str:
    """*file*, an entry, with the keys and sections that *text* shows."""
    _, block, body = file.split("---\n", 2)
    if text.startswith("---\n"):
        _, block, rest = text.split("---\n", 2)
        return f"---\n{block}---\n{rest or body}"
    lines = text.split("\n")
    end = next((number for number, line in enumerate(lines) if line == "---" or line.startswith("## ")), len(lines))
    keys = "\n".join(lines[:end]).strip("\n")
    shown = "\n".join(lines[end:])
    if keys:
        block = _with_keys(block, keys)
    body = shown.removeprefix("---\n") if shown.startswith("---\n") else _with_sections(body, shown)
    return f"---\n{block}---\n{body}"


def _with_keys(block: str, keys: str) -> str:
    """*block* with the lines *keys* in the place of the first key that they name, or at the end."""
    named = {match.group(1) for line in keys.split("\n") if (match := _KEY.match(line))}
    kept: list[str] = []
    place: int | None = None
    dropping = False
    for line in block.splitlines():
        match = _KEY.match(line)
        if match:
            dropping = match.group(1) in named
        if not dropping:
            kept.append(line)
        elif place is None:
            place = len(kept)
    place = len(kept) if place is None else place
    return "\n".join([*kept[:place], *keys.split("\n"), *kept[place:]]) + "\n"


def _with_sections(body: str, shown: str) -> str:
    """*body* with the sections *shown* in the place of the first of them, or at the end."""
    new = _sections(shown)
    headings = {heading for heading, _ in new}
    old = _sections(body)
    place = next((number for number, (heading, _) in enumerate(old) if heading in headings), len(old))
    kept = [section for section in old if section[0] not in headings]
    return "\n".join(text.rstrip("\n") + "\n" for _, text in [*kept[:place], *new, *kept[place:]])


def _sections(text: str) -> list[tuple[str, str]]:
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    return [(part.split("\n", 1)[0], part) for part in parts if part.strip()]


def check(
    files: Mapping[str, bytes] | Snapshot,
    *,
    today: date = TODAY,
    published: Mapping[str, bytes] | None = None,
    asked: Collection[str] | None = None,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
) -> Report:
    """Run all rules over *files*; *published* is what stood there before."""
    snapshot = MemorySnapshot(files) if isinstance(files, Mapping) else files
    rulebook = _rulebook_of(files) if isinstance(files, Mapping) else load_rulebook(snapshot)
    loaded = load_entries(snapshot, rulebook)
    context = Context(snapshot, rulebook, loaded.corpus, today, _look_up(published))
    return run(context, loaded, asked, select, ignore)


def _rulebook_of(files: Mapping[str, bytes]) -> Rulebook:
    return _load_rulebook(frozenset((path, data) for path, data in files.items() if is_rulebook_path(path)))


@cache
def _load_rulebook(files: frozenset[tuple[str, bytes]]) -> Rulebook:
    # Most tests share one, whose schemas then are compiled once.
    return load_rulebook(MemorySnapshot(dict(files)))


def _look_up(published: Mapping[str, bytes] | None) -> Callable[[str], Entry | None] | None:
    if published is None:
        return None
    return lambda path: parse_entry(path, published[path])[0] if path in published else None


def places(report: Report, code: str) -> list[tuple[str, int, int]]:
    """Path, line and column of each finding with *code*."""
    return [(finding.path, finding.line, finding.column) for finding in report.findings if finding.code == code]


def only(report: Report, code: str) -> Finding:
    """The one finding with *code*."""
    (finding,) = [finding for finding in report.findings if finding.code == code]
    return finding


def codes(report: Report) -> list[str]:
    """The codes found, sorted, each as often as it was found."""
    return sorted(finding.code for finding in report.findings)


def place_of(files: Mapping[str, bytes], path: str, text: str) -> tuple[str, int, int]:
    """Path, line and column where *text* first stands in the file at *path*."""
    content = files[path].decode()
    offset = content.index(text)
    return path, content.count("\n", 0, offset) + 1, offset - content.rfind("\n", 0, offset)
