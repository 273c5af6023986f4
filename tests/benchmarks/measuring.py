"""One round with the load generator wrk, and what many rounds say together."""

import json
import os
import resource
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks.servers import OTHERS_ON, Server

SCRIPT = Path(__file__).parent / "look_up.lua"
CONNECTIONS = 32
MARK = "RESULT "
PATIENCE = "30s"
"""An answer that takes longer is a fault; a slow one on a busy machine is a figure."""
TOLERANCE = 0.05
"""How far the share of misses may stray by chance in a short round, and of broken connections."""


class NoGenerator(Exception):
    """wrk is not installed."""


class BadAnswers(Exception):
    """What came back is not what was asked for; its figures would mean nothing."""


@dataclass(frozen=True)
class Round:
    """What one round gave."""

    per_second: float
    p50: float
    p99: float
    """Milliseconds."""
    cpu: float
    """Microseconds of processor time the server took for one answer, PostgreSQL's not counted."""
    generator: float
    """Share of its core that the generator was busy; near 1 it measures itself."""


def measure(server: Server, paths: Path, seconds: int, misses: float) -> Round:
    """Ask one server for paths of a file for some seconds over 32 kept connections.

    `misses` is the share of paths that are answered by 404.

    Raises:
        NoGenerator: wrk is not installed.
        BadAnswers: many connections broke, or another share than the misses was refused.
    """
    program = shutil.which("wrk")
    if program is None:
        raise NoGenerator("install Debian's package: apt-get install wrk")
    cpu, busy = server.cpu_seconds(), _busy()
    said = subprocess.run(
        [
            program,
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{seconds}s",
            "-s",
            SCRIPT,
            server.url,
            "--",
            paths,
        ],
        check=True,
        capture_output=True,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, OTHERS_ON),
    ).stdout
    result = json.loads(said[said.index(MARK) + len(MARK) :])
    cpu, busy = server.cpu_seconds() - cpu, _busy() - busy
    answered, lasted = result["requests"], result["microseconds"] / 1e6
    broken = result["broken"] / answered
    if broken > TOLERANCE or abs(result["refused"] / answered - misses) > TOLERANCE:
        raise BadAnswers(f"{server.name}: {result}")
    return Round(
        per_second=answered / lasted,
        p50=result["p50"] / 1000,
        p99=result["p99"] / 1000,
        cpu=cpu / answered * 1e6,
        generator=busy / lasted,
    )


def _busy() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def middle(rounds: Sequence[Round], figure: str) -> float:
    """The median of one figure."""
    return median(float(getattr(each, figure)) for each in rounds)


def spread(rounds: Sequence[Round], figure: str) -> tuple[float, float]:
    """Least and greatest of one figure."""
    values = [getattr(each, figure) for each in rounds]
    return min(values), max(values)


def ratios(rounds: Sequence[Round], to: Sequence[Round]) -> list[float]:
    """How many times as many answers per second as the other, round by round."""
    return [one.per_second / other.per_second for one, other in zip(rounds, to, strict=True)]
