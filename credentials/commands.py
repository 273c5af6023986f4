"""Commands about policies: what is in force, whether cases agree, what somebody would get."""

import json
import resource
import sys
import time
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import rich_click as click
from rich.table import Table

from credentials import training_days
from credentials.eligibility import assessments, comparison
from credentials.eligibility.comparison import Change
from credentials.policy import in_force
from credentials.rules import blocks, cases, documents, editions, evaluator, explain, questions
from credentials.rules.blocks import Kept
from credentials.rules.case_columns import Columns
from credentials.rules.documents import Document
from credentials.rules.evaluator import Verdict
from registry.platform import clock
from registry.platform.console import connected, console, run
from registry.platform.errors import FieldError, RuleNotMet
from registry.platform.i18n import N_
from registry.platform.policy import edition, listed
from registry.platform.settings import Settings

DAY = click.DateTime(["%Y-%m-%d"])
CASE_COLUMNS = "case-columns.toml"
"""Beside the policy files: what the columns of other people's worked cases mean."""
MISSING = 0.1
"""Share of evidence that the made-up people of `bench` lack."""


class NoSuchPolicy(RuleNotMet):
    """No policy document has that name."""


@click.group()
def policy() -> None:
    """Policy documents and their editions."""


@policy.command("list")
def show_list() -> None:
    """Editions with their days, sources and status."""

    async def work() -> list[dict[str, Any]]:
        async with connected(Settings.from_env()):
            return await listed()

    table = Table("document", "in force from", "published", "status", "source", "title")
    for row in run(work()):
        source = json.loads(row["source"])
        days = str(row["effective_from"]), str(row["published"])
        table.add_row(row["document"], *days, row["status"], source["number"], row["title"])
    console.print(table)


@policy.command("show")
@click.argument("document")
@click.option("--on", type=DAY, help="The day; by default today.")
def show(document: str, on: datetime | None) -> None:
    """The edition in force on a day, as its file says it."""

    async def work(day: date) -> str:
        async with connected(Settings.from_env()):
            row = await edition((await in_force(document, day)).id)
            return str(row.text)

    click.echo(run(work(on.date() if on else clock.today())))


@policy.command()
@click.argument("document")
@click.option("--cases", "file", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The outcome as JSON.")
@click.pass_obj
def check(folder: Path, document: str, file: Path, as_json: bool) -> None:
    """Run worked cases through a document's files; exit 0 only when all agree."""
    rows = cases.read(file.read_text(encoding="utf-8-sig"))
    files = _files(folder, document)
    if document == training_days.DOCUMENT:
        report = training_days.check(files, rows)
    else:
        report = cases.check(files, rows, _columns(folder, document))
    failed = [
        {"case_id": each.case_id, "column": each.column, "expected": each.expected, "got": each.got}
        for each in report.differences
    ]
    if as_json:
        _say({"cases": report.cases, "passed": report.passed, "failed": failed})
    else:
        for each in failed:
            click.echo("{case_id}: {column} should be {expected}, is {got}".format(**each))
        click.echo(f"{report.passed} of {report.cases} cases agree.")
    sys.exit(bool(failed))


@policy.command()
@click.argument("document")
@click.option("--facts", "file", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--on", type=DAY, help="The day of the rules; by default today.")
@click.option("--known-by", type=DAY, help="As published by then; by default that day.")
@click.option("--grade", help="A grade or route of the document; by default the whole.")
@click.option("--json", "as_json", is_flag=True, help="The answer as JSON.")
@click.pass_obj
def decide(
    folder: Path,
    document: str,
    file: Path,
    on: datetime | None,
    known_by: datetime | None,
    grade: str | None,
    as_json: bool,
) -> None:
    """One person's answer from a file of facts: {"fact": value}; what is left out is missing."""
    day = on.date() if on else clock.today()
    chosen = editions.in_force(
        _files(folder, document), on=day, known_by=known_by.date() if known_by else day
    )
    given = json.loads(file.read_text(encoding="utf-8"))
    answer = _answered(chosen, given, assessments.asked(chosen, grade))
    if as_json:
        _say(answer)
        return
    click.echo("{verdict}  {proven}..{possible}  {edition}".format(**answer))
    for clause in answer["clauses"]:
        click.echo("  {cite}  {id}  {proven}..{possible}".format(**clause))
    click.echo(f"what would change it: {json.dumps(answer['what_if'], ensure_ascii=False)}")


def _answered(chosen: Document, given: Mapping[str, Any], grade: str | None) -> dict[str, Any]:
    answer = explain.answer(chosen, given, grade)
    return {
        "verdict": answer.verdict,
        "proven": answer.proven,
        "possible": answer.possible,
        "clauses": [
            {
                "id": finding.clause,
                "cite": finding.cite,
                "fact": finding.fact,
                "value": finding.value,
                "missing": finding.missing,
                "proven": finding.proven,
                "possible": finding.possible,
            }
            for finding in answer.findings
        ],
        "what_if": questions.what_if(chosen, given, grade),
        "edition": answer.edition,
        "digest": answer.digest,
    }


@policy.command()
@click.argument("document")
@click.option("--people", default=1_000_000, show_default=True, help="How many.")
@click.option("--flat", is_flag=True, help="Let go of each block: memory stays flat.")
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
@click.pass_obj
def bench(folder: Path, document: str, people: int, flat: bool, as_json: bool) -> None:
    """Decide a fixed made-up population, keep every clause's columns, say how long it took."""
    chosen = editions.in_force(_files(folder, document), on=clock.today(), known_by=clock.today())
    kept = Kept()
    seconds = cpu = 0.0
    for place in blocks.blocks(people):
        crowd = blocks.population(
            chosen, place.stop - place.start, seed=place.start, missing=MISSING
        )
        began, before = time.perf_counter(), time.process_time()
        decided = evaluator.decide(chosen, crowd)
        if not flat:
            kept.keep(place, decided)
        cpu += time.process_time() - before
        seconds += time.perf_counter() - began
    figures = {
        "people": people,
        "seconds": round(seconds, 4),
        "cpu_seconds": round(cpu, 4),
        "per_cpu_second": round(people / cpu) if cpu else None,
        "columns_mb": round(kept.bytes / 2**20),
        "peak_mb": _peak_mb(),
    }
    if as_json:
        _say(figures)
    else:
        click.echo(", ".join(f"{name} {figure}" for name, figure in figures.items()))


def _peak_mb() -> int:
    """The most memory this process has had.

    What `getrusage` says counts the parent's too, from before the program began.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@policy.command()
@click.argument("document")
@click.option("--from", "before", required=True, type=DAY, help="A day of the one edition.")
@click.option("--to", "after", required=True, type=DAY, help="A day of the other.")
@click.option("--grade", help="A grade or route of the document; by default the whole.")
@click.option("--json", "as_json", is_flag=True, help="The list as JSON.")
def impact(
    document: str, before: datetime, after: datetime, grade: str | None, as_json: bool
) -> None:
    """Who on the register changes sides between two editions, and by which clause."""

    async def work() -> Change:
        async with connected(Settings.from_env()):
            return await comparison.compare(
                document, before.date(), after.date(), on=clock.today(), grade=grade
            )

    found = run(work())
    if as_json:
        _say(found.plain())
        return
    for (was, becomes), many in sorted(found.moves.items()):
        click.echo(f"{was} -> {becomes}: {many}")
    for clause, shift in found.shifts.items():
        click.echo(f"  {clause}: {shift.people} people, {shift.proven:+d} proven points")
    for person, was, becomes in found.people:
        click.echo(f"{person.number} {person.name or ''}: {Verdict(was)} -> {Verdict(becomes)}")


def _files(folder: Path, document: str) -> list[Document]:
    """The editions of a document as its files say them.

    Raises:
        NoSuchPolicy: there is no such document.
    """
    files = sorted((folder / document).glob("*.toml")) if document.isprintable() else []
    if not files or "/" in document:
        names = ", ".join(sorted(each.name for each in folder.iterdir() if each.is_dir()))
        wrong = FieldError("document", "unknown-policy", names)
        raise NoSuchPolicy(N_("没有这份政策文件。"), errors=[wrong])
    return [documents.load(file.read_bytes(), file.name) for file in files]


def _columns(folder: Path, document: str) -> Columns | None:
    file = folder / CASE_COLUMNS
    meant = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return Columns.model_validate(meant[document]) if document in meant else None


def _say(figures: Mapping[str, Any]) -> None:
    click.echo(json.dumps(figures, ensure_ascii=False))
