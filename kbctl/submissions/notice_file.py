"""The intake notice as a file: Markdown with a front matter that holds everything, and the form below it for people.

The form is written from the front matter, so the same notice always has the same bytes, and an edit of one without
the other shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from kbctl.model.notice import Urgency
from kbctl.model.submission import Change, Content, Decision, Kind, Submission, Verdict
from kbctl.store.json_schema import SchemaValidator
from kbctl.store.yaml_lines import write_key
from kbctl.store.yaml_text import read_yaml
from kbctl.submissions.notice_form import CHANGE_WORDS, notice_form

# To be raised with any change of the form's layout, so that notices written before still count.
FORMAT = "1"
_MAX_BYTES = 8 * 1024 * 1024
_TIMELY = {True: "in-time", False: "late", None: "unknown"}
_TEXT = {"type": "string"}
_WORD = {"type": "string", "minLength": 1}
_WORDS = {"type": "array", "items": _WORD}


def _closed(*, optional: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": [name for name in properties if name not in optional],
        "properties": properties,
        "additionalProperties": False,
    }


_SCHEMA = SchemaValidator(
    _closed(
        format={"enum": [FORMAT]},
        number=_WORD,
        kind={"enum": [kind.value for kind in Kind]},
        urgency={"enum": [urgency.value for urgency in Urgency]},
        day={"type": "string", "format": "date"},
        revision={"type": "string", "pattern": "^[1-9][0-9]{0,3}$"},
        submitted_at=_WORD,
        department=_WORD,
        department_name=_TEXT,
        submitter=_WORD,
        submitter_name=_TEXT,
        phone=_TEXT,
        carriers=_WORDS,
        effective=_TEXT,
        timely={"enum": list(_TIMELY.values())},
        summary=_TEXT,
        note=_TEXT,
        changes={
            "type": "array",
            "items": _closed(id=_WORD, change={"enum": list(CHANGE_WORDS)}, title=_TEXT, type=_TEXT, path=_WORD),
        },
        files=_WORDS,
        rows={"type": "object", "additionalProperties": _WORDS},
        digest=_WORD,
        decisions={
            "type": "array",
            "items": _closed(
                optional=("leaves",),
                verdict={"enum": [verdict.value for verdict in Verdict]},
                by=_WORD,
                name=_TEXT,
                role=_WORD,
                at=_WORD,
                opinion=_TEXT,
                revision={"type": "string", "pattern": "^[1-9][0-9]{0,3}$"},
                digest=_WORD,
                leaves=_WORDS,
            ),
        },
    )
)


class NoticeError(Exception):
    """A file that is no intake notice, or whose form and front matter disagree."""


def write_notice(submission: Submission) -> bytes:
    """The bytes of the notice of *submission*."""
    block = "".join(write_key(key, value) for key, value in _values(submission).items())
    return f"---\n{block}---\n{notice_form(submission)}".encode()


def read_notice(data: bytes, number: str) -> Submission:
    """Read the notice of submission *number*.

    :raises NoticeError: if it is not exactly what :func:`write_notice` writes, so an edit by hand never passes.
    """
    submission = parse_notice(data)
    if submission.number != number or write_notice(submission) != data:
        raise NoticeError(number)
    return submission


def parse_notice(data: bytes) -> Submission:
    """Read the front matter of a notice. :raises NoticeError: if it is none."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise NoticeError from None
    end = text.find("\n---\n", 3)
    if len(data) > _MAX_BYTES or not text.startswith("---\n") or end < 0:
        raise NoticeError
    read = read_yaml(text[4 : end + 1])
    if read.problems or not _SCHEMA.fits(read.value):
        raise NoticeError
    try:
        return _submission(read.value)
    except ValueError:
        raise NoticeError from None


def _values(submission: Submission) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "number": submission.number,
        "kind": submission.kind.value,
        "urgency": submission.urgency.value,
        "day": submission.day.isoformat(),
        "revision": str(submission.revision),
        "submitted_at": _moment_text(submission.submitted_at),
        "department": submission.department,
        "department_name": submission.department_name,
        "submitter": submission.submitter,
        "submitter_name": submission.submitter_name,
        "phone": submission.phone,
        "carriers": list(submission.carriers),
        "effective": submission.effective.isoformat() if submission.effective else "",
        "timely": _TIMELY[submission.timely],
        "summary": submission.summary,
        "note": submission.note,
        "changes": [
            {"id": c.id, "change": c.change, "title": c.title, "type": c.type, "path": c.path}
            for c in submission.changes
        ],
        "files": list(submission.content.files),
        "rows": {path: list(keys) for path, keys in submission.content.rows.items()},
        "digest": submission.digest,
        "decisions": [
            {
                "verdict": d.verdict.value,
                "by": d.by,
                "name": d.name,
                "role": d.role,
                "at": _moment_text(d.at),
                "opinion": d.opinion,
                "revision": str(d.revision),
                "digest": d.digest,
                **({"leaves": list(d.leaves)} if d.leaves else {}),
            }
            for d in submission.decisions
        ],
    }


def _submission(values: Mapping[str, Any]) -> Submission:
    return Submission(
        number=values["number"],
        kind=Kind(values["kind"]),
        urgency=Urgency(values["urgency"]),
        day=date.fromisoformat(values["day"]),
        revision=int(values["revision"]),
        submitted_at=_moment(values["submitted_at"]),
        department=values["department"],
        department_name=values["department_name"],
        submitter=values["submitter"],
        submitter_name=values["submitter_name"],
        phone=values["phone"],
        carriers=tuple(values["carriers"]),
        effective=date.fromisoformat(values["effective"]) if values["effective"] else None,
        timely=next(key for key, word in _TIMELY.items() if word == values["timely"]),
        summary=values["summary"],
        note=values["note"],
        changes=tuple(Change(**row) for row in values["changes"]),
        content=Content(tuple(values["files"]), {path: tuple(keys) for path, keys in values["rows"].items()}),
        digest=values["digest"],
        decisions=tuple(_decision(row) for row in values["decisions"]),
    )


def _decision(row: Mapping[str, Any]) -> Decision:
    return Decision(
        verdict=Verdict(row["verdict"]),
        by=row["by"],
        name=row["name"],
        role=row["role"],
        at=_moment(row["at"]),
        opinion=row["opinion"],
        revision=int(row["revision"]),
        digest=row["digest"],
        leaves=tuple(row.get("leaves", ())),
    )


def _moment_text(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _moment(text: str) -> datetime:
    """A moment with its time zone. :raises ValueError: if *text* is none."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
