"""What was measured, as a Markdown table for the README."""

import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from statistics import median

from tests.benchmarks.measuring import CONNECTIONS, Round, middle, ratios, spread

BARE, EMPTY = "bare ASGI response", "empty Litestar response"
OURS = {"SQLite": "look-up, SQLite", "PostgreSQL": "look-up, PostgreSQL"}
RIVAL = {
    "SQLite": "FastAPI + SQLAlchemy, SQLite",
    "PostgreSQL": "FastAPI + SQLAlchemy, PostgreSQL",
}
AIMS = {"SQLite": 1 / 2, "PostgreSQL": 1 / 5}
"""Share of an empty Litestar response that the look-up aims to reach."""
AIM_OVER_RIVAL = 5

Results = Mapping[str, Sequence[Round]]


def table(results: Results) -> str:
    """One line for each program: medians of its rounds, and the spread of the rate."""
    lines = [
        "| | answers/s | least–most | p50 ms | p99 ms | CPU µs each | of the empty response |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name, rounds in results.items():
        least, most = spread(rounds, "per_second")
        share = median(ratios(rounds, results[EMPTY]))
        lines.append(
            f"| {name} | {middle(rounds, 'per_second'):,.0f} | {least:,.0f}–{most:,.0f}"
            f" | {middle(rounds, 'p50'):.1f} | {middle(rounds, 'p99'):.1f}"
            f" | {middle(rounds, 'cpu'):.0f} | {share:.2f} |"
        )
    return "\n".join(lines)


def aims(results: Results) -> str:
    """How the look-up stands to what it aims for: ratio of answers per second, round by round."""
    lines = ["| aim | reached | least–most | by CPU time |", "|---|--:|--:|--:|"]
    for database, ours in OURS.items():
        if ours not in results:
            continue
        lines.append(
            _aim(f"{database}: {AIMS[database]:g} of an empty response", results, ours, EMPTY)
        )
        if (rival := RIVAL[database]) in results:
            aim = f"{database}: {AIM_OVER_RIVAL} times FastAPI + SQLAlchemy"
            lines.append(_aim(aim, results, ours, rival))
    return "\n".join(lines)


def _aim(aim: str, results: Results, one: str, other: str) -> str:
    found = ratios(results[one], results[other])
    cpu = middle(results[other], "cpu") / middle(results[one], "cpu")
    return f"| {aim} | {median(found):.2f} | {min(found):.2f}–{max(found):.2f} | {cpu:.2f} |"


def circumstances(results: Results, seconds: int, load: Sequence[float]) -> str:
    """Where and how it was measured, with what tells how far to trust it."""
    rounds = len(next(iter(results.values())))
    busiest = max(middle(each, "generator") for each in results.values())
    programs = ", ".join(
        f"{name} {version(name)}" for name in ("litestar", "granian", "uvloop", "asyncpg")
    )
    return (
        f"{rounds} rounds of {seconds} s each, in turn; one worker on a core of its own; wrk with"
        f" {CONNECTIONS} connections and PostgreSQL on the other. {os.cpu_count()} cores"
        f" ({processor()}), Python {platform.python_version()}, {programs}. Load average"
        f" {load[0]:.1f} before and {os.getloadavg()[0]:.1f} after; the generator was busy"
        f" {busiest:.0%} of its core at most."
    )


def processor() -> str:
    """What the machine calls its processor."""
    with open("/proc/cpuinfo") as told:
        names = [line.partition(":")[2].strip() for line in told if line.startswith("model name")]
    return names[0] if names else platform.machine()
