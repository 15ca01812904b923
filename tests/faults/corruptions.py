"""Damages the files of a search index, 200 times, and asks it all the same.

    python -m tests.faults.corruptions [CORRUPTIONS] [SEED]

Every answer must be what a sound index says: damage is noticed and the index made anew, or it is where nobody looks.
Half of the damaged files claim that nobody has touched them. Exits with 1 if any answer was wrong.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from kbctl.cli.index_place import index_directory
from kbctl.search.disk_index import open_index
from tests.faults.common import asked, expected, make_base, publish


def _damage(file: Path, chance: random.Random) -> str:
    """Damage *file* in one of several ways, and say which."""
    data = bytearray(file.read_bytes())
    kind = chance.choice(("byte", "byte", "byte", "bit", "zeros", "cut", "longer", "moved", "gone"))
    at = chance.randrange(len(data)) if data else 0
    if kind == "byte" and data:
        data[at] = (data[at] + chance.randint(1, 255)) % 256
    elif kind == "bit" and data:
        data[at] ^= 1 << chance.randrange(8)
    elif kind == "zeros":
        data[at : at + 512] = bytes(len(data[at : at + 512]))
    elif kind == "cut":
        del data[at:]
    elif kind == "longer":
        data += chance.randbytes(64)
    elif kind == "moved":
        data = data[at:] + data[:at]
    else:
        file.unlink()
        return kind
    status = file.stat()
    file.write_bytes(data)
    if chance.random() < 0.5:
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    return kind


def main(corruptions: int = 200, seed: int = 1) -> int:
    """Damage, ask, and print the counts."""
    chance = random.Random(seed)
    seen: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        commits = make_base(root)
        sound = expected(root, commits)
        place = index_directory(root)
        for number in range(corruptions):
            # Every other index has changes over it.
            commit = commits[number // 2 % 2]
            publish(root, commit)
            assert asked(root) == sound[commit]
            before = open_index(place)
            assert before is not None
            before.close()
            files = [file for file in (*before.path.iterdir(), place / "current") if file.is_file()]
            file = chance.choice(files)
            kind = _damage(file, chance)
            found = asked(root)
            after = open_index(place)
            assert after is not None
            after.close()
            anew = after.path != before.path
            seen[f"damaged: {kind}"] += 1
            seen["noticed, and made anew" if anew else "where these questions do not look"] += 1
            seen["wrong answers"] += found != sound[commit]
            if not anew:
                # What nobody has noticed yet is not carried into the next round.
                (place / "current").unlink()
    print(f"{corruptions} corruptions")
    for name in sorted(seen):
        print(f"{seen[name]:5}  {name}")
    return 1 if seen["wrong answers"] else 0


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
