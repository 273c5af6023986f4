"""Renewal: another period of validity for who kept learning, asked for within a window.

The window and the length of a period are figures of the evaluation policy; the hours of a year and
how they are counted are those of the scheme for continuing education. Each year of the present
period has to be complete: the calendar years in which its first, second, … twelve months begin.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date
from itertools import count, takewhile
from uuid import UUID

from credentials import policy
from credentials.decisions import last_day
from credentials.determinations import EVALUATION
from credentials.rules.documents import Document
from credentials.standing import changes, history, measures
from credentials.tables import Credential, HolderRequest
from credentials.words import RENEW, Standing
from registry import integrity
from registry.integrity import practice
from registry.integrity.words import Occasion
from registry.platform.errors import NotFound, RuleNotMet
from registry.platform.i18n import N_
from registry.platform.workdays import months_after
from registry.tables import Account
from training import counting, statements
from training.policy import CONTINUING

CLOSED = "closed"
OBSTACLES = {
    "standing": N_("这个等级现在的状态不能续期。"),
    "not-open": N_("还没有到可以申请续期的日期。"),
    CLOSED: N_("补办续期的期限已过，请重新申请评价。"),
    "integrity": N_("诚信措施有效期内不能续期。"),
    "education": N_("有的年度继续教育学时不足。"),
}


class NotRenewable(RuleNotMet):
    """The window is closed, or something is missing; `years` lists the hours of each year."""


@dataclass(frozen=True)
class Year:
    """Continuing education of one calendar year: minutes that count, and whether they suffice."""

    year: int
    counted: int
    needed: int
    complete: bool


@dataclass(frozen=True)
class Window:
    """When renewal can be asked for: from `opens` to `closes`; after `ends` it is late."""

    opens: date
    ends: date
    closes: date


@dataclass(frozen=True)
class Checked:
    """What renewal was checked against, and what was found."""

    edition: UUID
    window: Window
    years: tuple[Year, ...]

    def as_json(self) -> str:
        """The hours of each year, to keep."""
        return json.dumps([asdict(year) for year in self.years])


def window(rules: Document, held: Credential) -> Window:
    """When renewal of a level can be asked for, by the figures of an edition."""
    after = held.valid_until + date.resolution
    opens = counting.months_before(after, rules.parameter("renewal_opens_months").value)
    closes = months_after(after, rules.parameter("late_window_months").value) - date.resolution
    return Window(opens=opens, ends=held.valid_until, closes=closes)


async def look(held: Credential, on: date) -> Checked:
    """How things stand for renewing a level, whether or not it can be asked for today."""
    edition = await policy.in_force(EVALUATION, on)
    began = await _began(held)
    lines = await statements.read_lines(held.person, min(on, held.valid_until))
    counted = await statements.measure(statements.standing(lines), CONTINUING, on)
    reach = window(edition.document, held)
    if counted is None:  # no rule asks for continuing education that day
        return Checked(edition.id, reach, ())
    tallies = {tally.target.name: tally for tally in counted.tallies}
    needed = counted.figures["needed_minutes"]
    years = []
    for year in _years(began, held.valid_until):
        tally = tallies.get(str(year))
        done, complete = (tally.counted, tally.complete) if tally else (0, False)
        years.append(Year(year, done, needed, complete))
    return Checked(edition.id, reach, tuple(years))


def _years(first: date, last: date) -> list[int]:
    """The calendar years of a period: those in which each of its twelve months begins."""
    starts = takewhile(lambda day: day <= last, (months_after(first, 12 * n) for n in count()))
    return [day.year for day in starts]


async def _began(held: Credential) -> date:
    """First day of the present period of validity."""
    mine = [
        line.first_day
        for line in await history.lines([held.id])
        if line.status == Standing.IN_FORCE and line.last_day == held.valid_until
    ]
    return min(mine)


async def checked(credential: UUID, *, by: Account, on: date) -> tuple[Credential, Checked]:
    """A level of the caller's that may be renewed on a day.

    Raises:
        NotFound: no such level of the caller's.
        NotRenewable: it may not; the refusal says everything that stands against it.
    """
    held = await changes.find(credential)
    if held.person != by.person:
        raise NotFound(N_("没有这个等级记录。"))
    found = await look(held, on)
    await _refuse(held, found, on)
    return held, found


async def _refuse(held: Credential, found: Checked, on: date, ask: bool = True) -> None:
    against = await obstacles(held, found, on)
    if not ask:  # what was asked for in time may be decided later
        against.pop(CLOSED, None)
    if against:
        raise NotRenewable(
            next(iter(against.values())),
            reasons=[*against],
            opens=str(found.window.opens),
            closes=str(found.window.closes),
            years=[asdict(year) for year in found.years],
        )


async def obstacles(held: Credential, found: Checked, on: date) -> dict[str, str]:
    """What stands against renewing a level on a day, by code, in words."""
    barred = await integrity.bars(held.person, on) > 0
    every = {
        "standing": held.status not in RENEW.starts,
        "not-open": on < found.window.opens,
        CLOSED: on > found.window.closes,
        "integrity": barred or await measures.suspended(held.person, on),
        "education": not all(year.complete for year in found.years),
    }
    return {code: OBSTACLES[code] for code, holds in every.items() if holds}


async def sign(*, by: Account, on: date) -> None:
    """Sign the practice code in force upon renewal. Raises NoRegulation."""
    await practice.sign(Occasion.RENEWAL, by=by, on=on)


async def carry_out(row: HolderRequest, by: Account, on: date) -> None:
    """Begin the new period: the day after the present one, or with the decision where it is late.

    Raises:
        NotRenewable: meanwhile something stands against it.
    """
    held = await changes.find(row.credential)
    found = await look(held, on)
    await _refuse(held, found, on, ask=False)
    rules = (await policy.edition(row.edition)).document
    after = held.valid_until + date.resolution
    first = after if on <= held.valid_until else on
    last = last_day(first, rules.parameter("validity_months").value)
    await changes.renew(held, by=by.id, on=on, first=first, last=last, note=row.reasons)
