"""Translation by gettext: English in the code, catalogues under ``kbctl/locale``.

Only ``cli``, ``output`` and ``documents`` translate. Everything below them marks its messages with
:func:`N_` and hands them up untranslated.
"""

from __future__ import annotations

import gettext
import os
from pathlib import Path

DOMAIN = "kbctl"
LANGUAGES = ("zh_CN", "en")
LOCALE_DIR = Path(__file__).parent / "locale"


def N_(message: str) -> str:  # noqa: N802 - the name that message extractors look for
    """Mark *message* for the catalogue and return it as it is."""
    return message


def normalise_language(name: str) -> str | None:
    """Return the supported language that *name* (``zh``, ``zh-CN``, ``zh_CN.UTF-8``, ``en_GB`` …) asks for.

    ``None`` for a language that kbctl does not speak, and for the C locale, which names none.
    """
    plain = name.split(".", 1)[0].replace("-", "_").lower()
    if plain.startswith("zh"):
        return "zh_CN"
    if plain.startswith("en"):
        return "en"
    return None


def activate(language: str) -> None:
    """Make *language* (one of :data:`LANGUAGES`) the language of every message of this process.

    The global text domain is set too, so that the command-line library's own words ("Usage:") come
    from the same catalogue. To be called before that library is imported.
    """
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain(DOMAIN, str(LOCALE_DIR))
    gettext.textdomain(DOMAIN)


def _(message: str) -> str:
    """Return *message* in the active language."""
    return gettext.dgettext(DOMAIN, message) if message else ""


def ngettext(one: str, many: str, count: int) -> str:
    """Return the form of the message that fits *count*, in the active language."""
    return gettext.dngettext(DOMAIN, one, many, count)


def language() -> str:
    """Return the active language, one of :data:`LANGUAGES`."""
    return "zh_CN" if os.environ.get("LANGUAGE") == "zh_CN" else "en"
