"""An article as Markdown: what was typed as it was typed, and what the front matter holds filled in."""

from __future__ import annotations

from collections.abc import Iterator

from kbctl.model.article import Article, Frame, Grid, Paragraph, Part, plain_text
from kbctl.output.quoting import markdown_table, markdown_text


def article_markdown(article: Article, frame: Frame) -> str:
    """*article* as one Markdown text."""
    lines = [f"# {markdown_text(article.title)}", ""]
    lines += [f"> **{markdown_text(text)}**" for text in article.warnings] + [""] * bool(article.warnings)
    facts = [(label, "；".join(text.split("\n"))) for label, text in article.facts]
    lines += [f"- {label}：{markdown_text(text)}" for label, text in facts]
    for part in article.parts:
        lines += ["", f"## {part.heading}", "", *_part(part)]
    lines += ["", "---", "", f"{markdown_text(frame.bank)}　{markdown_text(frame.day_text)}"]
    return "\n".join(lines) + "\n"


def _part(part: Part) -> Iterator[str]:
    if part.source:
        yield part.source
        return
    for number, block in enumerate(part.blocks):
        if number:
            yield ""
        if isinstance(block, Grid):
            header = [plain_text(cell) for cell in block.header]
            yield markdown_table(header, ([plain_text(cell) for cell in row] for row in block.rows)).rstrip("\n")
        elif isinstance(block, Paragraph):
            yield markdown_text(plain_text(block.runs))
