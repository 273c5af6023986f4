"""The hours ledger: add a line, reverse a line, add up.

Lines are never changed. What a training base got wrong is taken back by a reversing line with a
reason, and recorded anew.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from piccolo.query.functions.aggregate import Sum
from pydantic import Field, ValidationInfo, field_validator

from registry import people
from registry.platform import audit, clock
from registry.platform.db import is_sqlite, rows, transaction
from registry.platform.errors import (
    Conflict,
    FieldError,
    FieldsInvalid,
    NotFound,
    of_unique_index,
)
from registry.platform.fields import Day, Input, Plain, Whole, refuse
from registry.platform.i18n import N_
from registry.platform.permissions import OFFICERS, Role
from registry.platform.vault import Vault
from registry.tables import Account
from training import leave, periods, policy
from training.postings import MINUTES_OF_A_DAY
from training.tables import HoursEntry
from training.words import Level, Mode, Module


class HoursIn(Input):
    """One attendance, as a training base reports it."""

    person: Plain = Field(
        min_length=1, max_length=40, description="Registry number, or whole identity number."
    )
    reference: Plain = Field(
        min_length=1, max_length=60, description="The base's own number; unique within the base."
    )
    course: str = Field(min_length=1, max_length=200)
    module: Module
    mode: Mode
    held_on: Day
    minutes: Whole = Field(gt=0, le=MINUTES_OF_A_DAY, description="Earned, in minutes.")
    offered_minutes: Whole | None = Field(
        default=None, gt=0, le=MINUTES_OF_A_DAY, description="Length of the class; by default all."
    )
    level: Level | None = Field(default=None, description="What it prepares for.")
    reason: str | None = Field(
        default=None, max_length=500, description="Why it is late, where its month is closed."
    )

    @field_validator("offered_minutes")
    @classmethod
    def _no_less_than_earned(cls, offered: int | None, seen: ValidationInfo) -> int | None:
        if offered is not None and seen.data.get("minutes", 0) > offered:
            refuse("more-than-offered", N_("取得的学时不能多于课程的学时。"))
        return offered


class ReversalIn(Input):
    """Why an entry is taken back."""

    reason: str = Field(min_length=2, max_length=500)


class AlreadyRecorded(Conflict):
    """This base has already recorded an attendance under this reference."""


class AlreadyReversed(Conflict):
    """The entry has been taken back before, or is itself a reversal."""


def visible(to: Account) -> Any:
    """Second gate: the condition on ledger lines an account may see.

    A clerk sees the lines of their own base, a person their own, officers all.
    """
    if to.role in OFFICERS:
        return HoursEntry.id.is_not_null()
    if to.role == Role.BASE_CLERK:
        return HoursEntry.base == to.organisation
    return HoursEntry.person == to.person


async def record(asked: HoursIn, *, by: Account, on: date, vault: Vault) -> HoursEntry:
    """Add one attendance to a person's ledger, on behalf of the caller's training base.

    Raises:
        FieldsInvalid: nobody has that number, the class lies in the future or outside the base's
            accreditation, its month is closed, or the day is full.
        AlreadyRecorded: the reference has been used before; nothing is added.
    """
    if asked.held_on > on:
        message = N_("课程日期不能晚于今天；课后再登记。")
        raise FieldsInvalid([FieldError("held_on", "in-future", message)])
    allowed = await leave.of_base(by.organisation)
    why = allowed.why_not(asked.held_on, asked.module, asked.level)
    if why := why or (await periods.lateness(on)).why_not(asked.held_on, asked.reason):
        raise FieldsInvalid([why])
    person = await people.find_learner(asked.person, vault=vault)
    entry = HoursEntry(
        id=uuid4(),
        **asked.model_dump(exclude={"person", "offered_minutes"}),
        class_session=None,
        import_run=None,
        evidence=None,
        person=person.id,
        base=by.organisation,
        offered_minutes=asked.offered_minutes or asked.minutes,
        recorded_by=by.id,
        recorded_at=clock.now(),
    )
    async with transaction():
        await _one_at_a_time(person.id)
        # The insert is the check: the unique index decides, also between two at once.
        added = (
            await HoursEntry.insert(entry)
            .on_conflict(target=(HoursEntry.base, HoursEntry.reference), action="DO NOTHING")
            .returning(HoursEntry.id)
        )
        if not added:
            message = N_("本基地已用这个编号登记过学时；如需更正，请先冲正原记录。")
            raise AlreadyRecorded(message, errors=[FieldError("reference", "taken", message)])
        await _refuse_a_day_of_more_than_24_hours(person.id, asked.held_on)
        await audit.record("hours.record", f"hours_entry:{entry.id}", minutes=asked.minutes)
    return entry


async def _one_at_a_time(person: UUID) -> None:
    """Make whoever adds to a person's ledger wait for whoever does so now, or days overflow."""
    if not is_sqlite():
        await rows("SELECT id FROM person WHERE id = {} FOR NO KEY UPDATE", person)


async def _refuse_a_day_of_more_than_24_hours(person: UUID, held_on: date) -> None:
    if await _sum(HoursEntry.person == person, HoursEntry.held_on == held_on) > MINUTES_OF_A_DAY:
        message = N_("此人当天登记的学时合计已超过 24 小时，请核对日期和人员。")
        raise FieldsInvalid([FieldError("minutes", "day-full", message)])


async def reverse(entry: UUID, *, reason: str, by: Account) -> HoursEntry:
    """Take an entry of the caller's base back, by a line of the opposite amount.

    Raises:
        NotFound: no such entry of theirs.
        AlreadyReversed: it has been taken back, or is a reversal.
    """
    message = N_("这一条已冲正过，或本身就是冲正记录。")
    try:
        async with transaction():
            wrong = await find(entry, by=by)
            if wrong.reverses is not None:
                raise AlreadyReversed(message)
            identifier = uuid4()
            line = HoursEntry(
                id=identifier,
                person=wrong.person,
                base=wrong.base,
                # A reference that nobody can have used, or its entry could never be taken back.
                reference=f"{wrong.reference[:47]}-REV-{identifier.hex[:8]}",
                course=wrong.course,
                module=wrong.module,
                mode=wrong.mode,
                held_on=wrong.held_on,
                minutes=-wrong.minutes,
                offered_minutes=wrong.offered_minutes,
                reverses=wrong.id,
                level=wrong.level,
                class_session=wrong.class_session,
                import_run=wrong.import_run,
                evidence=wrong.evidence,
                reason=reason,
                recorded_by=by.id,
                recorded_at=clock.now(),
            )
            await line.save()
            await audit.record("hours.reverse", f"hours_entry:{wrong.id}", line=line.id)
    except Exception as error:
        if of_unique_index(error, "hours_entry", "reverses"):
            raise AlreadyReversed(message) from None
        raise
    return line


async def find(entry: UUID, *, by: Account) -> HoursEntry:
    """Return one line the caller may see.

    Raises:
        NotFound: there is none, or it is another base's or person's.
    """
    row = await HoursEntry.objects().where(visible(by), HoursEntry.id == entry).first()
    if row is None:
        raise NotFound(N_("没有这一条学时记录。"))
    return row


async def total(person: UUID, on: date) -> int:
    """Add up a person's minutes up to and including a day; reversals subtract.

    A reversal counts on the day of the class it takes back.
    """
    return await _sum(HoursEntry.person == person, HoursEntry.held_on <= on)


async def class_hours(person: UUID, on: date) -> int:
    """The same in whole class hours, as long as they are by the rules of that day."""
    return await total(person, on) // await policy.class_hour(on)


async def totals(people: Sequence[UUID], on: date) -> dict[UUID, int]:
    """The minutes of many people at once; somebody without a line is left out."""
    found: list[dict[str, Any]] = await (
        HoursEntry.select(HoursEntry.person, Sum(HoursEntry.minutes))
        .where(HoursEntry.person.is_in([*people]), HoursEntry.held_on <= on)
        .group_by(HoursEntry.person)
    )
    return {row["person"]: row["sum"] for row in found}


async def _sum(*conditions: Any) -> int:
    row = await HoursEntry.select(Sum(HoursEntry.minutes)).where(*conditions).first()
    return (row["sum"] if row else 0) or 0
