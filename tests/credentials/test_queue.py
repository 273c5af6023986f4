"""The officers' queue asks the database as often for many applications as for one."""

from typing import Any

import pytest

from credentials import decisions
from registry.platform import clock
from registry.platform.db import engine
from tests.credentials.panels.cases import DAY, accepted, make_office
from tests.factories import Clock

pytestmark = pytest.mark.anyio


@pytest.mark.usefixtures("connected")
async def test_the_queue_asks_the_database_as_often_for_many_as_for_one(
    time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    time.at = clock.morning(DAY)
    office = await make_office()
    await accepted(office)
    counted: list[object] = []
    kind = type(engine())
    run = kind.run_querystring

    async def counting(self: Any, querystring: Any, *rest: Any, **more: Any) -> Any:
        counted.append(querystring)
        return await run(self, querystring, *rest, **more)

    monkeypatch.setattr(kind, "run_querystring", counting)
    assert len(await decisions.queue(by=office.first, on=DAY)) == 1
    once = len(counted)
    assert once > 0
    for _ in range(3):
        await accepted(office)
    counted.clear()
    assert len(await decisions.queue(by=office.first, on=DAY)) == 4
    assert len(counted) == once
