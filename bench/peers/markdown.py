"""Markdown parsing alone: every body through markdown-it-py's CommonMark."""

import sys
from pathlib import Path

from markdown_it import MarkdownIt

parser = MarkdownIt("commonmark").enable("table")
for path in sorted(Path(sys.argv[1], "kb", "entries").glob("*/*.md")):
    text = path.read_bytes().decode("utf-8")
    parser.parse(text[text.index("\n---\n", 4) + 5 :])
