"""Rounds and continuous intake: when an application comes in, and what it then belongs to."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from credentials import applications
from credentials.intake import contents, rounds
from credentials.intake.rounds import EndIn, NotOpen, RoundEnded, RoundIn
from credentials.words import Level, Status
from registry.platform.errors import NotFound
from registry.platform.permissions import Role
from tests import factories
from tests.credentials.intake.stage import (
    DAY,
    FIRST,
    make_person,
    make_ready,
    make_round,
    now,
)
from tests.factories import make_account

pytestmark = pytest.mark.anyio


async def test_an_application_belongs_to_the_round_open_on_the_day(connected: None) -> None:
    one = await make_round(date(2026, 7, 1), FIRST)
    continuous = await make_round(date(2026, 7, 1), None, (Level.MID,))
    found = {
        day: await rounds.open_for(Level.JUNIOR, day)
        for day in (date(2026, 6, 30), date(2026, 7, 1), FIRST, FIRST + DAY)
    }
    assert [row and row.id for row in found.values()] == [None, one.id, one.id, None]
    later = await rounds.open_for(Level.MID, FIRST + 300 * DAY)
    assert later is not None
    assert later.id == continuous.id
    account = await make_person()
    case = await make_ready(account)
    await applications.submit(case.id, by=account, on=FIRST)
    assert (await contents.filing(case)).round == one.id


async def test_a_round_comes_before_continuous_intake(connected: None) -> None:
    await make_round(closes=None)
    one = await make_round()
    found = await rounds.open_for(Level.SENIOR, FIRST)
    assert found is not None
    assert found.id == one.id


async def test_without_a_round_an_application_is_refused_with_the_rule(connected: None) -> None:
    await make_round(FIRST + DAY, None)
    await make_round(levels=(Level.SENIOR,))
    account = await make_person()
    case = await make_ready(account)
    with pytest.raises(NotOpen) as refused:
        await applications.submit(case.id, by=account, on=FIRST)
    assert "第五条" in refused.value.facts["cite"]
    assert (await now(case)).status == Status.DRAFT
    await applications.submit(case.id, by=account, on=FIRST + DAY)


async def test_the_procedure_before_asks_for_no_round(connected: None) -> None:
    account = await factories.make_applicant()
    case = await factories.make_submitted(account)
    assert case.status == Status.SUBMITTED
    assert (await contents.filing(case)).round is None


async def test_continuous_intake_is_given_its_last_day_once(connected: None) -> None:
    officer = await make_account(Role.OFFICER)
    row = await make_round(closes=None)
    with pytest.raises(NotOpen):
        await rounds.end(row.id, EndIn(closes_on=FIRST - DAY), by=officer, on=FIRST)
    ended = await rounds.end(row.id, EndIn(closes_on=FIRST), by=officer, on=FIRST)
    assert ended.closes_on == FIRST
    assert await rounds.open_for(Level.JUNIOR, FIRST + DAY) is None
    with pytest.raises(RoundEnded):
        await rounds.end(row.id, EndIn(closes_on=FIRST + DAY), by=officer, on=FIRST)
    with pytest.raises(NotFound):
        await rounds.end(officer.id, EndIn(closes_on=FIRST), by=officer, on=FIRST)


days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(opens=days, closes=days, review=days)
def test_a_round_s_days_are_in_order(opens: date, closes: date, review: date) -> None:
    given = {"name": "批次", "levels": ["mid"]}
    given |= {"opens_on": str(opens), "closes_on": str(closes), "review_on": str(review)}
    if opens <= closes < review:
        assert RoundIn.model_validate(given).review_on == review
    else:
        with pytest.raises(ValidationError):
            RoundIn.model_validate(given)
