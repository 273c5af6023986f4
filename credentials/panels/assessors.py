"""The register of assessors: who may sit on panels, for which levels, from when to when."""

import json
from datetime import date
from typing import Any
from uuid import UUID

from credentials.panels.tables import Assessor, AssessorTerm, AssessorTie
from registry.platform.errors import NotFound
from registry.platform.i18n import N_
from registry.tables import Account


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
        term.confirmed_by.is_not_null(),
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
    """The whole register for the office: until when each may sit, what waits to be confirmed."""
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
        row["waiting"] = [each for each in own if waits(each)]
    return rows


def waits(term: AssessorTerm) -> bool:
    """Whether something about a term waits for a second officer."""
    ending = term.end_asked_by is not None and term.ended_on is None
    return term.confirmed_by is None or ending


def _serves(term: AssessorTerm, on: date) -> bool:
    ended = term.ended_on is not None and term.ended_on <= on
    counts = term.confirmed_by is not None and not ended
    return bool(counts and term.first_day <= on <= term.last_day)
