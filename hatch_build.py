"""Compiles the message catalogues when kbctl is built or installed, editable installs included."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_catalogues(locale_dir: Path) -> None:
    """Write a ``.mo`` beside each ``.po`` below *locale_dir*."""
    for source in sorted(locale_dir.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as file:
            catalogue = read_po(file)
        with source.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)


# The interface has a parameter for the type of the configuration in hatchling's sources, and takes none when it runs.
class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before a wheel, sdist or editable install is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the catalogues."""
        compile_catalogues(Path(self.root) / "kbctl" / "locale")
