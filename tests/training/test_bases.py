"""Bases: leave for a scope and a time, suspended, assessed; hours outside it are refused."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from registry.platform.errors import FieldsInvalid, NotFound
from registry.platform.permissions import Role
from registry.tables import Account
from registry.words import OrganisationKind
from tests.factories import DAY, make_account, make_accreditation, make_organisation
from tests.training.stage import make_learner, record
from training import bases
from training import leave as leaves
from training.bases import (
    AccreditationIn,
    AlreadyAssessed,
    AssessmentIn,
    NotSuspended,
    NumberTaken,
    SuspensionIn,
)
from training.leave import Accredited, Leave, Span
from training.tables import Suspension
from training.words import Assessment, Level, Module

pytestmark = pytest.mark.anyio
DAYS = st.dates(date(2020, 1, 1), date(2021, 12, 31))


async def refused(clerk: Account, number: str, **given: Any) -> list[tuple[str, str]]:
    with pytest.raises(FieldsInvalid) as refusal:
        await record(clerk, number, **given)
    return [(error.field, error.code) for error in refusal.value.errors]


async def test_hours_outside_the_accreditation_are_refused_with_the_reason(connected: None) -> None:
    base = await make_organisation(OrganisationKind.EMPLOYER)
    base.kind = OrganisationKind.BASE
    await base.save()
    clerk = await make_account(Role.BASE_CLERK, organisation=base.id)
    _, number = await make_learner()
    assert await refused(clerk, number) == [("held_on", "not-accredited")]
    row = await make_accreditation(
        base.id, first=date(2026, 1, 1), last=date(2026, 3, 31), modules=(Module.POLICY_AND_LAW,)
    )
    assert await refused(clerk, number) == [("module", "outside-scope")]
    assert await refused(clerk, number, held_on=date(2026, 4, 1)) == [("held_on", "not-accredited")]
    officer = await make_account(Role.OFFICER)
    asked = SuspensionIn(first_day=date(2026, 3, 1), reason="教学记录不全")
    await bases.suspend(row.id, asked, by=officer)
    assert await refused(clerk, number) == [("held_on", "base-suspended")]
    await bases.lift(row.id, by=officer, on=date(2026, 3, 2))
    assert await refused(clerk, number) == [("module", "outside-scope")]
    with pytest.raises(NotSuspended):
        await bases.lift(row.id, by=officer, on=date(2026, 3, 2))


async def test_an_accreditation_belongs_to_a_base_and_its_number_to_one(connected: None) -> None:
    officer = await make_account(Role.OFFICER)
    employer = await make_organisation(OrganisationKind.EMPLOYER)
    base = await make_organisation()
    asked = AccreditationIn(
        base=employer.id,
        number="备-1",
        levels=(Level.JUNIOR,),
        modules=(Module.ADVANCEMENT,),
        first_day=date(2026, 1, 1),
        last_day=date(2026, 12, 31),
    )
    with pytest.raises(FieldsInvalid):
        await bases.accredit(asked, by=officer)
    right = asked.model_copy(update={"base": base.id})
    await bases.accredit(right, by=officer)
    with pytest.raises(NumberTaken):
        await bases.accredit(right, by=officer)
    with pytest.raises(FieldsInvalid):
        await bases.accredit(asked.model_copy(update={"base": uuid4()}), by=officer)


async def test_a_clerk_sees_the_accreditations_of_their_own_base_alone(connected: None) -> None:
    mine, other = await make_account(Role.BASE_CLERK), await make_account(Role.BASE_CLERK)
    [row] = await bases.listed(by=mine, on=DAY)
    assert row["base"] == mine.organisation
    assert row["levels"] == list(Level)
    assert row["in_time"]
    assert not row["suspended"]
    with pytest.raises(NotFound):
        await bases.find(row["id"], by=other)
    with pytest.raises(NotFound):
        await bases.glance(row["id"], by=other, on=DAY)
    [theirs] = await bases.listed(by=other, on=DAY)
    assert await bases.glance(row["id"], by=mine, on=DAY) == row
    assert await bases.glance(theirs["id"], by=other, on=DAY) == theirs
    officer = await make_account(Role.OFFICER)
    assert len(await bases.listed(by=officer, on=DAY)) == 2


def test_a_suspension_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValidationError):
        SuspensionIn(first_day=DAY, last_day=DAY - date.resolution, reason="检查")
    assert SuspensionIn(first_day=DAY, last_day=DAY, reason="检查").last_day == DAY


async def test_a_year_is_assessed_once(connected: None) -> None:
    clerk, officer = await make_account(Role.BASE_CLERK), await make_account(Role.OFFICER)
    [row] = await bases.listed(by=clerk, on=DAY)
    asked = AssessmentIn(year=2025, outcome=Assessment.QUALIFIED, note="档案齐全")
    await bases.assess(row["id"], asked, by=officer)
    with pytest.raises(AlreadyAssessed):
        await bases.assess(row["id"], asked, by=officer)
    [row] = await bases.listed(by=clerk, on=DAY)
    assert [one.outcome for one in row["assessments"]] == ["qualified"]


async def test_a_base_without_accreditation_has_leave_for_nothing(connected: None) -> None:
    assert await leaves.of_base(uuid4()) == Leave(())


SPANS = st.builds(lambda a, b: Span(min(a, b), max(a, b)), DAYS, DAYS)
ACCREDITED = st.builds(
    Accredited,
    number=st.just("备-1"),
    days=SPANS,
    scope=st.frozensets(st.tuples(st.sampled_from(Level), st.sampled_from(Module)), max_size=6),
    suspended=st.lists(SPANS, max_size=2).map(tuple),
)


@given(st.lists(ACCREDITED, max_size=3), DAYS, st.sampled_from(Level), st.sampled_from(Module))
def test_leave_is_one_accreditation_that_holds_in_every_respect(
    several: list[Accredited], day: date, level: Level, module: Module
) -> None:
    held = any(
        one.days.first <= day <= (one.days.last or date.max)
        and (level, module) in one.scope
        and not any(s.first <= day <= (s.last or date.max) for s in one.suspended)
        for one in several
    )
    leave = Leave(tuple(several))
    assert (leave.why_not(day, module, level) is None) is held
    any_level = any(leave.why_not(day, module, each) is None for each in Level)
    assert (leave.why_not(day, module) is None) is any_level


@given(DAYS, st.none() | DAYS, st.none() | DAYS, DAYS)
def test_a_lifted_suspension_ends_the_day_before(
    first: date, last: date | None, lifted: date | None, day: date
) -> None:
    row = Suspension(
        first_day=first, last_day=last, lifted_from=lifted, reason="", _ignore_missing=True
    )
    suspended = first <= day and (last is None or day <= last) and (lifted is None or day < lifted)
    assert leaves.suspended_days(row).holds(day) is suspended
