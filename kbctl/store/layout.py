"""The layout of an entry: order of keys, blank lines, spaces, line ends. What the entry says stays the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from kbctl.errors import KbctlError
from kbctl.i18n import N_
from kbctl.store.markdown import Shape, mend_headings, render, shape
from kbctl.store.yaml_lines import key_spans
from kbctl.store.yaml_text import read_yaml

_FIGURE = re.compile(r"[0-9]+(?:[.,:/-][0-9]+)*[%‰]?")
_TAG = re.compile(r"<[^>]*>")
_ALT = re.compile(r' alt="[^"]*"')
_SPACE = re.compile(r"\s+")
# A line that ends the paragraph before it, so that two spaces at that paragraph's end mean nothing.
_BREAKS_PARAGRAPH = re.compile(r" {0,3}(?:[-*+] +\S|1[.)] +\S|#{1,6}(?: |$)|>|```|~~~)")
_NUMBERED = re.compile(r" *[0-9]{1,9}[.)] ")
_TRAILING = " \t\u3000\u00a0"


class LayoutRefusedError(KbctlError):
    """A text whose layout cannot be tidied without changing what it says."""


def tidy(block: str, body: str, order: Sequence[str], mend: Callable[[str], str], keep: Collection[int] = ()) -> str:
    """Return the whole text of an entry, tidied; tidying twice changes nothing more.

    :param order: the keys of the front matter in the order in which they are written.
    :param mend: mends one line of text outside code; used only where words, figures, links and headings stay the same.
    :param keep: lines of *body*, counted from 0, that *mend* must not touch.
    :raises LayoutRefusedError: if it cannot be shown that nothing but the layout changes; that a line was meant as a
        heading is taken as shown.
    """
    text = tidy_body(mend_headings(body, keep), mend, keep)
    return f"---\n{tidy_block(block, order)}---\n{text}"


def tidy_block(block: str, order: Sequence[str]) -> str:
    """Return the front matter with its keys in *order*, each with the comments that stand before it.

    Keys that *order* does not name come last, as they were.
    """
    spans = key_spans(block)
    if spans is None:
        return block
    lines = block.split("\n")
    units: list[tuple[int, list[str]]] = []
    reached = 0
    for number, span in enumerate(spans):
        rank = order.index(span.key) if span.key in order else len(order) + number
        units.append((rank, _comments(lines[reached : span.start]) + _stripped(lines[span.start : span.end])))
        reached = span.end
    units.sort(key=lambda unit: unit[0])
    ordered = [line for _, unit in units for line in unit] + _comments(lines[reached:])
    tidied = "".join(line + "\n" for line in ordered)
    if tidied != block and read_yaml(tidied).value != read_yaml(block).value:
        raise _refusal()
    return tidied


def _comments(lines: Sequence[str]) -> list[str]:
    """The comments of *lines*, not indented: below a text of several lines they would become part of it."""
    return [line.strip(_TRAILING) for line in lines if line.strip()]


def _stripped(lines: list[str]) -> list[str]:
    """The lines of one key without spaces at their ends, unless those belong to the value."""
    stripped = [line.rstrip(" \t") for line in lines]
    if stripped == lines:
        return lines
    same = read_yaml("\n".join(stripped)).value == read_yaml("\n".join(lines)).value
    return stripped if same else lines


def tidy_body(body: str, mend: Callable[[str], str], keep: Collection[int] = ()) -> str:
    """Return the body with one blank line around headings, no spaces at line ends and one newline at the end.

    :raises LayoutRefusedError: as :func:`tidy` does.
    """
    lines, kinds = body.split("\n"), shape(body)
    for careful in (False, True):
        arranged = list(_arrange(lines, kinds, keep, careful=careful))
        plain = _joined(line for line, _ in arranged)
        if plain == body or _bare(render(plain)) == _bare(render(body)):
            break
    else:
        raise _refusal()
    mended = _joined(_mend(line, mend) if mendable else line for line, mendable in arranged)
    return mended if mended == plain or _skeleton(mended) == _skeleton(plain) else plain


def _joined(lines: Iterable[str]) -> str:
    text = "\n".join(lines).rstrip("\n")
    return text + "\n" if text else ""


def _arrange(lines: Sequence[str], kinds: Shape, keep: Collection[int], *, careful: bool) -> Iterator[tuple[str, bool]]:
    """The lines as they should stand, each with whether it may be mended.

    :param careful: keep two spaces wherever they might break a line, not only where they are likely to.
    """
    starts = dict(kinds.headings)
    ends = set(starts.values())
    headings = {number for start, end in kinds.headings for number in range(start, end)}
    begun = gap = False
    for number, line in enumerate(lines):
        verbatim = number in kinds.verbatim
        if not verbatim and not line.strip(" \t"):
            gap = True
            continue
        if begun and (number in starts or (gap and number not in headings)):
            yield "", False
        after = number + 1
        # Before and after a heading there will be a blank line.
        following = lines[after] if after < len(lines) and after not in starts and after not in ends else ""
        kept = line if verbatim else _without_trailing(line, following, careful=careful)
        yield kept, not (verbatim or number in headings or number in keep)
        begun, gap = True, after in ends


def _without_trailing(line: str, following: str, *, careful: bool) -> str:
    """*line* without spaces at its end; two stay where they break the line within a paragraph."""
    text = line.rstrip(_TRAILING)
    if not text:
        return line
    if not line.endswith("  ") or not following.strip(" \t"):
        return text
    ends = _BREAKS_PARAGRAPH.match(following) or (_NUMBERED.match(line) and _NUMBERED.match(following))
    return text if not careful and (ends or text.lstrip().startswith("|")) else text + "  "


def _mend(line: str, mend: Callable[[str], str]) -> str:
    """The mended line with the indent that it has, or *line* where that would change a letter or a figure."""
    text = mend(line)
    if text == line or not text.strip():
        return line
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    text = indent + text.strip() + ("  " if line.endswith("  ") else "")
    folded = unicodedata.normalize("NFKC", line)
    same_figures = _FIGURE.findall(text) in (_FIGURE.findall(line), _FIGURE.findall(folded))
    return text if same_figures and _letters(text) == _letters(line) else line


def _letters(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())


def _bare(html: str) -> str:
    """HTML without white space, which layout may change."""
    return _SPACE.sub("", html)


def _skeleton(text: str) -> list[str]:
    """The tags of the rendered text, with the targets of its links: what a change of punctuation must leave alone."""
    return _TAG.findall(_ALT.sub("", render(text)))


def _refusal() -> LayoutRefusedError:
    return LayoutRefusedError(
        N_("the layout cannot be tidied without changing what the entry says"),
        hint=N_("tidy it by hand: the text is built in an unusual way"),
    )
