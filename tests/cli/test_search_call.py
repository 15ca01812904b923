"""The short way in understands a call of search as the usual way does, or leaves it to that."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from kbctl.cli.app import app
from kbctl.cli.commands import search as usual
from kbctl.cli.common import Options
from kbctl.cli.quick import understand
from kbctl.cli.searching import SearchCall

WORDS = st.sampled_from(
    "search 挂失 卡  -- - -x --help -h --json --json=1 --worktree --type product --type=faq --owner cards --branch west-branch "
    "--branch= --state all --state=expired,withdrawn --as-of 2026-12-01 --at HEAD --limit 5 --limit=0 -n -n5 -n=3 １ 10001 "
    "--root . --today 2026-11-21 --lang en --color never --color=pink --quiet --quiet=1 --version --jso --interactive -i".split(
        " "
    )
)


def _usual(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> tuple[Options, SearchCall] | None:
    """What typer makes of *arguments*; ``None`` where it runs no search."""
    called: list[tuple[Options, SearchCall]] = []

    def run(options: Options, call: SearchCall) -> int:
        called.append((options, call))
        return 0

    with monkeypatch.context() as patched:
        patched.setattr(usual, "run_search", run)
        CliRunner().invoke(app, arguments)
    return called[0] if called else None


def _plain(understood: tuple[Options, SearchCall]) -> tuple[dict[str, Any], dict[str, Any]]:
    options, call = (asdict(part) for part in understood)
    return options, {name: list(value) if isinstance(value, tuple) else value for name, value in call.items()}


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS, max_size=4), st.lists(WORDS, max_size=6))
def test_what_is_understood_is_what_is_usual(
    monkeypatch: pytest.MonkeyPatch, before: list[str], after: list[str]
) -> None:
    monkeypatch.setenv("KBCTL_TODAY", "2026-01-01")
    for arguments in ([*before, "search", *after], ["search", *after], after):
        found = understand(arguments, {"KBCTL_TODAY": "2026-01-01", "KBCTL_LANG": "en", "KBCTL_ROOT": ""})
        if found is not None:
            expected = _usual(arguments, monkeypatch)
            assert expected is not None, arguments
            assert _plain(found) == _plain(expected), arguments


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "挂失"],
        ["--root", "kb", "search", "卡", "丢了", "--json"],
        ["search", "--type", "faq", "--type=product", "-n", "3", "转账", "--", "--json"],
    ],
)
def test_plain_calls_are_understood(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    found = understand(arguments, {"KBCTL_LANG": "en"})
    expected = _usual(arguments, monkeypatch)
    assert found is not None
    assert expected is not None
    assert found[1].query == expected[1].query


@pytest.mark.parametrize(
    "arguments",
    [["search"], ["show", "search"], ["search", "--help"], ["search", "x", "--jso"], ["search", "x", "-n", "0"]],
)
def test_the_rest_goes_the_usual_way(arguments: list[str]) -> None:
    assert understand(arguments, {}) is None
    assert understand(["search", "挂失"], {"_KBCTL_COMPLETE": "complete_bash"}) is None
