"""Statistics: people, hours and pass rates, a base's own and the bureau's of all."""

from datetime import date

import pytest

from registry.platform.permissions import Role
from tests.factories import make_account
from tests.training.stage import enrol, make_class, make_learner, post, the_one
from training import attendance, classes, ledger, statistics
from training.attendance import Attended, SheetIn
from training.tables import HoursEntry

pytestmark = pytest.mark.anyio


async def test_what_stands_is_counted_by_year_level_module_and_mode(connected: None) -> None:
    clerk, other = await make_account(Role.BASE_CLERK), await make_account(Role.BASE_CLERK)
    learners = [await make_learner() for _ in range(3)]
    for by, people in ((clerk, learners), (other, learners[:1])):
        row = await make_class(by, day=date(2026, 6, 1 if by is clerk else 2))
        await enrol(row, by, *(number for _, number in people))
        seats = await classes.roster(row.id, by=by)
        lines = tuple(
            Attended(enrolment=seat["id"], minutes=180, score=score)
            for seat, score in zip(seats, (60, 59, 100), strict=False)
        )
        await attendance.take(row.id, SheetIn(lines=lines), by=by)
        await post(row, by)
    entry = await the_one(HoursEntry, HoursEntry.person == learners[2][0].person)
    await ledger.reverse(entry.id, reason="未到课", by=clerk)
    officer = await make_account(Role.OFFICER)
    kind = {"year": 2026, "level": "junior"}
    detail = {"module": "practical-skills", "mode": "face-to-face"}
    assert await statistics.hours(by=clerk) == [
        {**kind, **detail, "people": 2, "lines": 2, "minutes": 360}
    ]
    assert await statistics.hours(by=officer) == [
        {**kind, **detail, "people": 2, "lines": 3, "minutes": 540}
    ]
    assert await statistics.people(by=other) == [{**kind, "people": 1, "minutes": 180}]
    assert await statistics.results(by=clerk) == [
        {**kind, "examined": 3, "passed": 2, "pass_percent": 67}
    ]
    assert await statistics.results(by=officer) == [
        {**kind, "examined": 4, "passed": 3, "pass_percent": 75}
    ]


def test_every_table_names_its_columns() -> None:
    assert statistics.TABLES.keys() == statistics.HEADS.keys()
