"""The only place that asks what time it is, so that tests and re-checks can answer for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

OFFICE = ZoneInfo("Asia/Shanghai")
MORNING = time(10, tzinfo=OFFICE)
_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """The present instant, in UTC."""
    return _told.get() or datetime.now(UTC)


@contextmanager
def morning_of(day: date) -> Iterator[None]:
    """Do something as on the morning of another day, for data that tells a story."""
    token = _told.set(datetime.combine(day, MORNING).astimezone(UTC))
    try:
        yield
    finally:
        _told.reset(token)


def today() -> date:
    """The present day at the bureau's desk; legal dates follow the office, not the server."""
    return office_day(now())


def office_day(moment: datetime) -> date:
    """The day it is at the bureau's desk at an instant."""
    return moment.astimezone(OFFICE).date()


def morning(day: date) -> datetime:
    """The first instant of a day at the bureau's desk, in UTC."""
    return datetime.combine(day, time.min, tzinfo=OFFICE).astimezone(UTC)
