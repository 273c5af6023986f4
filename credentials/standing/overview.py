"""Everything about a person's levels at once, for the person and for officers."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from credentials.standing import history, renewals, requests
from credentials.standing.history import Held
from credentials.standing.renewals import Checked
from credentials.standing.words import OPEN
from credentials.tables import Credential, HolderRequest, StandingLine
from credentials.words import RENEW, Standing
from registry import people
from registry.platform import audit
from registry.platform.db import transaction
from registry.platform.permissions import OFFICERS
from registry.tables import Account, Person


@dataclass(frozen=True)
class OneLevel:
    """One level: the row, its history newest first, and how things stand for renewing it.

    `asked`: its renewal is being decided.
    """

    held: Credential
    lines: list[StandingLine]
    renewal: Checked | None
    obstacles: dict[str, str]
    asked: bool


@dataclass(frozen=True)
class Overview:
    """A person's levels, newest first, and what they have asked for."""

    person: Person
    levels: list[OneLevel]
    requests: list[HolderRequest]


async def of_person(person: UUID, *, by: Account, on: date) -> Overview:
    """What the caller may see of a person's levels; an officer's look is on record.

    Raises:
        NotFound: no such person, or not for this caller.
    """
    found = await people.find(person, by=by)
    if by.role in OFFICERS:
        async with transaction():
            await audit.record("standing.read", f"person:{found.id}")
    credentials = await (
        Credential.objects()
        .where(Credential.person == found.id)
        .order_by(Credential.granted_on, ascending=False)
    )
    lines = await history.lines([held.id for held in credentials]) if credentials else []
    asked = await requests.of_person(found.id, by=by)
    open_ones = {row.credential for row in asked if row.status in OPEN}
    levels = []
    for held in credentials:
        mine = [
            line
            for line in lines
            # That it will lapse is told by its last day.
            if line.credential == held.id
            and not (line.status == Standing.LAPSED and line.first_day > on)
        ]
        checked = await renewals.look(held, on) if held.status in RENEW.starts else None
        against = await renewals.obstacles(held, checked, on) if checked else {}
        levels.append(OneLevel(held, mine, checked, against, held.id in open_ones))
    return Overview(found, levels, asked)


async def held_on(person: UUID, day: date, known_by: date, *, by: Account) -> list[Held]:
    """What a person held on a day, as known on a day, for themselves or an officer.

    Raises:
        NotFound: no such person, or not for this caller.
    """
    return await history.held((await people.find(person, by=by)).id, day, known_by)
