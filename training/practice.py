"""Mentored practice: hours that the mentor and the junior manager both confirm."""

from datetime import date, datetime
from uuid import UUID, uuid4

from pydantic import Field

from registry import people
from registry.platform import audit, clock, steps
from registry.platform.db import transaction
from registry.platform.errors import FieldError, FieldsInvalid, NotFound
from registry.platform.fields import Day, Input, Whole
from registry.platform.i18n import N_
from registry.tables import Account
from training import mentoring, postings
from training.mentoring import NotOnRegister
from training.postings import MINUTES_OF_A_DAY, Lesson, Line
from training.tables import Pairing, Practice
from training.words import (
    CONFIRM,
    DISPUTE,
    Mode,
    Module,
    PairingStatus,
    PracticeStatus,
)

COURSE = N_("导师带教实践")


class PracticeIn(Input):
    """One stretch of practice, as one of the two reports it."""

    held_on: Day
    minutes: Whole = Field(gt=0, le=MINUTES_OF_A_DAY)
    activity: str = Field(min_length=4, max_length=1000)


class ConfirmationIn(Input):
    """What the other says when confirming."""

    reason: str | None = Field(
        default=None, max_length=500, description="Why it is late, where its month is closed."
    )


class DisputeIn(Input):
    """What is not so."""

    note: str = Field(min_length=1, max_length=500)


async def report(pairing: UUID, asked: PracticeIn, *, by: Account, on: date) -> Practice:
    """Report a stretch of practice; the other of the two is to confirm it.

    Raises:
        FieldsInvalid: it lies in the future or before the pairing.
        NotFound: the caller is neither of the two.
    """
    row = await mentoring.find(pairing, by=by)
    if asked.held_on > on or asked.held_on < row.began_on:
        message = N_("实践日期须在结对开始之后，且不晚于今天。")
        raise FieldsInvalid([FieldError("held_on", "outside-pairing", message)])
    if row.status != PairingStatus.ACTIVE:
        raise NotOnRegister(N_("结对已结束，不能再登记实践。"))
    stretch = Practice(
        id=uuid4(),
        pairing=row.id,
        status=PracticeStatus.REPORTED,
        **asked.model_dump(),
        by_mentor=row.mentor.person == by.person,
        reported_by=by.id,
        reported_at=clock.now(),
    )
    async with transaction():
        await stretch.save()
        await audit.record("practice.report", f"practice:{stretch.id}", minutes=asked.minutes)
    return stretch


async def confirm(
    practice: UUID, asked: ConfirmationIn, *, by: Account, on: date, now: datetime
) -> None:
    """Confirm what the other reported; with that its hours are in the ledger.

    Raises:
        NotFound: it is not the caller's to confirm.
        FieldsInvalid: the ledger does not take it, and it says why.
    """
    async with transaction():
        stretch, pairing = await _theirs(practice, by)
        await steps.take(CONFIRM, stretch, by=by.id)
        person = await people.row(pairing.person)
        code = f"M-{stretch.id.hex[:24]}"
        lesson = Lesson(
            id=None,
            code=code,
            course=COURSE,
            level=None,
            module=Module.PRACTICAL_SKILLS,
            mode=Mode.MENTORED_PRACTICE,
            held_on=stretch.held_on,
            offered=stretch.minutes,
        )
        line = Line(person.id, person.number, lesson, stretch.minutes, asked.reason)
        await postings.wait_for_turn(pairing.base, [person.id])
        judged = await postings.judge(pairing.base, [line], on=on, now=now)
        if judged.refused:
            raise FieldsInvalid([*judged.refused.values()])
        made = await postings.write(pairing.base, [line], judged.references, by=by)
        stretch.entry = made[0]
        await stretch.save([Practice.entry])
        await audit.record("practice.confirm", f"practice:{stretch.id}", minutes=stretch.minutes)


async def dispute(practice: UUID, *, note: str, by: Account) -> None:
    """Say that what the other reported is not so; it does not count."""
    async with transaction():
        stretch, _ = await _theirs(practice, by)
        await steps.take(DISPUTE, stretch, by=by.id, note=note)
        await audit.record("practice.dispute", f"practice:{stretch.id}")


async def _theirs(practice: UUID, by: Account) -> tuple[Practice, Pairing]:
    """A stretch the caller is to confirm: of their pairing, and reported by the other."""
    stretch = await Practice.objects().get(Practice.id == practice)
    if stretch is not None:
        pairing = await mentoring.find(stretch.pairing, by=by)
        mine = pairing.mentor.person if not stretch.by_mentor else pairing.person
        if by.person == mine:
            return stretch, pairing
    raise NotFound(N_("没有这笔实践，或不由您确认。"))
