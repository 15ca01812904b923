"""What both fault runs share: a small knowledge base with two published states, and what each of them answers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from kbctl.cli.common import Options
from kbctl.cli.console import Printer
from kbctl.cli.library import open_library
from kbctl.search.index import Query, Results, SearchIndex
from tests.conftest import ROOT

DAY = date(2026, 11, 21)
QUESTIONS = (
    "借记卡挂失要多少手续费",
    "大额存单起点金额",
    "残缺人民币兑换",
    "古城支行电话",
    "卡",
    "火星移民",
    "“口头挂失”",
)
ENTRY = "kb/entries/operations/card-loss-report.md"

Answers = list[tuple[tuple[str, float, str], ...]]


def git(directory: Path, *arguments: str) -> str:
    """Run git in *directory*."""
    who = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "gc.auto=0"]
    done = subprocess.run(["git", *who, *arguments], cwd=directory, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def make_base(directory: Path) -> tuple[str, str]:
    """The sample with two commits, of which each can be published; returns their ids."""
    for room in ("kb", "schemas", "templates"):
        shutil.copytree(ROOT / room, directory / room)
    (directory / ".gitignore").write_text(".kbctl/\n")
    git(directory, "init", "-q", "-b", "main")
    git(directory, "add", "-A")
    git(directory, "commit", "-q", "-m", "one")
    one = git(directory, "rev-parse", "HEAD")
    path = directory / ENTRY
    path.write_text(
        path.read_text(encoding="utf-8").replace("title: 借记卡挂失", "title: 火星移民登记"), encoding="utf-8"
    )
    git(directory, "commit", "-q", "-a", "-m", "two")
    return one, git(directory, "rev-parse", "HEAD")


def publish(directory: Path, commit: str) -> None:
    """Make *commit* the base."""
    git(directory, "update-ref", "refs/heads/main", commit)


def answers(index: SearchIndex) -> Answers:
    """What *index* says to all questions."""
    return [_short(index.search(Query(text, DAY))) for text in QUESTIONS]


def asked(directory: Path) -> Answers:
    """What an agent's searches say, whatever the index is like."""
    options = Options(root=str(directory), quiet=True)
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123
        kept, sys.stderr = sys.stderr, nowhere
        try:
            with open_library(options, Printer(options)) as library:
                return [_short(library.search(Query(text, DAY))) for text in QUESTIONS]
        finally:
            sys.stderr = kept


def _short(results: Results) -> tuple[tuple[str, float, str], ...]:
    return tuple((hit.document.id + hit.document.row, hit.score, hit.passage.text) for hit in results.flat())


def expected(directory: Path, commits: Sequence[str]) -> dict[str, Answers]:
    """What each of *commits* answers, from an index in memory."""
    options = Options(root=str(directory), quiet=True)
    found = {}
    for commit in commits:
        with open_library(options, Printer(options), at=commit) as library:
            found[commit] = answers(library.index)
    return found
