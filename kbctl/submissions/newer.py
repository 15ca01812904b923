"""Texts of the user's that began from an older edition than what is published, and would undo what came in between.

`kbctl sync` brings the branch forward and leaves the user's own files as they are; from then on git itself cannot tell
that such a file began earlier. What each began from is kept in a ref of this work tree, until it is handed in, or holds
what is published. What was handed in from here is kept in another: once that is published, it is what whoever edited on
began from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from kbctl.model.token_diff import LineChange, compare
from kbctl.store.git.repository import Repository
from kbctl.store.git.writing import (
    FILE_MODE,
    changes_between,
    common_ancestor,
    move_ref,
    read_objects,
    refs,
    write_blobs,
    write_tree,
)
from kbctl.store.rows import RowsConflictError, TableLines, merge_rows, table_lines
from kbctl.submissions.lacking import lacking
from kbctl.submissions.view import View

# Below refs/worktree/, so that linked work trees have each their own, and no clone or push takes it along.
_BEGUN = "refs/worktree/kbctl/begun-from"
_HANDED_IN = "refs/worktree/kbctl/handed-in"


@dataclass(frozen=True, slots=True)
class Undone:
    """What a file of the user's would undo: the lines that were changed since it began, and are not so in it."""

    path: str
    lines: tuple[LineChange, ...]


class OlderTextError(Exception):
    """Files that began from an older text than what is published now."""

    def __init__(self, undone: list[Undone]) -> None:
        super().__init__(", ".join(one.path for one in undone))
        self.undone = tuple(undone)


def begun_from(repository: Repository) -> dict[str, str]:
    """The blob that each file began from, by path from the repository's top, of those that `sync` kept.

    An empty blob stands for a file that was not published then.
    """
    return _read(repository, _BEGUN)


def remember(repository: Repository, begun: Mapping[str, str]) -> None:
    """Keep what each file began from (path from the repository's top → blob, empty where there was none)."""
    _write(repository, _BEGUN, begun)


def forget(repository: Repository, paths: Iterable[str]) -> None:
    """The files at *paths* were handed in: what they began from does not matter any more."""
    _exchange(repository, _BEGUN, paths, {})


def note_handed_in(repository: Repository, blobs: Mapping[str, str]) -> None:
    """Keep what was handed in as it lies on the desk (path from the repository's top → blob)."""
    _exchange(repository, _HANDED_IN, blobs, blobs)


def drop_handed_in(repository: Repository, paths: Iterable[str]) -> None:
    """What is on the desk at *paths* did not begin from what was handed in, or that is kept as begun from by now."""
    _exchange(repository, _HANDED_IN, paths, {})


def own_published(repository: Repository, start: str, base: str) -> dict[str, str]:
    """Of what was handed in from here, what was published between the commits *start* and *base*, by path from the top."""
    handed = _read(repository, _HANDED_IN)
    if not handed:
        return {}
    options = ("--first-parent", "-m", "--raw", "-z", "--no-abbrev", "--no-renames", "--no-show-signature", "--format=")
    where = [f":(top,literal){path}" for path in handed]
    output = repository.ask("log", *options, "--end-of-options", f"{start}..{base}", "--", *where)
    fields = output.split(b"\0")
    published = {
        (path.decode("utf-8", "surrogateescape"), meta.split()[3].decode("ascii"))
        for meta, path in pairwise(fields)
        if meta.lstrip().startswith(b":")
    }
    return {path: blob for path, blob in handed.items() if (path, blob) in published}


def begin_anew(repository: Repository, paths: Collection[str], base: str) -> None:
    """The files at *paths* are as the commit *base* publishes them: what the user makes of them began from there.

    That has to be kept where the desk as a whole was taken from an older commit, which holds something else.
    """
    start = common_ancestor(repository, "HEAD", base)
    changes = changes_between(repository, start, base) if start is not None else {}
    begun = {path: changes[path].new for path in paths if path in changes}
    _exchange(repository, _BEGUN, paths, begun)
    drop_handed_in(repository, paths)


def settle(repository: Repository, base: str) -> None:
    """Texts that came to be as the commit *base* publishes them, as by hand, are not older ones any more."""
    kept = [path for path in begun_from(repository) if path.startswith(repository.prefix)]
    if kept:
        changed = {repository.prefix + path for path in repository.changed_since(base)}
        begin_anew(repository, [path for path in kept if path not in changed], base)


def _exchange(repository: Repository, ref: str, paths: Iterable[str], blobs: Mapping[str, str]) -> None:
    """Keep *blobs* in *ref* instead of what was kept there for *paths*."""
    before, gone = _read(repository, ref), set(paths)
    after = {**{path: blob for path, blob in before.items() if path not in gone}, **blobs}
    if after != before:
        _write(repository, ref, after)


def _read(repository: Repository, ref: str) -> dict[str, str]:
    standing = refs(repository, ref).get(ref)
    if standing is None:
        return {}
    return {path: change.new for path, change in changes_between(repository, _no_files(repository), standing).items()}


def _write(repository: Repository, ref: str, blobs: Mapping[str, str]) -> None:
    nothing, none = write_blobs(repository, [b""])[0], _no_files(repository)
    rows = [(path, FILE_MODE, blob or nothing) for path, blob in blobs.items()]
    new, old = write_tree(repository, none, rows) if rows else "", refs(repository, ref).get(ref, "")
    if new != old:
        move_ref(repository, ref, new or "0" * len(old), old, "kbctl")


def _no_files(repository: Repository) -> str:
    return repository.ask("mktree").decode("ascii").strip()


def rows_at(repository: Repository, blob: str, path: str, view: View) -> TableLines | None:
    """The rows of the operating table *path* as they stand in *blob*."""
    key = view.key_column(path)
    data = read_objects(repository, [blob])[0] if key and blob else None
    return table_lines(data, key) if key and data is not None else None


def put_onto(
    path: str, own: bytes | None, begun: str, base: View, *, replacing: bool
) -> tuple[bytes | None, Undone | None]:
    """What the user's file comes to on *base*, which has moved since the file began from the blob *begun*.

    With it what it would undo there, if anything. Of an operating table the user's rows are put into the published ones.

    :param replacing: whether the user's text is meant to replace what was published since.
    """
    before, ours, key = rows_at(base.repository, begun, path, base), base.lines(path), base.key_column(path)
    theirs = table_lines(own, key) if key and own is not None else None
    if before is not None and ours is not None and theirs is not None:
        return _rows_onto(path, before, ours, theirs, replacing=replacing)
    if replacing:
        return own, None
    started = read_objects(base.repository, [begun])[0] if begun else None
    texts = [_text(started), _text(base.read(path)), _text(own)]
    if None in texts:
        return own, Undone(path, ())
    lines = lacking(*(text or "" for text in texts))
    return own, Undone(path, lines) if lines else None


def _text(data: bytes | None) -> str | None:
    """The text of a file, empty where there is none; ``None`` where it is no text."""
    try:
        return (data or b"").decode("utf-8")
    except UnicodeDecodeError:
        return None


def _rows_onto(
    path: str, before: TableLines, ours: TableLines, theirs: TableLines, *, replacing: bool
) -> tuple[bytes, Undone | None]:
    try:
        return merge_rows(before, ours, theirs).text(), None
    except RowsConflictError as conflict:
        if not replacing:
            pairs = ((before.rows.get(key, ""), ours.rows.get(key, "")) for key in conflict.keys)
            lines = tuple(line for old, new in pairs for line in compare(old, new))
            return theirs.text(), Undone(path, lines)
        before = _as_if(before, ours, conflict.keys)
    try:
        return merge_rows(before, ours, theirs).text(), None
    except RowsConflictError:
        # The columns differ.
        return theirs.text(), None


def _as_if(before: TableLines, ours: TableLines, keys: Iterable[str]) -> TableLines:
    """*before* with the rows *keys* as *ours* has them: as if the user had seen those."""
    wanted = set(keys)
    rows = {key: line for key, line in before.rows.items() if key not in wanted or key in ours.rows}
    return TableLines(ours.header, {**rows, **{key: ours.rows[key] for key in wanted if key in ours.rows}})
