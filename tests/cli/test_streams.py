"""Where results go: consoles that lack characters, readers that leave, disks that are full, files by their names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kbctl.cli import deliver
from tests.conftest import ROOT, Outcome

Run = Callable[..., Outcome]


def kbctl_bytes(
    *arguments: str, stdout: int = subprocess.PIPE, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "kbctl", *arguments],
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdin=subprocess.DEVNULL,
    )


JSON_CALLS = [
    ("contacts", "--json"),
    ("contacts", "impact", "zhang-wei", "--json"),
    ("table", "list", "--json"),
    ("expire-report", "--json"),
    ("show", "leaves", "--json"),
    ("search", "条目", "--json"),
    ("search", "--limit", "5", "条目", "--json"),
]


@pytest.mark.parametrize("arguments", JSON_CALLS)
@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_json_loses_nothing_on_any_console(report_bank: Path, arguments: tuple[str, ...], encoding: str) -> None:
    path = report_bank / "kb/entries/retail-banking/leaves.md"
    path.write_text(path.read_text(encoding="utf-8").replace("title: 条目", "title: 䶮𠮷é条目"), encoding="utf-8")
    subprocess.run(["git", "commit", "-qam", "生僻字"], check=True)
    whole = kbctl_bytes(*arguments, PYTHONIOENCODING="utf-8")
    escaped = kbctl_bytes(*arguments, PYTHONIOENCODING=encoding)
    assert escaped.returncode == whole.returncode == 0, escaped.stderr
    assert escaped.stdout.isascii()
    assert json.loads(escaped.stdout) == json.loads(whole.stdout)


@pytest.mark.parametrize(
    "arguments", [("contacts",), ("contacts", "--json"), ("search", "条目"), ("search", "-n3", "条目")]
)
def test_a_reader_who_leaves_is_no_error(report_bank: Path, arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = kbctl_bytes(*arguments, stdout=writing)
    os.close(writing)
    assert done.returncode == 141
    assert b"Traceback" not in done.stderr and b"Exception" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
@pytest.mark.parametrize("arguments", [("contacts",), ("contacts", "--json"), ("search", "条目"), ("--help",)])
def test_a_full_disk_is_said_in_a_line(report_bank: Path, arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = kbctl_bytes(*arguments, stdout=full.fileno(), PYTHONIOENCODING="utf-8", LC_ALL="C")
    assert done.returncode == 2
    assert "Error: standard output: No space left on device" in done.stderr.decode()
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="needs a shell that closes streams")
@pytest.mark.parametrize(
    "arguments", ["contacts", "contacts --json", "search 条目", "--help", "expire-report --format csv"]
)
def test_a_closed_output_is_said_in_a_line(report_bank: Path, arguments: str) -> None:
    script = f"exec {sys.executable} -m kbctl {arguments} >&-"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2
    assert "standard output is closed" in done.stderr
    assert "Traceback" not in done.stderr
    # What goes to a file needs no output, and nobody to hear about it.
    written = subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -m kbctl contacts --output a.csv >&- 2>&-"], check=False, env=environment
    )
    assert written.returncode == 0
    assert (report_bank / "a.csv").stat().st_size > 0


def test_what_a_system_says_is_said_in_the_users_language(report_bank: Path, kbctl_process: Run) -> None:
    outcome = kbctl_process("contacts", "--output", "missing/a.csv")
    assert outcome.status == 2
    assert "No such file or directory" in outcome.err
    assert "No such file" not in kbctl_process("contacts", "--output", "missing/a.csv", "--lang", "zh_CN").err


def test_a_number_out_of_range_is_told_the_range(report_bank: Path, kbctl: Run) -> None:
    outcome = kbctl("expire-report", "--within", "abc")
    assert outcome.status == 2
    assert "whole number from 0 to 3660" in outcome.err


def test_an_output_without_a_name_is_refused(report_bank: Path, kbctl: Run) -> None:
    for arguments in (("expire-report",), ("contacts", "--json"), ("export", "leaves"), ("notice", "leaves")):
        outcome = kbctl(*arguments, "--output", "")
        assert (outcome.status, outcome.out) == (2, "")
        assert "--output names no file" in outcome.err


def test_a_name_that_kbctl_chose_is_told_even_to_those_who_asked_for_quiet(report_bank: Path, kbctl: Run) -> None:
    assert "wrote" in kbctl("expire-report", "--quiet", "--format", "xlsx").err
    assert "wrote" not in kbctl("expire-report", "--quiet", "--output", "a.xlsx").err


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--json", "--format", "csv"), ("--json", "csv")),
        (("--format", "html", "--output", "a.csv"), ("a.csv", "html")),
        (("--json", "--output", "a.xlsx"), ("a.xlsx", "json")),
    ],
)
def test_options_that_contradict_one_another(
    report_bank: Path, kbctl: Run, options: tuple[str, ...], named: tuple[str, str]
) -> None:
    outcome = kbctl("expire-report", *options)
    assert (outcome.status, outcome.out) == (2, "")
    assert all(word in outcome.err for word in named)
    assert not list(report_bank.glob("a.*"))


@pytest.mark.parametrize(
    "arguments", [("--lang", "fr", "contacts"), ("contacts", "--lang=fr"), ("search", "--lang", "fr", "a")]
)
def test_a_language_that_is_not_spoken(report_bank: Path, arguments: tuple[str, ...]) -> None:
    done = kbctl_bytes(*arguments, PYTHONIOENCODING="utf-8")
    assert done.returncode == 2
    assert "zh_CN, en" in done.stderr.decode()
    assert kbctl_bytes("contacts", "--lang", "zh-Hans").returncode == 0


def test_the_directory_is_gone(report_bank: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f"cd {gone} && rmdir {gone} && exec {sys.executable} -m kbctl contacts"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2
    assert "is gone" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("contacts",), {"a.csv": "序号".encode(), "a.md": b"# ", "a.JSON": b"{", "a.xlsx": b"PK", "a.txt": b"# "}),
        (("table", "export", "outlets"), {"b.csv": b"\xef\xbb\xbf", "b.md": b"# ", "b.json": b"{", "b.xlsx": b"PK"}),
        (("table", "show", "outlets"), {"c.xlsx": b"PK", "c.md": b"# "}),
        (
            ("expire-report",),
            {"d.html": b"<!DOCTYPE", "d.htm": b"<!DOCTYPE", "d.csv": b"\xef\xbb\xbf", "d.txt": b"Expiry"},
        ),
        (("notice", "leaves"), {"e.md": b"# ", "e.docx": b"PK", "e.xlsx": b"PK"}),
        (("export", "leaves"), {"f.html": b"<!DOCTYPE", "f.markdown": b"# ", "f.docx": b"PK", "f": b"PK"}),
    ],
)
def test_the_name_of_the_file_says_the_format(
    report_bank: Path, kbctl: Run, arguments: tuple[str, ...], names: dict[str, bytes]
) -> None:
    for name, start in names.items():
        outcome = kbctl(*arguments, "--output", name)
        assert outcome.status == 0, outcome.err
        assert (
            (report_bank / name)
            .read_bytes()
            .removeprefix(b"\xef\xbb\xbf")
            .startswith(start.removeprefix(b"\xef\xbb\xbf"))
        )
    wrong = kbctl(*arguments, "--output", "x.pdf")
    assert wrong.status == 2
    assert ".pdf" in wrong.err and "md" in wrong.err
    assert not (report_bank / "x.pdf").exists()


def test_a_format_that_is_said_beats_the_name(report_bank: Path, kbctl: Run) -> None:
    assert kbctl("contacts", "--format", "md", "--output", "a.txt").status == 0
    assert kbctl("contacts", "--json", "--output", "a.pdf").status == 0
    assert (report_bank / "a.pdf").read_bytes().startswith(b"{")


def test_a_page_is_not_poured_over_a_terminal(report_bank: Path, kbctl: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "_is_page_for_terminal", lambda name: name.endswith(".html"))
    for arguments in (("export", "--department", "retail-banking"), ("export", "leaves"), ("expire-report",)):
        outcome = kbctl(*arguments, "--format", "html")
        assert outcome.out == ""
        name = outcome.err.split("wrote ")[1].split("\n")[0]
        assert (report_bank / name).read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
        assert kbctl(*arguments, "--format", "html", "--output", "-").out.startswith("<!DOCTYPE html>")
