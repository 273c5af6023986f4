"""The residence points, read a second time by hand: intervals, vetoes, exact bases."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from credentials.rules import evaluator, evidence, explain, histories
from tests.credentials.rules.drafts import people
from tests.credentials.rules.policies import EDITIONS, LATEST

DOCUMENT = LATEST["residence-points"]
Person = dict[str, Any]
Ends = tuple[int, int]

EDUCATION = {
    "none": 0, "associate": 50, "bachelor_no_degree": 60, "bachelor": 90, "master": 100,
    "doctor": 110,
}  # fmt: skip
TITLES = {
    "none": 0, "junior_title": 0, "skill5": 15, "skill4": 30, "skill3": 60, "skill2": 100,
    "mid_title": 100, "skill1": 140, "senior_title": 140,
}  # fmt: skip
AWARDS = {"none": 0, "muni_single": 30, "muni_comprehensive": 60, "provincial": 110}


def age_points(age: int) -> int:
    """As the text has it: 5 from 56 to 60, two more a year younger, 30 at most; no row beyond."""
    return 0 if age > 60 else min(30, 5 + 2 * max(0, 56 - age))


def between(value: Any, points: Any, worst: int, best: int) -> Ends:
    return (worst, best) if value is None else (points(value), points(value))


def add(*items: Ends) -> Ends:
    return sum(low for low, _ in items), sum(high for _, high in items)


def better(*items: Ends) -> Ends:
    return max(low for low, _ in items), max(high for _, high in items)


def met(*conditions: bool | None) -> bool | None:
    return False if False in conditions else None if None in conditions else True


def least(person: Person, name: str, mark: int) -> bool | None:
    return None if person[name] is None else person[name] >= mark


def only_if(condition: bool | None, points: Ends) -> Ends:
    low, high = points
    if condition is None:
        return min(low, 0), max(high, 0)
    return points if condition else (0, 0)


def title(person: Person) -> Ends:
    """Low rows count as they are, high ones only past the gate; either only where it counts."""
    gate = only_if(least(person, "gate_months", 6), (0, 140))
    held = person["title_skill"]
    if held is None:
        row = (0, max(60, gate[1]))
    elif TITLES[held] >= 100:
        row = only_if(least(person, "gate_months", 6), (TITLES[held], TITLES[held]))
    else:
        row = (TITLES[held], TITLES[held])
    return only_if(least(person, "title_counts", 1), row)


def base(person: Person) -> Ends:
    bands = [
        between(person[f"base_months_{name}"], lambda m, n=need, p=pts: p if m >= n else 0, 0, pts)
        for name, need, pts in (
            ("0_8", 36, 25), ("1_0", 36, 50), ("2_0", 36, 100), ("3_0", 24, 120),
        )
    ]  # fmt: skip
    return only_if(least(person, "base_matches_tax", 1), better(*bands))


def special(person: Person) -> Ends:
    share = person["startup_share"]
    startup = met(
        None if share is None else Fraction(share) >= Fraction(1, 20),
        least(person, "incubator_months", 6),
        least(person, "incubator_filed", 1),
    )
    intermediary = met(
        least(person, "service_months", 6), least(person, "service_institution_filed", 1)
    )
    return better(only_if(startup, (120, 120)), only_if(intermediary, (120, 120)))


def suburb(person: Person) -> Ends:
    area, years = person["suburb_area"], person["suburb_years"]

    def worth(years: int, once: int) -> int:
        return min(20, 2 * years) if years >= once else 0

    here = None if area is None else area != "none"
    lingang = None if area is None else area == "lingang"
    return better(
        only_if(here, between(years, lambda y: worth(y, 5), 0, 20)),
        only_if(lingang, between(years, lambda y: worth(y, 3), 0, 20)),
    )


def total(person: Person) -> Ends:
    def per(name: str, each: int, points: int, cap: int, most: int | None = None) -> Ends:
        best = cap if most is None else most // each * points
        return between(person[name], lambda v: min(cap, v // each * points), 0, best)

    return add(
        between(person["age"], age_points, 0, 30),
        better(between(person["education"], EDUCATION.__getitem__, 0, 110), title(person)),
        per("insured_months", 12, 3, 10_000, 720),
        special(person),
        only_if(met(least(person, "scarce_major", 1), least(person, "scarce_post", 1)), (30, 30)),
        better(per("invest_tax_fen", 10_000_000, 10, 120), per("invest_staff", 10, 10, 120)),
        base(person),
        between(person["public_service_years"], lambda y: 4 * y if y >= 5 else 0, 0, 240),
        suburb(person),
        only_if(least(person, "fresh_graduate", 1), (10, 10)),
        between(person["award"], AWARDS.__getitem__, 0, 110),
        per("spouse_years", 1, 4, 40),
        (-150 * (person["false_materials"] or 0),) * 2,
        (-50 * (person["detentions"] or 0),) * 2,
        (-150 * (person["crimes"] or 0),) * 2,
    )


@settings(max_examples=400, deadline=None)
@given(people(DOCUMENT))
def test_a_reading_by_hand_agrees(person: Person) -> None:
    decided = evaluator.decide(DOCUMENT, evidence.columns(DOCUMENT, [person]))
    low, high = total(person)
    assert (int(decided["total"].proven[0]), int(decided["total"].possible[0])) == (low, high)
    veto = least(person, "serious_crime", 1)
    enough = True if low >= 120 else None if high >= 120 else False
    passes = met(enough, None if veto is None else not veto)
    column = decided["reaches_120"]
    assert (bool(column.proven[0]), bool(column.possible[0])) == (
        passes is True,
        passes is not False,
    )


@pytest.mark.parametrize(("yuan", "points"), [(9_947, 0), (9_948, 25), (12_433, 25), (12_434, 50)])
def test_a_base_is_compared_to_the_yuan(yuan: int, points: int) -> None:
    past = {"contribution_base": histories.read(f"{yuan}/12434x36")}
    person = {**histories.counts(DOCUMENT, past), "base_matches_tax": 1}
    decided = evaluator.decide(DOCUMENT, evidence.columns(DOCUMENT, [person]))
    assert int(decided["contribution_base"].proven[0]) == points


@pytest.mark.parametrize("edition", EDITIONS["residence-points"], ids=lambda each: each.edition)
def test_the_parts_are_the_total(edition: Any) -> None:
    many = {name: np.full(50, np.nan) for name in edition.facts}
    many["age"] = np.arange(20.0, 70.0)
    decided = evaluator.decide(edition, many)
    parts = edition.by_id["total"].clauses_named
    for end in ("proven", "possible"):
        added = sum(getattr(decided[name], end) for name in parts)
        np.testing.assert_array_equal(added, getattr(decided["total"], end))


def test_an_answer_names_what_it_rests_on() -> None:
    answer = explain.answer(DOCUMENT, {"age": 43})
    assert answer.relies_on == ("public_service", "eligible")
    assert answer.illustrative
