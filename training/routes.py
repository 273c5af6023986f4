"""HTTP of the training package."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from registry.platform import audit, clock
from registry.platform.db import transaction
from registry.platform.installation import Installation
from registry.platform.permissions import OFFICERS, Permission
from registry.platform.problems import problems
from registry.platform.web import Caller
from registry.tables import Person
from training import ledger, lines, policy
from training.ledger import HoursIn, ReversalIn
from training.schemas import HoursOut, LineOut, StatementOut
from training.tables import HoursEntry


class HoursController(Controller):
    """The hours ledger."""

    path = "/api/hours"
    tags = ("hours",)

    @post(permission=Permission.HOURS_RECORD, responses=problems(400, 403, 409, 422))
    async def record(
        self, data: JSONBody[HoursIn], caller: Caller, here: NamedDependency[Installation]
    ) -> HoursOut:
        """Record one attendance for your training base."""
        on = clock.today()
        return await _out(await ledger.record(data, by=caller, on=on, vault=here.vault))

    @post(
        "/{entry:uuid}/reversal",
        permission=Permission.HOURS_RECORD,
        responses=problems(400, 404, 409),
    )
    async def reverse(
        self, entry: FromPath[UUID], data: JSONBody[ReversalIn], caller: Caller
    ) -> HoursOut:
        """Take an entry of your base back, with a reason."""
        return await _out(await ledger.reverse(entry, reason=data.reason, by=caller))

    @get(permission=Permission.HOURS_READ, responses=problems(401, 403))
    async def statement(self, caller: Caller) -> StatementOut:
        """The newest lines you may see, and your own total if you are a person."""
        async with transaction():
            found = await lines.newest(by=caller)
            if caller.role in OFFICERS:
                await audit.record("hours.read", "hours_entry:*", lines=len(found))
        today = clock.today()
        total = await ledger.total(caller.person, today) if caller.person else 0
        return StatementOut(
            total_minutes=total,
            class_hours=total // await policy.class_hour(today),
            lines=[LineOut.model_validate(line) for line in found],
        )


async def _out(entry: HoursEntry) -> HoursOut:
    person = await Person.objects().get(Person.id == entry.person)
    assert person is not None, "foreign keys hold people in place"
    return HoursOut(
        id=entry.id,
        person_number=person.number,
        minutes=entry.minutes,
        total_minutes=await ledger.total(entry.person, clock.today()),
    )
