"""What the user changed on the desk, compared with where the desk began and with what is published by now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.model.submission import NOTICES, SubmissionState
from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import blob_id, common_ancestor
from kbctl.store.rows import TableLines, merge_rows, table_lines
from kbctl.store.snapshot import WorktreeSnapshot, belongs
from kbctl.submissions.listing import Filed
from kbctl.submissions.newer import OlderTextError, Undone, begun_from, own_published, put_onto
from kbctl.submissions.view import View, unit_of

_NOT_SUBMITTED = (NOTICES, "kb/questions/")
# Files of git that say that something was begun and is not finished.
_UNFINISHED = {
    "MERGE_HEAD": "git merge --abort",
    "rebase-merge": "git rebase --abort",
    "rebase-apply": "git rebase --abort",
    "CHERRY_PICK_HEAD": "git cherry-pick --abort",
    "REVERT_HEAD": "git revert --abort",
}


@dataclass(slots=True)
class DeskChanges:
    """The bytes of each file that the user changed, ``None`` for one that is gone; paths from the knowledge base's root.

    ``elsewhere`` are those left out because a submission holds exactly this already, with that submission; ``unnamed``
    those whose name cannot be submitted, as it can be shown.
    """

    files: dict[str, bytes | None] = field(default_factory=dict)
    elsewhere: dict[str, Filed] = field(default_factory=dict)
    unnamed: tuple[str, ...] = ()


def refuse_unfinished(repository: Repository) -> None:
    """Refuse to work on a desk where git is in the middle of something.

    :raises KbctlError: if a merge, rebase or the like is under way.
    """
    for name, way_out in _UNFINISHED.items():
        place = repository.run("rev-parse", "--git-path", name).strip("\n")
        if (repository.root / place).exists():
            raise KbctlError(
                N_("git is in the middle of something here ({name})"),
                hint=N_("finish it, or give it up with `{way_out}`; nothing was changed"),
                name=name,
                way_out=way_out,
            )


def starting_point(repository: Repository, base: str, tip: str = "HEAD") -> str:
    """The commit of the base from which the desk, or the submission at *tip*, was taken.

    :raises KbctlError: if it and the base share no history.
    """
    found = common_ancestor(repository, tip, base)
    if found is None:
        raise KbctlError(
            N_("this clone does not hold enough history to compare with what is published"),
            hint=N_("`git fetch --unshallow`, then try again") if repository.shallow else N_("make a fresh clone"),
        )
    return found


def changed_paths(repository: Repository, start: str, asked: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """The files of the knowledge base that differ on the desk; of *asked* (files or folders) only, if any are given.

    With them the names, as they can be shown, of others that are left out for their name: only where none were asked
    for, something else differs, and they are no part of it (an entry is not handed in without its attachment).

    :raises KbctlError: if a file's name cannot be submitted, and it is not left out.
    """
    changed = [
        path for path in repository.changed_since(start) if belongs(path) and not path.startswith(_NOT_SUBMITTED)
    ]
    narrow = bool(asked) and not any(path in (".", "kb") for path in asked)
    if narrow:
        units = {unit_of(path) for path in asked}
        folders = tuple(path.rstrip("/") + "/" for path in asked)
        changed = [path for path in changed if unit_of(path) in units or path.startswith(folders)]
    good = [path for path in changed if path.isprintable() and "\\" not in path]
    bad = [path for path in changed if path not in good]
    handed_in = {unit_of(path) for path in good}
    in_the_way = bad if narrow or not good else [path for path in bad if unit_of(path) in handed_in]
    if in_the_way:
        raise KbctlError(
            N_("the file name {name} cannot be submitted"),
            hint=N_("rename it: letters, digits and Chinese characters, in UTF-8"),
            name=_visible(in_the_way[0]),
        )
    return good, tuple(map(_visible, bad))


def _visible(name: str) -> str:
    """A file's name on one line, with what cannot be shown as an escape."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in name)


def collect(
    desk: WorktreeSnapshot,
    start: View,
    base: View,
    paths: Iterable[str],
    filed: Sequence[Filed],
    submitter: str,
    *,
    replacing: bool = False,
) -> DeskChanges:
    """Read what the user changed at *paths*.

    :param filed: open submissions; what one of them holds already is left out.
    :param submitter: the contact who hands in; what a colleague has in review is the colleague's.
    :param replacing: whether the user's text is meant to replace what was published since it began.
    :raises OlderTextError: if it would undo that, and is not meant to.
    :raises KbctlError: if an open submission holds something else.
    """
    found = DeskChanges()
    undone: list[Undone] = []
    begun = {**begun_from(base.repository), **own_published(base.repository, start.revision, base.revision)}
    views = {one.submission.number: View(base.repository, one.commit, base.rulebook) for one in filed}
    for path in paths:
        data = _read(desk, path)
        if blob_of(data, base) == base.blob(path):
            continue
        blob = begun.get(base.repository.prefix + path, start.blob(path))
        if base.blob(path) != blob:
            data, lost = put_onto(path, data, blob, base, replacing=replacing)
            if lost is not None:
                undone.append(lost)
                continue
        left = _without_filed(path, data, base, filed, views, found, submitter)
        if blob_of(left, base) != base.blob(path):
            found.files[path] = left
    if undone:
        raise OlderTextError(undone)
    return found


def blob_of(data: bytes | None, base: View) -> str:
    """The id that git gives *data*; empty for ``None``."""
    return "" if data is None else blob_id(data, len(base.revision))


def _read(desk: WorktreeSnapshot, path: str) -> bytes | None:
    info = desk.files().get(path)
    if info is None:
        return None
    if info.kind != "file":
        raise KbctlError(
            N_("{path} is no plain file"), hint=N_("put the file itself there, not a link to it"), path=path
        )
    try:
        return desk.read(path)
    except OSError as error:
        raise KbctlError(
            N_("{path} cannot be read: {problem}"),
            hint=N_("check who owns it, and whether it is open in another program"),
            path=path,
            problem=error.strerror or str(error),
        ) from None


def _lines(data: bytes | None, path: str, view: View) -> TableLines | None:
    key = view.key_column(path)
    return table_lines(data, key) if key and data is not None else None


def _without_filed(
    path: str,
    data: bytes | None,
    base: View,
    filed: Sequence[Filed],
    views: dict[str, View],
    found: DeskChanges,
    submitter: str,
) -> bytes | None:
    """*data* without what an open submission holds already."""
    for one in filed:
        content, view = one.submission.content, views[one.submission.number]
        if path in content.files:
            if view.blob(path) != blob_of(data, base):
                raise _in_review(path, one, submitter)
            found.elsewhere[path] = one
            return base.read(path)
        if path in content.rows:
            left = _without_rows(path, data, base, view, content.rows[path])
            if left is None:
                raise _in_review(path, one, submitter)
            data, held = left
            if held:
                found.elsewhere[path] = one
    return data


def _without_rows(
    path: str, data: bytes | None, base: View, view: View, keys: Sequence[str]
) -> tuple[bytes, bool] | None:
    """*data* without the rows *keys* that stand in it as they do in *view*, and whether there are any.

    ``None`` where a row is different in each.
    """
    published, theirs, mine = base.lines(path), view.lines(path), _lines(data, path, base)
    if published is None or theirs is None or mine is None:
        return None
    same = [key for key in keys if mine.rows.get(key) == theirs.rows.get(key)]
    if any(key not in same and mine.rows.get(key) != published.rows.get(key) for key in keys):
        return None
    undone = {key: published.rows.get(key) for key in same}
    target = TableLines(mine.header, {k: v for k, v in {**mine.rows, **undone}.items() if v is not None})
    return merge_rows(mine, mine, target).text(), bool(same)


def _in_review(path: str, filed: Filed, submitter: str) -> KbctlError:
    """Why a file that an open submission holds otherwise is not handed in: whose it is, and what to do."""
    submission = filed.submission
    returned = submission.returned if filed.state is SubmissionState.RETURNED else None
    own = submission.submitter == submitter
    if own and returned is not None:
        text = N_("{path} is part of your submission {number}, which {reviewer} returned: {opinion}")
        hint = N_("hand the corrected file in under the same number: `kbctl submit --resubmit {number}`")
    elif own:
        text = N_("{path} is part of your submission {number}, which is not decided yet")
        hint = N_(
            "to hand in what you changed since: `kbctl submit --resubmit {number}`; "
            "to take it back: `kbctl submit --recall {number}`"
        )
    else:
        text = N_("{path} is part of submission {number} of {name} (phone {phone}), which is not published yet")
        hint = N_(
            "ask {name}, whose text yours would replace; until that is decided, submit your other files by name: "
            "`kbctl submit ID`"
        )
    return KbctlError(
        text,
        hint=hint,
        path=path,
        number=submission.number,
        name=submission.submitter_name,
        phone=submission.phone or "-",
        reviewer=returned.name if returned else "",
        opinion=returned.opinion if returned else "",
    )
