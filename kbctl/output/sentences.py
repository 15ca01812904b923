"""The shape of what is said about a code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """The sentences of one code: ``text`` says what is wrong, ``hint`` what to do, ``why`` what the rule is for."""

    text: str
    hint: str
    why: str
