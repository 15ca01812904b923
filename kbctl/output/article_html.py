"""An article or a handbook as one HTML file: everything escaped, nothing fetched from outside, fit for print."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from html import escape

from kbctl.i18n import _, language
from kbctl.model.article import (
    Article,
    Block,
    Code,
    Divider,
    Frame,
    Grid,
    Handbook,
    Heading,
    Listing,
    Paragraph,
    Picture,
    Quote,
    Run,
    Runs,
    plain_text,
)
from kbctl.output.quoting import html_text

_MEDIA = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
# Cells that are kept on one line: so many letters or digits, or so many characters of any kind.
_SHORT, _WORD = 24, 5
_STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.7 "Noto Serif CJK SC", "Songti SC", SimSun, "宋体", serif; color: #1a1a1a; background: #fff;
  max-width: 46rem; margin: 0 auto; padding: 1.5rem; overflow-wrap: anywhere; }
.nb { white-space: nowrap; }
h1, h2, h3, h4, h5, h6, th, .frame { font-family: "Noto Sans CJK SC", "PingFang SC", SimHei, "黑体", sans-serif; }
h1, h2, h3, h4, h5, h6 { line-height: 1.35; margin: 1.6em 0 .5em; font-weight: 600; break-after: avoid; }
h1 { font-size: 1.7rem; text-align: center; } h2 { font-size: 1.3rem; border-bottom: 1px solid #999; }
h3 { font-size: 1.12rem; } h4, h5, h6 { font-size: 1rem; }
p, ul, ol { margin: .4em 0; } li > p { margin: 0; }
table { border-collapse: collapse; width: 100%; margin: .8em 0; font-size: .92rem; }
th, td { border: 1px solid #333; padding: .3em .55em; text-align: left; vertical-align: top; }
th { background: #e7e6e6; } thead { display: table-header-group; } tr { break-inside: avoid; }
.facts th { width: 7em; } .wide { overflow-x: auto; } .wide table { font-size: .8rem; }
.wide td:not(.nb) { min-width: 6em; }
.warning { border: 2px solid #c00000; color: #a00000; padding: .4em .8em; font-weight: 600; }
.frame { color: #555; font-size: .85rem; display: flex; justify-content: space-between; }
figure { margin: 1em 0; text-align: center; break-inside: avoid; } figure img { max-width: 100%; max-height: 60vh; }
figcaption, .missing { color: #555; font-size: .85rem; } blockquote { margin: .6em 0; padding-left: 1em; border-left: 3px solid #999; }
pre { white-space: pre-wrap; background: #f4f4f4; padding: .6em; } code { background: #f4f4f4; }
.cover { text-align: center; padding: 18vh 0 10vh; } nav ol { list-style: none; padding-left: 1em; }
@media print {
  @page { size: A4; margin: 18mm 16mm; }
  body { font-size: 10.5pt; max-width: none; padding: 0; } a { color: inherit; text-decoration: none; }
  .cover, nav { break-after: page; } .chapter, article + article { break-before: page; } .chapter + article { break-before: auto; }
  figure img { max-height: 120mm; } .wide { overflow: visible; }
}
"""


def article_page(article: Article, frame: Frame) -> str:
    """*article* as a whole HTML page."""
    body = [_frame(frame), *_article(article, 1, frozenset())]
    return _page(article.title, body)


def handbook_page(handbook: Handbook, frame: Frame) -> str:
    """*handbook* as a whole HTML page with a title page and a table of contents."""
    known = frozenset(article.id for article in handbook.articles())
    body = ['<header class="cover">', f"<p>{escape(frame.bank)}</p>", f"<h1>{escape(handbook.title)}</h1>"]
    body += [f"<p>{escape(line)}</p>" for line in (*handbook.lines, frame.day_text, frame.remark) if line]
    contents = _("Contents")
    body += ["</header>", f"<nav><h2>{escape(contents)}</h2><ol>"]
    for number, chapter in enumerate(handbook.chapters, 1):
        body.append(f'<li><a href="#chapter-{number}">{escape(chapter.title)}</a><ol>')
        body += [f'<li><a href="#{escape(_anchor(one.id))}">{escape(one.title)}</a></li>' for one in chapter.articles]
        body.append("</ol></li>")
    body.append("</ol></nav>")
    for number, chapter in enumerate(handbook.chapters, 1):
        body.append(f'<h1 class="chapter" id="chapter-{number}">{escape(chapter.title)}</h1>')
        for article in chapter.articles:
            body += _article(article, 2, known)
    return _page(handbook.title, body)


def _page(title: str, body: list[str]) -> str:
    head = (
        f'<!DOCTYPE html>\n<html lang="{language().replace("_", "-")}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    )
    return head + "\n".join(body) + "\n</body>\n</html>\n"


def _frame(frame: Frame) -> str:
    texts = (frame.bank, frame.remark, frame.day_text)
    return '<div class="frame">' + "".join(f"<span>{html_text(text)}</span>" for text in texts if text) + "</div>"


def _anchor(id_: str) -> str:
    return f"entry-{id_}"


def _article(article: Article, level: int, known: frozenset[str]) -> Iterator[str]:
    yield f'<article id="{escape(_anchor(article.id))}">'
    yield f"<h{level}>{escape(article.title)}</h{level}>"
    for warning in article.warnings:
        yield f'<p class="warning">{escape(warning)}</p>'
    yield '<table class="facts">'
    for label, text in article.facts:
        yield f"<tr><th>{escape(label)}</th><td>{_lines(text)}</td></tr>"
    yield "</table>"
    for part in article.parts:
        yield f"<h{level + 1}>{escape(part.heading)}</h{level + 1}>"
        for block in part.blocks:
            yield _block(block, level, known)
    yield "</article>"


def _lines(text: str) -> str:
    return html_text(text).replace("\n", "<br>")


def _block(block: Block, level: int, known: frozenset[str]) -> str:
    if isinstance(block, Paragraph):
        return f"<p>{_runs(block.runs, known)}</p>"
    if isinstance(block, Heading):
        # An item (###) stands one below its section, whatever the entry's own level is.
        depth = min(max(block.level - 1, 2) + level, 6)
        return f"<h{depth}>{_runs(block.runs, known)}</h{depth}>"
    if isinstance(block, Listing):
        return _listing(block, level, known)
    if isinstance(block, Grid):
        return _grid(block, known)
    if isinstance(block, Picture):
        return _picture(block)
    if isinstance(block, Code):
        return f"<pre>{escape(block.text)}</pre>"
    if isinstance(block, Quote):
        return "<blockquote>" + "".join(_block(inner, level, known) for inner in block.blocks) + "</blockquote>"
    assert isinstance(block, Divider)
    return "<hr>"


def _listing(block: Listing, level: int, known: frozenset[str]) -> str:
    items = "".join("<li>" + "".join(_block(inner, level, known) for inner in item) + "</li>" for item in block.items)
    if not block.ordered:
        return f"<ul>{items}</ul>"
    start = "" if block.start == 1 else f' start="{block.start}"'
    return f"<ol{start}>{items}</ol>"


def _grid(block: Grid, known: frozenset[str]) -> str:
    head = "".join(_cell("th", cell, known) for cell in block.header)
    rows = "".join("<tr>" + "".join(_cell("td", cell, known) for cell in row) + "</tr>" for row in block.rows)
    kind = ' class="wide"' if block.wide else ""
    return f"<div{kind}><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"


def _cell(tag: str, runs: Runs, known: frozenset[str]) -> str:
    """A cell; a number, a date, an address or a short word in it is not broken."""
    text = plain_text(runs)
    whole = text.isascii() and " " not in text and len(text) <= _SHORT
    kind = ' class="nb"' if whole or len(text) <= _WORD else ""
    return f"<{tag}{kind}>{_runs(runs, known)}</{tag}>"


def _picture(block: Picture) -> str:
    kind = next((kind for magic, kind in _MEDIA.items() if block.data and block.data.startswith(magic)), None)
    if kind is None or block.data is None:
        missing = _("[picture: {caption}]").format(caption=block.alt or block.name)
        return f'<p class="missing">{escape(missing)}</p>'
    data = base64.b64encode(block.data).decode("ascii")
    caption = f"<figcaption>{escape(block.alt)}</figcaption>" if block.alt else ""
    return f'<figure><img src="data:{kind};base64,{data}" alt="{escape(block.alt)}">{caption}</figure>'


def _runs(runs: Runs, known: frozenset[str]) -> str:
    return "".join(_run(run, known) for run in runs)


def _run(run: Run, known: frozenset[str]) -> str:
    text = _lines(run.text)
    for tag, wanted in (("code", run.code), ("strong", run.bold), ("em", run.italic), ("del", run.struck)):
        if wanted:
            text = f"<{tag}>{text}</{tag}>"
    if run.target.startswith("#"):
        id_ = run.target[1:]
        return f'<a href="#{escape(_anchor(id_))}">{text}</a>' if id_ in known else text
    return f'<a href="{escape(run.target)}" rel="noreferrer">{text}</a>' if run.target else text
