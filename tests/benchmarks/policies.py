"""`python -m tests.benchmarks.policies`: how quickly policies decide, as Markdown tables.

The residence points for a million people with every clause's columns kept, for ten million in
blocks, and for one person with the words; beside it six of the indicators, and the same six as
OpenFisca-core says them when its environment is named. Everything is measured in turn.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import rich_click as click
from rich.console import Console
from rich.progress import track

from credentials.rules import blocks, documents, explain
from credentials.rules.columns import Floats
from credentials.rules.documents import Document
from credentials.rules.evidence import Person
from credentials.rules.facts import Choice, Ratio
from tests.benchmarks.report import processor
from tests.benchmarks.servers import ROOT

FOLDER = Path(__file__).parent / "openfisca"
SIX = FOLDER / "six-indicators.toml"
LATEST = ROOT / "seeds" / "policy" / "residence-points" / "2023-01-01.toml"
MILLION = 1_000_000
MISSING = 0.1
SEED = 20261123
PERSONS = 200
"""Different people asked about one by one in a round."""
BLOCKS = (16_384, 65_536, MILLION)
"""People at a time for OpenFisca-core: whichever suits it best."""

progress = Console(stderr=True)


class Disagreement(Exception):
    """Both decide the same people and come to different points: figures would mean nothing."""


@dataclass
class Figure:
    """One thing measured, round by round."""

    name: str
    unit: str
    aim: str
    measure: Callable[[], tuple[float, float | None]]
    """One round: the figure, and the memory of the process at its peak in MB."""
    rounds: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    def again(self) -> None:
        """Measure another round."""
        figure, memory = self.measure()
        self.rounds.append(figure)
        if memory is not None:
            self.memory.append(memory)

    def line(self) -> str:
        """Its line of the table."""
        least, most = min(self.rounds), max(self.rounds)
        memory = f"{max(self.memory):,.0f}" if self.memory else ""
        return (
            f"| {self.name} | {median(self.rounds):.3f} {self.unit} | {least:.3f}–{most:.3f}"
            f" | {memory} | {self.aim} |"
        )


@click.command()
@click.option("--rounds", default=5, show_default=True)
@click.option("--ten-million/--no-ten-million", default=True, show_default=True)
@click.option(
    "--openfisca",
    type=click.Path(path_type=Path),
    help="Python of the environment with openfisca-core; without it it is left out.",
)
def main(rounds: int, ten_million: bool, openfisca: Path | None) -> None:
    """Measure policies and write Markdown tables."""
    load = os.getloadavg()
    with ExitStack() as stack:
        figures = [
            Figure("residence points, 1 million, all kept", "µs", "0.7 µs, 400 MB", bench),
            Figure("residence points, one person with words", "ms", "1 ms", one_person()),
        ]
        if ten_million:
            flat = partial(bench, 10 * MILLION, "--flat")
            name = "residence points, 10 million in blocks"
            figures.insert(1, Figure(name, "µs", "flat memory", flat))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="policies-")))
        figures += six_indicators(folder, openfisca, stack)
        for figure in track(figures * rounds, "Measuring", console=progress):
            figure.again()
    click.echo("| | median | least–most | peak MB | aim |\n|---|--:|--:|--:|--:|")
    for figure in figures:
        click.echo(figure.line())
    click.echo(
        f"\nProcessor time a person, and for one person time by the clock; {rounds} rounds in"
        f" turn. {os.cpu_count()} cores ({processor()}), Python {sys.version.split()[0]}, numpy"
        f" {np.__version__}. Load average {load[0]:.1f} before and {os.getloadavg()[0]:.1f} after."
    )


def bench(people: int = MILLION, *options: str) -> tuple[float, float]:
    """The command `policy bench` in a process of its own."""
    command = ["policy", "bench", "residence-points", "--people", str(people), "--json"]
    said = subprocess.run(
        [sys.executable, "-m", "registry", *command, *options],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    figures = json.loads(said)
    return figures["cpu_seconds"] / people * 1e6, figures["peak_mb"]


def one_person() -> Callable[[], tuple[float, None]]:
    """Different people, one by one, from their facts to the answer with all its words."""
    document = documents.load(LATEST.read_bytes(), LATEST.name)
    crowd = blocks.population(document, PERSONS, seed=SEED, missing=MISSING)
    persons = [_person(document, crowd, place) for place in range(PERSONS)]

    def measure() -> tuple[float, None]:
        spent = []
        for person in persons:
            began = time.perf_counter()
            explain.answer(document, person)
            spent.append(time.perf_counter() - began)
        return median(spent) * 1e3, None

    return measure


def _person(document: Document, crowd: dict[str, Floats], place: int) -> Person:
    person: dict[str, int | str] = {}
    for name, fact in document.facts.items():
        value = float(crowd[name][place])
        if np.isnan(value):
            continue
        if isinstance(fact, Choice):
            person[name] = fact.ids[int(value)]
        elif isinstance(fact, Ratio):
            numerator, denominator = value.as_integer_ratio()
            person[name] = f"{numerator}/{denominator}"
        else:
            person[name] = int(value)
    return person


def six_indicators(folder: Path, openfisca: Path | None, stack: ExitStack) -> Iterator[Figure]:
    """The same six indicators, with nothing missing, and with what others cannot leave out."""
    document = documents.load(SIX.read_bytes(), SIX.name)
    known = blocks.population(document, MILLION, seed=SEED, missing=0)
    gaps = blocks.population(document, MILLION, seed=SEED, missing=MISSING)
    yield Figure("six indicators, nothing missing", "µs", "", partial(_ours, document, known))
    yield Figure("six indicators, a tenth missing", "µs", "", partial(_ours, document, gaps))
    if openfisca is None:
        return
    people = folder / "people.npz"
    given: dict[str, Any] = {name: column.astype(np.int32) for name, column in known.items()}
    np.savez(people, **given)
    digest = _digest(blocks.decide(document, known).columns()["total"].proven)
    for block in BLOCKS:
        process = stack.enter_context(_answering(openfisca, people, block))
        name = f"OpenFisca-core, nothing missing, {block:,} at a time"
        yield Figure(name, "µs", "", partial(_theirs, process, digest))


def _ours(document: Document, crowd: dict[str, Floats]) -> tuple[float, None]:
    before = time.process_time()
    blocks.decide(document, crowd)
    return (time.process_time() - before) / MILLION * 1e6, None


def _digest(totals: Any) -> str:
    return hashlib.sha256(totals.astype(np.int32).tobytes()).hexdigest()


@contextmanager
def _answering(python: Path, people: Path, block: int) -> Iterator[subprocess.Popen[str]]:
    command: Sequence[str] = [str(python), str(FOLDER / "points.py"), str(people), str(block)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        if process.stdin is not None:
            process.stdin.close()


def _theirs(process: subprocess.Popen[str], digest: str) -> tuple[float, None]:
    """One round of the other program.

    Raises:
        Disagreement: its points are not ours.
    """
    if process.stdin is None or process.stdout is None:
        raise BrokenPipeError
    process.stdin.write("again\n")
    process.stdin.flush()
    answer = json.loads(process.stdout.readline())
    if answer["digest"] != digest:
        raise Disagreement
    return answer["cpu"] / MILLION * 1e6, None


if __name__ == "__main__":
    main()
