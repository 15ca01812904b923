"""What the guides tell people to type exists."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from kbctl.cli.app import COMMANDS
from kbctl.cli.command import load_command

GUIDES = sorted((Path(__file__).parent.parent / "docs" / "guide").glob("*.md"))


def commands(text: str) -> Iterator[list[str]]:
    """The calls of kbctl in the text: in blocks behind a prompt, and in line."""
    for block in re.findall(r"^ *\$ (kbctl .*)$", text, re.MULTILINE):
        yield shlex.split(block, comments=True)[1:]
    for span in re.findall(r"`(kbctl [^`]*)`", text):
        yield shlex.split(span)[1:]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_commands_and_options_exist(guide: Path) -> None:
    found = list(commands(guide.read_text(encoding="utf-8")))
    assert found
    for words in found:
        if words[0].startswith("--"):
            continue
        command = load_command(words[0], COMMANDS[words[0]])
        for word in words[1:2]:
            if hasattr(command, "commands") and word in command.commands:
                command = command.commands[word]
        known = {name for parameter in command.params for name in parameter.opts}
        options = {word.partition("=")[0] for word in words[1:] if word.startswith("--")}
        assert options <= known, (words, options - known)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_links_lead_somewhere_and_both_languages_are_there(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]*)", text):
        assert (guide.parent / target).exists(), target
    other = guide.name.replace(".zh-CN.md", ".md") if ".zh-CN" in guide.name else guide.name.replace(".md", ".zh-CN.md")
    assert (guide.parent / other).exists()
    headings = [
        len(re.findall(r"^## ", (guide.parent / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in (guide.name, other)
    ]
    assert headings[0] == headings[1]
