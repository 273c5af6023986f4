"""The register of assessors: who may sit on panels, for which levels, from when to when."""

import json
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from pydantic import Field, ValidationInfo, field_validator

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
    NotFound,
    RuleNotMet,
    of_unique_index,
)
from registry.platform.fields import Day, Email, Input, refuse
from registry.platform.i18n import N_
from registry.platform.permissions import Role
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


class OnRegister(Conflict):
    """The account is on the register already."""


async def register(asked: AssessorIn, *, by: Account, on: date) -> Assessor:
    """Put somebody on the register, for a first term.

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
            await Account.update({Account.same_as: row.person}).where(Account.id == account.id)
            await _appoint(row.id, asked, by)
            await audit.record("assessor.register", f"assessor:{row.id}")
            return row
    except Exception as error:
        if of_unique_index(error, "assessor", "account"):
            raise OnRegister(N_("这个账户已在评审专家名册中。")) from None
        raise


async def appoint(assessor: UUID, asked: TermIn, *, by: Account, on: date) -> AssessorTerm:
    """Give an assessor another term.

    Raises:
        NotFound: no such assessor.
        TermTooLong: see there.
    """
    await _term_allowed(asked, on)
    async with transaction():
        row = await find(assessor)
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
    """End every term of an assessor that still runs, from a day on.

    Raises:
        NotFound: no such assessor.
    """
    async with transaction():
        row = await find(assessor)
        await AssessorTerm.update(
            {AssessorTerm.ended_on: on, AssessorTerm.end_reason: asked.reason}
        ).where(
            AssessorTerm.assessor == row.id,
            AssessorTerm.last_day >= on,
            AssessorTerm.ended_on.is_null(),
        )
        await audit.record("assessor.end", f"assessor:{row.id}")


async def find(assessor: UUID) -> Assessor:
    """One assessor.

    Raises:
        NotFound: there is none.
    """
    row = await Assessor.objects().get(Assessor.id == assessor)
    if row is None:
        raise NotFound(N_("名册中没有这位评审专家。"))
    return row


async def of(account: Account) -> Assessor | None:
    """The caller's own entry of the register."""
    found: Assessor | None = await Assessor.objects().get(Assessor.account == account.id)
    return found


async def declare(asked: TieIn, *, by: Account) -> AssessorTie:
    """Keep a tie of the caller, which excludes them wherever it is met.

    Raises:
        NotFound: the caller is not on the register.
    """
    async with transaction():
        row = await of(by)
        if row is None:
            raise NotFound(N_("名册中没有这位评审专家。"))
        tie = AssessorTie(
            id=uuid4(), assessor=row.id, **asked.model_dump(), declared_at=clock.now()
        )
        await tie.save()
        await audit.record("assessor.declare", f"assessor:{row.id}")
        return tie


async def ties(assessor: UUID) -> list[AssessorTie]:
    """What an assessor has declared, newest first."""
    found: list[AssessorTie] = await (
        AssessorTie.objects()
        .where(AssessorTie.assessor == assessor)
        .order_by(AssessorTie.declared_at, ascending=False)
    )
    return found


async def eligible(level: str, on: date) -> list[Assessor]:
    """Who may sit for a level on a day, in the order of their numbers."""
    term = AssessorTerm
    rows = await term.select(term.assessor).where(
        term.first_day <= on,
        term.last_day >= on,
        term.ended_on.is_null() | (term.ended_on > on),
        term.assessor.account.active.eq(True),
    )
    serving = {row["assessor"] for row in rows}
    everybody = await Assessor.objects().order_by(Assessor.number)
    return [each for each in everybody if each.id in serving and level in levels_of(each)]


async def until(assessor: Assessor, on: date) -> date | None:
    """The last day somebody may sit, or None for who may not on a day."""
    terms = await AssessorTerm.objects().where(AssessorTerm.assessor == assessor.id)
    return max((each.last_day for each in terms if _serves(each, on)), default=None)


def levels_of(assessor: Assessor) -> list[str]:
    """The levels somebody may assess."""
    found: list[str] = json.loads(assessor.levels)
    return found


async def register_of(on: date) -> list[dict[str, Any]]:
    """The whole register as the office sees it, with the last day each may sit until."""
    rows: list[dict[str, Any]] = await Assessor.select(
        Assessor.id,
        Assessor.number,
        Assessor.employer,
        Assessor.specialties,
        Assessor.levels,
        Assessor.account.display_name.as_alias("name"),
        Assessor.account.login.as_alias("login"),
    ).order_by(Assessor.number)
    terms = await AssessorTerm.objects().order_by(AssessorTerm.first_day)
    for row in rows:
        own = [each for each in terms if each.assessor == row["id"]]
        serving = [each for each in own if _serves(each, on)]
        row["levels"] = json.loads(row["levels"])
        row["until"] = max((each.last_day for each in serving), default=None)
        row["ended"] = next((each.ended_on for each in reversed(own) if each.ended_on), None)
    return rows


def _serves(term: AssessorTerm, on: date) -> bool:
    ended = term.ended_on is not None and term.ended_on <= on
    return bool(term.first_day <= on <= term.last_day and not ended)
