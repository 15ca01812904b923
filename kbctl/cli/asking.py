"""Asking for a sentence that is owed, where somebody is at the terminal to give it."""

from __future__ import annotations

import sys

import typer


def asked(question: str, needed: str) -> str:
    """The answer to *question*, asked for until there is one; empty where nobody is there. :param needed: says why."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return ""
    while True:
        answer: str = typer.prompt(question, default="", show_default=False, err=True)
        if answer.strip():
            return answer
        typer.echo(needed, err=True)
