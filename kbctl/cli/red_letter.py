"""The red-letter Word of a changed entry: what the regulation asks a department to hand in (R44)."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from kbctl.cli.options import TIME_ZONE
from kbctl.cli.workspace import Workspace
from kbctl.documents.changes_docx import write_changes
from kbctl.errors import KbctlError
from kbctl.i18n import N_, _
from kbctl.model.article import Frame
from kbctl.output.article import Exporter
from kbctl.output.article_changes import redlines
from kbctl.reports.changes import EntryChange
from kbctl.store.entries import load_entries
from kbctl.store.git.revision import Commit
from kbctl.store.shipped import shipped_snapshot

_TEMPLATE = "templates/report/entry.docx"


def red_letter(workspace: Workspace, change: EntryChange, commit: Commit, day: date, *, new_only: bool) -> bytes:
    """The entry on the desk as a .docx, on the bank's template, against what *commit* holds.

    :raises KbctlError: if there is nothing of it that could be laid out.
    """
    rulebook = workspace.desk_rulebook
    before, after = (
        Exporter(snapshot, rulebook, load_entries(snapshot, rulebook).corpus, day)
        for snapshot in (workspace.commit_snapshot(commit.id), workspace.desk)
    )
    published = commit.time.astimezone(ZoneInfo(TIME_ZONE)).date()
    against = _("what was published on {day}").format(day=published)
    found = list(redlines(change, before, after, against, gone=not new_only))
    if not found:
        raise KbctlError(
            N_("of {id} there is no text to write"), hint=N_("`kbctl validate {id}` says why"), id=change.id
        )
    remark = _("New text is red") if new_only else _("New text is red, what is gone is struck")
    frame = Frame(rulebook.settings.name, remark, _("as of {day}").format(day=day))
    source = workspace.desk if _TEMPLATE in workspace.desk.files() else shipped_snapshot()
    return write_changes(found, frame, source.read(_TEMPLATE), day)
