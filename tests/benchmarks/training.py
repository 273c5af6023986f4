"""`python -m tests.benchmarks.training`: the three figures of training, each beside its floor.

An import of a large sheet into PostgreSQL, beside reading the same file and a bare COPY of the same
rows; a person's statement of 2,000 entries; and the overlap check as entries grow tenfold.
"""

import asyncio
import io
import os
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import rich_click as click
from openpyxl import Workbook

from tests import cluster

PEOPLE, MEETINGS = 4000, 250
TODAY = date(2026, 6, 30)
NOW = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
STATEMENT_LINES = 2000


@click.command()
@click.option("--rows", default=100_000, show_default=True)
@click.option("--entries", default=1_000_000, show_default=True)
@click.option("--runs", default=3, show_default=True, help="Of each; the quickest counts.")
def main(rows: int, entries: int, runs: int) -> None:
    """Measure and print."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="registry-bench-"))
        os.environ["REGISTRY_DATA"] = folder
        os.environ["REGISTRY_DATABASE_URL"] = stack.enter_context(cluster.running())
        overlaps_grow(entries, runs)
        asyncio.run(on_postgresql(rows, runs, Path(folder)))


def overlaps_grow(entries: int, runs: int) -> None:
    """The overlap check over a tenth of the entries and over all of them."""
    from training import overlaps
    from training.overlaps import Sitting
    from training.words import Mode, Module

    figures = _figures()
    took = {}
    for count in (entries // 10, entries):
        draw = random.Random(1)
        sittings = []
        for number in range(count):
            day = draw.randrange(700)
            begins = day * 86400 + draw.randrange(32, 72) * 900
            sittings.append(
                Sitting(
                    UUID(int=number),
                    UUID(int=draw.randrange(count // 50)),
                    date(2024, 1, 1) + timedelta(days=day),
                    180,
                    Mode.FACE_TO_FACE,
                    f"课程 {draw.randrange(300)}",
                    Module.PRACTICAL_SKILLS,
                    360,
                    begins,
                    begins + 10800,
                    (31_000_000 + draw.randrange(300_000), 121_000_000 + draw.randrange(300_000)),
                    UUID(int=draw.randrange(count // 20)),
                    f"192.0.2.{draw.randrange(250)}",
                )
            )
        found = len(overlaps.review(sittings, figures))
        took[count] = min(
            _seconds(partial(overlaps.review, sittings, figures)) for _ in range(runs)
        )
        click.echo(f"overlaps: {count:,} entries in {took[count]:.2f} s CPU, {found:,} findings")
    few, many = took.values()
    click.echo(f"overlaps: ten times the entries took {many / few:.1f} times the time (aim: 13)")


def _figures() -> dict[str, int]:
    import tomllib

    folder = Path(__file__).parent.parent.parent / "seeds" / "policy" / "training-records"
    written = tomllib.loads(sorted(folder.glob("*.toml"))[-1].read_text())
    return {name: each["value"] for name, each in written["parameters"].items()}


def _seconds(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


async def on_postgresql(rows: int, runs: int, folder: Path) -> None:
    """The import and the statement."""
    from registry.platform import db, migrations, vault
    from registry.platform.settings import Settings
    from seeds.load import load_policies

    vault.establish(folder / "keys", "benchmark")
    await migrations.migrate()
    settings = Settings.from_env()
    await db.connect(settings)
    try:
        await load_policies()
        clerk, codes, people = await _stage()
        await _statement(clerk, people[0], runs)
        for run in range(runs):
            await _import(clerk, codes, people, rows, run, settings)
    finally:
        await db.disconnect()


async def _stage() -> tuple[Any, list[tuple[str, date]], list[tuple[UUID, str]]]:
    """A base with leave for everything, its classes, and people with names."""
    from registry import accounts, organisations
    from registry.platform.db import add_many, transaction
    from registry.platform.permissions import Role
    from registry.platform.settings import Settings
    from registry.platform.vault import vault_of
    from registry.words import OrganisationKind
    from training import bases
    from training.bases import AccreditationIn
    from training.words import Level, Module

    base = await organisations.establish(OrganisationKind.BASE, "基地", "Base")
    clerk = await accounts.new_account(
        "clerk@example.org",
        "-",
        Role.BASE_CLERK,
        "经办人",
        organisation=base.id,
        totp=("A" * 32, vault_of(Settings.from_env().key_folder)),
    )
    days = {"first_day": date(2020, 1, 1), "last_day": date(2030, 1, 1)}
    scope = {"levels": tuple(Level), "modules": tuple(Module)}
    await bases.accredit(AccreditationIn(base=base.id, number="备-1", **scope, **days), by=None)
    people = [(uuid4(), f"P-{number:06d}") for number in range(1, PEOPLE + 1)]
    course, now = uuid4(), NOW
    codes = [(f"C{n:04d}", date(2024, 1, 1) + timedelta(days=n)) for n in range(MEETINGS)]
    async with transaction():
        await add_many(
            "person",
            ("id", "number", "name", "registered_at"),
            [(identifier, number, "陈思远", now) for identifier, number in people],
        )
        await add_many(
            "course",
            ("id", "base", "status", "title", "level", "module", "minutes", "syllabus",
             "proposed_by", "proposed_at"),
            [(course, base.id, "approved", "实务", "junior", "practical-skills", 100_000, "-",
              clerk.id, now)],
        )  # fmt: skip
        await add_many(
            "class_session",
            ("id", "course", "base", "status", "code", "mode", "starts_at", "ends_at", "teacher",
             "capacity", "planned_by", "planned_at"),
            [
                (uuid4(), course, base.id, "planned", code, "face-to-face",
                 datetime(day.year, day.month, day.day, 1, tzinfo=UTC),
                 datetime(day.year, day.month, day.day, 4, tzinfo=UTC), "-", 9999, clerk.id, now)
                for code, day in codes
            ],
        )  # fmt: skip
    return clerk, codes, people


async def _statement(clerk: Any, person: tuple[UUID, str], runs: int) -> None:
    """One person's statement, counted by every scheme."""
    from registry.platform.db import add_many, rows, transaction
    from registry.tables import Account
    from training import statements
    from training.postings import COLUMNS

    async with transaction():
        await add_many(
            "hours_entry",
            COLUMNS,
            [
                (uuid4(), person[0], clerk.organisation, f"S-{n}", "实务", "practical-skills",
                 "face-to-face", date(2020, 1, 1) + timedelta(days=n), 60, 60, None, None,
                 clerk.id, NOW, "junior", None, None, None)
                for n in range(STATEMENT_LINES)
            ],
        )  # fmt: skip
    await rows("ANALYZE")
    reader = Account(role="applicant", person=person[0], _ignore_missing=True)
    best = []
    for _ in range(runs + 3):
        began = time.process_time()
        found = await statements.statement(person[0], by=reader, on=TODAY)
        best.append(time.process_time() - began)
    click.echo(
        f"statement: {len(found.lines):,} entries, {len(found.counted)} schemes,"
        f" {min(best) * 1000:.1f} ms CPU (aim: 20)"
    )
    await rows("ALTER TABLE hours_entry DISABLE TRIGGER USER")
    await rows("DELETE FROM hours_entry")
    await rows("ALTER TABLE hours_entry ENABLE TRIGGER USER")


async def _import(
    clerk: Any, codes: list[Any], people: list[Any], rows: int, run: int, settings: Any
) -> None:
    """A sheet of so many rows, read and copied bare, and imported."""
    from python_calamine import CalamineWorkbook

    from registry.platform.db import add_many, transaction
    from registry.platform.db import rows as query
    from registry.platform.vault import vault_of
    from training import imports
    from training.imports import Here
    from training.postings import COLUMNS
    from training.sheets import COLUMNS as SHEET_COLUMNS
    from training.sheets import SHEET

    content = _sheet(codes, people, rows, SHEET, [*SHEET_COLUMNS.values()], run)
    began = time.perf_counter()
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    read = book.get_sheet_by_name(SHEET).to_python(skip_empty_area=False)
    reading = time.perf_counter() - began
    assert len(read) == rows + 1
    here = Here(clerk, TODAY, NOW, vault_of(settings.key_folder))
    with _watched() as peak:
        began = time.perf_counter()
        kept, _, checked = await imports.upload("大表.xlsx", content, here)
        upload = time.perf_counter() - began
        began = time.perf_counter()
        kept, _ = await imports.take_in(kept.id, here, only_good=False)
        importing = time.perf_counter() - began
    assert (kept.accepted, checked.wrong) == (rows, {})
    await query("CREATE TABLE bare AS TABLE hours_entry WITH NO DATA")
    records = [tuple(r[c] for c in COLUMNS) for r in await query("SELECT * FROM hours_entry")]
    began = time.perf_counter()
    async with transaction():
        await add_many("bare", COLUMNS, records)
    copying = time.perf_counter() - began
    await query("DROP TABLE bare")
    await query("ALTER TABLE hours_entry DISABLE TRIGGER USER")
    await query("DELETE FROM hours_entry")
    await query("ALTER TABLE hours_entry ENABLE TRIGGER USER")
    await query("VACUUM ANALYZE hours_entry")
    floor = reading + copying
    click.echo(
        f"import: {rows:,} rows; reading {reading:.2f} s and bare COPY {copying:.2f} s;"
        f" checking beforehand {upload:.2f} s, importing {importing:.2f} s,"
        f" {importing / floor:.1f} times the floor (aim: 4); memory {peak[0]:.0f} MB (aim: 500)"
    )


def _sheet(
    codes: list[Any], people: list[Any], rows: int, name: str, head: list[str], run: int
) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    sheet.append(head)
    for number in range(rows):
        code, day = codes[number % len(codes)]
        _, person = people[number // len(codes)]
        sheet.append([code, person, None, day, 180 - run, None])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@contextmanager
def _watched() -> Iterator[list[float]]:
    """Peak memory of this process and its children together, sampled, in MB."""
    peak, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            peak[0] = max(peak[0], _resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    yield peak
    over.set()
    watcher.join()


def _resident() -> float:
    """Resident memory of this process, and of those it started that read spreadsheets."""
    total = 0
    mine = os.getpid()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            status = (entry / "status").read_text()
            parent = int(status.partition("PPid:")[2].split()[0])
            command = (entry / "cmdline").read_bytes()
        except (OSError, IndexError, ValueError):
            continue
        if int(entry.name) == mine or (parent == mine and b"training.reading" in command):
            total += int(status.partition("VmRSS:")[2].split()[0])
    return total / 1024


if __name__ == "__main__":
    main()
