"""Closing a month of the ledger, and what may still be added to it afterwards.

A closed month keeps the hash of its lines. A line for one of its days is then late: it needs a
reason, and after some days none is taken any more. Reversals are always taken; they have a reason.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from pydantic import Field

from registry.platform import audit, clock, outbox
from registry.platform.db import rows, transaction
from registry.platform.errors import (
    Conflict,
    FieldError,
    FieldsInvalid,
    of_unique_index,
)
from registry.platform.fields import Day, Input
from registry.platform.i18n import N_
from registry.tables import Account
from training import policy
from training.tables import PeriodClose
from training.words import REVIEW


class ClosingIn(Input):
    """The month to close, by any of its days."""

    month: Day = Field(description="Any day of the month.")


class AlreadyClosed(Conflict):
    """The month has been closed before."""


@dataclass(frozen=True)
class Lateness:
    """Which months are closed and since when; answers for any number of lines."""

    closed: dict[date, date]
    """First day of a month → the day it was closed."""
    days: int
    """Days after closing in which it still takes lines with a reason."""
    on: date

    def why_not(self, held_on: date, reason: str | None) -> FieldError | None:
        """Why a line for that day is not taken, or None."""
        closed_on = self.closed.get(held_on.replace(day=1))
        if closed_on is None:
            return None
        facts = {"month": f"{held_on:%Y-%m}", "days": self.days}
        if self.on > closed_on + timedelta(days=self.days):
            message = N_("{month} 已结账超过 {days} 天，不能再补登。")
            return FieldError("held_on", "too-late", message, facts)
        if not reason:
            message = N_("{month} 已结账；补登须写明原因。")
            return FieldError("reason", "late-reason", message, facts)
        return None


async def lateness(on: date) -> Lateness:
    """What is late on a day."""
    found = await PeriodClose.select(PeriodClose.month, PeriodClose.closed_on)
    figures = await policy.figures(policy.RECORDS, on)
    closed = {row["month"]: row["closed_on"] for row in found}
    return Lateness(closed, figures["late_posting_days"], on)


async def close(asked: ClosingIn, *, by: Account, on: date) -> PeriodClose:
    """Close a month: count its lines and keep their hash. A look for overlaps follows.

    Raises:
        FieldsInvalid: the month has not been over for long enough.
        AlreadyClosed: it has been closed.
    """
    month = asked.month.replace(day=1)
    after = (month + timedelta(days=31)).replace(day=1)
    wait = (await policy.figures(policy.RECORDS, on))["close_after_days"]
    if on < after + timedelta(days=wait):
        message = N_("这个月结束满 {days} 天后才能结账。")
        raise FieldsInvalid([FieldError("month", "too-early", message, {"days": wait})])
    try:
        async with transaction():
            lines, minutes, digest = await fingerprint(month, after)
            row = PeriodClose(
                id=uuid4(),
                month=month,
                lines=lines,
                minutes=minutes,
                digest=digest,
                closed_on=on,
                closed_by=by.id,
                closed_at=clock.now(),
            )
            await row.save()
            await outbox.put(REVIEW, f"{month}..{after - date.resolution}")
            await audit.record("hours.close", f"period_close:{row.id}", lines=lines, digest=digest)
    except Exception as error:
        if of_unique_index(error, "period_close", "month"):
            raise AlreadyClosed(N_("这个月已经结账。")) from None
        raise
    return row


async def fingerprint(first: date, after: date) -> tuple[int, int, str]:
    """Lines and minutes from one day until before another, and the hash over them by their ids."""
    found = await rows(
        "SELECT id, person, base, held_on, minutes, module, mode, level, reverses FROM hours_entry"
        " WHERE held_on >= {} AND held_on < {} ORDER BY id",
        first,
        after,
    )
    total = hashlib.sha256()
    for line in found:
        total.update("|".join(_plain(value) for value in line.values()).encode() + b"\n")
    return len(found), sum(line["minutes"] for line in found), total.hexdigest()


def _plain(value: Any) -> str:
    """The same words on both databases: SQLite's driver may hand over text where others convert."""
    return "" if value is None else str(value)


async def listed() -> list[PeriodClose]:
    """Closed months, newest first."""
    found: list[PeriodClose] = await PeriodClose.objects().order_by(
        PeriodClose.month, ascending=False
    )
    return found
