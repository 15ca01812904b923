"""When a clone was last brought up to date: asked of file times, because a search has no time for another git process."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path


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
        # A clone writes no FETCH_HEAD, but the log of the remote's HEAD.
        for path in (folder / "FETCH_HEAD", folder / "logs" / "refs" / "remotes" / remote / "HEAD"):
            try:
                times.append(path.stat().st_mtime)
            except OSError:
                continue
    return datetime.fromtimestamp(max(times), UTC) if times else None


def _git_folders(root: Path) -> list[Path]:
    """The repository's own folder, and of a linked work tree also the one that it shares."""
    for folder in (root, *root.parents):
        found = folder / ".git"
        if found.is_dir():
            return [found]
        if found.is_file():
            try:
                own = folder / found.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
                shared = own / (own / "commondir").read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                return []
            return [own, shared]
    return []
