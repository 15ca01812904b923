"""A search answers whatever happens to the place where its index is kept."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kbctl.cli.common import Options
from kbctl.cli.console import Printer
from kbctl.cli.index_place import index_directory
from kbctl.cli.library import open_library
from kbctl.search.index import Query
from kbctl.search.publishing import locked
from tests.conftest import ROOT, TODAY, Outcome, git

Run = Callable[..., Outcome]
ENTRY = "kb/entries/operations/card-loss-report.md"
ASKED = "借记卡挂失"


def _rename(sample: Path) -> None:
    path = sample / ENTRY
    path.write_text(
        path.read_text(encoding="utf-8").replace("title: 借记卡挂失", "title: 火星移民登记"), encoding="utf-8"
    )
    git(sample, "commit", "-qam", "改名")


def test_a_directory_that_cannot_be_written(sample: Path, kbctl: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (sample / "file").write_text("in the way")
    monkeypatch.setenv("KBCTL_CACHE_DIR", str(sample / "file" / "below"))
    outcome = kbctl("search", ASKED)
    assert outcome.status == 0
    assert "card-loss-report" in outcome.out
    assert "cannot be written" in outcome.err


def test_a_link_where_the_index_should_be(sample: Path, kbctl: Run, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (sample / ".kbctl").mkdir()
    (sample / ".kbctl" / "index").symlink_to(tmp_path / "elsewhere")
    outcome = kbctl("search", ASKED)
    assert outcome.status == 0
    assert "no index is kept there" in outcome.err
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_knowledge_base_that_is_read_only(sample: Path, kbctl: Run) -> None:
    sample.chmod(0o555)
    try:
        assert kbctl("search", ASKED).status == 0
        assert not (sample / ".kbctl").exists()
    finally:
        sample.chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="a limit as on POSIX")
def test_a_full_disk(sample: Path) -> None:
    code = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000)); "
    code += f"sys.argv = ['kbctl', 'search', {ASKED!r}]; from kbctl.__main__ import main; main()"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert "card-loss-report" in done.stdout
    assert "cannot be written" in done.stderr
    assert not list((sample / ".kbctl" / "index").glob("generation-*"))


def test_an_index_that_is_deleted_while_it_is_open(sample: Path, kbctl: Run) -> None:
    kbctl("index")
    options = Options(today=TODAY, quiet=True)
    query = Query(ASKED, options.day)
    with open_library(options, Printer(options)) as library:
        before = library.search(query)
        shutil.rmtree(sample / ".kbctl")
        assert library.search(query) == before
        library.refresh()
        assert library.search(query) == before
    assert kbctl("search", ASKED).status == 0


def test_an_index_that_is_damaged_while_it_is_open(sample: Path, kbctl: Run) -> None:
    kbctl("index")
    options = Options(today=TODAY)
    with open_library(options, Printer(options)) as library:
        expected = library.search(Query(ASKED, options.day))
    with open_library(options, Printer(options)) as library:
        for path in (sample / ".kbctl").rglob("*.*"):
            if path.is_file():
                path.write_bytes(bytes(path.stat().st_size))
        assert library.search(Query(ASKED, options.day)) == expected


def test_a_search_does_not_wait_for_another_ones_build(
    sample: Path, kbctl: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kbctl.cli.indexing._PATIENCE", 0.1)
    kbctl("index")
    _rename(sample)
    with locked(index_directory(sample), 0):
        outcome = kbctl("search", ASKED)
        assert "card-loss-report" in outcome.out
        assert "another kbctl is building" in outcome.err
        assert "火星移民" not in outcome.out
    assert "火星移民登记" in kbctl("search", "火星移民").out


def test_one_entry_is_brought_in_without_indexing_everything(sample: Path, kbctl: Run) -> None:
    kbctl("index")
    _rename(sample)
    assert kbctl("search", "火星移民").out.startswith("1. 火星移民登记")
    names = {path.name.split(".")[0] for path in (sample / ".kbctl").rglob("MAIN_*.pst")}
    assert len(names) == 2
    # Who answers for an entry stands in every document.
    organization = sample / "kb" / "organization" / "operations.yaml"
    organization.write_text(organization.read_text(encoding="utf-8").replace("唐洁", "唐小洁"), encoding="utf-8")
    git(sample, "commit", "-qam", "改联系人")
    assert "唐小洁" in kbctl("search", "火星移民").out


def test_the_desk_lies_over_what_is_published(sample: Path, kbctl: Run) -> None:
    kbctl("index")
    path = sample / ENTRY
    path.write_text(
        path.read_text(encoding="utf-8").replace("title: 借记卡挂失", "title: 火星移民登记"), encoding="utf-8"
    )
    (sample / "kb/entries/operations/passbook-loss.md").unlink()
    over = kbctl("search", "火星移民挂失", "--worktree", "--json").out
    git(sample, "add", "-A")
    git(sample, "commit", "-qm", "desk")
    published = kbctl("search", "火星移民挂失", "--json").out
    expected = json.loads(published)["hits"]
    assert [{**hit, "draft": False} for hit in json.loads(over)["hits"]] == expected
    assert [hit["id"] for hit in json.loads(over)["hits"] if hit["draft"]] == ["card-loss-report"]
