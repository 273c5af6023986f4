"""The review queue: what gets into it, that it gets in once, and how it gets out."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from registry.platform.errors import NotFound
from registry.platform.permissions import Role
from registry.platform.steps import StepNotPossible
from registry.tables import Account
from tests.factories import make_account
from tests.training.stage import (
    TODAY,
    attend,
    enrol,
    make_class,
    make_course,
    make_learner,
    post,
    record,
)
from training import attendance, findings, ledger, lots
from training.findings import DrawIn, GroundsIn, ReviewIn
from training.sittings import sittings
from training.tables import ClassSession
from training.words import FindingStatus, Mode

pytestmark = pytest.mark.anyio
JUNE = ReviewIn(first_day=date(2026, 6, 1), last_day=date(2026, 6, 30))
GROUNDS = GroundsIn(grounds="已核对签到表原件")


async def give(clerk: Account, *numbers: str, **given: Any) -> ClassSession:
    row = await make_class(clerk, **given)
    await enrol(row, clerk, *numbers)
    await attend(row, clerk)
    await post(row, clerk)
    return row


async def test_who_is_at_two_bases_at_once_is_found_and_decided_once(
    connected: None,
) -> None:
    one, two = await make_account(Role.BASE_CLERK), await make_account(Role.BASE_CLERK)
    outsider = await make_account(Role.BASE_CLERK)
    person, number = await make_learner()
    for clerk, times in ((one, ("9:00", "12:00")), (two, ("10:00", "13:00"))):
        taught = await make_course(clerk, minutes=180)
        await give(clerk, number, course=taught.id, begins=times[0], ends=times[1])
    officer = await make_account(Role.OFFICER)
    assert await findings.review(JUNE, by=officer, on=TODAY) == 2
    assert await findings.review(JUNE, by=officer, on=TODAY) == 0
    overlap, course = await findings.listed(by=officer)
    assert (overlap["kind"], overlap["confidence"], overlap["facts"]) == (
        "two-places",
        95,
        {"minutes": 120},
    )
    assert (course["kind"], course["facts"]) == (
        "course-twice",
        {"minutes": 360, "course_minutes": 180},
    )
    assert {row["id"] for row in await findings.listed(by=two)} == {overlap["id"], course["id"]}
    assert await findings.listed(by=outsider) == []
    with pytest.raises(NotFound):
        await findings.find(overlap["id"], by=outsider)
    assert await findings.glance(overlap["id"], by=two) == overlap
    assert await findings.glance(course["id"], by=officer) == course
    with pytest.raises(NotFound):
        await findings.glance(overlap["id"], by=outsider)
    await findings.uphold(overlap["id"], GROUNDS, by=officer)
    with pytest.raises(StepNotPossible):
        await findings.clear(overlap["id"], GROUNDS, by=officer)
    await findings.clear(course["id"], GROUNDS, by=officer)
    assert await findings.listed(by=officer) == []
    [upheld] = await findings.listed(by=officer, status=FindingStatus.UPHELD)
    assert upheld["grounds"] == GROUNDS.grounds
    assert await findings.glance(overlap["id"], by=officer) == upheld
    assert await findings.review(JUNE, by=officer, on=TODAY) == 0, "what was decided stays so"
    assert await ledger.total(person.person, TODAY) == 360, "a finding changes no ledger"


async def test_a_line_taken_back_is_not_looked_at(connected: None) -> None:
    clerk, officer = await make_account(Role.BASE_CLERK), await make_account(Role.OFFICER)
    _, number = await make_learner()
    long: dict[str, Any] = {"minutes": 600, "held_on": date(2026, 6, 3)}
    entry = await record(clerk, number, **long)
    await ledger.reverse(entry.id, reason="时长填错", by=clerk)
    assert await findings.review(JUNE, by=officer, on=TODAY) == 0
    await record(clerk, number, **long)
    assert await findings.review(JUNE, by=officer, on=TODAY) == 1
    [found] = await findings.listed(by=officer)
    assert (found["kind"], found["facts"]) == ("day-too-long", {"minutes": 600, "most": 480})


async def test_one_address_that_signs_in_a_whole_class_is_found(connected: None) -> None:
    clerk, officer = await make_account(Role.BASE_CLERK), await make_account(Role.OFFICER)
    learners = [await make_learner() for _ in range(4)]
    row = await make_class(clerk, mode=Mode.LIVE_ONLINE, coordinates=None)
    await enrol(row, clerk, *(number for _, number in learners))
    for person, _ in learners:
        during = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
        await attendance.sign_in(row.id, by=person, address="192.0.2.7", now=during)
    await attend(row, clerk)
    await post(row, clerk)
    assert await findings.review(JUNE, by=officer, on=TODAY) == 4
    found = await findings.listed(by=officer)
    assert {(row["kind"], row["confidence"]) for row in found} == {("one-address", 75)}


async def test_a_draw_can_be_repeated_from_its_published_seed(connected: None) -> None:
    clerk, officer = await make_account(Role.BASE_CLERK), await make_account(Role.OFFICER)
    learners = [await make_learner() for _ in range(3)]
    await give(clerk, *(number for _, number in learners))
    asked = DrawIn(first_day=JUNE.first_day, last_day=JUNE.last_day, seed="2026-07-01 开奖号 0713")
    row = await findings.draw(asked, by=officer, on=TODAY)
    assert (row.population, row.drawn) == (3, 1)
    entries = [one.entry for one in await sittings(JUNE.first_day, JUNE.last_day)]
    [sampled] = await findings.listed(by=officer)
    assert [sampled["entry"]] == lots.draw(entries, asked.seed, 100)
    assert (sampled["kind"], sampled["confidence"]) == ("sample", 0)
    assert [one.seed for one in await findings.draws()] == [asked.seed]
