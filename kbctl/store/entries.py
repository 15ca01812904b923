"""From the files of a snapshot to entries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kbctl.model.corpus import Corpus
from kbctl.model.entry import Attachment, Entry, Fact, Tested, Withdrawal
from kbctl.model.finding import Finding
from kbctl.model.rulebook import Rulebook
from kbctl.model.validity import LONG_TERM
from kbctl.store.front_matter import decode, read_block, split
from kbctl.store.json_schema import parse_date
from kbctl.store.snapshot import FileInfo, Snapshot

ENTRIES = "kb/entries/"
_ENTRY_PATH = re.compile(r"kb/entries/([^/]+)/([^/]+)\.md\Z")


@dataclass(frozen=True, slots=True)
class LoadedEntries:
    """What the files of a snapshot hold.

    ``paths`` are all entry files, ``findings`` what is wrong with their encoding, fences and YAML;
    ``unserved`` are the files from which no id, title, type, owner or dates can be read.
    """

    corpus: Corpus
    paths: tuple[str, ...]
    findings: tuple[Finding, ...]
    unserved: tuple[str, ...]


def entry_paths(files: Mapping[str, FileInfo]) -> list[str]:
    """The paths of *files* that are entries (``kb/entries/<department>/<stem>.md``), sorted."""
    return sorted(path for path in files if _ENTRY_PATH.match(path))


def is_entry_path(path: str) -> bool:
    """Whether *path* is where an entry stands."""
    return _ENTRY_PATH.match(path) is not None


def entry_folder(path: str) -> str:
    """The folder ``kb/entries/<department>/<id>`` of the entry to which *path* belongs; empty for what is no entry's.

    An entry's versions, its attachments and its rows go together; the folder of its files need not exist.
    """
    parts = path.split("/")
    if not path.startswith(ENTRIES) or len(parts) < 4:
        return ""
    return "/".join([*parts[:3], parts[3].removesuffix(".md").partition("@")[0]])


def entry_id(path: str) -> str:
    """The id of the entry to which *path* belongs, as its file is called; empty for what is no entry's."""
    return entry_folder(path).rpartition("/")[2]


def load_entries(
    snapshot: Snapshot,
    rulebook: Rulebook,
    paths: Iterable[str] | None = None,
    keep: Callable[[Entry], Entry] = lambda entry: entry,
) -> LoadedEntries:
    """Read the entries of *snapshot*; a file that cannot be read never hides the others.

    :param rulebook: its settings limit the size of a file.
    :param paths: only these entry files; all if ``None``.
    :param keep: what to keep of each entry; whoever reads very many has no use for all their texts at once.
    """
    files = snapshot.files()
    wanted = entry_paths(files) if paths is None else sorted(path for path in paths if path in files)
    findings: list[Finding] = []
    readable: list[str] = []
    limit = rulebook.settings.entry_kib * 1024
    for path in wanted:
        info = files[path]
        if info.kind != "file":
            findings.append(Finding("KB006", path))
        elif info.size > limit:
            findings.append(
                Finding("KB004", path, params={"size": info.size // 1024, "limit": rulebook.settings.entry_kib})
            )
        else:
            readable.append(path)
    entries: list[Entry] = []
    for path, data in snapshot.read_many(readable):
        if isinstance(data, OSError):
            findings.append(Finding("KB008", path, params={"problem": data.strerror or str(data)}))
            continue
        entry, problems = parse_entry(path, data)
        findings.extend(problems)
        if entry is not None:
            entries.append(keep(entry))
    served = {entry.path for entry in entries if entry.served}
    unserved = tuple(path for path in wanted if path not in served)
    return LoadedEntries(Corpus(entries), tuple(wanted), tuple(findings), unserved)


def parse_entry(path: str, data: bytes) -> tuple[Entry | None, list[Finding]]:
    """Parse one file. Never raises for bad content: a partial entry with findings, or findings alone.

    There is no entry only where encoding, fences or YAML syntax fail.
    """
    text, findings = decode(path, data)
    if text is None:
        return None, findings
    parts = split(path, text)
    findings.extend(parts.findings)
    if parts.block is None:
        return None, findings
    values, problems = read_block(path, parts.block)
    # Both sides of a merge are no YAML: once they are said, that says nothing more.
    if not any(finding.code == "KB022" and finding.line < parts.body_line for finding in findings):
        findings.extend(problems)
    if values is None:
        return None, findings
    return build_entry(path, values, parts.block, parts.body, parts.body_line), findings


def body_of(path: str, data: bytes) -> tuple[str, int]:
    """The body of the entry file *data*, and the line on which it begins, without reading the front matter."""
    text, _ = decode(path, data)
    parts = split(path, text or "")
    return parts.body, parts.body_line


def build_entry(path: str, values: Mapping[str, Any], block: str, body: str, body_line: int) -> Entry:
    """Build the entry that *values* describe; a value of the wrong shape is left out."""
    match = _ENTRY_PATH.match(path)
    folder, name = (match.group(1), match.group(2)) if match else ("", path.rsplit("/", 1)[-1].removesuffix(".md"))
    stem, _, stem_date = name.partition("@")
    until = values.get("valid_until")
    id_ = _word(values.get("id"))
    return Entry(
        path=path,
        folder=folder,
        stem=stem,
        stem_date=stem_date,
        id=id_,
        title=_word(values.get("title")),
        type=_word(values.get("type")),
        owner=_word(values.get("owner")),
        scope=_words(values.get("scope")),
        topic=_word(values.get("topic")) or id_,
        contact=_words(values.get("contact")),
        valid_from=parse_date(values.get("valid_from")),
        valid_until=parse_date(until),
        long_term=until == LONG_TERM,
        review_by=parse_date(values.get("review_by")),
        audience=_word(values.get("audience")) or "internal",
        keywords=_words(values.get("keywords")),
        aliases=_words(values.get("aliases")),
        tested=_tested(values.get("tested")),
        attachments=tuple(_attachments(values.get("attachments"))),
        facts=tuple(_facts(values.get("facts"))),
        withdrawn=_withdrawal(values.get("withdrawn")),
        front_matter=values,
        block=block,
        body=body,
        body_line=body_line,
    )


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _words(value: object) -> tuple[str, ...]:
    return tuple(part for part in value if isinstance(part, str)) if isinstance(value, list) else ()


def _mappings(value: object) -> list[dict[str, Any]]:
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _tested(value: object) -> Tested | None:
    if not isinstance(value, dict):
        return None
    return Tested(_word(value.get("by")), parse_date(value.get("on")), _word(value.get("covers")))


def _attachments(value: object) -> Iterable[Attachment]:
    for part in _mappings(value):
        if _word(part.get("file")):
            yield Attachment(_word(part.get("file")), _word(part.get("kind")))


def _facts(value: object) -> Iterable[Fact]:
    for part in _mappings(value):
        if _word(part.get("key")):
            yield Fact(*(_word(part.get(name)) for name in ("key", "value", "unit", "source")))


def _withdrawal(value: object) -> Withdrawal | None:
    if not isinstance(value, dict):
        return None
    return Withdrawal(parse_date(value.get("on")), _word(value.get("reason")), _word(value.get("replaced_by")) or None)
