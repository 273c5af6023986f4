"""The review queue: what was found about ledger lines, and what a reviewer made of each.

Looking again adds only what is new; nothing leaves the queue but by a decision with its grounds.
A finding never changes the ledger: where it is upheld, the base reverses the line.
"""

import hashlib
import json
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from pydantic import Field, ValidationInfo, field_validator

from registry.platform import audit, clock, steps
from registry.platform.db import as_uuid, rows, transaction
from registry.platform.errors import NotFound
from registry.platform.fields import Day, Input, refuse
from registry.platform.i18n import N_
from registry.platform.permissions import OFFICERS, Role
from registry.tables import Account
from training import lots, overlaps, policy
from training.counting import RANK
from training.overlaps import Oddity, Sitting
from training.tables import AuditDraw, Finding, HoursUse
from training.words import CLEAR, UPHOLD, FindingStatus, Suspicion

SITTINGS = """
SELECT line.id, line.person, line.held_on, line.minutes, line.mode, line.course, line.module,
  line.offered_minutes, line.class_session, session.starts_at, session.ends_at,
  session.latitude, session.longitude, taught.minutes AS course_minutes, seat.signed_in_from,
  used.levels AS used_levels
FROM hours_entry AS line
LEFT JOIN class_session AS session ON session.id = line.class_session
LEFT JOIN course AS taught ON taught.id = session.course
LEFT JOIN enrolment AS seat
  ON seat.class_session = line.class_session AND seat.person = line.person
LEFT JOIN hours_entry AS back ON back.reverses = line.id
LEFT JOIN (
  SELECT entry, SUM(CASE level WHEN 'junior' THEN 1 WHEN 'mid' THEN 2 ELSE 4 END) AS levels
  FROM hours_use GROUP BY entry
) AS used ON used.entry = line.id
WHERE line.reverses IS NULL AND back.id IS NULL AND line.held_on >= {} AND line.held_on <= {}
"""


class ReviewIn(Input):
    """Which days of the ledger to look at."""

    first_day: Day
    last_day: Day

    @field_validator("last_day")
    @classmethod
    def _not_before_the_first(cls, last: date, seen: ValidationInfo) -> date:
        if (first := seen.data.get("first_day")) is not None and last < first:
            refuse("before-first-day", N_("最后一天不能早于第一天。"))
        return last


class DrawIn(ReviewIn):
    """Which days to draw lines from, and the seed that will be published."""

    seed: str = Field(min_length=8, max_length=100, description="Nobody's choice: a public number.")


class GroundsIn(Input):
    """Why a finding is cleared or upheld."""

    grounds: str = Field(min_length=2, max_length=1000)


def visible(to: Account) -> Any:
    """Second gate: officers see all findings, a clerk those about their own base's lines."""
    if to.role in OFFICERS:
        return Finding.id.is_not_null()
    if to.role == Role.BASE_CLERK:
        return Finding.entry.base == to.organisation
    return Finding.id.is_null()


async def sittings(first: date, last: date) -> list[Sitting]:
    """The standing lines of some days, with what is known of their classes."""
    return [
        Sitting(
            entry=as_uuid(row["id"]),
            person=as_uuid(row["person"]),
            held_on=row["held_on"],
            minutes=row["minutes"],
            mode=row["mode"],
            course=row["course"],
            module=row["module"],
            offered=row["course_minutes"] or row["offered_minutes"],
            starts=_seconds(row["starts_at"]),
            ends=_seconds(row["ends_at"]),
            place=_place(row),
            session=as_uuid(row["class_session"]) if row["class_session"] else None,
            address=row["signed_in_from"],
            used=tuple(rank for rank in RANK.values() if (row["used_levels"] or 0) >> rank - 1 & 1),
        )
        for row in await rows(SITTINGS, first, last)
    ]


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _place(row: dict[str, Any]) -> tuple[int, int] | None:
    if row["latitude"] is None or row["longitude"] is None:
        return None
    return row["latitude"], row["longitude"]


async def review(asked: ReviewIn, *, by: Account | None, on: date) -> int:
    """Look at the lines of some days and queue what is odd; return how many findings are new."""
    figures = (await policy.figures(policy.RECORDS, on)).values
    levels = await policy.figures(policy.LEVELS, on)
    figures["used_hours_count"] = levels.get("used_hours_count") or 0
    async with transaction():
        found = overlaps.review(await sittings(asked.first_day, asked.last_day), figures)
        added = await _queue(found, None)
        subject = f"finding:{asked.first_day}..{asked.last_day}"
        await audit.record("hours.review", subject, found=len(found), added=added)
    return added


async def draw(asked: DrawIn, *, by: Account, on: date) -> AuditDraw:
    """Draw a share of the lines of some days by lot, and queue them for audit."""
    figures = await policy.figures(policy.RECORDS, on)
    async with transaction():
        population = [one.entry for one in await sittings(asked.first_day, asked.last_day)]
        drawn = lots.draw(population, asked.seed, figures["audit_share_per_mille"])
        row = AuditDraw(
            id=uuid4(),
            **asked.model_dump(),
            population=len(population),
            drawn=len(drawn),
            edition=figures.edition,
            drawn_by=by.id,
            drawn_at=clock.now(),
        )
        await row.save()
        await _queue([Oddity(Suspicion.SAMPLE, entry, None, 0) for entry in drawn], row.id)
        await audit.record("hours.draw", f"audit_draw:{row.id}", drawn=len(drawn), seed=asked.seed)
    return row


async def _queue(found: list[Oddity], draw: UUID | None) -> int:
    """Put findings into the queue; one that is or was there already is not put again."""
    added = 0
    for oddity in found:
        row = Finding(
            id=uuid4(),
            status=FindingStatus.OPEN,
            kind=oddity.kind,
            entry=oddity.entry,
            other=oddity.other,
            confidence=oddity.confidence,
            facts=json.dumps(oddity.facts),
            fingerprint=_fingerprint(oddity, draw),
            draw=draw,
            found_at=clock.now(),
        )
        new = (
            await Finding.insert(row)
            .on_conflict(target=Finding.fingerprint, action="DO NOTHING")
            .returning(Finding.id)
        )
        added += len(new)
    return added


def _fingerprint(oddity: Oddity, draw: UUID | None) -> str:
    """What makes two findings the same: kind, lines, draw, and how many levels took the hours."""
    said = f"{oddity.kind}|{oddity.entry}|{oddity.other or oddity.facts.get('levels')}|{draw}"
    return hashlib.sha256(said.encode()).hexdigest()


async def clear(finding: UUID, asked: GroundsIn, *, by: Account) -> None:
    """Decide that nothing is wrong."""
    await _decide(CLEAR, finding, asked.grounds, by)


async def uphold(finding: UUID, asked: GroundsIn, *, by: Account) -> None:
    """Decide that something is wrong; the base is to reverse the line."""
    await _decide(UPHOLD, finding, asked.grounds, by)


async def _decide(step: steps.Step, finding: UUID, grounds: str, by: Account) -> None:
    async with transaction():
        row = await find(finding, by=by)
        await steps.take(
            step,
            row,
            by=by.id,
            note=grounds,
            decided_by=by.id,
            decided_at=clock.now(),
            grounds=grounds,
        )
        await audit.record(f"finding.{step.name}", f"finding:{row.id}", kind=row.kind)


async def find(finding: UUID, *, by: Account) -> Finding:
    """Return one finding the caller may see.

    Raises:
        NotFound: there is none, or it is about another base.
    """
    row = await Finding.objects().where(visible(by), Finding.id == finding).first()
    if row is None:
        raise NotFound(N_("没有这条疑点。"))
    return row


async def listed(
    *, by: Account, status: FindingStatus = FindingStatus.OPEN, limit: int = 200
) -> list[dict[str, Any]]:
    """Findings the caller may see, surest first, with the lines they are about."""
    line = Finding.entry
    found: list[dict[str, Any]] = await (
        Finding.select(
            *Finding.all_columns(),
            line.course.as_alias("course"),
            line.held_on.as_alias("held_on"),
            line.minutes.as_alias("minutes"),
            line.reference.as_alias("reference"),
            line.person.as_alias("entry_person"),
            line.person.number.as_alias("person_number"),
            line.person.name.as_alias("person_name"),
            line.base.name.as_alias("base_name"),
            line.base.name_en.as_alias("base_name_en"),
            Finding.other.course.as_alias("other_course"),
            Finding.other.held_on.as_alias("other_held_on"),
            Finding.other.base.name.as_alias("other_base_name"),
            Finding.other.base.name_en.as_alias("other_base_name_en"),
        )
        .where(visible(by), Finding.status == status)
        .order_by(Finding.confidence, ascending=False)
        .order_by(Finding.found_at)
        .limit(limit)
    )
    uses = await _uses([row["entry"] for row in found if row["kind"] == Suspicion.USED_BEFORE])
    for row in found:
        row["facts"] = json.loads(row["facts"])
        row["uses"] = [use for use in uses if use["entry"] == row["entry"]]
    return found


async def _uses(entries: list[UUID]) -> list[dict[str, Any]]:
    """For which levels lines were counted and when these were granted, in that order."""
    found: list[dict[str, Any]] = await (
        HoursUse.select(HoursUse.entry, HoursUse.level, HoursUse.used_on)
        .where(HoursUse.entry.is_in(entries or [uuid4()]))
        .order_by(HoursUse.used_on)
    )
    return found


async def draws(limit: int = 50) -> list[AuditDraw]:
    """Draws that were made, newest first, with their seeds."""
    found: list[AuditDraw] = await (
        AuditDraw.objects().order_by(AuditDraw.drawn_at, ascending=False).limit(limit)
    )
    return found
