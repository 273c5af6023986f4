"""Counting whole months and years between days, as a decider counts them."""

from datetime import date, timedelta

from credentials.rules import forecast


def full_months(spells: list[tuple[date, date]], on: date) -> int:
    """Whole months covered by periods (first and last day) up to a day; overlaps count once.

    Each uninterrupted stretch gives its whole calendar months; what is over is dropped.
    """
    months, reached = 0, None
    stretches: list[list[date]] = []
    for began, ended in sorted(spells):
        last = min(ended, on)
        if last < began:
            continue
        if reached is not None and began <= reached + timedelta(days=1):
            stretches[-1][1] = reached = max(reached, last)
        else:
            stretches.append([began, last])
            reached = last
    for began, last in stretches:
        after = last + timedelta(days=1)
        months += (after.year - began.year) * 12 + after.month - began.month
        months -= after.day < began.day
    return months


def full_years(since: date, on: date) -> int:
    """Whole years since a day: one more on each anniversary, that day included.

    Counted as a forecast counts them, so that an age and its course agree on every day.
    """
    return forecast.full_months(since, on) // 12
