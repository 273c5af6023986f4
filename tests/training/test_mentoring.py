"""Mentors: capacity, plan, practice confirmed by both, and the hours it gives."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from registry.platform.errors import FieldsInvalid, NotFound
from registry.platform.permissions import Role
from registry.platform.steps import StepNotPossible
from registry.tables import Account
from tests.factories import make_account, vault
from tests.training.stage import NOW, TODAY, make_learner, the_one
from training import ledger, mentoring, practice
from training.mentoring import MentorIn, NoCapacity, NotOnRegister, OutcomeIn, PairingIn
from training.practice import ConfirmationIn, PracticeIn
from training.tables import HoursEntry, Pairing
from training.words import PairingStatus

pytestmark = pytest.mark.anyio
YES = ConfirmationIn()


def mentor(number: str, **given: Any) -> MentorIn:
    return MentorIn(
        **{
            "person": number,
            "qualification": "高级技术经理人，促成转化二十项",
            "capacity": 1,
            "first_day": date(2026, 1, 1),
            "last_day": date(2026, 12, 31),
            "terms": True,
            **given,
        }
    )


async def make_pairing(clerk: Account) -> tuple[Pairing, Account, Account]:
    """A mentor and a junior of the clerk's base; returns pairing and both accounts."""
    (senior, old), (junior, young) = await make_learner(), await make_learner()
    row = await mentoring.register(mentor(old), by=clerk, vault=vault())
    pairing = await mentoring.pair(plan(row.id, young), by=clerk, vault=vault())
    return pairing, senior, junior


def plan(mentor_id: UUID, number: str, **given: Any) -> PairingIn:
    return PairingIn(
        **{
            "mentor": mentor_id,
            "person": number,
            "plan": "参与两个项目的尽职调查与合同谈判",
            "planned_minutes": 720,
            "began_on": date(2026, 3, 1),
            **given,
        }
    )


DONE = PracticeIn(held_on=date(2026, 4, 1), minutes=240, activity="陪同客户访谈并起草需求清单")


async def test_practice_counts_once_both_have_confirmed_it(connected: None) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    pairing, senior, junior = await make_pairing(clerk)
    stretch = await practice.report(pairing.id, DONE, by=junior, on=TODAY)
    with pytest.raises(NotFound):
        await practice.confirm(stretch.id, YES, by=junior, on=TODAY, now=NOW)
    assert await ledger.total(junior.person, TODAY) == 0
    await practice.confirm(stretch.id, YES, by=senior, on=TODAY, now=NOW)
    assert await ledger.total(junior.person, TODAY) == 240
    with pytest.raises(StepNotPossible):
        await practice.confirm(stretch.id, YES, by=senior, on=TODAY, now=NOW)
    entry = await the_one(HoursEntry, HoursEntry.person == junior.person)
    assert (entry.mode, entry.base) == ("mentored-practice", clerk.organisation)
    second = await practice.report(pairing.id, DONE, by=senior, on=TODAY)
    await practice.confirm(second.id, YES, by=junior, on=TODAY, now=NOW)
    [row] = await mentoring.pairings(by=clerk)
    assert row["confirmed_minutes"] == await ledger.total(junior.person, TODAY) == 480


async def test_disputed_practice_counts_for_nothing(connected: None) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    pairing, senior, junior = await make_pairing(clerk)
    stretch = await practice.report(pairing.id, DONE, by=junior, on=TODAY)
    await practice.dispute(stretch.id, note="当天不在", by=senior)
    with pytest.raises(StepNotPossible):
        await practice.confirm(stretch.id, YES, by=senior, on=TODAY, now=NOW)
    assert await HoursEntry.count() == 0


async def test_a_mentor_takes_no_more_than_they_can_and_only_in_their_term(connected: None) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    (_, old), (_, one), (_, two) = [await make_learner() for _ in range(3)]
    row = await mentoring.register(mentor(old), by=clerk, vault=vault())
    late = plan(row.id, one, began_on=date(2027, 1, 1))
    with pytest.raises(NotOnRegister):
        await mentoring.pair(late, by=clerk, vault=vault())
    with pytest.raises(FieldsInvalid):
        await mentoring.pair(plan(row.id, old), by=clerk, vault=vault())
    first = await mentoring.pair(plan(row.id, one), by=clerk, vault=vault())
    with pytest.raises(NoCapacity):
        await mentoring.pair(plan(row.id, two), by=clerk, vault=vault())
    outcome = OutcomeIn(outcome="独立完成一项合同登记")
    await mentoring.finish(first.id, outcome, completed=True, by=clerk)
    assert (await mentoring.find(first.id, by=clerk)).status == PairingStatus.COMPLETED
    await mentoring.pair(plan(row.id, two), by=clerk, vault=vault())
    assert [(m["juniors"], m["capacity"]) for m in await mentoring.mentors()] == [(1, 1)]


async def test_only_the_two_and_their_base_see_a_pairing(connected: None) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    pairing, senior, junior = await make_pairing(clerk)
    other, (stranger, _) = await make_account(Role.BASE_CLERK), await make_learner()
    for outsider in (other, stranger):
        with pytest.raises(NotFound):
            await mentoring.find(pairing.id, by=outsider)
        assert await mentoring.pairings(by=outsider) == []
    for insider in (clerk, senior, junior):
        assert len(await mentoring.pairings(by=insider)) == 1


async def test_practice_lies_within_the_pairing(connected: None) -> None:
    clerk = await make_account(Role.BASE_CLERK)
    pairing, _, junior = await make_pairing(clerk)
    for day in (date(2026, 2, 28), date(2026, 7, 1)):
        early = DONE.model_copy(update={"held_on": day})
        with pytest.raises(FieldsInvalid):
            await practice.report(pairing.id, early, by=junior, on=TODAY)
    with pytest.raises(ValidationError):
        mentor("P-1", terms=False)
