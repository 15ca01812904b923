"""Findings and results become text, JSON and other formats: pure functions, one file a format."""
