"""Times whole processes in turn, so that a change of the machine's speed falls on all of them alike."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measured:
    """Medians over the rounds: wall-clock seconds and peak memory in MiB."""

    seconds: float
    mebibytes: float


def run_once(command: Sequence[str], directory: Path, environment: Mapping[str, str]) -> tuple[float, float]:
    """Run *command* and return its wall-clock seconds and peak memory in MiB; its output is thrown away.

    :raises RuntimeError: if it does not exit with 0.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=directory,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} exited with {process.returncode}")
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return seconds, usage.ru_maxrss / unit


def interleave(
    commands: Mapping[str, Sequence[str]], directory: Path, rounds: int, environment: Mapping[str, str] | None = None
) -> dict[str, Measured]:
    """Run all commands in turn, *rounds* times after one warm-up, and return the medians by name."""
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            measured = run_once(command, directory, environment or {})
            if number:
                runs[name].append(measured)
    return {
        name: Measured(statistics.median(run[0] for run in found), statistics.median(run[1] for run in found))
        for name, found in runs.items()
    }


def table(measured: Mapping[str, Measured], floor: str) -> str:
    """A Markdown table of the medians, with each time as a ratio to *floor*."""
    lines = ["| command | seconds | × floor | peak MiB |", "|---|---:|---:|---:|"]
    for name, found in measured.items():
        ratio = found.seconds / measured[floor].seconds
        lines.append(f"| {name} | {found.seconds:.2f} | {ratio:.2f} | {found.mebibytes:.0f} |")
    return "\n".join(lines)
