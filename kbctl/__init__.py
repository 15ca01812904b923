"""kbctl runs a bank's customer-service knowledge base as a git repository of Markdown entries."""

__version__ = "0.1.0"
