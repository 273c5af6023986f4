"""The review queue: what was found about ledger lines, and what a reviewer made of each.

Looking again adds only what is new; nothing leaves the queue but by a decision with its grounds.
A finding never changes the ledger: where it is upheld, the base reverses the line.
"""

import hashlib
import json
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from anyio import to_thread
from pydantic import Field, ValidationInfo, field_validator

from registry.platform import audit, clock, steps
from registry.platform.db import transaction
from registry.platform.errors import NotFound
from registry.platform.fields import Day, Input, refuse
from registry.platform.i18n import N_
from registry.platform.permissions import OFFICERS, Role
from registry.tables import Account
from training import lots, overlaps, policy
from training.overlaps import Oddity, Sitting
from training.sittings import OF_THEIR_PEOPLE, sittings
from training.tables import AuditDraw, Finding, HoursUse, OverlapReview
from training.words import CLEAR, UPHOLD, FindingStatus, Suspicion

NONE = N_("没有这条疑点。")


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


async def review(asked: ReviewIn, *, by: Account | None, on: date) -> int:
    """Look at the lines of some days and queue what is odd; return how many findings are new.

    Each is compared with all lines of its person. Without somebody who asks, lines that were looked
    at before, and have not changed, are not looked at again.
    """
    figures = (await policy.figures(policy.RECORDS, on)).values
    levels = await policy.figures(policy.LEVELS, on)
    figures["used_hours_count"] = levels.get("used_hours_count") or 0
    async with transaction():
        lines = await sittings(asked.first_day, asked.last_day, OF_THEIR_PEOPLE)
        state = _state(lines, figures)
        if by is None and await _reviewed(asked, state):
            return 0
        here = {one.entry for one in lines if asked.first_day <= one.held_on <= asked.last_day}
        found = [
            odd
            for odd in await to_thread.run_sync(overlaps.review, lines, figures)
            if odd.entry in here or odd.other in here
        ]
        added = await _queue(found, None)
        row = OverlapReview(
            id=uuid4(),
            first_day=asked.first_day,
            last_day=asked.last_day,
            state=state,
            lines=len(here),
            found=len(found),
            added=added,
            reviewed_by=by.id if by else None,
            reviewed_at=clock.now(),
        )
        if not await _reviewed(asked, state):
            await row.save()
        subject = f"finding:{asked.first_day}..{asked.last_day}"
        await audit.record("hours.review", subject, found=len(found), added=added)
    return added


def _state(lines: list[Sitting], figures: dict[str, int]) -> str:
    """What a review depends on, in 64 letters."""
    total = hashlib.sha256(json.dumps(figures, sort_keys=True).encode())
    for one in sorted(lines, key=lambda line: line.entry):
        total.update(repr(one).encode())
    return total.hexdigest()


async def _reviewed(asked: ReviewIn, state: str) -> bool:
    return await OverlapReview.exists().where(
        OverlapReview.first_day == asked.first_day,
        OverlapReview.last_day == asked.last_day,
        OverlapReview.state == state,
    )


async def reviews(limit: int = 12) -> list[OverlapReview]:
    """What was looked at, the latest first."""
    found: list[OverlapReview] = await (
        OverlapReview.objects().order_by(OverlapReview.reviewed_at, ascending=False).limit(limit)
    )
    return found


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
        raise NotFound(NONE)
    return row


async def glance(finding: UUID, *, by: Account) -> dict[str, Any]:
    """One finding the caller may see, decided or not, as `listed` tells of it.

    Raises:
        NotFound: there is none, or it is about another base.
    """
    found = await _told(Finding.id == finding, by=by, limit=1)
    if not found:
        raise NotFound(NONE)
    return found[0]


async def listed(
    *, by: Account, status: FindingStatus = FindingStatus.OPEN, limit: int = 200
) -> list[dict[str, Any]]:
    """Findings the caller may see, surest first, with the lines they are about."""
    return await _told(Finding.status == status, by=by, limit=limit)


async def _told(which: Any, *, by: Account, limit: int) -> list[dict[str, Any]]:
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
        .where(visible(by), which)
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
