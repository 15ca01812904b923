"""The bank's reports: entries, rulebook and a day in, plain results out; no Markdown is parsed, no attachment read."""
