"""What is asked where somebody is at the terminal: with a real one."""

import os
import pty
import subprocess
import sys

from tests.submissions.bank import LOSS, TODAY, Bank, Clone, environment
from tests.submissions.test_bad_input import NUMBER, change


def typed(clone: Clone, answers: str, *arguments: str) -> tuple[int, str]:
    """Run kbctl at a terminal where *answers* are typed; its status, and what it printed there."""
    ours, theirs = pty.openpty()
    os.write(ours, answers.encode())
    command = [sys.executable, "-m", "kbctl", "--lang", "en", "--today", TODAY, "--color", "never", *arguments]
    process = subprocess.Popen(
        command, cwd=clone.path, env=environment(), stdin=theirs, stdout=subprocess.DEVNULL, stderr=theirs
    )
    os.close(theirs)
    said = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:
            break
        if not piece:
            break
        said += piece
    os.close(ours)
    return process.wait(), said.decode()


def test_what_is_handed_in_again_needs_a_new_sentence(bank: Bank) -> None:
    zhang = bank.clone("zhang-wei")
    change(zhang)
    zhang.ok("submit", "--summary", "第一句")
    zhang.edit(LOSS, "立等可取", "当日可取")
    status, said = typed(zhang, "\n第二句\n", "submit", "--resubmit", NUMBER)
    assert status == 0, said
    assert "第一句" in said and "A sentence is needed" in said
    notice = bank.show(f"kb/submissions/2026/{NUMBER}.md", f"submission/{NUMBER}")
    assert "第二句" in notice and "第一句" not in notice


def test_why_a_colleagues_submission_is_taken_back(bank: Bank) -> None:
    zhang = bank.clone("zhang-wei")
    change(zhang)
    zhang.ok("submit", "--summary", "x")
    status, said = typed(bank.clone("li-na"), "重复提交\n", "submit", "--recall", NUMBER)
    assert status == 0, said
    assert "张伟" in said
    assert "重复提交" in bank.show(f"kb/submissions/2026/{NUMBER}.md", f"submission/{NUMBER}")
