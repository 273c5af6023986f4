"""Mentors: who takes juniors along, whom, by what plan, and what came of it."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from pydantic import Field, ValidationInfo, field_validator

from registry import people
from registry.platform import audit, clock, steps
from registry.platform.db import is_sqlite, transaction
from registry.platform.errors import FieldError, FieldsInvalid, NotFound, RuleNotMet
from registry.platform.fields import Day, Flag, Input, Plain, Whole, refuse
from registry.platform.i18n import N_
from registry.platform.permissions import OFFICERS, Role
from registry.platform.vault import Vault
from registry.tables import Account
from training.tables import Mentor, Pairing, Practice
from training.words import (
    COMPLETE,
    END,
    PairingStatus,
    PracticeStatus,
)


class MentorIn(Input):
    """A mentor to put on the register."""

    person: Plain = Field(min_length=1, max_length=40, description="Registry or identity number.")
    qualification: str = Field(min_length=4, max_length=2000)
    capacity: Whole = Field(gt=0, le=50, description="Pairings at once.")
    first_day: Day
    last_day: Day
    terms: Flag = Field(description="Whether they agreed to the terms for mentors.")

    @field_validator("last_day")
    @classmethod
    def _not_before_the_first(cls, last: date, seen: ValidationInfo) -> date:
        if (first := seen.data.get("first_day")) is not None and last < first:
            refuse("before-first-day", N_("最后一天不能早于第一天。"))
        return last

    @field_validator("terms")
    @classmethod
    def _agreed(cls, agreed: bool) -> bool:
        if not agreed:
            refuse("terms", N_("导师须同意带教约定。"))
        return agreed


class PairingIn(Input):
    """A mentor and a junior manager, with what they plan."""

    mentor: UUID
    person: Plain = Field(min_length=1, max_length=40, description="Registry or identity number.")
    plan: str = Field(min_length=10, max_length=5000)
    planned_minutes: Whole = Field(gt=0, le=100_000)
    began_on: Day


class OutcomeIn(Input):
    """How it ended."""

    outcome: str = Field(min_length=4, max_length=5000)


class NoCapacity(RuleNotMet):
    """The mentor has as many juniors as they take."""


class NotOnRegister(RuleNotMet):
    """The mentor's term does not hold on that day."""


def visible(to: Account) -> Any:
    """Second gate: officers see all pairings, a clerk their base's, the two their own."""
    if to.role in OFFICERS:
        return Pairing.id.is_not_null()
    if to.role == Role.BASE_CLERK:
        return Pairing.base == to.organisation
    return (Pairing.person == to.person) | (Pairing.mentor.person == to.person)


async def register(asked: MentorIn, *, by: Account, vault: Vault) -> Mentor:
    """Put a mentor on the register.

    Raises:
        FieldsInvalid: nobody has that number.
    """
    person = await people.find_learner(asked.person, vault=vault)
    row = Mentor(
        id=uuid4(),
        person=person.id,
        **asked.model_dump(exclude={"person", "terms"}),
        terms_agreed_at=clock.now(),
        registered_by=by.id,
    )
    async with transaction():
        await row.save()
        await audit.record("mentor.register", f"mentor:{row.id}")
    return row


async def pair(asked: PairingIn, *, by: Account, vault: Vault) -> Pairing:
    """Pair a mentor with a junior manager, on behalf of the caller's base.

    Raises:
        FieldsInvalid: nobody has that number, or it is the mentor's own.
        NotOnRegister: the mentor's term does not hold on the first day.
        NoCapacity: the mentor takes no more.
    """
    person = await people.find_learner(asked.person, vault=vault)
    async with transaction():
        # Locked, or two at once would both find the last place free.
        query = Mentor.objects().where(Mentor.id == asked.mentor).first()
        mentor = await _locked(query)
        if mentor is None:
            raise NotFound(N_("没有这位导师。"))
        if mentor.person == person.id:
            message = N_("导师不能带教自己。")
            raise FieldsInvalid([FieldError("person", "own-mentor", message)])
        if not mentor.first_day <= asked.began_on <= mentor.last_day:
            raise NotOnRegister(N_("导师在这一天不在聘期内。"))
        busy = await Pairing.count().where(
            Pairing.mentor == mentor.id, Pairing.status == PairingStatus.ACTIVE
        )
        if busy >= mentor.capacity:
            raise NoCapacity(N_("这位导师已带满 {capacity} 人。"), capacity=mentor.capacity)
        row = Pairing(
            id=uuid4(),
            **asked.model_dump(exclude={"person"}),
            person=person.id,
            base=by.organisation,
            status=PairingStatus.ACTIVE,
            paired_by=by.id,
        )
        await row.save()
        await audit.record("mentor.pair", f"pairing:{row.id}", minutes=asked.planned_minutes)
    return row


async def _locked(query: Any) -> Any:
    return await (query if is_sqlite() else query.lock_rows("NO KEY UPDATE"))


async def find(pairing: UUID, *, by: Account) -> Pairing:
    """Return one pairing the caller may see.

    Raises:
        NotFound: there is none, or it is none of theirs.
    """
    row = await Pairing.objects(Pairing.mentor).where(visible(by), Pairing.id == pairing).first()
    if row is None:
        raise NotFound(N_("没有这个结对。"))
    return row


async def finish(pairing: UUID, asked: OutcomeIn, *, completed: bool, by: Account) -> None:
    """End a pairing with a note of its outcome: as planned, or before."""
    async with transaction():
        row = await find(pairing, by=by)
        step = COMPLETE if completed else END
        await steps.take(step, row, by=by.id, note=asked.outcome, outcome=asked.outcome)
        await audit.record(f"mentor.{step.name}", f"pairing:{row.id}")


async def mentors() -> list[dict[str, Any]]:
    """The register of mentors, with how many juniors each has."""
    found: list[dict[str, Any]] = await Mentor.select(
        *Mentor.all_columns(),
        Mentor.person.name.as_alias("name"),
        Mentor.person.number.as_alias("number"),
    ).order_by(Mentor.person.name)
    active = await Pairing.select(Pairing.mentor).where(Pairing.status == PairingStatus.ACTIVE)
    for row in found:
        row["juniors"] = sum(one["mentor"] == row["id"] for one in active)
    return found


async def pairings(*, by: Account, limit: int = 200) -> list[dict[str, Any]]:
    """Pairings the caller may see, newest first, with their practice."""
    found: list[dict[str, Any]] = await (
        Pairing.select(
            *Pairing.all_columns(),
            Pairing.person.name.as_alias("name"),
            Pairing.person.number.as_alias("number"),
            Pairing.mentor.person.name.as_alias("mentor_name"),
            Pairing.mentor.person.as_alias("mentor_person"),
            Pairing.base.name.as_alias("base_name"),
            Pairing.base.name_en.as_alias("base_name_en"),
        )
        .where(visible(by))
        .order_by(Pairing.began_on, ascending=False)
        .limit(limit)
    )
    practised = await (
        Practice.objects()
        .where(Practice.pairing.is_in([row["id"] for row in found] or [uuid4()]))
        .order_by(Practice.held_on, ascending=False)
    )
    for row in found:
        row["practice"] = [one for one in practised if one.pairing == row["id"]]
        row["confirmed_minutes"] = sum(
            one.minutes for one in row["practice"] if one.status == PracticeStatus.CONFIRMED
        )
        mentor = row["mentor_person"] == by.person
        for one in row["practice"]:
            one.mine = one.status == PracticeStatus.REPORTED and one.by_mentor is not mentor
        row["theirs"] = by.person is not None and by.person in (row["person"], row["mentor_person"])
    return found
