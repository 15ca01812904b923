"""Kills kbctl while it writes a search index, 200 times, most of them during the commit of what it has written.

    python -m tests.faults.kills [KILLS] [SEED]

After each kill an index must answer as the old state of the knowledge base or as the new one, and the next search as
the new one, without anybody doing anything. Exits with 1 if any answer was wrong.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from kbctl.cli import indexing
from kbctl.cli.common import Options
from kbctl.cli.console import Printer
from kbctl.cli.index_place import index_directory
from kbctl.search.disk_index import open_index
from kbctl.store.git.revision import BASES, resolve_first
from tests.faults.common import Answers, answers, asked, expected, make_base, publish

# Operations on files of the index after which the process is killed; the commit begins with the sums of the pages.
_COMMIT = "pages.bin"


class _Operations:
    """Counts operations on files below a directory, and kills this process at one of them."""

    def __init__(self, directory: Path, kill_at: int = -1) -> None:
        self.count = 0
        self.commit_at = -1
        self._below = str(directory)
        self._kill_at = kill_at

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in ("open", "os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir"):
            return
        if not any(isinstance(part, str | os.PathLike) and str(part).startswith(self._below) for part in arguments):
            return
        self.count += 1
        if self.commit_at < 0 and event == "open" and _COMMIT in str(arguments[0]) and "w" in str(arguments[1]):
            self.commit_at = self.count
        if self.count == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


def _write(root: Path, *, full: bool) -> None:
    """Bring the index up to date as a search does; with *full* build it anew."""
    options = Options(root=str(root), quiet=True)
    base = resolve_first(root, BASES)
    assert base is not None
    if full:
        indexing.build(options, Printer(options), base, force=True).close()
    else:
        indexing.bring_up_to_date(options, Printer(options), base)[0].close()


def _in_child(root: Path, full: bool, kill_at: int, seconds: float) -> tuple[bool, int, int]:
    """Write the index in a child; whether it was killed, and how many operations it made, and where the commit began."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        operations = _Operations(index_directory(root), kill_at)
        sys.addaudithook(operations)
        if seconds >= 0:
            threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGKILL)).start()
        _write(root, full=full)
        os.write(write, f"{operations.count} {operations.commit_at}".encode())
        os._exit(0)
    os.close(write)
    status = os.waitpid(child, 0)[1]
    told = os.read(read, 100).split()
    os.close(read)
    count, commit = (int(part) for part in told) if told else (0, 0)
    return os.WIFSIGNALED(status), count, commit


class _Run:
    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.random = random.Random(seed)
        self.commits = make_base(root)
        self.expected: dict[str, Answers] = expected(root, self.commits)
        self.seen: Counter[str] = Counter()
        self.sizes: dict[bool, tuple[int, int, float]] = {}

    def measure(self) -> None:
        """How many operations a whole update and a whole build make, and how long each takes."""
        for full in (True, False):
            self._prepare()
            begun = time.monotonic()
            killed, count, commit = _in_child(self.root, full, -1, -1)
            assert not killed and count > commit > 0, (killed, count, commit)
            self.sizes[full] = (count, commit, time.monotonic() - begun)

    def _prepare(self) -> tuple[str, str]:
        """The index of the old state, with the new one published."""
        old, new = self.random.sample(self.commits, 2)
        publish(self.root, old)
        _write(self.root, full=False)
        publish(self.root, new)
        return old, new

    def once(self) -> None:
        """One kill, and what was answered after it."""
        old, new = self._prepare()
        full = self.random.random() < 0.3
        count, commit, seconds = self.sizes[full]
        kind = self.random.choices(("commit", "writing", "any moment"), (7, 2, 1))[0]
        if kind == "any moment":
            killed, *_ = _in_child(self.root, full, -1, self.random.uniform(0, seconds))
        else:
            bounds = (commit, count) if kind == "commit" else (1, commit - 1)
            killed, *_ = _in_child(self.root, full, self.random.randint(*bounds), -1)
        self.seen[f"{'build' if full else 'update'}, {kind}: {'killed' if killed else 'ran to its end'}"] += 1
        index = open_index(index_directory(self.root))
        state = "no index" if index is None else "old" if index.identity == old else "new"
        self.seen[f"index after it: {state}"] += 1
        if index is not None:
            self.seen["wrong answers of the index"] += answers(index) != self.expected[index.identity]
            index.close()
        self.seen["wrong answers of the next search"] += asked(self.root) != self.expected[new]


def main(kills: int = 200, seed: int = 1) -> int:
    """Kill, look, and print the counts."""
    with tempfile.TemporaryDirectory() as directory:
        run = _Run(Path(directory), seed)
        run.measure()
        for _ in range(kills):
            run.once()
        wrong = sum(count for name, count in run.seen.items() if name.startswith("wrong"))
        print(f"{kills} rounds")
        for name in sorted(run.seen):
            print(f"{run.seen[name]:5}  {name}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
