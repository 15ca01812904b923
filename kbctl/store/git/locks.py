"""Locks on refs that a killed git left behind: they are waited for, then removed, so that the next run works unaided."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

from kbctl.store.git.repository import Repository

# HEAD is locked with the branch that is checked out, and the packed refs where a ref is deleted.
_LOCK = re.compile(r"'([^'\n]+/(?:refs/[^'\n]+|HEAD|packed-refs)\.lock)'")
# A ref is locked for milliseconds, for seconds while files are brought forward under it.
_STALE_SECONDS = 20.0
_STALE_REMOTE_SECONDS = 3.0


def wait_for_lock(repository: Repository, said: str) -> bool:
    """Whether git, which *said* that it failed, should be tried again because a ref was locked.

    Waits a moment; a lock that is too old to be anybody's is removed.
    """
    found = _LOCK.search(said)
    if found is None:
        return False
    lock = repository.root / found.group(1)
    stale = _STALE_REMOTE_SECONDS if "/refs/remotes/" in lock.as_posix() else _STALE_SECONDS
    try:
        if time.time() - lock.stat().st_mtime > stale:
            Path(lock).unlink(missing_ok=True)
            return True
    except FileNotFoundError:
        # Released by now; or there never was one, where nothing may be written.
        return os.access(lock.parent, os.W_OK)
    except OSError:
        return False
    time.sleep(0.05)
    return True
