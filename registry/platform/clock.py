"""The only place that asks what time it is, so that tests and re-checks can answer for it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

OFFICE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The present day at the bureau's desk; legal dates follow the office, not the server."""
    return office_day(now())


def office_day(moment: datetime) -> date:
    """The day it is at the bureau's desk at an instant."""
    return moment.astimezone(OFFICE).date()
