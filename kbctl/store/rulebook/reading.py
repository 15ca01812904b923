"""Files of the rulebook as checked values, and what is wrong with them as findings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from kbctl.model.finding import Finding
from kbctl.store.front_matter import decode
from kbctl.store.json_schema import SchemaProblem, SchemaValidator
from kbctl.store.snapshot import Snapshot
from kbctl.store.yaml_text import YamlText, read_yaml

# The files that make up the rulebook.
_READ = re.compile(
    r"kb/(?:kb\.toml|roles\.yaml|synonyms\.yaml)\Z|kb/(?:organization|calendar)/.+\.yaml\Z|schemas/[^/]+\.yaml\Z"
)


class RulebookReader:
    """Reads the rulebook's files of one snapshot; ``findings`` gathers what is wrong with them."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.files = snapshot.files()
        self.findings: list[Finding] = []
        self._contents = _fetch(snapshot)

    def error(self, code: str, path: str, place: tuple[int, int] = (1, 1), subject: str = "", **params: Any) -> None:
        """Note a finding at *place*, a line and a column from 1."""
        self.findings.append(Finding(code, path, *place, subject, params))

    def text(self, path: str) -> str | None:
        """The decoded content of *path*; ``None`` if there is no such file or it cannot be read."""
        if path not in self.files:
            return None
        if self.files[path].kind != "file":
            self.error("KB006", path)
            return None
        data = self._contents[path]
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
        for misfit in SchemaValidator(schema).problems(read.value, lambda at: known_keys(schema, at)):
            self.schema_problem(path, misfit, _place(read, misfit))
            sound = False
        return read if sound else None

    def schema_problem(self, path: str, problem: SchemaProblem, place: tuple[int, int]) -> None:
        """Note where a value does not fit its schema."""
        key = ".".join(str(part) for part in problem.path) or path.rsplit("/", 1)[-1]
        self.error(
            "KB911", path, place, key, key=key, reason=problem.reason, expected=problem.expected, near=problem.near
        )


def _fetch(snapshot: Snapshot) -> dict[str, bytes | OSError]:
    """The content of every file that may be read, fetched together: one by one takes git a process each."""
    wanted = [path for path, info in snapshot.files().items() if info.kind == "file" and _READ.match(path)]
    return dict(snapshot.read_many(wanted))


def known_keys(schema: Mapping[str, Any], path: Iterable[str | int]) -> list[str]:
    """The keys that *schema* allows at *path*."""
    current: Any = schema
    for part in path:
        current = current.get("items", {}) if isinstance(part, int) else current.get("properties", {}).get(part, {})
    return list(current.get("properties", {}))


def _place(read: YamlText, problem: SchemaProblem) -> tuple[int, int]:
    if problem.reason == "unknown-key":
        return read.key_places.get(problem.path, (1, 1))
    for length in range(len(problem.path), -1, -1):
        place = read.places.get(problem.path[:length])
        if place is not None:
            return place
    return (1, 1)
