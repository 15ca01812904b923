"""The crontab lines and units of docs/guide/cron*.md, run as cron and systemd would run them."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, git

GUIDES = ("cron.md", "cron.zh-CN.md")


@pytest.fixture
def server(report_bank: Path, tmp_path: Path) -> Path:
    """A server: a clone in ``kb``, kbctl in ``opt``, a folder ``reports``."""
    git(tmp_path, "clone", "-q", str(report_bank), "kb")
    script = tmp_path / "opt" / "bin" / "kbctl"
    script.parent.mkdir(parents=True)
    (tmp_path / "reports").mkdir()
    python, root = shlex.quote(sys.executable), shlex.quote(str(ROOT))
    script.write_text(f'#!/bin/sh\nKBCTL_TODAY=2026-11-21 PYTHONPATH={root} exec {python} -m kbctl "$@"\n')
    script.chmod(0o755)
    return tmp_path


def placed(text: str, server: Path) -> str:
    for there, here in (("/srv/kb", "kb"), ("/opt/kbctl", "opt"), ("/srv/reports", "reports")):
        text = text.replace(there, str(server / here))
    return text


def block(guide: str, language: str, number: int = 0) -> str:
    text = (ROOT / "docs" / "guide" / guide).read_text(encoding="utf-8")
    found: list[str] = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return found[number]


def run(command: str, server: Path) -> subprocess.CompletedProcess[str]:
    """Run *command* as cron does: a bare environment, a shell, no terminal and no input."""
    environment = {"HOME": str(server), "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh", "KBCTL_LANG": "zh_CN"}
    return subprocess.run(
        ["/bin/sh", "-c", placed(command, server).replace("\\%", "%")],
        env=environment,
        cwd=server,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="cron is not for Windows")
@pytest.mark.parametrize("guide", GUIDES)
def test_crontab_lines(server: Path, guide: str) -> None:
    jobs = [line for line in block(guide, "crontab").splitlines() if re.match(r"[0-9]", line)]
    page, mail, expired = (line.split(None, 5)[5] for line in jobs)
    done = run(page, server)
    assert (done.returncode, done.stdout) == (0, "")
    assert (server / "reports/expiry.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    done = run(mail, server)
    assert done.returncode == 0
    assert "条目expired" in done.stdout
    done = run(expired, server)
    assert "条目expired" in done.stdout
    # Again on the next day: the files are there already.
    assert run(page, server).returncode == 0


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
@pytest.mark.parametrize("guide", GUIDES)
def test_units(server: Path, guide: str) -> None:
    service, timer = block(guide, "ini"), block(guide, "ini", 1)
    units = server / "units"
    units.mkdir()
    for name, text in (("kb-expiry.service", service), ("kb-expiry.timer", timer)):
        (units / name).write_text(placed(text, server).replace("User=kb\n", ""), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(path) for path in units.iterdir())],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "kb-expiry" not in done.stderr
    when = re.search(r"OnCalendar=(.+)", timer)
    assert when
    subprocess.run(["systemd-analyze", "calendar", when.group(1)], check=True, capture_output=True)
    command = re.search(r"ExecStart=(.+)", service)
    assert command
    assert run(f"cd /srv/kb && {command.group(1)}", server).returncode == 1
