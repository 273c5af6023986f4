"""Changes of the register of assessors: terms begun and ended by two officers, ties declared."""

import json
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from pydantic import Field, ValidationInfo, field_validator

from credentials.panels import assessors, replacements
from credentials.panels.tables import Assessor, AssessorTerm, AssessorTie
from credentials.words import Level
from registry import people, regulations
from registry.platform import audit, clock, workdays
from registry.platform.counters import next_number
from registry.platform.db import transaction
from registry.platform.errors import (
    Conflict,
    FieldError,
    FieldsInvalid,
    NotAllowed,
    NotFound,
    RuleNotMet,
    of_unique_index,
)
from registry.platform.fields import Day, Email, Input, refuse
from registry.platform.i18n import N_
from registry.platform.permissions import Role
from registry.platform.steps import StepNotPossible
from registry.regulations import Kind
from registry.tables import Account

DAY = date.resolution


class TermIn(Input):
    """From when to when somebody may sit, both days included."""

    first_day: Day
    last_day: Day

    @field_validator("last_day")
    @classmethod
    def _not_before_the_first(cls, last: date, seen: ValidationInfo) -> date:
        if (first := seen.data.get("first_day")) is not None and last < first:
            refuse("before-first-day", N_("最后一天不能早于第一天。"))
        return last


class AssessorIn(TermIn):
    """Somebody to put on the register, with their first term."""

    login: Email = Field(description="Of an account with the role of an assessor.")
    number: str | None = Field(
        default=None, max_length=20, description="Registry number, if they are registered."
    )
    employer: str = Field(min_length=2, max_length=200)
    specialties: str = Field(min_length=2, max_length=2000)
    levels: tuple[Level, ...] = Field(min_length=1)


class TieIn(Input):
    """Whom or what an assessor is tied to."""

    name: str = Field(min_length=2, max_length=200, description="A person or an organisation.")
    reason: str = Field(min_length=2, max_length=1000)


class EndIn(Input):
    """Why a term ends early."""

    reason: str = Field(min_length=2, max_length=1000)


class TermTooLong(RuleNotMet):
    """A term lasts at most so many months."""


class SamePerson(NotAllowed):
    """What one officer changes about the register, another confirms."""


class OnRegister(Conflict):
    """The account is on the register already."""


async def register(asked: AssessorIn, *, by: Account, on: date) -> Assessor:
    """Put somebody on the register, for a first term that counts once another officer confirms it.

    Raises:
        FieldsInvalid: no assessor's account has this login, or nobody this number.
        OnRegister: it is there already.
        TermTooLong: see there.
    """
    account = await Account.objects().get(
        (Account.login == asked.login) & (Account.role == Role.ASSESSOR)
    )
    if account is None:
        message = N_("没有这个评审专家账户。")
        raise FieldsInvalid([FieldError("login", "unknown", message)])
    person = await people.by_number(asked.number, by=by) if asked.number else None
    await _term_allowed(asked, on)
    try:
        async with transaction():
            row = Assessor(
                id=uuid4(),
                number=f"A-{await next_number('assessor'):04d}",
                account=account.id,
                person=person.id if person else None,
                employer=asked.employer,
                specialties=asked.specialties,
                levels=json.dumps(asked.levels),
                registered_by=by.id,
                registered_at=clock.now(),
            )
            await row.save()
            known: dict[Any, Any] = {Account.employer: row.employer}
            if row.person is not None:
                known[Account.same_as] = row.person
            await Account.update(known).where(Account.id == account.id)
            await _appoint(row.id, asked, by)
            await audit.record("assessor.register", f"assessor:{row.id}")
            return row
    except Exception as error:
        if of_unique_index(error, "assessor", "account"):
            raise OnRegister(N_("这个账户已在评审专家名册中。")) from None
        raise


async def appoint(assessor: UUID, asked: TermIn, *, by: Account, on: date) -> AssessorTerm:
    """Give an assessor another term, which counts once another officer confirms it.

    Raises:
        NotFound: no such assessor.
        TermTooLong: see there.
    """
    await _term_allowed(asked, on)
    async with transaction():
        row = await assessors.find(assessor)
        term = await _appoint(row.id, asked, by)
        await audit.record("assessor.appoint", f"assessor:{row.id}", term=term.id)
        return term


async def _appoint(assessor: UUID, asked: TermIn, by: Account) -> AssessorTerm:
    term = AssessorTerm(
        id=uuid4(),
        assessor=assessor,
        first_day=asked.first_day,
        last_day=asked.last_day,
        appointed_by=by.id,
        appointed_at=clock.now(),
    )
    await term.save()
    return term


async def _term_allowed(asked: TermIn, on: date) -> None:
    rules = await regulations.in_force(Kind.EVALUATION_PROCEDURE, on)
    figure = rules.figures.get("assessor_term_months")
    if figure is None:
        return
    last = workdays.months_after(asked.first_day, figure.value) - DAY
    if asked.last_day > last:
        raise TermTooLong(N_("聘期最长到 {day}（{cite}）。"), day=str(last), cite=figure.cite)


async def end(assessor: UUID, asked: EndIn, *, by: Account, on: date) -> None:
    """Ask that every term of an assessor that still runs end; another officer confirms it.

    Raises:
        NotFound: no such assessor.
    """
    async with transaction():
        row = await assessors.find(assessor)
        await AssessorTerm.update(
            {AssessorTerm.end_asked_by: by.id, AssessorTerm.end_reason: asked.reason}
        ).where(
            AssessorTerm.assessor == row.id,
            AssessorTerm.last_day >= on,
            AssessorTerm.ended_on.is_null(),
            AssessorTerm.end_asked_by.is_null(),
        )
        await audit.record("assessor.end", f"assessor:{row.id}")


async def confirm(assessor: UUID, *, by: Account, on: date) -> None:
    """Confirm what another officer changed about an assessor: new terms, and ends from a day on.

    So nobody alone decides who is in the pool of a draw.

    Raises:
        NotFound: no such assessor.
        SamePerson: the caller made every change that waits.
        StepNotPossible: nothing waits.
    """
    async with transaction():
        row = await assessors.find(assessor)
        term = AssessorTerm
        began = await (
            term.update({term.confirmed_by: by.id})
            .where(term.assessor == row.id, term.confirmed_by.is_null())
            .where(term.appointed_by != by.id)
            .returning(term.id)
        )
        ended = await (
            term.update({term.ended_on: on})
            .where(term.assessor == row.id, term.ended_on.is_null())
            .where(term.end_asked_by.is_not_null(), term.end_asked_by != by.id)
            .returning(term.id)
        )
        if not began and not ended:
            rows = await term.objects().where(term.assessor == row.id)
            if any(assessors.waits(each) for each in rows):
                raise SamePerson(N_("这项变更由您提出，须由另一位经办人确认。"))
            raise StepNotPossible(N_("没有等待确认的变更。"), status="confirmed")
        await replacements.wherever(row.id, on)
        await audit.record("assessor.confirm", f"assessor:{row.id}")


async def declare(asked: TieIn, *, by: Account, on: date) -> AssessorTie:
    """Keep a tie of the caller, which excludes them wherever it is met.

    Raises:
        NotFound: the caller is not on the register.
    """
    async with transaction():
        row = await assessors.of(by)
        if row is None:
            raise NotFound(N_("名册中没有这位评审专家。"))
        tie = AssessorTie(
            id=uuid4(), assessor=row.id, **asked.model_dump(), declared_at=clock.now()
        )
        await tie.save()
        await replacements.wherever(row.id, on)
        await audit.record("assessor.declare", f"assessor:{row.id}")
        return tie
