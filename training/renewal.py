"""Renewal by training days, as associations of volunteers do it: another shape of rule.

A qualification lasts until the end of a calendar year some years on. Attended days count backwards
from the newest course until enough are together; the course that completes them, the earliest of
those needed, is where the renewed one begins. Some years after its end it can still be renewed.

Pure functions; the figures come from an edition of the document `training-days`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Attended:
    """A course that ended on a day and gave so many training days."""

    ended_on: date
    days: int


@dataclass(frozen=True)
class Rule:
    """Days that are needed, years a qualification lasts, years it can be revived afterwards."""

    days: int
    years: int
    grace_years: int


def window_begins(rule: Rule, on: date) -> date:
    """First day of the window that ends with `on`: a first of January."""
    return date(on.year - rule.years, 1, 1)


def _within(courses: Sequence[Attended], rule: Rule, on: date) -> list[Attended]:
    counted = [one for one in courses if window_begins(rule, on) <= one.ended_on <= on]
    return sorted(counted, key=lambda one: one.ended_on, reverse=True)


def days_missing(courses: Sequence[Attended], rule: Rule, on: date) -> int:
    """Training days still to be attended, as of a day."""
    return max(0, rule.days - sum(one.days for one in _within(courses, rule, on)))


def begins_on(courses: Sequence[Attended], rule: Rule, on: date) -> date | None:
    """The day a renewed qualification begins, or None while days are missing."""
    together = 0
    for one in _within(courses, rule, on):
        together += one.days
        if together >= rule.days:
            return one.ended_on
    return None


def ends_on(begins: date, rule: Rule) -> date:
    """Last day of a qualification that begins on a day."""
    return date(begins.year + rule.years, 12, 31)


def revivable_until(begins: date, rule: Rule) -> date:
    """Last day on which a qualification that began on a day can be renewed."""
    return date(begins.year + rule.years + rule.grace_years, 12, 31)


def renewed(courses: Sequence[Attended], rule: Rule, held_since: date, on: date) -> date | None:
    """The day from which a qualification held since a day is renewed as of `on`, or None."""
    if on > revivable_until(held_since, rule):
        return None
    begins = begins_on([one for one in courses if one.ended_on > held_since], rule, on)
    return begins if begins is not None and begins > held_since else None
