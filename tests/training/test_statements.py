"""Statements: who sees what of whose hours, and what counts for what."""

from datetime import date

import pytest

from registry.platform.errors import NotFound
from registry.platform.permissions import Role
from tests.factories import DAY, make_account
from tests.training.stage import make_learner, record
from training import ledger, policy, statements
from training.policy import NoFigures
from training.words import Level

pytestmark = pytest.mark.anyio


async def test_a_statement_shows_every_line_and_counts_those_that_stand(connected: None) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    person, number = await make_learner()
    wrong = await record(clerk, number, minutes=200)
    await record(clerk, number, minutes=135)
    await ledger.reverse(wrong.id, reason="日期有误", by=clerk)
    found = await statements.statement(person.person, by=person, on=DAY)
    assert found.total == 135
    assert sorted(line["minutes"] for line in found.lines) == [-200, 135, 200]
    assert sum(bool(line["reversed"]) for line in found.lines) == 1
    by_scheme = {each.figures.document: each for each in found.counted}
    assert set(by_scheme) == set(policy.SCHEMES)
    junior, *_ = by_scheme["training-levels"].tallies
    assert (junior.counted, junior.missing) == (135, 1800 - 135)
    assert "junior_needed_minutes" in by_scheme["training-levels"].figures.illustrative
    [year] = by_scheme["continuing-education-hours"].tallies
    assert (year.target.name, year.missing) == ("2026", 4050 - 135)
    assert by_scheme["continuing-education-hours"].figures.illustrative == []


async def test_the_edition_of_the_day_counts(connected: None) -> None:
    before = await statements.measure([], "training-levels", date(2025, 6, 1))
    after = await statements.measure([], "training-levels", DAY)
    assert before is not None
    assert after is not None
    assert (before.tallies[0].missing, after.tallies[0].missing) == (1440, 1800)
    with pytest.raises(NoFigures):
        await policy.figures("training-levels", date(2019, 12, 31))
    assert await statements.measure([], "training-levels", date(2019, 12, 31)) is None


async def test_person_base_and_bureau_see_what_is_theirs_to_see(connected: None) -> None:
    mine, other = await make_account(Role.BASE_CLERK), await make_account(Role.BASE_CLERK)
    person, number = await make_learner()
    stranger, _ = await make_learner()
    await record(mine, number, minutes=90)
    assert (await statements.statement(person.person, by=mine, on=DAY)).total == 90
    officer = await make_account(Role.OFFICER)
    assert (await statements.statement(person.person, by=officer, on=DAY)).total == 90
    for outsider in (other, stranger):
        with pytest.raises(NotFound):
            await statements.statement(person.person, by=outsider, on=DAY)


async def test_hours_used_for_a_level_do_not_count_for_a_higher_one(connected: None) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    person, number = await make_learner()
    entry = await record(clerk, number, minutes=300)
    for _ in range(2):
        await statements.use([entry.id], Level.JUNIOR, on=DAY)
    found = await statements.statement(person.person, by=person, on=DAY)
    junior, mid, _ = found.counted[0].tallies
    assert (junior.counted, mid.counted) == (300, 0)
    assert mid.short[entry.id] == (0, "used-before")
