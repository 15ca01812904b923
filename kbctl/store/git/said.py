"""What git said when it failed, in its own words."""

from __future__ import annotations

import re

from git.exc import GitCommandError

_FRAME = re.compile(r"std(?:out|err): '")


def text_of(error: GitCommandError) -> str:
    """What git wrote, without the frame that the library puts around it."""
    parts = (_FRAME.sub("", part.strip()).removesuffix("'") for part in (str(error.stdout), str(error.stderr)))
    return "\n".join(parts)


def reason_of(text: str) -> str:
    """What git says first about why it failed."""
    lines = [line.strip().strip("'") for line in text.splitlines()]
    said = [line.removeprefix("fatal:").strip() for line in lines if line.startswith(("fatal:", "error:", "ssh:"))]
    return said[0] if said else text.strip().splitlines()[-1] if text.strip() else "?"
