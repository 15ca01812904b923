"""What an input method puts on the command line is answered with what to type instead."""

from collections.abc import Callable

import pytest

from kbctl.cli.slips import slip_in, unquoted
from tests.conftest import ROOT, Outcome

Run = Callable[..., Outcome]


@pytest.mark.parametrize(
    ("arguments", "typed"),
    [
        (("——summary", "起存"), "--summary"),
        (("－－summary", "起存"), "--summary"),
        (("–at",), "--at"),
        (("-—lang",), "--lang"),
        (("-summary", "起存"), "--summary"),
        (("--summary", "“起存", "提高”"), '"…"'),
        (("‘起存",), '"…"'),
    ],
)
def test_what_was_mistyped(arguments: tuple[str, ...], typed: str) -> None:
    assert slip_in(arguments, {"--summary"})[1] == typed


@pytest.mark.parametrize("argument", ["--summary", "-h", "-rf", "card-loss", "“起存 提高”", "他说“好”", "-", "--", ""])
def test_what_was_not(argument: str) -> None:
    assert slip_in((argument,), {"--summary", "-h"}) == ("", "")


def test_quotation_marks_around_the_whole() -> None:
    assert unquoted("“起存提高”") == "起存提高"
    assert unquoted("”起存提高”") == "起存提高"
    assert [unquoted(text) for text in (None, "", "“", "“甲”和“乙”", "他说“好”")] == [
        None,
        "",
        "“",
        "“甲”和“乙”",
        "他说“好”",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("submit", "--summary", "“起存", "提高”"), 'marks: "…"'),
        (("submit", "——summary", "起存"), "hyphens: --summary"),
        (("submit", "-summary", "起存"), "hyphens: --summary"),
        (("submit", "－－dry-run"), "hyphens: --dry-run"),
        (("——version",), "hyphens: --version"),
        (("show", "——worktree"), "hyphens: --worktree"),
        (("review", "list", "——overdue"), "hyphens: --overdue"),
        (("diff", "20261120-retail-banking-1"), "kbctl review show 20261120-retail-banking-1"),
        (("submissions", "20261120-retail-banking-1"), "kbctl review show 20261120-retail-banking-1"),
        (("submit", "--urgency", "特急别"), "normal 普通, expedited 加急, urgent 特急"),
    ],
)
def test_every_command_says_so(kbctl_process: Run, arguments: tuple[str, ...], said: str) -> None:
    done = kbctl_process("--lang", "en", *arguments, KBCTL_ROOT=str(ROOT))
    assert (done.status, said in done.err) == (2, True), done.err


def test_other_errors_stay_as_they_are(kbctl_process: Run) -> None:
    for arguments in (("show", "nothing-there"), ("submit", "--nothing")):
        done = kbctl_process("--lang", "en", *arguments, KBCTL_ROOT=str(ROOT))
        assert done.status == 2
        assert "hyphens" not in done.err and "quotation" not in done.err
