"""The settings in ``kb/kb.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from kbctl.settings import Settings, TimeLimit
from kbctl.store import metaschemas
from kbctl.store.json_schema import SchemaValidator
from kbctl.store.rulebook.reading import RulebookReader, known_keys

PATH = "kb/kb.toml"
_TOML_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


def read_settings(reader: RulebookReader) -> Settings:
    """The settings; a table of the file that is wrong counts as left out."""
    text = reader.text(PATH)
    if text is None:
        return Settings()
    try:
        values = _plain(tomllib.loads(text))
    except RecursionError:
        reader.error("KB910", PATH, problem="nested too deeply")
        return Settings()
    except tomllib.TOMLDecodeError as error:
        match = _TOML_PLACE.search(str(error))
        place = (int(match.group(1)), int(match.group(2))) if match else (text.count("\n") + 1, 1)
        reader.error("KB910", PATH, place, problem=_TOML_PLACE.sub("", str(error)).strip())
        return Settings()
    schema = metaschemas.SETTINGS
    bad: set[str] = set()
    for problem in SchemaValidator(schema).problems(values, lambda at: known_keys(schema, at)):
        reader.schema_problem(PATH, problem, _toml_place(text, problem.path))
        bad.add(str(problem.path[0]))
    return _settings({key: value for key, value in values.items() if key not in bad})


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
