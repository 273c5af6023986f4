"""When time alone changes an answer: one person, month by month, as if nothing else happened.

A birthday can take points away and another month of insurance can bring them back, so that the
answer of today says little about the answer of next spring.
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import numpy as np

from credentials.rules import evaluator, evidence, histories, questions
from credentials.rules.documents import Document
from credentials.rules.evaluator import Verdict
from credentials.rules.evidence import Person
from credentials.rules.facts import Elapsed, Given, Number
from credentials.rules.histories import History
from credentials.rules.sources import Shape

TEN_YEARS = 120
"""How many months ahead people plan for."""


class Turn(Shape):
    """From this day on the answer is this one, until the next turn."""

    month: int
    """Months from the first day looked at; 0 is that day itself."""
    day: date
    verdict: Verdict
    proven: int
    possible: int
    moved: tuple[str, ...] = ()
    """The facts that moved in the month before, past a point where some clause changes."""


class Forecast(Shape):
    """The turns an answer takes; the first is today's."""

    turns: tuple[Turn, ...]
    assumed: tuple[str, ...]
    """Facts whose course is only assumed.

    Years without the day they count from are taken to be complete on the first day; counts without
    the history they come from stay as they are.
    """


def when(
    document: Document,
    given: Person,
    on: date,
    *,
    began: Mapping[str, date] | None = None,
    past: Mapping[str, History] | None = None,
    months: int = TEN_YEARS,
    grade: str | None = None,
) -> Forecast:
    """Follow the answer from `on`, a month at a time, while everything goes on as it is.

    Elapsed facts that are given grow: by the day they `began` where it is known; without it from
    their value, and 0 is taken as not begun. Counted facts are counted again with the newest
    month of the `past` history repeated. Everything else, and what is missing, stays. One
    evaluator call.

    Raises:
        FactsRefused: a fact of the wrong name, type or range.
        KeyError: the document has no such grade or route.
    """
    began, past = began or {}, past or {}
    days = [later(on, month) for month in range(months + 1)]
    people = [
        {
            **given,
            **_grown(document, given, began, on, month, day),
            **_counted(document, past, month),
        }
        for month, day in enumerate(days)
    ]
    decided = evaluator.decide(document, evidence.columns(document, people))
    verdict = evaluator.verdict(document, decided, grade)
    shown = evaluator.shown(document, decided, grade)
    states = np.stack([verdict.proven, verdict.possible, shown.proven, shown.possible])
    turning = [0, *(np.flatnonzero(np.any(np.diff(states), axis=0)) + 1).tolist()]
    turns = tuple(
        Turn(
            month=month,
            day=days[month],
            verdict=Verdict.of(int(states[0, month]), int(states[1, month])),
            proven=int(states[2, month]),
            possible=int(states[3, month]),
            moved=_moved(document, people, month),
        )
        for month in turning
    )
    return Forecast(turns=turns, assumed=_assumed(document, given, began, past))


def _moved(document: Document, people: list[dict[str, Given]], month: int) -> tuple[str, ...]:
    if month == 0:
        return ()
    now, before = people[month], people[month - 1]
    return tuple(
        name
        for name in now
        if now[name] != before.get(name) and _crosses(document, name, before.get(name), now[name])
    )


def _crosses(document: Document, name: str, was: Given, becomes: Given) -> bool:
    """Whether some clause can tell the two values apart."""
    fact = document.facts[name]
    if was is None or becomes is None:
        return True
    least, most = sorted((fact.value(was), fact.value(becomes)))
    starts = questions.turning_points(document, name)
    return any(least < fact.value(start) <= most for start in starts)


def _grown(
    document: Document,
    given: Person,
    began: Mapping[str, date],
    on: date,
    month: int,
    day: date,
) -> dict[str, Given]:
    grown: dict[str, Given] = {}
    for name, fact in document.facts.items():
        value = given.get(name)
        if isinstance(fact, Elapsed) and type(value) is int:
            each = 1 if fact.counts == "months" else 12
            if value == 0 and name not in began:
                more = 0  # what has not begun does not begin by itself
            elif name in began:
                more = full_months(began[name], day) // each - full_months(began[name], on) // each
            else:
                more = month // each
            grown[name] = min(value + more, fact.most)
    return grown


def _counted(document: Document, past: Mapping[str, History], month: int) -> dict[str, int]:
    ahead = {
        name: [*([history[0]] if history else [Fraction(0)]) * month, *history]
        for name, history in past.items()
    }
    return histories.counts(document, ahead)


def _assumed(
    document: Document, given: Person, began: Mapping[str, date], past: Mapping[str, History]
) -> tuple[str, ...]:
    return tuple(
        name
        for name, fact in document.facts.items()
        if given.get(name) is not None
        and (
            (isinstance(fact, Elapsed) and fact.counts == "years" and name not in began)
            or (isinstance(fact, Number) and fact.counted and fact.counted.history not in past)
        )
    )


def later(day: date, months: int) -> date:
    """The same day so many months on, or the last day of a month too short for it.

    As a period of months ends by the Civil Code, article 202: whoever was born on 29 February
    completes a year on 28 February.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def full_months(began: date, day: date) -> int:
    """Whole months from one day to another; negative when it has not begun."""
    months = (day.year - began.year) * 12 + day.month - began.month
    return months if later(began, months) <= day else months - 1
