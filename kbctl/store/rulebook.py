"""Reading the rulebook: settings, knowledge types, organization, roles and synonyms, each error with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any

from kbctl.model.entry_type import Column, EntryType, Item, Section, TableShape, ValidityLimits
from kbctl.model.finding import Finding
from kbctl.model.organization import HEAD_OFFICE, Contact, Department, Institution, Organization, Roles
from kbctl.model.rulebook import Rulebook
from kbctl.model.working_days import WorkingDays
from kbctl.settings import Settings, TimeLimit
from kbctl.store import metaschemas
from kbctl.store.calendar import CALENDAR_PATH, build_calendar
from kbctl.store.front_matter import decode
from kbctl.store.json_schema import SchemaProblem, SchemaValidator, parse_date
from kbctl.store.snapshot import Snapshot
from kbctl.store.yaml_text import YamlText, read_yaml

SETTINGS_PATH = "kb/kb.toml"
ROLES_PATH = "kb/roles.yaml"
SYNONYMS_PATH = "kb/synonyms.yaml"
INSTITUTIONS_PATH = "kb/organization/institutions.yaml"
# The files that make up the rulebook.
_READ = re.compile(
    r"kb/(?:kb\.toml|roles\.yaml|synonyms\.yaml)\Z|kb/(?:organization|calendar)/.+\.yaml\Z|schemas/[^/]+\.yaml\Z"
)
_TOML_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
# Keys of the front matter that a section may be rendered from, besides those of the type's own fragment.
_SOURCES = ("validity", "contact", "valid_from", "valid_until", "review_by", "scope", "keywords")


def load_rulebook(snapshot: Snapshot) -> Rulebook:
    """Read the rulebook of *snapshot*. What is wrong becomes findings; what can be read is used all the same."""
    return _Loader(snapshot).load()


def _fetch(snapshot: Snapshot) -> dict[str, bytes | OSError]:
    """The content of every file that may be read, fetched together: one by one takes git a process each."""
    wanted = [path for path, info in snapshot.files().items() if info.kind == "file" and _READ.match(path)]
    return dict(snapshot.read_many(wanted))


class _Loader:
    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.files = snapshot.files()
        self.contents = _fetch(snapshot)
        self.findings: list[Finding] = []

    def load(self) -> Rulebook:
        settings = self.settings()
        organization = self.organization()
        roles = self.roles(organization)
        types = self.types(roles)
        synonyms = self.synonyms()
        calendar = self.calendar()
        return Rulebook(settings, types, organization, roles, synonyms, tuple(self.findings), calendar)

    def error(self, code: str, path: str, place: tuple[int, int] = (1, 1), subject: str = "", **params: Any) -> None:
        self.findings.append(Finding(code, path, *place, subject, params))

    # reading

    def text(self, path: str) -> str | None:
        if path not in self.files:
            return None
        if self.files[path].kind != "file":
            self.error("KB006", path)
            return None
        data = self.contents[path]
        if isinstance(data, OSError):
            self.error("KB008", path, problem=data.strerror or str(data))
            return None
        text, findings = decode(path, data)
        self.findings.extend(finding for finding in findings if text is None or finding.code != "KB003")
        return text

    def yaml(self, path: str, schema: Mapping[str, Any], *, typed: bool = False) -> YamlText | None:
        """Read and check a YAML file; ``None`` if it cannot be used at all."""
        text = self.text(path)
        if text is None:
            return None
        read = read_yaml(text, places=True, typed=typed)
        for problem in read.problems:
            self.error(problem.code, path, (problem.line, problem.column), **problem.params)
        if read.problems and read.value is None:
            return None
        sound = True
        for misfit in SchemaValidator(schema).problems(read.value, lambda at: _known_keys(schema, at)):
            self.schema_problem(path, misfit, _place(read, misfit))
            sound = False
        return read if sound else None

    def schema_problem(self, path: str, problem: SchemaProblem, place: tuple[int, int]) -> None:
        key = ".".join(str(part) for part in problem.path) or path.rsplit("/", 1)[-1]
        self.error(
            "KB911", path, place, key, key=key, reason=problem.reason, expected=problem.expected, near=problem.near
        )

    # settings

    def settings(self) -> Settings:
        text = self.text(SETTINGS_PATH)
        if text is None:
            return Settings()
        try:
            values = _plain(tomllib.loads(text))
        except RecursionError:
            self.error("KB910", SETTINGS_PATH, problem="nested too deeply")
            return Settings()
        except tomllib.TOMLDecodeError as error:
            match = _TOML_PLACE.search(str(error))
            place = (int(match.group(1)), int(match.group(2))) if match else (text.count("\n") + 1, 1)
            self.error("KB910", SETTINGS_PATH, place, problem=_TOML_PLACE.sub("", str(error)).strip())
            return Settings()
        schema = metaschemas.SETTINGS
        bad: set[str] = set()
        for problem in SchemaValidator(schema).problems(values, lambda at: _known_keys(schema, at)):
            self.schema_problem(SETTINGS_PATH, problem, _toml_place(text, problem.path))
            bad.add(str(problem.path[0]))
        return _settings({key: value for key, value in values.items() if key not in bad})

    # organization

    def organization(self) -> Organization:
        institutions = self.institutions()
        departments: dict[str, Department] = {}
        contacts: dict[str, Contact] = {}
        parents: dict[str, tuple[int, int]] = {}
        for path in sorted(self.files):
            if not path.startswith("kb/organization/") or not path.endswith(".yaml") or path == INSTITUTIONS_PATH:
                continue
            read = self.yaml(path, metaschemas.DEPARTMENT)
            if read is None:
                continue
            department = _department(path, read.value)
            if department.id != path.rsplit("/", 1)[-1].removesuffix(".yaml"):
                self.error("KB912", path, read.places[("id",)], department.id, reason="file-name", name=department.id)
                continue
            if institutions and department.institution not in institutions:
                place = read.places[("institution",)]
                self.error("KB912", path, place, department.id, reason="institution", name=department.institution)
            for number, contact in enumerate(department.contacts):
                if contact.id in contacts:
                    place = read.places[("contacts", number, "id")]
                    other = contacts[contact.id].department
                    self.error("KB912", path, place, contact.id, reason="contact-twice", name=contact.id, other=other)
                contacts.setdefault(contact.id, contact)
            departments[department.id] = department
            parents[department.id] = read.places.get(("parent",), (1, 1))
        self.check_parents(departments, parents)
        return Organization(institutions, departments, contacts)

    def check_parents(self, departments: Mapping[str, Department], places: Mapping[str, tuple[int, int]]) -> None:
        for id_, department in departments.items():
            if department.parent and department.parent not in departments:
                self.error("KB912", department.path, places[id_], id_, reason="parent", name=department.parent)

    def institutions(self) -> dict[str, Institution]:
        if INSTITUTIONS_PATH not in self.files:
            self.error("KB913", INSTITUTIONS_PATH)
        read = self.yaml(INSTITUTIONS_PATH, metaschemas.INSTITUTIONS)
        if read is None:
            return {}
        found: dict[str, Institution] = {}
        for number, row in enumerate(read.value["institutions"]):
            place = read.places[("institutions", number)]
            if row["id"] in found:
                self.error("KB912", INSTITUTIONS_PATH, place, row["id"], reason="institution-twice", name=row["id"])
            found[row["id"]] = Institution(row["id"], row["name"], row.get("parent"))
        if HEAD_OFFICE not in found:
            self.error("KB912", INSTITUTIONS_PATH, reason="no-head-office", name=HEAD_OFFICE)
        organization = Organization(found)
        for number, row in enumerate(read.value["institutions"]):
            chain = list(organization.ancestors(row["id"]))
            if chain[-1] != HEAD_OFFICE:
                place = read.places[("institutions", number)]
                self.error("KB912", INSTITUTIONS_PATH, place, row["id"], reason="not-under-head-office", name=row["id"])
        return found

    # roles and synonyms

    def roles(self, organization: Organization) -> Roles:
        read = self.yaml(ROLES_PATH, metaschemas.ROLES)
        if read is None:
            return Roles()
        value = read.value
        for path, name in _leaves(value):
            if organization.contacts and name not in organization.contacts:
                self.error("KB912", ROLES_PATH, read.places[path], name, reason="contact", name=name)
        further = {role: tuple(ids) for role, ids in value.get("further_reviewers", {}).items()}
        return Roles(tuple(value["reviewers"]), tuple(value.get("administrators", ())), further)

    def synonyms(self) -> dict[str, tuple[str, ...]]:
        read = self.yaml(SYNONYMS_PATH, metaschemas.SYNONYMS)
        if read is None or not isinstance(read.value, dict):
            return {}
        return {word: tuple(terms) for word, terms in read.value.items()}

    def calendar(self) -> WorkingDays:
        read = (self.yaml(path, metaschemas.CALENDAR) for path in sorted(self.files) if CALENDAR_PATH.match(path))
        return build_calendar(year.value for year in read if year is not None)

    # types

    def types(self, roles: Roles) -> dict[str, EntryType]:
        types: dict[str, EntryType] = {}
        for path in sorted(self.files):
            if not path.startswith("schemas/") or not path.endswith(".yaml") or path.count("/") != 1:
                continue
            read = self.yaml(path, metaschemas.ENTRY_TYPE, typed=True)
            if read is None:
                continue
            entry_type = _entry_type(path, read.value)
            if entry_type.id != path.rsplit("/", 1)[-1].removesuffix(".yaml"):
                self.error("KB912", path, read.places[("id",)], entry_type.id, reason="file-name", name=entry_type.id)
                continue
            types[entry_type.id] = self.check_type(path, entry_type, read, roles)
        return types

    def check_type(self, path: str, entry_type: EntryType, read: YamlText, roles: Roles) -> EntryType:
        """What a schema file's own shape cannot say: names within it that must agree.

        :return: the type, without a fragment that is no JSON Schema.
        """
        try:
            SchemaValidator({"type": "object", **entry_type.front_matter})
        except ValueError as error:
            place = read.places[("front_matter",)]
            self.error("KB912", path, place, reason="front-matter", name=str(error).split("\n", 1)[0])
            entry_type = replace(entry_type, front_matter={})
        sources = {*_SOURCES, *entry_type.front_matter.get("properties", {})}
        for at, source in _sources(entry_type):
            if source not in sources:
                self.error("KB912", path, read.places[at], source, reason="source", name=source)
        for number, kind in enumerate(entry_type.required_attachments):
            if kind not in entry_type.attachment_kinds:
                place = read.places[("attachments", "required", number)]
                self.error("KB912", path, place, kind, reason="attachment-kind", name=kind)
        for number, role in enumerate(entry_type.reviewers):
            if role not in roles.further_reviewers:
                self.error("KB912", path, read.places[("reviewers", number)], role, reason="reviewer", name=role)
        table = entry_type.table
        if table is not None:
            kinds = {column.name: column.kind for column in table.columns}
            for name, kind in ((table.key, "key"), (table.verified, "date")):
                if kinds.get(name) != kind:
                    self.error("KB912", path, read.places[("table",)], name, reason="column", name=name, kind=kind)
            for number, column in enumerate(table.columns):
                if column.kind == "choice" and not column.choices:
                    place = read.places[("table", "columns", number)]
                    self.error("KB912", path, place, column.name, reason="choices", name=column.name)
        return entry_type


def _place(read: YamlText, problem: SchemaProblem) -> tuple[int, int]:
    if problem.reason == "unknown-key":
        return read.key_places.get(problem.path, (1, 1))
    for length in range(len(problem.path), -1, -1):
        place = read.places.get(problem.path[:length])
        if place is not None:
            return place
    return (1, 1)


def _plain(value: Any) -> Any:
    """*value* with dates and times as text, which a schema can judge."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, date | time) else value


def _toml_place(text: str, path: tuple[str | int, ...]) -> tuple[int, int]:
    """The line of the table header or key that *path* names; TOML's reader keeps no places."""
    names = [str(part) for part in path if isinstance(part, str)]
    line = 1
    lines = text.split("\n")
    for depth in range(len(names), 0, -1):
        header = "[" + ".".join(names[:depth]) + "]"
        for number, content in enumerate(lines):
            if content.split("#", 1)[0].strip() == header:
                line = number + 1
                if depth < len(names):
                    for below in range(number + 1, len(lines)):
                        if lines[below].lstrip().startswith("["):
                            break
                        if re.match(rf"\s*{re.escape(names[depth])}\s*=", lines[below]):
                            return below + 1, 1
                return line, 1
    return line, 1


def _known_keys(schema: Mapping[str, Any], path: Iterable[str | int]) -> list[str]:
    """The keys that *schema* allows at *path*."""
    current: Any = schema
    for part in path:
        current = current.get("items", {}) if isinstance(part, int) else current.get("properties", {}).get(part, {})
    return list(current.get("properties", {}))


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterable[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _leaves(part, (*path, number))
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _leaves(part, (*path, key))


def _sources(entry_type: EntryType) -> Iterable[tuple[tuple[str | int, ...], str]]:
    for number, section in enumerate(entry_type.sections):
        if section.source:
            yield ("sections", number, "from"), section.source
        for below, item in enumerate(section.items):
            if item.source:
                yield ("sections", number, "items", below, "from"), item.source


def _settings(values: Mapping[str, Any]) -> Settings:
    general = values.get("knowledge-base", {})
    limits = values.get("limits", {})
    hours = values.get("working-hours", {})
    default = Settings()
    return Settings(
        name=general.get("name", default.name),
        language=general.get("language"),
        base=general.get("base"),
        baseline=general.get("baseline") or None,
        warning_days=tuple(sorted(general.get("warning_days", default.warning_days), reverse=True)),
        stale_clone_hours=general.get("stale_clone_hours", default.stale_clone_hours),
        entry_kib=limits.get("entry_kib", default.entry_kib),
        attachment_mib=limits.get("attachment_mib", default.attachment_mib),
        day_start=time.fromisoformat(hours["start"]) if hours else default.day_start,
        day_end=time.fromisoformat(hours["end"]) if hours else default.day_end,
        review_hours={**default.review_hours, **values.get("review-hours", {})},
        time_limits={name: TimeLimit(**limit) for name, limit in values.get("time-limits", {}).items()},
        search_limit=values.get("search", {}).get("limit", default.search_limit),
    )


def _department(path: str, value: Mapping[str, Any]) -> Department:
    contacts = tuple(
        Contact(
            id=row["id"],
            name=row["name"],
            department=value["id"],
            phone=str(row.get("phone", "")),
            mobile=str(row.get("mobile", "")),
            email=row.get("email", ""),
            scope=row.get("scope", ""),
            git_emails=tuple(row.get("git_emails", ())),
            start=parse_date(row.get("from")),
            until=parse_date(row.get("until")),
        )
        for row in value["contacts"]
    )
    return Department(
        id=value["id"],
        name=value["name"],
        institution=value["institution"],
        role=value["role"],
        parent=value.get("parent"),
        forge_team=value.get("forge_team", ""),
        contacts=contacts,
        path=path,
    )


def _entry_type(path: str, value: Mapping[str, Any]) -> EntryType:
    attachments = value.get("attachments", {"kinds": {}})
    limits = value.get("validity", {})
    return EntryType(
        id=value["id"],
        names=value["names"],
        words=tuple(value.get("words", ())),
        category=value["category"],
        carrier=value["carrier"],
        tested=value.get("tested", "none"),
        validity=ValidityLimits(
            limits.get("long_term", True), limits.get("max_days"), limits.get("review_within_days")
        ),
        lead_time_days=value.get("lead_time_days", 0),
        reviewers=tuple(value.get("reviewers", ())),
        front_matter=value.get("front_matter", {}),
        sections=tuple(_section(row) for row in value["sections"]),
        attachment_kinds=attachments["kinds"],
        required_attachments=tuple(attachments.get("required", ())),
        table=_table(value["table"]) if "table" in value else None,
        path=path,
    )


def _section(row: Mapping[str, Any]) -> Section:
    items = tuple(
        Item(item["heading"], item.get("required", False), item.get("from"), tuple(item.get("answers", ())))
        for item in row.get("items", ())
    )
    return Section(
        heading=row["heading"],
        required=row.get("required", True),
        source=row.get("from"),
        screenshot=row.get("screenshot", False),
        answers=tuple(row.get("answers", ())),
        items=items,
    )


def _table(row: Mapping[str, Any]) -> TableShape:
    columns = tuple(
        Column(
            name=column["name"],
            titles=column["title"],
            kind=column["kind"],
            required=column.get("required", False),
            choices=tuple(column.get("choices", ())),
            internal=column.get("internal", False),
        )
        for column in row["columns"]
    )
    return TableShape(row["key"], row["verified"], row["verify_every_days"], columns)
