"""Every rule: its code, name and severity, and the checks that yield them, in the order in which they run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kbctl.model.finding import Severity
from kbctl.rules import (
    attachments,
    completeness,
    customer_data,
    facts,
    front_matter,
    identity,
    links,
    people,
    scope,
    sections,
    tables,
    testing,
    text,
    topics,
    validity,
)
from kbctl.rules.context import CorpusCheck, EntryCheck

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True, slots=True)
class Rule:
    """A code with its name and severity. Its sentences stand in ``output/messages.py``."""

    code: str
    name: str
    severity: Severity


ENTRY_CHECKS: tuple[EntryCheck, ...] = (
    front_matter.check,
    front_matter.check_lists,
    identity.check,
    people.check,
    scope.check,
    validity.check,
    testing.check,
    sections.check,
    completeness.check,
    attachments.check,
    links.check,
    tables.check,
    facts.check_stated,
    customer_data.check,
    text.check,
)

CORPUS_CHECKS: tuple[CorpusCheck, ...] = (
    identity.check_unique,
    attachments.check_orphans,
    topics.check,
    facts.check,
)

RULES: Mapping[str, Rule] = {
    code: Rule(code, name, severity)
    for code, name, severity in (
        # the file and its encoding
        ("KB001", "not-utf-8", ERROR),
        ("KB002", "byte-order-mark", WARNING),
        ("KB003", "carriage-returns", WARNING),
        ("KB004", "file-too-large", ERROR),
        ("KB005", "binary-or-control-characters", ERROR),
        ("KB006", "symbolic-link", ERROR),
        ("KB007", "file-name", ERROR),
        ("KB008", "unreadable", ERROR),
        ("KB009", "misplaced-file", ERROR),
        # front matter
        ("KB010", "no-front-matter", ERROR),
        ("KB011", "front-matter-unclosed", ERROR),
        ("KB012", "yaml-syntax", ERROR),
        ("KB013", "yaml-alias-or-tag", ERROR),
        ("KB014", "yaml-too-deep-or-large", ERROR),
        ("KB015", "duplicate-key", ERROR),
        ("KB016", "unknown-key", ERROR),
        ("KB017", "missing-key", ERROR),
        ("KB018", "wrong-value", ERROR),
        ("KB019", "wrong-date", ERROR),
        ("KB020", "unknown-type", ERROR),
        ("KB021", "wide-comma-in-list", WARNING),
        ("KB022", "merge-marker", ERROR),
        # identity, people, scope, validity, tests
        ("KB101", "id-and-file-name", ERROR),
        ("KB102", "id-twice", ERROR),
        ("KB103", "owner-and-folder", ERROR),
        ("KB104", "unknown-owner", ERROR),
        ("KB105", "unknown-contact", ERROR),
        ("KB106", "contact-has-left", ERROR),
        ("KB107", "contact-without-phone", ERROR),
        ("KB110", "unknown-institution", ERROR),
        ("KB111", "scope-beyond-branch", ERROR),
        ("KB116", "version-and-file-name", ERROR),
        ("KB117", "versions-of-two-types", ERROR),
        ("KB118", "version-of-operating-type", ERROR),
        ("KB120", "ends-before-it-begins", ERROR),
        ("KB121", "long-term-not-allowed", ERROR),
        ("KB122", "long-term-without-review", ERROR),
        ("KB123", "review-too-late", WARNING),
        ("KB124", "valid-too-long", ERROR),
        ("KB125", "moved-into-the-future", ERROR),
        ("KB126", "unknown-replacement", ERROR),
        ("KB130", "test-statement-missing", ERROR),
        ("KB131", "tested-after-start", ERROR),
        ("KB132", "tested-in-the-future", ERROR),
        # sections
        ("KB201", "section-missing", ERROR),
        ("KB202", "item-missing", ERROR),
        ("KB203", "section-empty", ERROR),
        ("KB204", "section-order", ERROR),
        ("KB205", "section-unknown", ERROR),
        ("KB206", "section-typed", ERROR),
        ("KB207", "placeholder", ERROR),
        ("KB208", "section-twice", ERROR),
        ("KB209", "text-before-sections", ERROR),
        ("KB210", "screenshot-missing", WARNING),
        ("KB211", "heading-not-read", ERROR),
        # attachments and links
        ("KB301", "attachment-missing", ERROR),
        ("KB302", "attachment-kind-missing", ERROR),
        ("KB303", "attachment-too-large", ERROR),
        ("KB304", "attachment-unlisted", WARNING),
        ("KB305", "leaves-knowledge-base", ERROR),
        ("KB306", "attachment-kind-unknown", ERROR),
        ("KB307", "link-to-missing-entry", ERROR),
        ("KB308", "link-to-lapsed-entry", WARNING),
        ("KB310", "link-to-missing-file", ERROR),
        ("KB311", "link-scheme", ERROR),
        # the knowledge base as a whole
        ("KB401", "two-answers", ERROR),
        ("KB402", "facts-contradict", ERROR),
        ("KB403", "facts-differ-in-branch", NOTE),
        ("KB404", "fact-not-in-text", WARNING),
        ("KB501", "not-told-at-once", WARNING),
        ("KB502", "no-time-limit", WARNING),
        # operating tables
        ("KB601", "table-missing", ERROR),
        ("KB602", "table-row-broken", ERROR),
        ("KB603", "table-columns", ERROR),
        ("KB604", "table-key-twice", ERROR),
        ("KB605", "table-cell", ERROR),
        ("KB606", "table-row-stale", WARNING),
        ("KB607", "table-row-verified-in-future", ERROR),
        # customer data
        ("KB701", "id-card-number", ERROR),
        ("KB702", "bank-card-number", ERROR),
        ("KB703", "mobile-number", ERROR),
        ("KB704", "e-mail-address", WARNING),
        # Chinese text
        ("KB801", "damaged-characters", ERROR),
        ("KB802", "pinyin-gloss", WARNING),
        ("KB803", "mixed-script", WARNING),
        ("KB804", "character-width", WARNING),
        ("KB805", "bold-not-rendered", WARNING),
        ("KB806", "invisible-characters", WARNING),
        # suppressions and the rulebook
        ("KB901", "suppression-without-reason", ERROR),
        ("KB902", "suppression-of-unknown-code", ERROR),
        ("KB903", "suppression-unused", NOTE),
        ("KB910", "settings-syntax", ERROR),
        ("KB911", "rulebook-shape", ERROR),
        ("KB912", "rulebook-reference", ERROR),
        ("KB913", "rulebook-file-missing", ERROR),
    )
}
