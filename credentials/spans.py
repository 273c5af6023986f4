"""Counting whole months and years between days, as a decider counts them."""

from datetime import date, timedelta


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

    Somebody born on 29 February is a year older on 1 March where there is no such day.
    """
    return on.year - since.year - ((on.month, on.day) < (since.month, since.day))
