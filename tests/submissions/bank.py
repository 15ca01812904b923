"""A small bank for tests: one bare repository, and a clone for each person, driven through the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.helpers import ROOT, base_files

TODAY = "2026-11-20"
LOSS = "kb/entries/retail-banking/card-loss.md"
CD = "kb/entries/retail-banking/hongyun-cd.md"
OUTLETS = "kb/entries/operations/head-office-outlets.md"
TABLE = "kb/entries/operations/head-office-outlets/table.csv"

_ORGANIZATION = {
    "retail-banking": ("零售银行部", "head-office", "business", ("zhang-wei 张伟", "li-na 李娜", "zhou-jie 周杰")),
    "operations": ("运营管理部", "head-office", "business", ("liu-yang 刘洋",)),
    "e-banking": ("电子银行运行部", "head-office", "managing", ("zhao-min 赵敏", "qian-lei 钱磊", "sun-tao 孙涛")),
    "compliance": ("合规管理部", "head-office", "business", ("xie-fang 谢芳",)),
    "dongcheng-business": ("东城分行综合业务部", "dongcheng-branch", "branch", ("yuan-mei 袁梅",)),
}
_ROLES = """\
reviewers: [zhao-min, qian-lei]
administrators: [qian-lei, sun-tao]
further_reviewers: {compliance: [xie-fang]}
"""


def knowledge_base() -> dict[str, bytes]:
    """The files of the bank's knowledge base."""
    files = dict(base_files())
    for path in list(files):
        if path.startswith("kb/organization/") and not path.endswith("institutions.yaml"):
            del files[path]
    number = 1
    for id_, (name, institution, role, people) in _ORGANIZATION.items():
        lines = [f"id: {id_}", f"name: {name}", f"institution: {institution}", f"role: {role}", "contacts:"]
        for person in people:
            contact, chinese = person.split()
            mail = f"{contact}@bank.example"
            lines.append(
                f"  - {{id: {contact}, name: {chinese}, phone: 0379-01001{number:03}, email: {mail}, git_emails: [{mail}]}}"
            )
            number += 1
        files[f"kb/organization/{id_}.yaml"] = "".join(f"{line}\n" for line in lines).encode()
    files["kb/roles.yaml"] = _ROLES.encode()
    files[".gitignore"] = b".kbctl/\n"
    return files


@dataclass(frozen=True)
class Done:
    """What a command printed."""

    status: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


class Clone:
    """A working copy of one person."""

    def __init__(self, path: Path, person: str) -> None:
        self.path = path
        self.person = person

    def git(self, *arguments: str, check: bool = True, data: bytes | None = None) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.path, capture_output=True, check=False, env=environment(), input=data
        )
        assert not check or done.returncode == 0, done.stderr.decode()
        return done.stdout.decode("utf-8", "surrogateescape")

    def kbctl(self, *arguments: str, today: str = TODAY, env: Mapping[str, str] | None = None) -> Done:
        """Run kbctl here; English, on a fixed day."""
        command = [sys.executable, "-m", "kbctl", "--lang", "en", "--today", today, *arguments]
        done = subprocess.run(
            command, cwd=self.path, capture_output=True, check=False, env={**environment(), **(env or {})}
        )
        result = Done(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert result.status != 70, result.err
        return result

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start kbctl here, in a session of its own."""
        command = [sys.executable, "-m", "kbctl", "--lang", "en", "--today", TODAY, *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, cwd=self.path, env=environment(), stdout=pipe, stderr=pipe, start_new_session=True
        )

    def ok(self, *arguments: str, today: str = TODAY) -> Any:
        """Run kbctl with --json; it must succeed."""
        done = self.kbctl(*arguments, "--json", today=today)
        assert done.status == 0, done.err + done.out
        return done.json()

    def read(self, path: str) -> str:
        return (self.path / path).read_text(encoding="utf-8")

    def write(self, path: str, text: str | bytes) -> None:
        target = self.path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode() if isinstance(text, str) else text)

    def edit(self, path: str, old: str, new: str) -> None:
        text = self.read(path)
        assert old in text
        self.write(path, text.replace(old, new))

    def commit_all(self, message: str, *, signed: bool = False) -> str:
        """A commit made by hand, around kbctl."""
        self.git("add", "-A")
        self.git("commit", "-q", *(["-S"] if signed else []), "-m", message)
        return self.git("rev-parse", "HEAD").strip()

    def desk(self) -> dict[str, bytes | str]:
        """Everything that must not change behind the user's back: HEAD, index, stash, every file on the desk."""
        found: dict[str, bytes | str] = {
            "HEAD": (self.path / ".git/HEAD").read_bytes(),
            "index": (self.path / ".git/index").read_bytes(),
            "stash": self.git("stash", "list"),
            "branches": self.git("for-each-ref", "refs/heads"),
        }
        for path in sorted(self.path.rglob("*")):
            parts = path.relative_to(self.path).parts
            if path.is_file() and parts[0] != ".git":
                found["/".join(parts)] = path.read_bytes()
        return found

    def everything(self) -> dict[str, bytes | str]:
        """The desk and every ref of the repository."""
        return {**self.desk(), "refs": self.git("for-each-ref")}


def environment() -> dict[str, str]:
    """A clean environment: no settings of the machine's user, the checkout's kbctl."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "TMPDIR", "SYSTEMROOT")}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "HOME": "/nonexistent",
    }


class Bank:
    """The bare repository and its clones. *below* is where in it the knowledge base lies."""

    def __init__(self, folder: Path, below: str = "") -> None:
        self.folder = folder
        self.below = below
        self.bare = folder / "bank.git"
        first = folder / "first"
        first.mkdir()
        self.git("init", "-q", "-b", "main", str(first), cwd=folder)
        for path, data in knowledge_base().items():
            target = first / (path if path == ".gitignore" else f"{below}/{path}".strip("/"))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        founder = Clone(first, "zhao-min")
        identify(founder)
        self.baseline = founder.commit_all("The knowledge base")
        self.git("clone", "-q", "--bare", str(first), str(self.bare), cwd=folder)

    def git(self, *arguments: str, cwd: Path | None = None) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=cwd or self.bare, capture_output=True, check=False, env=environment()
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def clone(self, person: str, name: str | None = None, *options: str) -> Clone:
        """A clone of *person*."""
        path = self.folder / (name or person)
        self.git("clone", "-q", *options, self.bare.as_uri(), str(path), cwd=self.folder)
        found = Clone(path / self.below, person)
        identify(found)
        return found

    def alone(self, person: str) -> Clone:
        """A repository without a remote."""
        found = self.clone(person, "alone")
        found.git("remote", "remove", "origin")
        return found

    def refs(self) -> str:
        return self.git("for-each-ref")

    def show(self, path: str, revision: str = "main") -> str:
        return self.git("show", f"{revision}:{path}")


def identify(clone: Clone) -> None:
    """Let git know whose clone it is."""
    clone.git("config", "user.name", clone.person)
    clone.git("config", "user.email", f"{clone.person}@bank.example")
