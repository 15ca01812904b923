"""Which language to speak: option, environment, ``kb.toml``, locale, in that order."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from kbctl.cli.root import MARK, search_root
from kbctl.i18n import normalise_language

if os.name == "nt":
    import locale

_LANGUAGE = re.compile(r"^\s*language\s*=\s*[\"']([A-Za-z_-]+)[\"']", re.MULTILINE)


def choose_language(arguments: Sequence[str]) -> str:
    """Return the language for a call with *arguments*; one that kbctl does not speak is passed over.

    Where nothing names one it is Chinese, which most users read.
    """
    for name in (_option(arguments, "--lang"), os.environ.get("KBCTL_LANG"), _configured(arguments), *_locales()):
        language = normalise_language(name) if name else None
        if language:
            return language
    return "zh_CN"


def _option(arguments: Sequence[str], option: str) -> str | None:
    """The last value given to *option*: the language must be known before the arguments are parsed."""
    value = None
    for number, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == option and number + 1 < len(arguments):
            value = arguments[number + 1]
        elif argument.startswith(option + "="):
            value = argument.partition("=")[2]
    return value


def _configured(arguments: Sequence[str]) -> str | None:
    """The language that the knowledge base's settings name. Only this one key is looked at; it may be wrong elsewhere."""
    named = _option(arguments, "--root") or os.environ.get("KBCTL_ROOT")
    try:
        root = Path(named).expanduser() if named else search_root(Path.cwd())
        text = (root / MARK).read_text(encoding="utf-8") if root else ""
    except (OSError, UnicodeDecodeError):
        return None
    match = _LANGUAGE.search(text)
    return match.group(1) if match else None


def _locales() -> list[str | None]:
    names = [os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    if os.name == "nt":
        names.append(locale.getlocale()[0])
    return names
