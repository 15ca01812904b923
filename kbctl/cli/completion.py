"""What the shell completes: ids, types, departments, rule codes. Silent when there is nothing to offer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import typer

from kbctl.cli.options import options_of
from kbctl.cli.root import find_root
from kbctl.errors import KbctlError

_TITLE = re.compile(r"^title: *(.+)$", re.MULTILINE)
_NAME = re.compile(r"^name: *(.+)$", re.MULTILINE)
_CONTACT = re.compile(r"^ *- id: *([a-z0-9-]+)\n *name: *(.+)$", re.MULTILINE)
_TYPE_NAME = re.compile(r"^names: *\{zh_CN: *([^,}]+)", re.MULTILINE)


def _root(context: typer.Context) -> Path | None:
    try:
        return find_root(options_of(context).root)
    except KbctlError:
        return None


def _named(folder: Path | None, pattern: str, label: re.Pattern[str], incomplete: str) -> Iterator[tuple[str, str]]:
    if folder is None or not folder.is_dir():
        return
    for path in sorted(folder.glob(pattern)):
        stem = path.stem.split("@", 1)[0]
        if stem.startswith(incomplete):
            with path.open(encoding="utf-8", errors="replace") as file:
                match = label.search(file.read(2000))
            yield stem, match.group(1).strip() if match else ""


def complete_ids(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Ids of entries on the desk, with their titles."""
    root = _root(context)
    return sorted(set(_named(root and root / "kb" / "entries", "*/*.md", _TITLE, incomplete)))


def complete_types(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Ids of knowledge types, with their names."""
    root = _root(context)
    own = list(_named(root and root / "schemas", "*.yaml", _TYPE_NAME, incomplete))
    return own or list(_named(_shipped(), "*.yaml", _TYPE_NAME, incomplete))


def complete_departments(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Ids of departments, with their names."""
    root = _root(context)
    found = _named(root and root / "kb" / "organization", "*.yaml", _NAME, incomplete)
    return [pair for pair in found if pair[0] != "institutions"]


def complete_contacts(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Ids of contacts, with their names."""
    root = _root(context)
    found: list[tuple[str, str]] = []
    for path in sorted((root / "kb" / "organization").glob("*.yaml")) if root else ():
        if path.name != "institutions.yaml":
            text = path.read_text(encoding="utf-8", errors="replace")
            found.extend((id_, name.strip()) for id_, name in _CONTACT.findall(text) if id_.startswith(incomplete))
    return found


def complete_institutions(context: typer.Context, incomplete: str) -> list[str]:
    """Ids of institutions."""
    root = _root(context)
    path = root / "kb" / "organization" / "institutions.yaml" if root else None
    if path is None or not path.is_file():
        return []
    ids = re.findall(r"\bid: *([a-z0-9-]+)", path.read_text(encoding="utf-8", errors="replace"))
    return [id_ for id_ in ids if id_.startswith(incomplete)]


def complete_codes(incomplete: str) -> list[str]:
    """Codes of rules."""
    output = Path(__file__).parent.parent / "output"
    text = "".join((output / name).read_text(encoding="utf-8") for name in ("messages.py", "approval.py"))
    codes = re.findall(r'^    "(KB[0-9]{3})"', text, re.MULTILINE)
    return [code for code in codes if code.startswith(incomplete.upper())]


def _shipped() -> Path:
    package = Path(__file__).parent.parent
    inside = package / "shipped" / "schemas"
    return inside if inside.is_dir() else package.parent / "schemas"
