"""Hearings of an integrity case: what was said there is kept."""

from datetime import date
from uuid import UUID

from pydantic import Field

from registry.integrity import cases
from registry.integrity.cases import LONGEST
from registry.integrity.tables import IntegrityCase
from registry.integrity.words import HOLD_HEARING
from registry.platform import audit, steps
from registry.platform.db import transaction
from registry.platform.fields import Flag, Input
from registry.tables import Account


class MinutesIn(Input):
    """What was said at a hearing, and whether the person was there."""

    attended: Flag
    minutes: str = Field(min_length=2, max_length=LONGEST)


async def hold(case: UUID, asked: MinutesIn, *, by: Account, on: date) -> IntegrityCase:
    """Keep the minutes of the hearing.

    Raises:
        OwnCase: the caller reported the case.
        StepNotPossible: none was asked for, or it was held.
    """
    async with transaction():
        row = await cases.find(case, by=by)
        cases.uninvolved(row, by)
        await steps.take(HOLD_HEARING, row, by=by.id, hearing_minutes=asked.minutes)
        there, about = asked.attended, f"integrity_case:{row.id}"
        await audit.record("integrity.hold-hearing", about, attended=there)
        return row
