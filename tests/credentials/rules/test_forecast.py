"""When time alone changes an answer, against looking at every month by itself."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.rules import explain, forecast, histories
from credentials.rules.facts import Elapsed, Number
from tests.credentials.rules.drafts import clause, number, shaped
from tests.credentials.rules.policies import LATEST, Tables

TODAY = date(2026, 11, 23)
POINTS = LATEST["residence-points"]
TABLES = Tables(POINTS)
PEOPLE = {row["case_id"]: person for row, person in zip(TABLES.rows, TABLES.people, strict=True)}


def test_a_birthday_takes_points_away_and_insurance_brings_them_back() -> None:
    person = {**PEOPLE["P084"], "age": 43, "insured_months": 2}  # 30 + 60 + 30
    born = date(1983, 4, 20)  # turns 44 on 20 April 2027, between two looks
    found = forecast.when(POINTS, person, TODAY, began={"age": born})
    assert [(t.month, t.verdict, t.proven) for t in found.turns[:4]] == [
        (0, "yes", 120),
        (5, "no", 119),
        (10, "yes", 122),
        (17, "yes", 120),
    ]
    assert found.turns[1].day == date(2027, 4, 23)
    assert found.turns[1].moved == ("age",)
    assert found.turns[2].moved == ("insured_months",)


def test_what_is_only_assumed_is_named() -> None:
    found = forecast.when(POINTS, PEOPLE["P053"], TODAY)
    assert {"age", "base_months_1_0", "gate_months"} <= set(found.assumed)
    assert "insured_months" not in found.assumed
    past = {"contribution_base": histories.read("1.0x35|0.7x12")}
    started = {**PEOPLE["P053"], **histories.counts(POINTS, past)}
    found = forecast.when(POINTS, started, TODAY, began={"age": TODAY}, past=past)
    assert not {"age", "base_months_1_0", "gate_months"} & set(found.assumed)
    assert found.turns[0].proven + 25 + 25 == found.turns[1].proven


def test_contributions_below_the_mark_leave_the_window() -> None:
    past = {"contribution_base": histories.read("0.7x12|1.0x36")}
    person = {**PEOPLE["P053"], "insured_months": 0, **histories.counts(POINTS, past)}
    found = forecast.when(POINTS, person, TODAY, past=past, months=2)
    assert [turn.proven for turn in found.turns] == [130, 80]
    empty = forecast.when(POINTS, person, TODAY, past={"contribution_base": []}, months=2)
    assert empty.turns[0].proven == 80


def test_years_without_their_day_are_taken_as_complete_today() -> None:
    found = forecast.when(POINTS, {**PEOPLE["P084"], "insured_months": 1}, TODAY, months=13)
    assert [(turn.month, turn.proven) for turn in found.turns] == [(0, 120), (11, 123), (12, 122)]


def test_nothing_goes_beyond_what_a_fact_can_be() -> None:
    document = shaped(
        {"held": {**number(most=3), "kind": "elapsed", "counts": "months"}},
        [clause("long", fact="held", at_least=3)],
        verdict="long",
    )
    found = forecast.when(document, {"held": 1}, TODAY, months=9)
    assert [(turn.month, turn.verdict) for turn in found.turns] == [(0, "no"), (2, "yes")]
    assert [turn.verdict for turn in forecast.when(document, {}, TODAY).turns] == ["unknown"]


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 23), 14, date(2028, 1, 23)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_a_period_of_months_ends_on_the_same_day_or_the_last(
    day: date, months: int, then: date
) -> None:
    assert forecast.later(day, months) == then


days = st.dates(date(1960, 1, 1), date(2040, 12, 31))


@given(days, st.integers(0, 30_000))
def test_full_months_are_the_most_that_have_ended(began: date, passed: int) -> None:
    day = began + timedelta(days=passed)
    months = forecast.full_months(began, day)
    assert forecast.later(began, months) <= day < forecast.later(began, months + 1)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(sorted(PEOPLE)),
    st.dates(date(1970, 1, 1), date(1990, 12, 31)),
    st.integers(0, 60),
    st.lists(st.sampled_from([Fraction(7, 10), Fraction(1), Fraction(3)]), max_size=50),
)
def test_the_turns_are_those_of_looking_month_by_month(
    case: str, born: date, insured: int, past: list[Fraction]
) -> None:
    """Every month asked by itself: the age from the calendar, the counts from the history."""
    age = forecast.full_months(born, TODAY) // 12
    person: dict[str, Any] = {**PEOPLE[case], "age": age, "insured_months": insured}
    history = {"contribution_base": past}
    person |= histories.counts(POINTS, history)
    found = forecast.when(POINTS, person, TODAY, began={"age": born}, past=history, months=30)
    seen: list[tuple[int, str, int, int]] = []
    for month in range(31):
        day = forecast.later(TODAY, month)
        ahead: dict[str, Any] = {"age": _age(born, day)}
        for name, fact in POINTS.facts.items():
            value = person.get(name)
            if isinstance(fact, Elapsed) and isinstance(value, int) and name != "age":
                more = month if fact.counts == "months" else month // 12
                ahead[name] = value + more if value else 0
            if isinstance(fact, Number) and fact.counted:
                window = ([past[0] if past else Fraction(0)] * month + past)[: fact.counted.last]
                ahead[name] = sum(each >= Fraction(fact.counted.at_least) for each in window)
        answer = explain.answer(POINTS, person | ahead)
        state = (str(answer.verdict), answer.proven, answer.possible)
        if not seen or seen[-1][1:] != state:
            seen.append((month, *state))
    assert [(t.month, str(t.verdict), t.proven, t.possible) for t in found.turns] == seen


def _age(born: date, day: date) -> int:
    reached = (day.month, day.day) >= (born.month, born.day)
    if (born.month, born.day) == (2, 29) and (day.month, day.day) == (2, 28):
        reached = True
    return day.year - born.year - (not reached)
