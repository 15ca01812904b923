"""Measures ``kbctl search`` against SQLite FTS5, tantivy, ripgrep and stock Whoosh, in turn in one run.

    python bench/search.py [ENTRIES ...]

tantivy (PyPI) and ripgrep are left out where they are not installed. Prints Markdown tables.
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from knowledge_base import make
from measure import run_once

HERE = Path(__file__).parent
ROOT = HERE.parent
PEERS = HERE / "peers"
TODAY = "2026-11-21"
PYTHON = [sys.executable, "-I"]
ENVIRONMENT = {"KBCTL_TODAY": TODAY, "KBCTL_LANG": "en"}
# Words of the generated entries, put as customers put them; every word stands in some entry.
QUESTIONS = (
    "挂失补办要多少费用",
    "手机银行转账限额",
    "小微企业贷款需要什么材料",
    "公积金首付评估",
    "外汇汇款怎么办理",
    "人脸识别审核",
    "工资到账短信通知",
    "理财风险提示",
    "银行卡分期利率",
    "存款",
)
ROUNDS = {1_000: 20, 10_000: 20, 50_000: 10}

Commands = dict[str, Callable[[str], list[str]]]


class Bench:
    """One size: a knowledge base, and an index of each kind of it."""

    def __init__(self, entries: int) -> None:
        self.entries = entries
        self.directory = make(HERE / "data" / f"kb-{entries}", entries)
        self.state = HERE / "data" / f"search-{entries}"
        shutil.rmtree(self.state, ignore_errors=True)
        self.state.mkdir(parents=True)
        self.kbctl = [*PYTHON, "-m", "kbctl"]
        self.tantivy = importlib.util.find_spec("tantivy") is not None
        self.ripgrep = shutil.which("rg")

    def _peer(self, name: str, *arguments: str) -> list[str]:
        # Not -I, so that a peer finds the one beside it.
        return [sys.executable, str(PEERS / name), *arguments]

    def run(self, command: list[str]) -> tuple[float, float]:
        """Seconds and MiB of *command*."""
        return run_once(command, self.directory, ENVIRONMENT)

    def builds(self) -> dict[str, tuple[float, float]]:
        """Full builds, each once."""
        commands = {
            "kbctl index": [*self.kbctl, "index", "--rebuild", "--quiet"],
            "FTS5": self._peer("fts5.py", "build", str(self.directory), str(self.state / "fts5.db")),
        }
        if self.tantivy:
            commands["tantivy"] = self._peer(
                "tantivy_search.py", "build", str(self.directory), str(self.state / "tantivy")
            )
        return {name: self.run(command) for name, command in commands.items()}

    @property
    def generation(self) -> Path:
        """Where kbctl's current index stands."""
        index = self.directory / ".kbctl" / "index"
        pointer = json.loads((index / "current").read_text(encoding="utf-8"))
        return index / str(pointer["generation"])

    def sizes(self) -> dict[str, float]:
        """Size on disk in MB of each index."""
        found = {"kbctl index": _size(self.generation), "FTS5": _size(self.state / "fts5.db")}
        if self.tantivy:
            found["tantivy"] = _size(self.state / "tantivy")
        return found

    def cold(self) -> dict[str, float]:
        """Median seconds of a whole process that answers one question, the index being fresh."""
        commands: Commands = {
            "FTS5": lambda text: self._peer("fts5.py", "search", str(self.state / "fts5.db"), text),
            "kbctl search": lambda text: [*self.kbctl, "search", text],
            "stock Whoosh, Or query": lambda text: self._peer("whoosh_stock.py", "search", str(self.generation), text),
            "bare Python": lambda _text: [*PYTHON, "-c", "pass"],
        }
        if self.tantivy:
            commands["tantivy"] = lambda text: self._peer(
                "tantivy_search.py", "search", str(self.state / "tantivy"), text
            )
        if self.ripgrep:
            commands["ripgrep, one word"] = lambda text: [str(self.ripgrep), "-l", "-F", text[:2], "kb/entries"]
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for number in range(-1, ROUNDS.get(self.entries, 10)):
            for name, command in commands.items():
                took = self.run(command(QUESTIONS[number % len(QUESTIONS)]))[0]
                if number >= 0:
                    seconds[name].append(took)
        return {name: statistics.median(values) for name, values in seconds.items()}

    def warm(self) -> dict[str, tuple[float, float]]:
        """Median and 95th percentile of seconds for a question at an open index, each asked five times."""
        code = (
            "import sys, json, time; from datetime import date; from pathlib import Path\n"
            "from kbctl.search.disk_index import open_index; from kbctl.search.index import Query\n"
            "index = open_index(Path(sys.argv[1]).parent); day = date.fromisoformat(sys.argv[2]); found = []\n"
            "for _ in range(5):\n"
            "    for text in json.loads(sys.argv[3]):\n"
            "        begun = time.perf_counter(); index.search(Query(text, day)); found.append(time.perf_counter() - begun)\n"
            "print(json.dumps(found))"
        )
        arguments = [str(self.generation), TODAY, json.dumps(QUESTIONS)]
        told = subprocess.run([*PYTHON, "-c", code, *arguments], check=True, capture_output=True, text=True).stdout
        sys.path.insert(0, str(PEERS))
        fts5 = __import__("fts5")
        connection = sqlite3.connect(self.state / "fts5.db")
        took = []
        for _ in range(5):
            for text in QUESTIONS:
                begun = time.perf_counter()
                fts5.found(connection, text)
                took.append(time.perf_counter() - begun)
        connection.close()
        return {"kbctl search --interactive": _spread(json.loads(told)), "FTS5, open connection": _spread(took)}

    def update(self) -> dict[str, float]:
        """Seconds until a search finds one entry that was changed and committed; and peers that index it anew."""
        path = sorted(self.directory.glob("kb/entries/*/*.md"))[self.entries // 2]
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(self.directory).as_posix()
        path.write_text(text.replace("title: ", "title: 改", 1), encoding="utf-8")
        git = ["git", "-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "gc.auto=0"]
        subprocess.run([*git, "commit", "-q", "-a", "-m", "one"], cwd=self.directory, check=True)
        found = {
            "kbctl search, one entry changed": self.run([*self.kbctl, "search", QUESTIONS[0]])[0],
            "FTS5": self.run(self._peer("fts5.py", "update", str(self.directory), str(self.state / "fts5.db"), name))[
                0
            ],
        }
        if self.tantivy:
            place = str(self.state / "tantivy")
            found["tantivy"] = self.run(self._peer("tantivy_search.py", "update", str(self.directory), place, name))[0]
        subprocess.run(["git", "reset", "-q", "--hard", "HEAD~1"], cwd=self.directory, check=True)
        return found

    def writers(self) -> dict[str, float]:
        """The bulk writer against Whoosh's own, given the same terms."""
        command = self._peer(
            "writers.py", str(self.directory), str(self.entries), "3" if self.entries < 10_000 else "1"
        )
        environment = {**os.environ, **ENVIRONMENT, "PYTHONPATH": str(ROOT)}
        told = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
        found: dict[str, float] = json.loads(told.splitlines()[-1])
        return found


def _size(path: Path) -> float:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files) / 1e6


def _spread(seconds: list[float]) -> tuple[float, float]:
    ordered = sorted(seconds)
    return statistics.median(ordered), ordered[int(len(ordered) * 0.95)]


def report(entries: int) -> None:
    """Measure one size and print its tables."""
    bench = Bench(entries)
    builds = bench.builds()
    sizes = bench.sizes()
    print(f"### {entries:,} entries\n")
    print("| cold process | ms | × FTS5 |\n|---|---:|---:|")
    cold = bench.cold()
    for name, seconds in cold.items():
        print(f"| {name} | {seconds * 1e3:.0f} | {seconds / cold['FTS5']:.2f} |")
    print("\n| warm | median ms | p95 ms |\n|---|---:|---:|")
    for name, (median, high) in bench.warm().items():
        print(f"| {name} | {median * 1e3:.1f} | {high * 1e3:.1f} |")
    print("\n| full build | seconds | entries a second | peak MiB | index MB |\n|---|---:|---:|---:|---:|")
    for name, (seconds, mebibytes) in builds.items():
        print(f"| {name} | {seconds:.1f} | {entries / seconds:.0f} | {mebibytes:.0f} | {sizes[name]:.0f} |")
    print("\n| one entry changed | seconds |\n|---|---:|")
    for name, seconds in bench.update().items():
        print(f"| {name} | {seconds:.2f} |")
    # Whoosh's own writer takes minutes for ten thousand.
    if entries <= 10_000:
        found = bench.writers()
        print(
            f"\nWriting {found['documents']:.0f} documents from the same terms: kbctl's bulk writer {found['bulk']:.1f} s, "
            f"Whoosh's SegmentWriter {found['stock']:.1f} s ({found['stock'] / found['bulk']:.1f}×); "
            f"reading them (git, YAML, Markdown) {found['reading']:.1f} s besides."
        )
    print(flush=True)


def main(sizes: list[int]) -> None:
    """Print what was measured with what, then each size."""
    versions = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}", "Whoosh 2.7.4"]
    if importlib.util.find_spec("tantivy"):
        told = subprocess.run(
            [sys.executable, "-m", "pip", "show", "tantivy"], capture_output=True, text=True, check=False
        )
        versions.append("tantivy " + told.stdout.partition("Version: ")[2].split("\n")[0])
    if shutil.which("rg"):
        told = subprocess.run(["rg", "--version"], capture_output=True, text=True, check=True)
        versions.append(told.stdout.split("\n")[0].split(" (")[0])
    print(f"{date.today().isoformat()}, {', '.join(versions)}, {os.cpu_count()} cores\n", flush=True)
    for entries in sizes:
        report(entries)


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [1_000, 10_000, 50_000])
