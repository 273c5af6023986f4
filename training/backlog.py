"""Large files of hours: kept at once, checked and taken in by the worker, and watched meanwhile.

What the worker found is kept with the file, since to check it again takes too long for a page.
"""

import json
from functools import partial
from typing import Any
from uuid import UUID

from registry.platform import audit, clock, outbox, steps
from registry.platform.db import transaction
from registry.platform.errors import FieldError, NotFound, Refusal
from registry.platform.i18n import N_
from registry.platform.vault import Vault
from registry.tables import Account
from training import checking, imports
from training.checking import Wrong
from training.imports import Here
from training.refusals import FileRefused
from training.tables import ImportRun
from training.words import (
    ASK,
    CHECK,
    CHECK_FILE,
    GIVE_BACK,
    GIVE_UP,
    TAKE_FILE_IN,
    ImportStatus,
)

WORKING = frozenset({ImportStatus.WAITING, ImportStatus.TAKING_IN})
GOOD, ALL = "good", "all"


async def keep(name: str, content: bytes, here: Here) -> ImportRun:
    """Keep a large file for the worker to check. The same file is the same run.

    Raises:
        FileRefused: it is larger than a file may be.
    """
    await imports.refuse_too_large(content, here.on)
    async with transaction():
        row, added = await imports.add(name, content, here, ImportStatus.WAITING)
        if added:
            await outbox.put(CHECK_FILE, str(row.id))
            await audit.record("import.keep", f"import_run:{row.id}", bytes=len(content))
    return row


async def check(run: UUID, vault: Vault) -> None:
    """Check a file that waits, for who sent it; one that does not wait is left alone."""
    row = await ImportRun.objects().get(ImportRun.id == run)
    if row is None or row.status != ImportStatus.WAITING:
        return
    here = await _here(row.uploaded_by, vault)
    try:
        sheet = await imports.read(row.content, here.on)
        rows = max(0, len(sheet.rows) - 1)
        await ImportRun.update({ImportRun.total: rows}).where(ImportRun.id == row.id)
        checked = await checking.check(
            row.base,
            sheet,
            vault=vault,
            on=here.on,
            now=here.now,
            evidence=row.sha256,
            tell=partial(_tell, row.id),
        )
    except FileRefused as refused:
        async with transaction():
            report = _written(0, [Wrong(1, "file", "", refused.errors[0])])
            await steps.take(GIVE_UP, row, by=None, report=report)
            await audit.record("import.give-up", f"import_run:{row.id}")
        return
    async with transaction():
        report = _written(len(checked.references), checked.refused)
        total, wrong = checked.total, len(checked.wrong)
        await steps.take(CHECK, row, by=None, report=report, total=total, refused=wrong)
        await audit.record("import.check", f"import_run:{row.id}", total=total, refused=wrong)


async def _tell(run: UUID, done: int) -> None:
    await ImportRun.update({ImportRun.done: done}).where(ImportRun.id == run)


async def ask(run: UUID, here: Here, *, only_good: bool) -> None:
    """Ask the worker to post the rows of a large file: all or none, or only the good ones.

    Raises:
        NotFound: no such import for this caller.
        StepNotPossible: it is not checked, or is in the ledger already.
    """
    async with transaction():
        row = await imports.find(run, by=here.by)
        await steps.take(ASK, row, by=here.by.id, note=GOOD if only_good else ALL)
        await outbox.put(TAKE_FILE_IN, str(row.id))
        await audit.record("import.ask", f"import_run:{row.id}", only_good=only_good)


async def take_in(run: UUID, vault: Vault) -> None:
    """Post the rows of a file as it was asked for. Where they cannot be, it is checked again."""
    row = await ImportRun.objects().get(ImportRun.id == run)
    if row is None or row.status != ImportStatus.TAKING_IN:
        return
    asked = [step for step in await steps.history(row.id) if step["step"] == ASK.name][-1]
    try:
        here = await _here(asked["taken_by"], vault)
        await imports.take_in(run, here, only_good=asked["note"] == GOOD)
    except Refusal as refusal:
        async with transaction():
            await steps.take(GIVE_BACK, row, by=None, note=type(refusal).__name__, done=0)
            await outbox.put(CHECK_FILE, str(row.id))
            await audit.record("import.give-back", f"import_run:{row.id}")


async def _here(account: UUID, vault: Vault) -> Here:
    by = await Account.objects().get(Account.id == account)
    assert by is not None, "foreign keys hold accounts in place"
    return Here(by=by, on=clock.today(), now=clock.now(), vault=vault)


async def result(run: UUID, here: Here) -> tuple[dict[str, Any], int, list[Wrong]]:
    """An import without its file, how many rows can be taken, and what is wrong with others.

    Raises:
        NotFound: no such import for this caller.
    """
    row = await glance(run, by=here.by)
    if row["status"] in WORKING:
        return row, 0, []
    if row["report"] is not None:
        written = json.loads(row["report"])
        return row, written["good"], [_wrong(each) for each in written["refused"]]
    _, _, checked = await imports.report(run, here)
    return row, len(checked.references), checked.refused


async def glance(run: UUID, *, by: Account) -> dict[str, Any]:
    """An import without its file.

    Raises:
        NotFound: no such import for this caller.
    """
    found = await imports.listed(by=by, run=run)
    if not found:
        raise NotFound(N_("没有这次导入。"))
    return found[0]


def _written(good: int, refused: list[Wrong]) -> str:
    rows = [
        (wrong.row, wrong.column, wrong.value, wrong.error.field, wrong.error.code,
         wrong.error.message, wrong.error.facts)
        for wrong in refused
    ]  # fmt: skip
    return json.dumps({"good": good, "refused": rows}, ensure_ascii=False, default=str)


def _wrong(written: list[Any]) -> Wrong:
    row, column, value, *error = written
    return Wrong(row, column, value, FieldError(*error))
