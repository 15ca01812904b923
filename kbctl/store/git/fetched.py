"""When a clone was last brought up to date: asked of file times, because a search has no time for another git process."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

# In the repository's own folder: written when kbctl has fetched.
_STAMP = "kbctl-fetched"


def last_fetched(root: Path, branch: str) -> datetime | None:
    """When the remote that *branch* (``origin/main``) follows was last fetched, or cloned; UTC.

    ``None`` where *branch* is no remote's, and so always up to date, or where nothing tells.
    """
    remote = branch.partition("/")[0]
    folders = _git_folders(root)
    if remote == branch or not any((folder / "refs" / "remotes" / remote).is_dir() for folder in folders):
        return None
    times = []
    for folder in folders:
        # A clone writes no FETCH_HEAD, but the log of the remote's HEAD; a fetch that failed leaves FETCH_HEAD empty.
        for name in (_STAMP, "FETCH_HEAD", f"logs/refs/remotes/{remote}/HEAD"):
            with suppress(OSError):
                status = (folder / name).stat()
                if status.st_size:
                    times.append(status.st_mtime)
    return datetime.fromtimestamp(max(times), UTC) if times else None


def mark_fetched(root: Path) -> None:
    """Note that the remote was fetched just now."""
    for folder in _git_folders(root)[-1:]:
        # Where it cannot be written, git's own files tell.
        with suppress(OSError):
            (folder / _STAMP).write_text("kbctl\n", encoding="ascii")


def _git_folders(root: Path) -> list[Path]:
    """The repository's own folder, and of a linked work tree also the one that it shares."""
    for folder in (root, *root.parents):
        found = folder / ".git"
        if found.is_dir():
            return [found]
        if found.is_file():
            with suppress(OSError, UnicodeDecodeError):
                own = folder / found.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
                common = own / "commondir"
                return [own, own / common.read_text(encoding="utf-8").strip()] if common.exists() else [own]
            return []
    return []
