"""Deadlines in working days and in months, as the law counts them.

The first day is not counted (Civil Code Art. 201). Which days are worked is announced by the State
Council every autumn for one year at a time; beyond the last announcement nothing is guessed.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Deadline:
    """The last day of a period.

    `provisional`: it lies in a year whose working days are not announced; `day` is then the
    earliest it can be, and the period counts as running until the announcement is known.
    """

    day: date
    provisional: bool = False

    def passed(self, on: date) -> bool:
        """Whether the period is certainly over on a day."""
        return not self.provisional and on > self.day

    def left(self, on: date) -> int:
        """Calendar days that remain; negative when it is over."""
        return (self.day - on).days


def is_workday(day: date) -> bool | None:
    """Whether a day is worked; None where that is not announced yet."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def after(day: date, working_days: int) -> Deadline:
    """The last of so many working days after a day."""
    left = working_days
    while left > 0:
        day += DAY
        worked = is_workday(day)
        if worked is None:
            return Deadline(day + (left - 1) * DAY, provisional=True)
        left -= worked
    return Deadline(day)


def rolled(day: date) -> Deadline:
    """A last day, moved to the next working day where it is none (Civil Code Art. 203)."""
    while (worked := is_workday(day)) is False:
        day += DAY
    return Deadline(day, provisional=worked is None)


def days_after(day: date, days: int) -> Deadline:
    """The last of so many calendar days after a day."""
    return rolled(day + days * DAY)


def months_after(day: date, months: int) -> date:
    """The same date months later, or that month's last day (Civil Code Art. 202)."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
