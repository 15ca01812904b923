"""What copying and wrong decoding leave in a text: lost characters, mojibake, pinyin between the characters (R72)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kbctl.rules.letters import HAN, TONES

# Characters that a font's broken table puts in place of common ones; none of them is a word of modern Chinese.
_SCRAPED = {
    "臵": "置",
    "癿": "的",
    "迚": "进",
    "觃": "规",
    "彔": "录",
    "挄": "按",
    "仸": "任",
    "兲": "关",
    "叐": "受",
    "幵": "并",
}

# Letters that begin the UTF-8 form of a Chinese character when it is read as Latin-1, and what the rest looks like.
_LEAD = "\u00e0-\u00ef"
_REST = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_LOST = "\ufffd\ue000-\uf8ff"
_MOJIBAKE = f"(?:[{_LEAD}][{_REST}]{{2}})+|Ã[\u0080-\u00bf]|Â[\u00a0-\u00bf]"
_DAMAGE = re.compile(
    f"(?P<lost>([{_LOST}\U000f0000-\U0010fffd])\\2*)"
    f"|(?P<scraped>[{''.join(_SCRAPED)}])"
    r"|(?P<unknown>\?{2,})"
    f"|(?P<latin>{_MOJIBAKE})"
    "|(?P<filler>锟斤拷|锟斤|斤拷|烫{3,}|屯{3,}|[銆鈥]\\S|锛[\u4e00-\u9fff])"
)

_GLOSS = re.compile(f"(?<=[{HAN}])[(（]([A-Za-zü'’ ·{TONES}]{{1,80}})[)）]")
_TONE = re.compile(f"[{TONES}]")
_PLAIN = str.maketrans(TONES, "aaaaeeeeiiiioooouuuuüüüünnnmaaaaeeeeoooo")
_SYLLABLE = re.compile(
    "(?!fe(?![in]))(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    "(?:iang|iong|uang|ueng|ang|eng|ing|ong|uai|uan|iao|ian|ai|ei|ao|ou|an|en|in|un|ün|er|ia|ie|iu|ua|uo|ui|ue|üe|[aoeiuü])"
    "[ '’·]?"
)
_HAN = re.compile(f"[{HAN}]")

# One of these in a line says that it is worth a look.
SIGNS = f"{_LOST}{''.join(_SCRAPED)}{_LEAD}{TONES}ÃÂ锟烫屯拷銆鈥锛"
SIGNS_BEYOND = re.compile("[\U000f0000-\U0010fffd]")


class Damage(NamedTuple):
    """A damaged place: offset, length, what stands there, and what should where that is known."""

    offset: int
    length: int
    found: str
    better: str


def damaged(text: str) -> Iterator[Damage]:
    """Yield the places of a masked line that were damaged on their way (KB801)."""
    for match in _DAMAGE.finditer(text):
        found, better = match.group(), ""
        if match["lost"]:
            found = f"U+{ord(found[0]):04X}"
        elif match["scraped"]:
            better = _SCRAPED[found]
        elif match["latin"]:
            better = _decoded(found)
        yield Damage(match.start(), match.end() - match.start(), found[:12], better[:12])


def _decoded(text: str) -> str:
    """What *text* was before its UTF-8 bytes were read as Latin-1 or Windows-1252; empty if that cannot be told."""
    try:
        data = b"".join(char.encode("latin-1" if char < "\u0100" else "cp1252") for char in text)
        return data.decode("utf-8")
    except UnicodeError:
        return ""


def glosses(text: str) -> Iterator[Damage]:
    """Yield the readings in brackets behind Chinese characters, such as ``(wù)`` in 務(wù) (KB802).

    It is one if it has a tone mark, consists of syllables, and there are no more of them than characters before it;
    a foreign name such as 雀巢（Nestlé） is none.
    """
    for match in _GLOSS.finditer(text):
        reading = match.group(1)
        if _TONE.search(reading) and 0 < _syllables(reading.translate(_PLAIN).lower()) <= _han_before(
            text, match.start()
        ):
            yield Damage(match.start(), match.end() - match.start(), match.group(), "")


def _syllables(reading: str) -> int:
    """How many syllables *reading* has; 0 if it is not made of syllables."""
    count = position = 0
    while position < len(reading):
        syllable = _SYLLABLE.match(reading, position)
        if syllable is None:
            return 0
        count, position = count + 1, syllable.end()
    return count


def _han_before(text: str, offset: int) -> int:
    count = 0
    while count < min(offset, 24) and _HAN.match(text[offset - count - 1]):
        count += 1
    return count
