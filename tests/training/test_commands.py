"""The command line's import gives the same answer as the page's."""

from typing import Any

import pytest

from registry.platform.permissions import Role
from registry.platform.settings import Settings
from registry.tables import Organisation
from tests.factories import make_account
from tests.training.stage import make_class, make_learner, the_one
from tests.training.workbooks import row, workbook
from training.commands import NoSuchBase, import_file
from training.tables import HoursEntry, ImportRun

pytestmark = pytest.mark.anyio


async def test_a_dry_run_keeps_nothing_and_a_second_run_adds_nothing(connected: None) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    base = await the_one(Organisation, Organisation.id == clerk.organisation)
    held = await make_class(clerk)
    _, number = await make_learner()
    content = workbook(row(held.code, number), row(held.code, "P-999999"))

    async def run(dry_run: bool = False, clerk: str | None = None) -> dict[str, Any]:
        settings = Settings.from_env()
        return await import_file("甲.xlsx", content, base.name, clerk, settings, dry_run=dry_run)

    told = await run(dry_run=True)
    assert (told["rows"], told["accepted"]) == (2, 1)
    [refused] = told["refused"]
    assert refused == {
        "row": 3,
        "column": "登记号或证件号码",
        "value": "P-999999",
        "code": "unknown-person",
        "message": "登记中没有这个人。请核对登记号或证件号码；本人须先登记身份。",
    }
    assert await ImportRun.count() == await HoursEntry.count() == 0
    assert await run(clerk=clerk.login) == told
    again = await run()
    assert again["accepted"] == 0
    assert [one["code"] for one in again["refused"]] == ["duplicate", "unknown-person"]
    assert await HoursEntry.count() == 1
    with pytest.raises(NoSuchBase):
        await import_file("甲.xlsx", content, "没有", None, Settings.from_env(), dry_run=True)
    with pytest.raises(NoSuchBase):
        await run(clerk="nobody@example.org")
