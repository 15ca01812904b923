"""The intake notice 知识入库通知单 as Markdown (R52)."""

from __future__ import annotations

from kbctl.model.notice import ANNEX_TITLE, FORM_TITLE, UNNUMBERED, Notice
from kbctl.output.quoting import markdown_text


def notice_markdown(notice: Notice) -> str:
    """*notice* as Markdown: the twelve fields as a table, the titles on an annex where they are many."""
    lines = [
        f"# {FORM_TITLE}",
        "",
        f"编号：{markdown_text(notice.number or UNNUMBERED)}",
        "",
        "| 项目 | 内容 |",
        "| --- | --- |",
    ]
    lines += [f"| {label} | {_cell(value)} |" for label, value in notice.fields()]
    if notice.needs_annex:
        lines += ["", f"## {ANNEX_TITLE}：资料内容标题", ""]
        lines += [f"{number}. {markdown_text(title)}" for number, title in enumerate(notice.titles, 1)]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """*text* within one cell, its lines kept apart."""
    return "<br>".join(markdown_text(line) for line in text.split("\n"))
