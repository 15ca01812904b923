"""From entries and their operating tables to the records that are indexed. Parses Markdown: not for the query path."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby

from kbctl.model.corpus import Corpus
from kbctl.model.entry import Entry
from kbctl.model.entry_type import EntryType, TableShape
from kbctl.model.organization import Organization
from kbctl.model.rulebook import Rulebook
from kbctl.search.record import FOREVER, Dates, Passage, Person, SearchDocument
from kbctl.store.entries import body_of
from kbctl.store.markdown import Block, Document, parse_document
from kbctl.store.snapshot import Snapshot

TABLE = "table.csv"
PASSAGE_LENGTH = 200

_MARKS = re.compile(r"[*_`~\[\]!<\\]")
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_AUTOLINK = re.compile(r"<((?:https?|mailto):[^<>\s]*)>")
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|</?[A-Za-z][^<>]*>", re.DOTALL)
_EMPHASIS = re.compile(r"(\*{1,3}|_{2,3}|~~|`+)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_SENTENCE = re.compile(r".+?(?:[。！？；!?;\n]+[”’）」』]*|\Z)", re.DOTALL)
_BREAK = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])\s*\n\s*(?=[\u3000-\u9fff\uff00-\uffef])")
_SPACE = re.compile(r"\s+")


def light(rulebook: Rulebook) -> Callable[[Entry], Entry]:
    """What to keep of an entry until its document is built: everything but the texts, which are read again then."""
    sections = [section for entry_type in rulebook.types.values() for section in entry_type.sections]
    rendered = {section.source for section in sections}
    rendered.update(item.source for section in sections for item in section.items)

    def keep(entry: Entry) -> Entry:
        values = {key: value for key, value in entry.front_matter.items() if key in rendered}
        return replace(entry, front_matter=values, block="", body="")

    return keep


def build_documents(snapshot: Snapshot, rulebook: Rulebook, corpus: Corpus) -> Iterator[SearchDocument]:
    """Yield a record for each version of an entry that can be served, and for each row of its table, in order of path.

    :param snapshot: where the bodies and tables are read from; a row that cannot be read is left out.
    :param corpus: the entries, which may be kept :func:`light`.
    """
    entries = sorted((entry for entry in corpus if entry.served), key=lambda entry: entry.path)
    tables = _read_tables(snapshot, rulebook, entries)
    bodies = snapshot.read_many([entry.path for entry in entries])
    for entry, (_, data) in zip(entries, bodies, strict=True):
        body, line = ("", 1) if isinstance(data, OSError) else body_of(entry.path, data)
        record = entry_document(entry, body, line, rulebook, corpus)
        yield record
        shape = _shape(entry, rulebook)
        path = f"{entry.attachment_folder}/{TABLE}"
        if shape is not None and path in tables:
            yield from row_documents(record, shape, rulebook.organization, path, tables[path])


def entry_document(entry: Entry, body: str, line: int, rulebook: Rulebook, corpus: Corpus) -> SearchDocument:
    """The record of one version of an entry, whose *body* begins on *line*."""
    organization = rulebook.organization
    successor = corpus.successor(entry)
    document = parse_document(body, line)
    return SearchDocument(
        id=entry.id,
        path=entry.path,
        title=entry.title,
        type=entry.type,
        owner=entry.owner,
        owner_name=organization.department_name(entry.owner),
        scope=entry.scope,
        topic=entry.topic,
        audience=entry.audience,
        valid_from=entry.valid_from.isoformat() if entry.valid_from else "",
        valid_until=entry.valid_until_text,
        withdrawn_on=entry.withdrawn.on.isoformat() if entry.withdrawn and entry.withdrawn.on else "",
        successor_from=successor.valid_from.isoformat() if successor and successor.valid_from else "",
        dates=_dates(entry, corpus),
        contacts=tuple(_people(entry.contact, organization)),
        keywords=entry.keywords,
        aliases=entry.aliases,
        passages=tuple(_passages(entry, document, rulebook.types.get(entry.type), organization)),
        pictures=tuple(_pictures(document)),
        review_by=entry.review_by.isoformat() if entry.review_by else "",
        facts=tuple((fact.key, fact.value + fact.unit) for fact in entry.facts),
    )


def row_documents(
    entry: SearchDocument, shape: TableShape, organization: Organization, path: str, table: str
) -> Iterator[SearchDocument]:
    """The records of the rows of *table* (CSV text in *path*), which belong to *entry*; broken rows are passed over.

    The schema's internal columns are left out: what is found is read out to customers, so a number that is not
    for them is neither shown nor found here (R67). `kbctl table` and `kbctl show` list it.
    """
    columns = {column.name: column for column in shape.columns if not column.internal}
    naming = next((column.name for column in columns.values() if column.kind == "text"), shape.key)
    seen: set[str] = set()
    for line, row in _rows(table):
        key = row.get(shape.key, "")
        if not key or key in seen:
            continue
        seen.add(key)
        cells = []
        for name, value in row.items():
            column = columns.get(name)
            if column is not None and value:
                known = organization.institutions.get(value) if column.kind == "institution" else None
                cells.append(f"{column.titles.get('zh_CN', name)}：{known.name if known else value}")
        yield entry.as_row(key, row.get(naming, ""), path, Passage("", "", line, "；".join(cells)))


def _rows(table: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells by column of each sound row."""
    reader = csv.reader(io.StringIO(table, newline=""))
    header: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            continue
        if header is None:
            header = cells
        elif len(cells) == len(header):
            yield line, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}


def _shape(entry: Entry, rulebook: Rulebook) -> TableShape | None:
    entry_type = rulebook.types.get(entry.type)
    return entry_type.table if entry_type else None


def _read_tables(snapshot: Snapshot, rulebook: Rulebook, entries: Iterable[Entry]) -> Mapping[str, str]:
    files = snapshot.files()
    paths = {f"{entry.attachment_folder}/{TABLE}" for entry in entries if _shape(entry, rulebook)}
    wanted = sorted(path for path in paths if path in files and files[path].kind == "file")
    return {
        path: data.decode("utf-8-sig", "replace")
        for path, data in snapshot.read_many(wanted)
        if not isinstance(data, OSError)
    }


def _dates(entry: Entry, corpus: Corpus) -> Dates:
    stated = entry.validity
    assert stated is not None, "only entries that can be served are indexed"
    window = corpus.effective(entry)
    withdrawn = entry.withdrawn.on if entry.withdrawn else None
    return Dates(
        start=window.start.toordinal() if window else 1,
        end=(window.until.toordinal() if window.until else FOREVER) if window else 0,
        stated_start=stated.start.toordinal(),
        stated_until=stated.until.toordinal() if stated.until else FOREVER,
        withdrawn=withdrawn.toordinal() if withdrawn else 0,
    )


def _people(ids: Iterable[str], organization: Organization) -> Iterator[Person]:
    for id_ in ids:
        contact = organization.contacts.get(id_)
        if contact is not None:
            start = contact.start.isoformat() if contact.start else ""
            yield Person(id_, contact.name, contact.phone, start, contact.until.isoformat() if contact.until else "")


# passages


def _passages(
    entry: Entry, document: Document, entry_type: EntryType | None, organization: Organization
) -> Iterator[Passage]:
    """The body in order, then what is rendered from the front matter."""
    yield from _pack("", "", document.preface)
    for section in document.sections:
        yield from _pack(section.heading, "", section.blocks)
        for item in section.items:
            yield from _pack(section.heading, item.heading, item.blocks)
    facts = "；".join(f"{fact.key}：{fact.value}{fact.unit}" for fact in entry.facts)
    if facts:
        yield Passage("", "", 1, facts)
    if entry_type is not None:
        yield from _derived(entry, entry_type, organization)


def _derived(entry: Entry, entry_type: EntryType, organization: Organization) -> Iterator[Passage]:
    """What show and export render in the sections that are not typed."""
    told: set[str] = set()
    for section in entry_type.sections:
        parts = [(item.heading, item.source) for item in section.items] if section.items else [("", section.source)]
        for heading, source in parts:
            # The window is not text: the record holds its days, and whoever shows it words it.
            text = _derived_text(entry, source, organization) if source and source != "validity" else ""
            if text and text not in told:
                told.add(text)
                yield Passage(section.heading, heading, 1, text)


def _derived_text(entry: Entry, source: str, organization: Organization) -> str:
    value = entry.front_matter.get(source)
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        return ""
    known = (organization.contacts.get(part) for part in value if isinstance(part, str))
    people = [f"{contact.name} {contact.phone}" for contact in known if contact]
    return "；".join(people or [part for part in value if isinstance(part, str)])


def _pack(section: str, item: str, blocks: Iterable[Block]) -> Iterator[Passage]:
    """Fill passages of about :data:`PASSAGE_LENGTH` characters with *blocks*, each on a line of its own."""
    text, line = "", 0
    for at, piece in _pieces(blocks):
        if text and len(text) + len(piece) >= PASSAGE_LENGTH:
            yield Passage(section, item, line, text)
            text = ""
        if not text:
            line = at
        text = f"{text}\n{piece}" if text else piece
    if text:
        yield Passage(section, item, line, text)


def _pieces(blocks: Iterable[Block]) -> Iterator[tuple[int, str]]:
    """Line and text of each stretch that is not divided unless it is too long by itself."""
    for in_table, group in groupby(blocks, key=lambda block: block.kind == "cell"):
        for line, text in _table_texts(group) if in_table else _texts(group):
            for part in _parts(text):
                yield line, part


def _texts(blocks: Iterable[Block]) -> Iterator[tuple[int, str]]:
    return ((block.line, plain(block)) for block in blocks)


def _table_texts(cells: Iterable[Block]) -> Iterator[tuple[int, str]]:
    """Line and text of each row of the tables that *cells* make, every cell behind the name of its column."""
    header: list[str] = []
    unused: set[str] = set()
    last = distance = 0
    for line, group in groupby(cells, key=lambda block: block.line):
        row = [plain(block) for block in group]
        # A row follows upon another; the first stands two lines below the names, and anything else begins a table.
        if line - last == distance:
            named = [(name, cell) for name, cell in zip(header, row, strict=False) if cell]
            unused.difference_update(name for name, _ in named)
            yield line, "，".join(f"{name}：{cell}" if name else cell for name, cell in named)
            distance = 1
        else:
            yield last, " ".join(name for name in header if name in unused)
            header, unused, distance = row, set(row), 2
        last = line
    yield last, " ".join(name for name in header if name in unused)


def _parts(text: str) -> Iterator[str]:
    """*text*, or its sentences where it is too long for a passage."""
    if len(text) <= PASSAGE_LENGTH:
        if text:
            yield text
        return
    for match in _SENTENCE.finditer(text):
        sentence = match.group().strip()
        for start in range(0, len(sentence), PASSAGE_LENGTH):
            yield sentence[start : start + PASSAGE_LENGTH]


def _pictures(document: Document) -> Iterator[str]:
    """What the pictures are called."""
    for block in document.blocks():
        if block.kind != "code" and "![" in block.text:
            yield from filter(None, _IMAGE.findall(block.text))


def plain(block: Block) -> str:
    """The text of *block* as it reads when rendered: no marks, no pictures, links by their words, lines joined."""
    text = block.text
    if block.kind == "html":
        text = _TAG.sub(" ", text)
    elif block.kind != "code" and _MARKS.search(text):
        text = _IMAGE.sub("", text)
        text = _LINK.sub(r"\1", text)
        text = _AUTOLINK.sub(r"\1", text)
        text = _TAG.sub("", text)
        text = _EMPHASIS.sub(r"\2", text)
        text = _ESCAPE.sub(r"\1", text)
    return _SPACE.sub(" ", _BREAK.sub("", text)).strip()
