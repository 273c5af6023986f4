"""Deadlines: the worked days of section by section of the law, and nothing guessed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.platform import workdays
from registry.platform.workdays import Deadline


@pytest.mark.parametrize(
    ("first", "days", "last"),
    [
        (date(2026, 9, 24), 5, date(2026, 10, 9)),
        (date(2026, 9, 18), 5, date(2026, 9, 24)),
        (date(2026, 2, 13), 5, date(2026, 2, 27)),
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 4, 30), 5, date(2026, 5, 11)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 7, date(2026, 10, 15)),
    ],
)
def test_working_days_follow_the_announcement(first: date, days: int, last: date) -> None:
    assert workdays.after(first, days) == Deadline(last)


@pytest.mark.parametrize(
    ("first", "days", "last"),
    [
        (date(2026, 8, 3), 60, date(2026, 10, 8)),
        (date(2026, 9, 16), 15, date(2026, 10, 8)),
    ],
)
def test_a_last_day_that_is_none_moves_on(first: date, days: int, last: date) -> None:
    assert workdays.days_after(first, days) == Deadline(last)


def test_a_month_ends_on_its_last_day_which_may_be_a_worked_saturday() -> None:
    last = workdays.months_after(date(2026, 1, 31), 1)
    assert last == date(2026, 2, 28)
    assert workdays.rolled(last) == Deadline(last)


def test_a_year_not_announced_is_never_guessed() -> None:
    deadline = workdays.after(date(2026, 12, 28), 5)
    assert deadline.provisional
    assert deadline.day >= date(2027, 1, 1)
    assert not deadline.passed(date(2027, 6, 1))
    assert workdays.is_workday(date(2027, 1, 4)) is None


@given(st.dates(date(2024, 1, 1), date(2026, 10, 1)), st.integers(1, 30))
def test_just_so_many_worked_days_lie_within(first: date, days: int) -> None:
    found = workdays.after(first, days)
    assert not found.provisional
    assert workdays.is_workday(found.day)
    span = (first + timedelta(days=n) for n in range(1, (found.day - first).days + 1))
    assert sum(bool(workdays.is_workday(day)) for day in span) == days
    assert found.passed(found.day + timedelta(days=1))
    assert not found.passed(found.day)
