"""The entry point: language and environment first, then the command line."""

from __future__ import annotations

import gc
import importlib
import os
import sys

from kbctl.cli.language import choose_language
from kbctl.i18n import activate
from kbctl.store.git.revision import scrub_environment


def main() -> None:
    """Run kbctl with the process's arguments; exits with the command's status."""
    _open_streams()
    for stream in (sys.stdout, sys.stderr):
        # A GBK or ASCII console must not crash over a character it cannot show.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    # Entries hold no cycles: looking for some among ten thousand takes a fifth of the time of reading them.
    gc.set_threshold(100_000, 50, 50)
    scrub_environment()
    arguments = sys.argv[1:]
    activate(choose_language(arguments))
    if "search" in arguments:
        quick = importlib.import_module("kbctl.cli.quick")
        understood = quick.understand(arguments, os.environ)
        if understood is not None:
            sys.exit(quick.run(*understood))
    # Help texts are translated while the command line's modules are imported, so not before this point.
    importlib.import_module("kbctl.cli.app").run()


def _open_streams() -> None:
    """Open the streams that the caller has closed, before another file gets their place.

    What is written to standard output is then an error as any other; what is written to standard error is lost.
    """
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


if __name__ == "__main__":
    main()
