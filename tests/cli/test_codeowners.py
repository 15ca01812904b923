"""``kbctl codeowners`` on the sample's organization."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Outcome, git

Run = Callable[..., Outcome]


def rules(text: str) -> list[tuple[str, list[str]]]:
    found = []
    for line in text.split("\n"):
        if line and not line.startswith(("#", "[", "^[")):
            pattern, *owners = re.split(r"(?<!\\) ", line)
            found.append((pattern, owners))
    return found


def owners(text: str, path: str) -> list[str]:
    """Whom a forge asks: the last line that fits."""
    found: list[str] = []
    for pattern, names in rules(text):
        plain = re.sub(r"\\(.)", r"\1", pattern).removeprefix("/")
        if plain in ("*", path) or (plain.endswith("/") and path.startswith(plain)):
            found = names
    return found


def test_each_department_owns_its_entries_and_the_managing_one_the_rest(sample: Path, kbctl: Run) -> None:
    text = kbctl("codeowners", "--org", "bank").out
    assert owners(text, "kb/entries/retail-banking/hongyun-cd.md") == ["@bank/kb-retail-banking", "@bank/kb-e-banking"]
    for path in (
        "kb/kb.toml",
        "kb/roles.yaml",
        "kb/organization/retail-banking.yaml",
        "kb/submissions/2026/x.md",
        "kb/entries/e-banking/face-login.md",
        "schemas/product.yaml",
        "templates/entry/faq.md.j2",
        ".github/workflows/kbctl.yml",
        "README.md",
    ):
        assert owners(text, path) == ["@bank/kb-e-banking"], path
    departments = sorted(
        path.stem for path in (sample / "kb/organization").glob("*.yaml") if path.stem != "institutions"
    )
    listed = [line.split("/")[3] for line in text.split("\n") if line.startswith("/kb/entries/")]
    assert listed == [id_ for id_ in departments if id_ != "e-banking"]
    assert kbctl("codeowners", "--org", "bank").out == text


def test_the_organization_is_known_from_the_remote(sample: Path, kbctl: Run) -> None:
    assert "--org" in kbctl("codeowners").err
    for url in ("git@github.com:luohe-bank/kb.git", "https://github.com/luohe-bank/kb"):
        git(sample, "config", "remote.origin.url", url)
        assert "@luohe-bank/kb-e-banking" in kbctl("codeowners").out
    git(sample, "config", "remote.origin.url", "https://evilgithub.com/a/b")
    assert kbctl("codeowners").status == 2


def test_gitlab_must_have_the_managing_department_and_asks_the_others(sample: Path, kbctl: Run) -> None:
    text = kbctl("codeowners", "--forge", "gitlab", "--org", "bank/kb").out
    head, _, departments = text.partition("^[")
    assert "\n[" in head
    assert "* @bank/kb/kb-e-banking" in head
    assert "/.gitlab-ci.yml @bank/kb/kb-e-banking" in head
    assert "/kb/entries/retail-banking/ @bank/kb/kb-retail-banking\n" in departments


@pytest.mark.parametrize(
    ("forge", "place"),
    [("github", ".github/CODEOWNERS"), ("gitlab", ".gitlab/CODEOWNERS"), ("gitee", ".gitee/CODEOWNERS")],
)
def test_check_says_whether_the_file_is_up_to_date(forge: str, place: str, sample: Path, kbctl: Run) -> None:
    arguments = ("codeowners", "--forge", forge, "--org", "bank")
    missing = kbctl(*arguments, "--check")
    assert missing.status == 1
    assert place in missing.out
    (sample / place).parent.mkdir()
    assert kbctl(*arguments, "--output", place).status == 0
    assert kbctl(*arguments, "--check").status == 0
    assert kbctl(*arguments, "--check", "--output", place).status == 0
    department = sample / "kb/organization/retail-banking.yaml"
    department.write_text(
        department.read_text(encoding="utf-8")
        .replace("kb-retail-banking", "kb-retail")
        .replace("zhang.wei@example.com", "zhang.wei@bank.example"),
        encoding="utf-8",
    )
    stale = kbctl(*arguments, "--check")
    assert stale.status == 1
    assert "out of date" in stale.out


def test_departments_without_a_team_are_named(sample: Path, kbctl: Run) -> None:
    department = sample / "kb/organization/retail-banking.yaml"
    text = department.read_text(encoding="utf-8")
    department.write_text(text.replace("forge_team: kb-retail-banking\n", ""), encoding="utf-8")
    outcome = kbctl("codeowners", "--org", "bank")
    assert "retail-banking" in outcome.err
    assert owners(outcome.out, "kb/entries/retail-banking/hongyun-cd.md") == ["@bank/kb-e-banking"]
    department.write_text(text.replace("kb-retail-banking", '"a b\\n* @me"'), encoding="utf-8")
    assert kbctl("codeowners", "--org", "bank").status == 2
    managing = sample / "kb/organization/e-banking.yaml"
    managing.write_text(
        managing.read_text(encoding="utf-8").replace("role: managing", "role: business"), encoding="utf-8"
    )
    assert kbctl("codeowners", "--org", "bank").status == 2


def test_a_knowledge_base_deeper_in_its_repository(sample: Path, tmp_path: Path, kbctl: Run) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    git(whole, "init", "-q")
    (sample / ".git").rename(tmp_path / "gone")
    sample.rename(whole / "客服 库#1")
    text = kbctl("--root", str(whole / "客服 库#1"), "codeowners", "--org", "bank").out
    assert r"/客服\ 库\#1/kb/entries/retail-banking/ " in text
    assert not [pattern for pattern, _ in rules(text) if fnmatch.fnmatch("src/main.py", pattern.removeprefix("/"))]
    assert owners(text, "客服 库#1/kb/kb.toml") == ["@bank/kb-e-banking"]


def test_check_prints_the_command_that_mends_it(sample: Path, kbctl: Run) -> None:
    told = kbctl("codeowners", "--org", "bank", "--check").out
    (sample / ".github").mkdir()
    assert kbctl(*told.strip().partition(": kbctl ")[2].split()).status == 0
    assert kbctl("codeowners", "--org", "bank", "--check").status == 0


@pytest.mark.parametrize(
    ("forge", "org"),
    [
        ("github", "a b\n* @evil"),
        ("github", "bank\n"),
        ("github", "bank/kb"),
        ("gitlab", "bank/ @evil"),
        ("gitlab", "/x"),
    ],
)
def test_an_organization_that_would_write_lines_of_its_own_is_refused(
    forge: str, org: str, sample: Path, kbctl: Run
) -> None:
    outcome = kbctl("codeowners", "--forge", forge, "--org", org)
    assert (outcome.status, outcome.out) == (2, "")


def test_gitee_asks_the_contacts_of_today_by_their_addresses(sample: Path, kbctl: Run) -> None:
    department = sample / "kb/organization/retail-banking.yaml"
    text = department.read_text(encoding="utf-8")
    entry = "kb/entries/retail-banking/hongyun-cd.md"
    found = kbctl("codeowners", "--forge", "gitee").out
    assert {"zhang.wei@example.com", "li.na@example.com"} < set(owners(found, entry))
    assert all("@example.com" in name for _, names in rules(found) for name in names)
    assert set(owners(found, "kb/kb.toml")) < set(owners(found, entry))
    department.write_text(text.replace("from: 2024-01-01\n", "from: 2024-01-01\n    until: 2026-11-20\n", 1), "utf-8")
    assert "zhang.wei@example.com" not in kbctl("codeowners", "--forge", "gitee").out
    assert "zhang.wei@example.com" in kbctl("codeowners", "--forge", "gitee", "--today", "2026-11-20").out
    department.write_text(text.replace("email: zhang.wei@example.com", 'email: "x@y\\n* @evil"', 1), "utf-8")
    assert kbctl("codeowners", "--forge", "gitee").status == 2


@pytest.mark.parametrize("forge", ["github", "gitee"])
def test_what_decides_how_changes_are_checked_is_the_managing_departments(forge: str, sample: Path, kbctl: Run) -> None:
    text = kbctl("codeowners", "--forge", forge, "--org", "bank").out
    managers = owners(text, "kb/kb.toml")
    assert rules(text)[-1] == (".gitattributes", managers)
    for path in ("/ci/allowed_signers", "/ci/kbctl-ci.sh"):
        assert (path, managers) in rules(text)
