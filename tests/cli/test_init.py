"""``kbctl init``: a knowledge base that works at once."""

from __future__ import annotations

import json
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Outcome, git

Run = Callable[..., Outcome]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "新 目录"
    directory.mkdir()
    monkeypatch.chdir(directory)
    return directory


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_new_knowledge_base_works_at_once(language: str, desk: Path, kbctl: Run) -> None:
    made = kbctl("init", "bank", "--language", language, "--name", '洛"河\\银行')
    assert made.status == 0
    assert made.out == "bank/kb/kb.toml\n"
    assert "cd bank" in made.err
    root = desk / "bank"
    settings = tomllib.loads((root / "kb/kb.toml").read_text(encoding="utf-8"))
    assert settings["knowledge-base"]["name"] == '洛"河\\银行'
    assert settings["knowledge-base"]["language"] == language
    assert settings["time-limits"]["urgent"]["close"] == "24 hours"
    assert git(root, "symbolic-ref", "HEAD") == "refs/heads/main\n"
    assert subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, check=False).returncode != 0
    checked = kbctl("validate", "--root", str(root), "--json")
    assert checked.status == 0
    assert json.loads(checked.out)["findings"] == []
    new = kbctl("new", "faq", "--title", "存折丢了怎么办", "--root", str(root))
    assert new.status == 0
    text = Path(new.out.strip()).read_text(encoding="utf-8")
    assert "owner: example-department\n" in text
    assert "contact: [zhang-wei]\n" in text
    codes = {
        finding["code"] for finding in json.loads(kbctl("validate", "--root", str(root), "--json").out)["findings"]
    }
    assert codes == {"KB107", "KB207", "KB502"}  # the phone is not known, the text not written
    assert kbctl("search-test", "--root", str(root)).status in (0, 1)
    assert kbctl("fmt", "--check", "--root", str(root)).status == 0


def test_the_settings_have_the_limits_of_the_sample(desk: Path, kbctl: Run) -> None:
    kbctl("init")
    made = tomllib.loads((desk / "kb/kb.toml").read_text(encoding="utf-8"))
    sample = tomllib.loads((ROOT / "kb/kb.toml").read_text(encoding="utf-8"))
    for settings in (made, sample):
        del settings["knowledge-base"]
        for limit in settings["time-limits"].values():
            del limit["source"]
    assert made == sample


def test_without_a_git_identity_there_is_a_contact_to_fill_in(
    desk: Path, kbctl: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"):
        monkeypatch.delenv(name)
    assert kbctl("init").status == 0
    assert "- id: example-contact\n" in (desk / "kb/organization/example-department.yaml").read_text(encoding="utf-8")
    assert kbctl("validate").status == 0
    assert kbctl("new", "faq", "--title", "存折丢了怎么办").status == 0


def test_files_that_are_there_stay(desk: Path, kbctl: Run) -> None:
    git(desk, "init", "-q", "-b", "trunk")
    (desk / "README.md").write_text("mine", encoding="utf-8")
    (desk / ".gitignore").write_text("*.tmp\n", encoding="utf-8")
    made = kbctl("init")
    assert made.status == 0
    assert (desk / "README.md").read_text(encoding="utf-8") == "mine"
    assert (desk / ".gitignore").read_text(encoding="utf-8") == "*.tmp\n"
    assert "README.md is there already" in made.err
    assert "add the line .kbctl/" in made.err
    assert git(desk, "symbolic-ref", "HEAD") == "refs/heads/trunk\n"


def test_a_folder_of_a_repository_gets_no_repository_of_its_own(desk: Path, kbctl: Run) -> None:
    git(desk, "init", "-q")
    assert kbctl("init", "a/b").status == 0
    assert not (desk / "a/b/.git").exists()
    assert (desk / "a/b/kb/kb.toml").is_file()


def test_schemas_and_templates_are_copied_when_asked_for(desk: Path, kbctl: Run) -> None:
    assert kbctl("init", "--with-schemas", "--with-templates").status == 0
    for room in ("schemas", "templates/entry"):
        shipped = {path.name: path.read_bytes() for path in (ROOT / room).iterdir() if path.is_file()}
        assert shipped == {path.name: path.read_bytes() for path in (desk / room).iterdir()}
    assert kbctl("validate").status == 0


def test_a_second_knowledge_base_is_refused(desk: Path, kbctl: Run) -> None:
    assert kbctl("init").status == 0
    before = {path: path.read_bytes() for path in desk.rglob("*") if path.is_file() and ".git/" not in str(path)}
    for directory in (".", "kb/entries"):
        refused = kbctl("init", directory)
        assert refused.status == 2
        assert "already" in refused.err
    assert {path: path.read_bytes() for path in before} == before
    assert not (desk / "kb/entries").exists()


def test_what_is_in_the_way_is_named_and_nothing_is_written(desk: Path, kbctl: Run) -> None:
    (desk / "file").write_text("x", encoding="utf-8")
    assert kbctl("init", "file").status == 2
    assert kbctl("init", "file/below").status == 2
    (desk / "kb").write_text("x", encoding="utf-8")
    refused = kbctl("init")
    assert refused.status == 2
    assert sorted(path.name for path in desk.iterdir() if path.name != ".git") == ["file", "kb"]
    assert kbctl("init", "other", "--name", " ").status == 2


def test_it_works_as_a_process_in_chinese(desk: Path, kbctl_process: Run) -> None:
    made = kbctl_process("--lang", "zh_CN", "init")
    assert made.status == 0, made.err
    assert "# 客户服务知识库" in (desk / "README.md").read_text(encoding="utf-8")
    git(desk, "add", "-A")
    git(desk, "commit", "-q", "-m", "知识库")
    assert kbctl_process("validate").status == 0
    assert kbctl_process("doctor").status == 0


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a file system that takes no files")
def test_where_nothing_can_be_made(desk: Path, kbctl: Run) -> None:
    for directory in ("/proc/none", "/proc", "a" * 300, "/dev/null/below"):
        refused = kbctl("init", directory)
        assert refused.status == 2
        assert refused.err.startswith("Error: ")
        assert "stderr:" not in refused.err
        assert len(refused.err.splitlines()) == 2
