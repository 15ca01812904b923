"""Where the knowledge base is: the nearest parent directory that holds ``kb/kb.toml``."""

from __future__ import annotations

import os
from pathlib import Path

from kbctl.errors import KbctlError
from kbctl.i18n import N_

MARK = "kb/kb.toml"


def search_root(start: Path) -> Path | None:
    """Return the nearest of *start* and its parents that holds a knowledge base; ``None`` if none does."""
    for directory in (start, *start.parents):
        if (directory / MARK).is_file():
            return directory
    return None


def find_root(option: str | None) -> Path:
    """Return the knowledge base's root: the option, ``KBCTL_ROOT``, else upwards from the current directory.

    :raises KbctlError: if there is none.
    """
    named = option or os.environ.get("KBCTL_ROOT")
    if named:
        root = Path(named).expanduser().resolve()
        if not (root / MARK).is_file():
            raise KbctlError(
                N_("{path} is no knowledge base: it holds no kb/kb.toml"),
                hint=N_("name the directory above kb/, or make a knowledge base with `kbctl init`"),
                path=root,
            )
        return root
    found = search_root(Path.cwd())
    if found is None:
        raise KbctlError(
            N_("there is no knowledge base here: neither {path} nor a directory above it holds kb/kb.toml"),
            hint=N_("this is a bare repository, which holds no files: make a clone and work there")
            if _bare(Path.cwd())
            else N_("change to a knowledge base, name it with --root, or make one with `kbctl init`"),
            path=Path.cwd(),
        )
    return found


def _bare(directory: Path) -> bool:
    """Whether *directory* looks like a repository without a work tree."""
    return (directory / "HEAD").is_file() and all((directory / name).is_dir() for name in ("objects", "refs"))
