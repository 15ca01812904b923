"""A comparison as one HTML file: new text red and underlined, what is gone struck; everything escaped (R44)."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from kbctl.i18n import _, language
from kbctl.model.change_page import ChangeLine, ChangePage, ChangePart
from kbctl.model.token_diff import Mark
from kbctl.output.plain import clean

_STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.7 "Noto Serif CJK SC", "Songti SC", SimSun, serif; color: #1a1a1a; background: #fff;
  max-width: 50rem; margin: 0 auto; padding: 1.5rem; overflow-wrap: anywhere; }
h1, h2, h3, h4 { font-family: "Noto Sans CJK SC", "PingFang SC", SimHei, sans-serif; line-height: 1.35; break-after: avoid; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; border-bottom: 1px solid #999; margin-top: 2em; }
h3 { font-size: 1.1rem; } h4 { font-size: 1rem; }
p { margin: .2em 0; white-space: pre-wrap; } .remark, .key { color: #555; font-size: .85rem; }
ins { color: #c00000; text-decoration: underline; } del { color: #666; text-decoration: line-through; }
@media print { @page { size: A4; margin: 18mm 16mm; } body { font-size: 10.5pt; max-width: none; padding: 0; } }
"""
_TAGS = {Mark.NEW: "ins", Mark.GONE: "del"}


def changes_page(page: ChangePage) -> str:
    """*page* as a whole HTML page, which fetches nothing."""
    key = _("{new} is new, {gone} is gone.").format(new="\0ins", gone="\0del")
    red, struck = escape(_("red")), escape(_("struck"))
    shown = escape(key).replace("\0ins", f"<ins>{red}</ins>")
    shown = shown.replace("\0del", f"<del>{struck}</del>")
    body = [
        f"<h1>{_text(page.title)}</h1>",
        f'<p class="remark">{_text(page.remark)}</p>',
        f'<p class="key">{shown}</p>',
    ]
    for part in page.parts:
        body.extend(_part(part))
    return (
        f'<!DOCTYPE html>\n<html lang="{language().replace("_", "-")}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{_text(page.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _part(part: ChangePart) -> Iterator[str]:
    yield f"<h2>{_text(part.heading)}</h2>"
    if part.remark:
        yield f'<p class="remark">{_text(part.remark)}</p>'
    yield from (_line(line) for line in part.lines if line.pieces)


def _line(line: ChangeLine) -> str:
    text = "".join(
        f"<{_TAGS[piece.mark]}>{_text(piece.text)}</{_TAGS[piece.mark]}>" if piece.mark in _TAGS else _text(piece.text)
        for piece in line.pieces
    )
    tag = f"h{min(line.level + 1, 4)}" if line.level else "p"
    return f"<{tag}>{text}</{tag}>"


def _text(text: str) -> str:
    return escape(clean(text))
