"""Getting the knowledge base in and out: snapshots, front matter, Markdown, the rulebook."""
