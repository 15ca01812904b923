"""Customers' words and the bank's terms for them, in ``kb/synonyms.yaml``."""

from __future__ import annotations

from kbctl.store import metaschemas
from kbctl.store.rulebook.reading import RulebookReader

PATH = "kb/synonyms.yaml"


def read_synonyms(reader: RulebookReader) -> dict[str, tuple[str, ...]]:
    """Customers' words, each with the bank's terms for it."""
    read = reader.yaml(PATH, metaschemas.SYNONYMS)
    if read is None or not isinstance(read.value, dict):
        return {}
    return {word: tuple(terms) for word, terms in read.value.items()}
