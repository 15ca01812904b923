"""Which published changes a text lacks: what they added has to stand in it, what they took out must not be back.

Lines are not compared whole, for the user may have gone on writing in a line that was changed: what was added counts
where its tokens follow one another in a line, next to a neighbour that it has in the published text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kbctl.model.token_diff import LineChange, Mark, compare, tokens

_EDGE = "\n"
# How much of the user's may stand between the tokens of what was added.
_BETWEEN = 12


@dataclass(frozen=True, slots=True)
class _Part:
    """Tokens of a changed line that are new or gone, with the tokens beside them."""

    mark: Mark
    left: str
    tokens: tuple[str, ...]
    right: str


def lacking(old: str, published: str, own: str) -> tuple[LineChange, ...]:
    """The lines changed from *old* to *published* whose change *own* does not hold."""
    ours, mine = _lines(published), _lines(own)
    return tuple(
        line
        for line in compare(old, published)
        if line.changed and any(_lost(part, ours, mine) for part in _parts(line))
    )


def _lost(part: _Part, published: Sequence[Sequence[str]], own: Sequence[Sequence[str]]) -> bool:
    wanted = sum(_stands(part, line) for line in published)
    found = sum(_stands(part, line) for line in own)
    return found < wanted if part.mark is Mark.NEW else found > wanted


def _lines(text: str) -> list[list[str]]:
    return [[_EDGE, *tokens(line), _EDGE] for line in text.splitlines()]


def _parts(line: LineChange) -> Iterator[_Part]:
    """What is new and gone in *line*; blank lines count for nothing."""
    for at, piece in enumerate(line.pieces):
        if piece.mark is Mark.SAME or not piece.text.strip():
            continue
        left = next((tokens(one.text)[-1] for one in reversed(line.pieces[:at]) if one.mark is Mark.SAME), _EDGE)
        right = next((tokens(one.text)[0] for one in line.pieces[at:] if one.mark is Mark.SAME), _EDGE)
        yield _Part(piece.mark, left, tuple(tokens(piece.text)), right)


def _stands(part: _Part, line: Sequence[str]) -> bool:
    """Whether the tokens of *part* stand in *line*, after its left or before its right neighbour.

    A single character is found anywhere (不): it needs both, as far as the line goes on there.
    """
    wanted = part.tokens
    if len(wanted) == 1 and len(wanted[0]) == 1:
        whole = [one for one in (part.left, *wanted, part.right) if one != _EDGE]
        return any(list(line[at : at + len(whole)]) == whole for at in range(len(line)))
    between = _BETWEEN if part.mark is Mark.NEW else 0
    return _follow(line, part.left, wanted, between) or _follow(line[::-1], part.right, wanted[::-1], between)


def _follow(line: Sequence[str], before: str, wanted: Sequence[str], between: int) -> bool:
    """Whether *wanted* comes right after a token *before*, in order, with at most so many others *between*."""
    for at, token in enumerate(line[:-1]):
        if token == before and line[at + 1] == wanted[0]:
            rest = iter(line[at + 1 : at + 1 + len(wanted) + between])
            if all(one in rest for one in wanted):
                return True
    return False
