"""Imports: a file of hours is checked, then taken in, and can be undone for a while.

The file itself is kept with its run, so that what was checked is what is taken in. The same file
is the same run: sent twice, it changes nothing. Each row also has a key of its own, person and
class, so that a row that is in the ledger already is refused whatever file it comes in.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import anyio

from registry.platform import audit, clock, outbox, steps
from registry.platform.db import transaction
from registry.platform.errors import Conflict, NotFound, RuleNotMet
from registry.platform.i18n import N_
from registry.platform.permissions import OFFICERS, Role
from registry.platform.vault import Vault
from registry.tables import Account
from training import checking, policy, postings, sheets
from training.checking import Checked
from training.policy import Figures
from training.reading import Limits, Sheet, read_apart
from training.refusals import FileRefused
from training.tables import ClassSession, ImportRun
from training.words import POST, REVIEW, TAKE_IN, UNDO, ClassStatus, ImportStatus

LONGEST_NAME = 200
UNDONE = N_("整批撤销导入")
PASTED = N_("粘贴的行")


class RowsRefused(RuleNotMet):
    """Some rows cannot be taken, and none was."""


class TooLateToUndo(RuleNotMet):
    """The time in which an import can be undone is over."""


class NothingToImport(Conflict):
    """No row of the file can be taken."""


@dataclass(frozen=True)
class Here:
    """Who imports, when, and with what keys people are found by their identity numbers."""

    by: Account
    on: date
    now: datetime
    vault: Vault


def visible(to: Account) -> Any:
    """Second gate: a clerk sees the imports of their own base, officers all."""
    if to.role in OFFICERS:
        return ImportRun.id.is_not_null()
    if to.role == Role.BASE_CLERK:
        return ImportRun.base == to.organisation
    return ImportRun.id.is_null()


async def find(run: UUID, *, by: Account) -> ImportRun:
    """Return one import the caller may see.

    Raises:
        NotFound: there is none, or it is another base's.
    """
    row = await ImportRun.objects().where(visible(by), ImportRun.id == run).first()
    if row is None:
        raise NotFound(N_("没有这次导入。"))
    return row


async def template(*, by: Account, on: date) -> bytes:
    """The template with the base's own classes that can be posted."""
    found = await (
        ClassSession.select(
            ClassSession.code,
            ClassSession.course.title.as_alias("title"),
            ClassSession.starts_at,
            ClassSession.ends_at,
        )
        .where(
            ClassSession.base == by.organisation,
            ClassSession.status.is_in([ClassStatus.PLANNED, ClassStatus.POSTED]),
        )
        .order_by(ClassSession.starts_at, ascending=False)
        .limit(500)
    )
    return sheets.template(
        [
            (
                row["code"],
                row["title"],
                clock.office_day(row["starts_at"]),
                int((row["ends_at"] - row["starts_at"]).total_seconds()) // 60,
            )
            for row in found
        ],
        await policy.class_hour(on),
    )


async def read(content: bytes, on: date) -> Sheet:
    """Read a file in a process of its own, without keeping anybody waiting.

    Raises:
        FileRefused: it is larger than a file may be.
    """
    figures = await refuse_too_large(content, on)
    limits = Limits(
        rows=figures["import_most_rows"],
        unpacked_megabytes=figures["import_unpacked_megabytes"],
        sheet=sheets.SHEET,
    )
    return await anyio.to_thread.run_sync(partial(read_apart, content, limits))


async def refuse_too_large(content: bytes, on: date) -> Figures:
    """Refuse a file beyond the size a file may have; return what limits there are.

    Raises:
        FileRefused: it is larger.
    """
    figures = await policy.figures(policy.RECORDS, on)
    if len(content) > figures["import_most_megabytes"] * 2**20:
        raise FileRefused("too-large")
    return figures


async def upload(name: str, content: bytes, here: Here) -> tuple[ImportRun, Sheet, Checked]:
    """Check a file and keep it; nothing is in the ledger yet. The same file is the same run.

    Raises:
        FileRefused: it cannot be read at all; it is not kept.
    """
    sheet = await read(content, here.on)
    digest = hashlib.sha256(content).hexdigest()
    async with transaction():
        checked = await _check(here.by.organisation, sheet, digest, here)
        figures = {"total": checked.total, "refused": len(checked.wrong)}
        row, added = await add(name, content, here, ImportStatus.CHECKED, **figures)
        if added:
            await audit.record("import.check", f"import_run:{row.id}", **figures)
    return row, sheet, checked


async def add(
    name: str,
    content: bytes,
    here: Here,
    status: ImportStatus,
    *,
    total: int = 0,
    refused: int = 0,
) -> tuple[ImportRun, bool]:
    """Keep a file, and say whether it is new; the same file is the same run."""
    row = ImportRun(
        id=uuid4(),
        base=here.by.organisation,
        status=status,
        name=name[-LONGEST_NAME:] or PASTED,
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        total=total,
        refused=refused,
        accepted=0,
        uploaded_by=here.by.id,
        uploaded_at=here.now,
    )
    added = (
        await ImportRun.insert(row)
        .on_conflict(target=(ImportRun.base, ImportRun.sha256), action="DO NOTHING")
        .returning(ImportRun.id)
    )
    known = await ImportRun.objects().get(
        (ImportRun.base == row.base) & (ImportRun.sha256 == row.sha256)
    )
    assert known is not None, "it was added, or was there"
    return known, bool(added)


async def check(content: bytes, base: UUID, here: Here) -> Checked:
    """Check a file for a base and keep nothing: a dry run.

    Raises:
        FileRefused: it cannot be read at all.
    """
    sheet = await read(content, here.on)
    return await _check(base, sheet, hashlib.sha256(content).hexdigest(), here)


async def _check(
    base: UUID, sheet: Sheet, digest: str, here: Here, *, alone: bool = False
) -> Checked:
    return await checking.check(
        base, sheet, vault=here.vault, on=here.on, now=here.now, evidence=digest, alone=alone
    )


async def report(run: UUID, here: Here) -> tuple[ImportRun, Sheet, Checked]:
    """What the rows of a kept file are worth now, for who may see it."""
    row = await find(run, by=here.by)
    sheet = await read(row.content, here.on)
    return row, sheet, await _check(row.base, sheet, row.sha256, here)


async def take_in(
    run: UUID, here: Here, *, only_good: bool, sheet: Sheet | None = None
) -> tuple[ImportRun, Checked]:
    """Post the rows of a checked file: all or none, or only the good ones.

    A look for overlaps on their days follows.

    `sheet` is the file as `upload` read it, for who comes straight from there.

    Raises:
        RowsRefused: a row cannot be taken and not only the good ones were asked for.
        NothingToImport: none can.
        StepNotPossible: it is in the ledger already.
    """
    if sheet is None:
        sheet = await read((await find(run, by=here.by)).content, here.on)
    async with transaction():
        row = await find(run, by=here.by)
        await steps.take(TAKE_IN, row, by=here.by.id, imported_at=here.now)
        checked = await _check(row.base, sheet, row.sha256, here, alone=True)
        if checked.wrong and not only_good:
            message = N_("{refused} 行不能导入，因此一行也没有导入。")
            raise RowsRefused(message, refused=len(checked.wrong))
        if not checked.references:
            raise NothingToImport(N_("没有可以导入的行。"))
        await postings.write(
            row.base, checked.lines, checked.references, by=here.by, import_run=row.id
        )
        row.total, row.refused = checked.total, len(checked.wrong)
        row.accepted = len(checked.references)
        await row.save([ImportRun.total, ImportRun.refused, ImportRun.accepted])
        await _posted(checked, by=here.by)
        days = [checked.lines[place].lesson.held_on for place in checked.references]
        await outbox.put(REVIEW, f"{min(days)}..{max(days)}")
        await audit.record(
            "import.take-in",
            f"import_run:{row.id}",
            accepted=row.accepted,
            refused=row.refused,
            sha256=row.sha256,
        )
    return row, checked


async def _posted(checked: Checked, *, by: Account) -> None:
    """Note on each class that its hours are in the ledger."""
    held = {checked.lines[place].lesson.id for place in checked.references}
    for row in await ClassSession.objects().where(
        ClassSession.id.is_in(sorted(held)), ClassSession.status == ClassStatus.PLANNED
    ):
        await steps.take(POST, row, by=by.id)


async def undo(run: UUID, here: Here) -> int:
    """Take every line of an import back; return how many. The file may be taken in again.

    Raises:
        TooLateToUndo: the window is over; single lines can still be reversed.
        StepNotPossible: it is not in the ledger.
    """
    hours = (await policy.figures(policy.RECORDS, here.on))["undo_window_hours"]
    async with transaction():
        row = await find(run, by=here.by)
        if row.imported_at is not None and here.now > row.imported_at + timedelta(hours=hours):
            raise TooLateToUndo(
                N_("导入已超过 {hours} 小时，不能整批撤销；请逐笔冲正。"), hours=hours
            )
        await steps.take(UNDO, row, by=here.by.id, accepted=0)
        taken_back = await postings.take_back(row.id, reason=UNDONE, by=here.by)
        await audit.record("import.undo", f"import_run:{row.id}", lines=taken_back)
    return taken_back


async def listed(*, by: Account, run: UUID | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """Imports the caller may see, or one of them, newest first, without their files."""
    one = ImportRun.id == run if run is not None else ImportRun.id.is_not_null()
    found: list[dict[str, Any]] = await (
        ImportRun.select(
            *[column for column in ImportRun.all_columns() if column is not ImportRun.content]
        )
        .where(visible(by), one)
        .order_by(ImportRun.uploaded_at, ascending=False)
        .limit(limit)
    )
    return found
