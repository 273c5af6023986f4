"""`python -m tests.benchmarks`: fill a register, serve everything, measure in turn, report.

The public look-up by code on SQLite and PostgreSQL, beside what the server costs alone, what
Litestar costs with it, and the usual way to write the same with FastAPI and SQLAlchemy.
"""

import os
import random
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rich_click as click
from rich.console import Console
from rich.progress import track

from certificates import numbering
from registry.platform import vault
from tests import cluster
from tests.benchmarks import report
from tests.benchmarks.measuring import BadAnswers, Round, measure
from tests.benchmarks.servers import CORES, OTHERS_ON, ROOT, Server, started

MISSES = 0.05
"""Share of paths that ask for a code nobody has."""
WARM_UP_SECONDS = 3
COMPARED = 40
"""Answers that ours and the other implementation must agree on before anything is measured."""
OURS = "registry.app:create_app"
RIVAL = "tests.benchmarks.rival:create_app"
FLOORS = {
    report.BARE: "tests.benchmarks.floors:bare",
    report.EMPTY: "tests.benchmarks.floors:empty",
}

progress = Console(stderr=True)


@click.command()
@click.option("--certificates", default=100_000, show_default=True)
@click.option("--rounds", default=7, show_default=True)
@click.option("--seconds", default=5, show_default=True, help="Of one program's round.")
@click.option(
    "--rival",
    type=click.Path(path_type=Path),
    help="Python of the environment with FastAPI and SQLAlchemy; without it they are left out.",
)
def main(certificates: int, rounds: int, seconds: int, rival: Path | None) -> None:
    """Measure the public look-up and write Markdown tables."""
    load = os.getloadavg()
    os.sched_setaffinity(0, OTHERS_ON)  # PostgreSQL, started from here, stays there
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="registry-bench-")))
        vault.establish(folder / "keys", "benchmark")
        urls = {
            "SQLite": f"sqlite:///{folder / 'registry.sqlite'}",
            "PostgreSQL": stack.enter_context(cluster.running()),
        }
        for database, url in urls.items():
            took = _fill(certificates, _settings(folder, url), folder / "codes")
            click.echo(f"{certificates:,} certificates put on record in {database} in {took} s.")
        subjects = _serve_all(urls, rival, folder, stack)
        for subject in subjects:
            subject.measure(WARM_UP_SECONDS)
        results: dict[str, list[Round]] = {subject.server.name: [] for subject in subjects}
        for _ in track(range(rounds), "Measuring", console=progress):
            for subject in subjects:
                results[subject.server.name].append(subject.measure(seconds))
    click.echo(f"\n{report.table(results)}\n\n{report.aims(results)}\n")
    click.echo(report.circumstances(results, seconds, load))


@dataclass(frozen=True)
class Subject:
    """A running program, and what it is asked for."""

    server: Server
    paths: Path
    misses: float

    def measure(self, seconds: int) -> Round:
        return measure(self.server, self.paths, seconds, self.misses)


def _serve_all(
    urls: dict[str, str], rival: Path | None, folder: Path, stack: ExitStack
) -> list[Subject]:
    """Start every program that is measured, and see that ours and the rival agree."""
    codes = (folder / "codes").read_text().split()
    paths = _paths(codes, folder)
    floor_paths = folder / "empty"
    floor_paths.write_text("/empty\n")
    ours = Path(sys.executable)
    subjects = []
    for name, application in FLOORS.items():
        server = stack.enter_context(started(name, ours, application, {}, folder))
        subjects.append(Subject(server, floor_paths, 0))
    for database, url in urls.items():
        name, environment = report.OURS[database], _settings(folder, url)
        server = stack.enter_context(started(name, ours, OURS, environment, folder))
        subjects.append(Subject(server, paths, MISSES))
        if rival is not None:
            name, environment = report.RIVAL[database], {"RIVAL_DATABASE_URL": _dialect(url)}
            other = stack.enter_context(started(name, rival.absolute(), RIVAL, environment, folder))
            subjects.append(Subject(other, paths, MISSES))
            _agree(server, other, codes)
    return subjects


def _settings(folder: Path, url: str) -> dict[str, str]:
    return {
        "REGISTRY_DATA": str(folder),
        "REGISTRY_DATABASE_URL": url,
        "REGISTRY_CHECKS_BY_CODE_PER_MINUTE": str(10**9),
    }


def _dialect(url: str) -> str:
    return url.replace("sqlite:", "sqlite+aiosqlite:").replace("postgresql:", "postgresql+asyncpg:")


def _fill(count: int, environment: dict[str, str], codes: Path) -> str:
    """Fill one database in a process of its own; return the seconds it took."""
    return subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.filling", str(count), str(codes)],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, CORES),
    ).stdout.strip()


def _paths(codes: list[str], folder: Path) -> Path:
    """A file of addresses to ask for: every certificate, and codes nobody has among them."""
    missing = round(len(codes) * MISSES / (1 - MISSES))
    asked = codes + [numbering.new_code() for _ in range(missing)]
    random.shuffle(asked)
    file = folder / "paths"
    file.write_text("".join(f"/api/verify/{code}\n" for code in asked))
    return file


def _agree(ours: Server, theirs: Server, codes: list[str]) -> None:
    """Make sure that both answer the same.

    Raises:
        BadAnswers: they differ.
    """
    for code in [*random.sample(codes, COMPARED), numbering.new_code()]:
        one, other = (
            _comparable(server.answer(f"/api/verify/{code}")) for server in (ours, theirs)
        )
        if one != other:
            raise BadAnswers(f"{one}\n{other}")


def _comparable(answer: tuple[int, Any]) -> tuple[int, Any]:
    status, body = answer
    return status, {key: body[key] for key in ("verdict", "number", "checks", "certificate")}


if __name__ == "__main__":
    main()
