"""The floor: read every entry and compose its front matter with PyYAML's C loader; nothing else."""

import sys
from pathlib import Path

import yaml

for path in sorted(Path(sys.argv[1], "kb", "entries").glob("*/*.md")):
    text = path.read_bytes().decode("utf-8")
    yaml.compose(text[4 : text.index("\n---\n", 4) + 1], Loader=yaml.CSafeLoader)
