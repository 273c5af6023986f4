"""Large files: kept at once, checked and taken in by the worker, watched on a page meanwhile."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest

from registry.app import jobs
from registry.platform import outbox
from registry.platform.errors import NotFound
from registry.platform.installation import Installation
from registry.platform.permissions import Role
from registry.platform.settings import Settings
from registry.platform.steps import StepNotPossible
from registry.platform.tables import AuditEntry, Job
from registry.tables import Account
from tests.conftest import NewClient
from tests.factories import make_account, sign_in, vault
from tests.forms import send
from tests.training.stage import NOW, TODAY, make_class, make_learner
from tests.training.workbooks import row, workbook
from training import backlog, checking, imports, ledger
from training.imports import Here
from training.refusals import FileRefused
from training.tables import HoursEntry, ImportRun
from training.words import CHECK_FILE, ImportStatus

pytestmark = pytest.mark.anyio
connected = pytest.mark.usefixtures("connected")


def here(clerk: Account) -> Here:
    return Here(by=clerk, on=TODAY, now=NOW, vault=vault())


async def work() -> int:
    """Do what waits in the outbox."""
    return await outbox.empty(jobs(Installation.of(Settings.from_env())))


async def status(run: ImportRun) -> str:
    return str((await backlog.glance(run.id, by=await owner(run)))["status"])


async def owner(run: ImportRun) -> Account:
    found = await Account.objects().get(Account.id == run.uploaded_by)
    assert found is not None
    return found


async def told(run: ImportRun) -> tuple[int, list[tuple[int, str, str]]]:
    _, good, wrong = await backlog.result(run.id, here(await owner(run)))
    return good, [(one.row, one.column, one.error.code) for one in wrong]


@connected
async def test_a_large_file_says_the_same_of_every_row_as_a_small_one() -> None:
    clerk, other = await make_account(Role.BASE_CLERK), await make_account(Role.BASE_CLERK)
    held = await make_class(clerk)
    _, number = await make_learner()
    sheet = workbook(
        row(held.code, number),
        row(held.code, "P-999999"),
        row(held.code, number, day=date(2026, 6, 2)),
        row(held.code, number),
    )
    small = await imports.check(sheet, held.base, here(clerk))
    run = await backlog.keep("六月.xlsx", sheet, here(clerk))
    assert await status(run) == "waiting"
    assert await told(run) == (0, [])
    assert (await backlog.keep("又一次.xlsx", sheet, here(clerk))).id == run.id
    assert await Job.count().where(Job.kind == CHECK_FILE) == 1
    assert await work() == 1
    assert await status(run) == "checked"
    good, wrong = await told(run)
    assert good == len(small.references) == 1
    assert wrong == [(one.row, one.column, one.error.code) for one in small.refused]
    assert len(wrong) == 3
    assert await HoursEntry.count() == 0
    with pytest.raises(NotFound):
        await backlog.glance(run.id, by=other)
    with pytest.raises(NotFound):
        await backlog.ask(run.id, here(other), only_good=True)
    actions = [line["action"] for line in await AuditEntry.select(AuditEntry.action)]
    assert {"import.keep", "import.check"} <= set(actions)


@connected
async def test_its_good_rows_are_taken_in_once_and_can_be_undone() -> None:
    clerk = await make_account(Role.BASE_CLERK)
    held = await make_class(clerk)
    person, number = await make_learner()
    sheet = workbook(row(held.code, number), row(held.code, "P-999999"))
    run = await backlog.keep("六月.xlsx", sheet, here(clerk))
    with pytest.raises(StepNotPossible):
        await backlog.ask(run.id, here(clerk), only_good=True)
    await work()
    await backlog.ask(run.id, here(clerk), only_good=True)
    assert await status(run) == "taking-in"
    with pytest.raises(StepNotPossible):
        await backlog.ask(run.id, here(clerk), only_good=True)
    await work()
    assert await status(run) == "imported"
    line = await HoursEntry.objects().first()
    assert line is not None
    assert (line.recorded_by, line.import_run) == (clerk.id, run.id)
    await outbox.put("import-take-in", str(run.id))
    await outbox.put("import-check", str(run.id))
    await work()
    assert await HoursEntry.count() == 1, "a job that is done twice does nothing twice"
    await imports.undo(run.id, Here(by=clerk, on=TODAY, now=await imported_at(run), vault=vault()))
    assert person.person is not None
    assert await ledger.total(person.person, TODAY) == 0
    assert await status(run) == "undone"
    await backlog.ask(run.id, here(clerk), only_good=True)
    await work()
    assert await ledger.total(person.person, TODAY) == 180


async def imported_at(run: ImportRun) -> Any:
    return (await backlog.glance(run.id, by=await owner(run)))["imported_at"]


@connected
async def test_what_has_become_wrong_meanwhile_is_checked_again_and_nothing_is_posted() -> None:
    clerk = await make_account(Role.BASE_CLERK)
    held = await make_class(clerk)
    (_, one), (_, two) = await make_learner(), await make_learner()
    run = await backlog.keep(
        "六月.xlsx", workbook(row(held.code, one), row(held.code, two)), here(clerk)
    )
    await work()
    assert await told(run) == (2, [])
    await imports.take_in(
        (await imports.upload("一行.xlsx", workbook(row(held.code, one)), here(clerk)))[0].id,
        here(clerk),
        only_good=False,
    )
    await backlog.ask(run.id, here(clerk), only_good=False)
    await work()
    assert await status(run) == "checked"
    assert await told(run) == (1, [(2, "person", "duplicate")])
    assert await HoursEntry.count() == 1


@connected
async def test_a_file_without_any_class_of_the_base_says_so_of_every_row() -> None:
    clerk = await make_account(Role.BASE_CLERK)
    sheet = workbook(row("2020-001", "P-999999"), row("2020-002", "P-999998"))
    run, _, checked = await imports.upload("旧的.xlsx", sheet, here(clerk))
    assert [one.error.code for one in checked.refused] == ["unknown-class", "unknown-class"]
    assert await told(run) == (0, [(2, "code", "unknown-class"), (3, "code", "unknown-class")])


@connected
async def test_a_file_that_cannot_be_read_says_why() -> None:
    clerk = await make_account(Role.BASE_CLERK)
    run = await backlog.keep("坏的.xlsx", b"PK\x03\x04 nothing", here(clerk))
    await work()
    assert await status(run) == "unreadable"
    assert await told(run) == (0, [(1, "file", "damaged")])
    with pytest.raises(StepNotPossible):
        await backlog.ask(run.id, here(clerk), only_good=True)
    with pytest.raises(FileRefused):
        await backlog.keep("太大.xlsx", bytes(21 * 2**20), here(clerk))


@connected
async def test_progress_is_told_while_rows_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    held = await make_class(clerk)
    learners = [(await make_learner())[1] for _ in range(4)]
    run = await backlog.keep(
        "六月.xlsx", workbook(*(row(held.code, number) for number in learners)), here(clerk)
    )
    seen: list[int] = []

    async def tell(done: int) -> None:
        seen.append(done)

    monkeypatch.setattr(checking, "TOLD_EVERY", 2)
    sheet = await imports.read(run.content, TODAY)
    await checking.check(
        run.base, sheet, vault=vault(), on=TODAY, now=NOW, evidence=None, tell=tell
    )
    assert seen == [0, 2]
    await work()
    shown = await backlog.glance(run.id, by=clerk)
    assert (shown["done"], shown["total"]) == (2, 4), "as the worker last told"


async def test_the_page_shows_progress_without_a_script(new_client: NewClient) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    held = await make_class(clerk)
    _, number = await make_learner()
    client = new_client()
    await sign_in(client, clerk)
    sheet = workbook(row(held.code, number), row(held.code, "P-999999"))
    run = await backlog.keep("六月.xlsx", sheet, here(clerk))
    page = f"/imports/{run.id}"
    text = (await client.get(page)).text
    assert f'<meta http-equiv="refresh" content="2;url={page}">' in text
    assert re.search(r'<progress id="progress"></progress>', text)
    await ImportRun.update({"done": 1, "total": 2}).where(ImportRun.id == run.id)
    text = (await client.get(f"{page}?lang=en")).text
    assert '<progress id="progress" max="2" value="1">' in text
    assert "1 of 2 rows checked." in text
    await client.get("/imports?lang=zh")
    await work()
    text = unescape((await client.get(page)).text)
    assert "http-equiv" not in text
    assert "1 行可以导入，1 行有问题" in text
    answer = await send(client, page, {"which": "good"}, f"{page}/taking-in")
    assert answer.status_code == 303
    text = (await client.get(page)).text
    assert "http-equiv" in text
    assert "正在把学时登入台账" in text
    await work()
    assert "已登记 1 笔学时" in unescape((await client.get(page)).text)
    broken = await backlog.keep("坏的.xlsx", b"PK\x03\x04 nothing", here(clerk))
    await work()
    assert "文件已损坏" in unescape((await client.get(f"/imports/{broken.id}")).text)


async def test_the_api_answers_with_where_it_stands(new_client: NewClient) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    held = await make_class(clerk)
    _, number = await make_learner()
    client = new_client()
    await sign_in(client, clerk)
    padding = (b"\n" + b" " * 1000) * 600  # blank rows, which are passed over
    head = "班次编号,登记号或证件号码,上课日期,实到分钟\n"
    sheet = f"{head}{held.code},{number},2026-06-01,90".encode() + padding
    answer = await client.post("/api/training/imports", files={"data": ("六月.csv", sheet)})
    assert (answer.status_code, answer.json()["status"]) == (201, "waiting")
    run = f"/api/training/imports/{answer.json()['id']}"
    await work()
    told = (await client.get(run)).json()
    assert (told["status"], told["rows"], told["accepted"]) == ("checked", 1, 1)
    assert (await client.post(f"{run}/taking-in")).json()["status"] == "taking-in"
    await work()
    told = (await client.get(run)).json()
    assert (told["status"], told["accepted"]) == ("imported", 1)
    stored = await ImportRun.objects().first()
    assert stored is not None
    assert stored.status == ImportStatus.IMPORTED
