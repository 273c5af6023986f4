"""Training bases: for what, and on which days, one may give hours that count.

The bureau accredits a base for a scope and a time, assesses it every year, and may suspend it.
Hours given outside are refused, and the refusal says which of these it was.
"""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from pydantic import Field, ValidationInfo, field_validator

from registry.platform import audit, clock
from registry.platform.db import transaction
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
from registry.tables import Account, Organisation
from registry.words import OrganisationKind
from training.leave import suspended_days
from training.tables import Accreditation, AccreditedScope, AnnualAssessment, Suspension
from training.words import Assessment, Level, Module

NONE = N_("没有这个备案。")


def _in_order(last: date, seen: ValidationInfo) -> date:
    if (first := seen.data.get("first_day")) is not None and last < first:
        refuse("before-first-day", N_("最后一天不能早于第一天。"))
    return last


class AccreditationIn(Input):
    """The bureau's decision to accredit a base."""

    base: UUID
    number: Plain = Field(min_length=1, max_length=60, description="Of the decision.")
    levels: tuple[Level, ...] = Field(min_length=1)
    modules: tuple[Module, ...] = Field(min_length=1)
    first_day: Day
    last_day: Day

    @field_validator("last_day")
    @classmethod
    def _not_before_the_first(cls, last: date, seen: ValidationInfo) -> date:
        return _in_order(last, seen)


class SuspensionIn(Input):
    """Why, and for which days, an accreditation does not count."""

    first_day: Day
    last_day: Day | None = None
    reason: str = Field(min_length=2, max_length=500)

    @field_validator("last_day")
    @classmethod
    def _not_before_the_first(cls, last: date | None, seen: ValidationInfo) -> date | None:
        return last and _in_order(last, seen)


class AssessmentIn(Input):
    """The outcome of one year's assessment."""

    year: Whole = Field(ge=2000, le=2100)
    outcome: Assessment
    note: str = Field(min_length=2, max_length=2000)


class NumberTaken(Conflict):
    """Another accreditation bears this number."""


class AlreadyAssessed(Conflict):
    """This year's assessment is on record."""


class NotSuspended(Conflict):
    """There is no suspension to lift on that day."""


def visible(to: Account) -> Any:
    """Second gate: officers see all accreditations, a clerk their own base's."""
    if to.role in OFFICERS:
        return Accreditation.id.is_not_null()
    if to.role == Role.BASE_CLERK:
        return Accreditation.base == to.organisation
    return Accreditation.id.is_null()


async def accredit(asked: AccreditationIn, *, by: Account | None) -> Accreditation:
    """Give a base leave to train. `by` is None when an installation is filled.

    Raises:
        FieldsInvalid: that is no training base.
        NumberTaken: the decision's number is on record.
    """
    kind = await Organisation.select(Organisation.kind).where(Organisation.id == asked.base).first()
    if kind is None or kind["kind"] != OrganisationKind.BASE:
        raise FieldsInvalid([FieldError("base", "no-base", N_("请选择一个培训基地。"))])
    row = Accreditation(
        id=uuid4(),
        **asked.model_dump(exclude={"levels", "modules"}),
        granted_by=by.id if by else None,
        granted_at=clock.now(),
    )
    scope = [
        AccreditedScope(id=uuid4(), accreditation=row.id, level=level, module=module)
        for level in dict.fromkeys(asked.levels)
        for module in dict.fromkeys(asked.modules)
    ]
    try:
        async with transaction():
            await row.save()
            await AccreditedScope.insert(*scope)
            await audit.record("base.accredit", f"accreditation:{row.id}", pairs=len(scope))
    except Exception as error:
        if of_unique_index(error, "accreditation", "number"):
            message = N_("这个备案编号已经登记过。")
            raise NumberTaken(message, errors=[FieldError("number", "taken", message)]) from None
        raise
    return row


async def find(accreditation: UUID, *, by: Account) -> Accreditation:
    """Return one accreditation the caller may see.

    Raises:
        NotFound: there is none, or it is another base's.
    """
    row = (
        await Accreditation.objects().where(visible(by), Accreditation.id == accreditation).first()
    )
    if row is None:
        raise NotFound(NONE)
    return row


async def suspend(accreditation: UUID, asked: SuspensionIn, *, by: Account) -> None:
    """Take some days out of an accreditation; hours already in the ledger stay."""
    async with transaction():
        row = await find(accreditation, by=by)
        await Suspension(
            id=uuid4(),
            accreditation=row.id,
            **asked.model_dump(),
            suspended_by=by.id,
            suspended_at=clock.now(),
        ).save()
        await audit.record("base.suspend", f"accreditation:{row.id}", since=asked.first_day)


async def lift(accreditation: UUID, *, by: Account, on: date) -> None:
    """Let an accreditation count again from a day.

    Raises:
        NotSuspended: it was not suspended that day.
    """
    async with transaction():
        row = await find(accreditation, by=by)
        lifted = (
            await Suspension.update({Suspension.lifted_from: on})
            .where(
                Suspension.accreditation == row.id,
                Suspension.lifted_from.is_null(),
                Suspension.last_day.is_null() | (Suspension.last_day >= on),
            )
            .returning(Suspension.id)
        )
        if not lifted:
            raise NotSuspended(N_("这个备案没有需要解除的暂停。"))
        await audit.record("base.lift", f"accreditation:{row.id}", since=on)


async def assess(accreditation: UUID, asked: AssessmentIn, *, by: Account) -> None:
    """Put one year's assessment on record.

    Raises:
        AlreadyAssessed: that year has one.
    """
    try:
        async with transaction():
            row = await find(accreditation, by=by)
            await AnnualAssessment(
                id=uuid4(),
                accreditation=row.id,
                **asked.model_dump(),
                assessed_by=by.id,
                assessed_at=clock.now(),
            ).save()
            await audit.record("base.assess", f"accreditation:{row.id}", outcome=asked.outcome)
    except Exception as error:
        if of_unique_index(error, "annual_assessment", "year"):
            raise AlreadyAssessed(N_("这一年度已经评估过。")) from None
        raise


async def glance(accreditation: UUID, *, by: Account, on: date) -> dict[str, Any]:
    """One accreditation the caller may see, as `listed` tells of it.

    Raises:
        NotFound: there is none, or it is another base's.
    """
    found = await _told(Accreditation.id == accreditation, by=by, on=on)
    if not found:
        raise NotFound(NONE)
    return found[0]


async def listed(*, by: Account, on: date) -> list[dict[str, Any]]:
    """The accreditations the caller may see, with scope, assessments and whether each counts."""
    return await _told(Accreditation.id.is_not_null(), by=by, on=on)


async def _told(which: Any, *, by: Account, on: date) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await (
        Accreditation.select(
            *Accreditation.all_columns(),
            Accreditation.base.name.as_alias("base_name"),
            Accreditation.base.name_en.as_alias("base_name_en"),
        )
        .where(visible(by), which)
        .order_by(Accreditation.base.name, Accreditation.first_day)
    )
    ids = [row["id"] for row in found] or [uuid4()]
    scope = await AccreditedScope.objects().where(AccreditedScope.accreditation.is_in(ids))
    suspensions = await Suspension.objects().where(Suspension.accreditation.is_in(ids))
    assessed = await AnnualAssessment.objects().where(AnnualAssessment.accreditation.is_in(ids))
    for row in found:
        mine = [s for s in scope if s.accreditation == row["id"]]
        row["levels"] = [x for x in Level if x in {s.level for s in mine}]
        row["modules"] = [x for x in Module if x in {s.module for s in mine}]
        row["suspensions"] = [s for s in suspensions if s.accreditation == row["id"]]
        row["assessments"] = [a for a in assessed if a.accreditation == row["id"]]
        row["suspended"] = any(suspended_days(s).holds(on) for s in row["suspensions"])
        row["in_time"] = row["first_day"] <= on <= row["last_day"]
    return found
