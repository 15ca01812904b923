"""Data made fit for CSV, Markdown and HTML: it never becomes a formula or markup."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from html import escape

from kbctl.output.plain import one_line

# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
# A date, a time of day, a phone number, with the mark behind it: browsers break lines at a hyphen.
_HYPHENATED = re.compile(r"\d[\d:]*(?:-\d[\d:]*)+[，。；：、）]?")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~&])")


def html_text(text: str) -> str:
    """*text* as HTML; dates, times and phone numbers in it are of the class ``nb``, which a page's style keeps whole."""
    return _HYPHENATED.sub(r'<span class="nb">\g<0></span>', escape(text))


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> bytes:
    """A CSV file that Excel opens: UTF-8 with a mark, one line a row; text never becomes a formula."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([_csv_cell(cell) for cell in header])
    writer.writerows([_csv_cell(cell) for cell in row] for row in rows)
    return target.getvalue().encode("utf-8-sig")


def _csv_cell(value: str | int | None) -> str | int:
    if value is None:
        return ""
    if isinstance(value, int):
        return value
    text = one_line(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def markdown_text(text: str) -> str:
    """*text* on one line, with nothing that Markdown or HTML would act upon."""
    return _MARKDOWN.sub(r"\\\1", one_line(text))


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the cells are data."""
    lines = [_markdown_row([markdown_text(cell) for cell in header]), _markdown_row(["---"] * len(header))]
    lines += [_markdown_row([markdown_text(cell) for cell in row]) for row in rows]
    return "\n".join(lines) + "\n"


def _markdown_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
