"""Rounds and continuous intake: on which days applications for a level are taken in."""

import json
from datetime import date
from uuid import UUID, uuid4

from pydantic import Field, model_validator

from credentials.intake.tables import IntakeRound
from credentials.words import Level
from registry.platform import audit, clock
from registry.platform.db import transaction
from registry.platform.errors import Conflict, NotFound, RuleNotMet
from registry.platform.fields import Day, Input, refuse
from registry.platform.i18n import N_
from registry.regulations import Body
from registry.tables import Account

ASKED = "round_asked"
"""Figure of a procedure: whether an application has to belong to a round."""


class RoundIn(Input):
    """A round to open; without a last day it is continuous intake."""

    name: str = Field(min_length=2, max_length=100)
    levels: tuple[Level, ...] = Field(min_length=1)
    opens_on: Day
    closes_on: Day | None = None
    review_on: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "RoundIn":
        if self.closes_on is not None and self.closes_on < self.opens_on:
            refuse("before-start", N_("最后一天不能早于开始的一天。"))
        if self.review_on is not None and self.review_on <= (self.closes_on or self.opens_on):
            refuse("before-end", N_("评审日应在申报截止之后。"))
        return self


class EndIn(Input):
    """The last day given to continuous intake."""

    closes_on: Day


class NotOpen(RuleNotMet):
    """On this day no round takes in applications for the level, and there is no continuous one."""


class RoundEnded(Conflict):
    """The round has a last day already."""


async def open_one(asked: RoundIn, *, by: Account) -> IntakeRound:
    """Open a round or continuous intake."""
    async with transaction():
        row = IntakeRound(
            id=uuid4(),
            name=asked.name,
            levels=json.dumps(sorted(set(asked.levels))),
            opens_on=asked.opens_on,
            closes_on=asked.closes_on,
            review_on=asked.review_on,
            opened_by=by.id,
            opened_at=clock.now(),
        )
        await row.save()
        await audit.record("round.open", f"intake_round:{row.id}", levels=row.levels)
        return row


async def end(intake: UUID, asked: EndIn, *, by: Account, on: date) -> IntakeRound:
    """Give continuous intake its last day, which is not past.

    Raises:
        NotFound: no such round.
        RoundEnded: it has a last day.
        NotOpen: the day lies before today or before its first day.
    """
    async with transaction():
        row = await IntakeRound.objects().get(IntakeRound.id == intake)
        if row is None:
            raise NotFound(N_("没有这个批次。"))
        if asked.closes_on < max(on, row.opens_on):
            raise NotOpen(N_("最后一天不能早于今天，也不能早于开始的一天。"))
        ended = await (
            IntakeRound.update({IntakeRound.closes_on: asked.closes_on})
            .where(IntakeRound.id == intake, IntakeRound.closes_on.is_null())
            .returning(IntakeRound.id)
        )
        if not ended:
            raise RoundEnded(N_("这个批次已有最后一天。"))
        row.closes_on = asked.closes_on
        await audit.record("round.end", f"intake_round:{row.id}", by=by.id)
        return row


def levels(row: IntakeRound) -> list[Level]:
    """The levels a round takes in, lowest first."""
    named = json.loads(row.levels)
    return [level for level in Level if level in named]


async def known() -> list[IntakeRound]:
    """Every round, the newest first."""
    found: list[IntakeRound] = await IntakeRound.objects().order_by(
        IntakeRound.opens_on, ascending=False
    )
    return found


async def by_id(intake: UUID) -> IntakeRound:
    """One round that something points to."""
    row = await IntakeRound.objects().get(IntakeRound.id == intake)
    assert row is not None, "foreign keys hold rounds in place"
    return row


async def open_for(level: str, on: date) -> IntakeRound | None:
    """What an application handed in on a day belongs to: a round before continuous intake."""
    found = [
        row
        for row in await known()
        if level in levels(row)
        and row.opens_on <= on
        and (row.closes_on is None or on <= row.closes_on)
    ]
    found.sort(key=lambda row: (row.closes_on is None, row.closes_on or row.opens_on))
    return found[0] if found else None


async def joined(level: str, rules: Body, on: date) -> IntakeRound | None:
    """The round an application joins on a day, or None where the procedure asks for none.

    Raises:
        NotOpen: the procedure asks for one, and none is open.
    """
    if not rules.asks(ASKED):
        return None
    row = await open_for(level, on)
    if row is None:
        raise NotOpen(
            N_("今天没有受理这一等级的批次，也没有常年受理。依据：{cite}"),
            level=str(level),
            cite=rules.figures[ASKED].cite,
        )
    return row
