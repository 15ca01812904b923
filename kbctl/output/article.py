"""An entry made ready for export: what show renders, as blocks, and without what must not leave the bank (R67, R70)."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from urllib.parse import unquote

from kbctl.i18n import _, language
from kbctl.model.article import Article, Block, Grid, Paragraph, Part, Run, Runs
from kbctl.model.corpus import Corpus
from kbctl.model.entry import Entry
from kbctl.model.entry_type import EntryType, Section
from kbctl.model.finding import Finding
from kbctl.model.organization import Contact
from kbctl.model.rulebook import Rulebook
from kbctl.output.entry_text import RenderedEntry, RenderedSection, derived_text, render_entry
from kbctl.output.states import STATE_NAMES
from kbctl.store.entries import entry_id, is_entry_path
from kbctl.store.rich_text import Resolver, parse_blocks
from kbctl.store.snapshot import Snapshot
from kbctl.store.tables import load_table

_ADDRESS = re.compile(r"(?:https?|mailto|tel):[!#-;=?-\[\]_a-z~]+", re.IGNORECASE)
# More columns than this ask for a wide page.
_NARROW = 6


class Discretion:
    """Takes the mobiles and e-mails of contacts out of texts that leave the bank."""

    def __init__(self, contacts: Iterable[Contact]) -> None:
        words: set[str] = set()
        for contact in contacts:
            words.update(re.escape(email) for email in (contact.email, *contact.git_emails) if email)
            digits = re.sub(r"\D", "", contact.mobile)
            if digits:
                words.add(r"(?<!\d)" + r"[ -]?".join(digits) + r"(?!\d)")
        self._pattern = re.compile("|".join(sorted(words)), re.IGNORECASE) if words else None

    def hide(self, text: str) -> str:
        """*text* with a word in the place of each of them."""
        return self._pattern.sub(_("(left out)"), text) if self._pattern else text


class Exporter:
    """Makes articles of the entries of one snapshot, as they are read on *day*.

    :param external: for readers outside the bank: no internal columns, no mobiles, no e-mails, no attachments' names.
    """

    def __init__(
        self, snapshot: Snapshot, rulebook: Rulebook, corpus: Corpus, day: date, *, external: bool = False
    ) -> None:
        self.snapshot = snapshot
        self.rulebook = rulebook
        self.corpus = corpus
        self.day = day
        self.external = external
        # About rows of operating tables that could not be read and are left out.
        self.findings: list[Finding] = []
        contacts = rulebook.organization.contacts
        self._hide = Discretion(contacts.values()).hide if external else str

    def article(self, entry: Entry, warnings: Iterable[str] = ()) -> Article:
        """*entry* as an article; *warnings* come before its own."""
        rendered = render_entry(entry, self.rulebook, self.corpus, self.snapshot, self.day)
        resolver = Resolver(lambda source: self._picture(entry, source), lambda target: link_target(entry, target))
        return Article(
            id=entry.id,
            title=self._hide(rendered.title),
            facts=tuple((label, self._hide("\n".join(texts))) for label, texts in self._facts(rendered).items()),
            warnings=tuple(self._hide(text) for text in (*warnings, *rendered.warnings)),
            parts=tuple(self._part(entry, part, resolver) for part in rendered.sections),
        )

    def _facts(self, rendered: RenderedEntry) -> dict[str, list[str]]:
        """What stands above the sections; several contacts share a label."""
        facts: dict[str, list[str]] = defaultdict(list)
        for label, text in rendered.facts():
            facts[label].append(text)
        if rendered.state is not None:
            state = _(STATE_NAMES[rendered.state])
            facts[_("state")] = [_("{state} (as of {day})").format(state=state, day=self.day)]
        entry_type = self._type(rendered.entry)
        if rendered.entry.attachments and not self.external:
            kinds = entry_type.attachment_kinds if entry_type else {}
            facts[_("attachments")] = [
                f"{part.file}（{kinds.get(part.kind, part.kind)}）" for part in rendered.entry.attachments
            ]
        return facts

    def _type(self, entry: Entry) -> EntryType | None:
        return self.rulebook.types.get(entry.type)

    def _part(self, entry: Entry, section: RenderedSection, resolver: Resolver) -> Part:
        if section.typed:
            text = self._hide(section.text)
            return Part(section.heading, parse_blocks(text, resolver), text)
        entry_type = self._type(entry)
        shape = entry_type.section(section.heading) if entry_type else None
        # What is filled in, but by no section of the template, are the rows of an operating table.
        blocks = self._derived(entry, shape) if shape is not None else [self._rows(entry)]
        return Part(section.heading, tuple(blocks))

    def _derived(self, entry: Entry, section: Section) -> Iterator[Block]:
        """What the front matter holds for a section: people as a table, anything else as lines."""
        sources = [section.source, *(item.source for item in section.items)]
        for source in dict.fromkeys(source for source in sources if source):
            value = entry.front_matter.get(source)
            known = self.rulebook.organization.contacts
            people = [known[part] for part in value if part in known] if isinstance(value, list) else []
            if people:
                yield self._people(people)
            else:
                for line in derived_text(entry, source, self.rulebook).split("\n"):
                    yield Paragraph((Run(self._hide(line)),))

    def _people(self, people: list[Contact]) -> Grid:
        header = [_("contact"), _("answers for"), _("phone")]
        rows = [[contact.name, contact.scope, contact.phone] for contact in people]
        if not self.external:
            header += [_("mobile"), _("e-mail")]
            for row, contact in zip(rows, people, strict=True):
                row += [contact.mobile, contact.email]
        return Grid(_cells(header), tuple(_cells(self._hide(text) for text in row) for row in rows))

    def _rows(self, entry: Entry) -> Grid:
        """The rows of an operating table; institutions by name."""
        entry_type = self._type(entry)
        assert entry_type is not None
        assert entry_type.table is not None
        columns = [column for column in entry_type.table.columns if not (self.external and column.internal)]
        names = {id_: known.name for id_, known in self.rulebook.organization.institutions.items()}
        rows = []
        table = load_table(self.snapshot, entry)
        self.findings.extend(table.findings)
        for row in table.rows:
            cells = [row.cells.get(column.name, "") for column in columns]
            texts = [
                names.get(text, text) if column.kind == "institution" else text
                for column, text in zip(columns, cells, strict=True)
            ]
            rows.append(_cells(self._hide(text) for text in texts))
        header = _cells(column.titles.get(language(), column.name) for column in columns)
        return Grid(header, tuple(rows), wide=len(columns) > _NARROW)

    def _picture(self, entry: Entry, source: str) -> bytes | None:
        """The bytes of a picture among the entry's own attachments; nothing is fetched from elsewhere."""
        path = posixpath.normpath(posixpath.join(posixpath.dirname(entry.path), unquote(source)))
        info = self.snapshot.files().get(path)
        limit = self.rulebook.settings.attachment_mib * 2**20
        if (
            not path.startswith(entry.attachment_folder + "/")
            or info is None
            or info.kind != "file"
            or info.size > limit
        ):
            return None
        try:
            return self.snapshot.read(path)
        except OSError:
            return None


def link_target(entry: Entry, target: str) -> str:
    """What a link leads to: an address, ``#id`` for another entry, empty for anything else."""
    if _ADDRESS.fullmatch(target):
        return target
    path = posixpath.normpath(posixpath.join(posixpath.dirname(entry.path), unquote(target.split("#", 1)[0])))
    return "#" + entry_id(path) if is_entry_path(path) else ""


def _cells(texts: Iterable[str]) -> tuple[Runs, ...]:
    return tuple((Run(text),) for text in texts)
