"""Very many people at once: blocks agree with the whole, and what is kept stays small."""

import numpy as np
import pytest

from credentials.rules import blocks, evaluator, explain
from credentials.rules.documents import Document
from credentials.rules.evidence import FactsRefused
from credentials.rules.facts import Amount, Choice, Given, YesNo
from tests.credentials.rules.policies import LATEST

every_document = pytest.mark.parametrize("document", LATEST.values(), ids=list(LATEST))


@every_document
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_blocks_are_as_the_whole(document: Document, missing: float) -> None:
    people = blocks.population(document, 500, seed=7, missing=missing)
    whole = evaluator.decide(document, people)
    kept = blocks.decide(document, people, size=64).columns()
    assert list(kept) == list(whole)
    for name, column in whole.items():
        np.testing.assert_array_equal(kept[name].proven, column.proven)
        np.testing.assert_array_equal(kept[name].possible, column.possible)
        if column.row is None:
            assert kept[name].row is None
        else:
            np.testing.assert_array_equal(kept[name].row, column.row)
        settled = bool((column.proven == column.possible).all())
        assert settled or missing > 0 or name in ("allowance",)


def test_gaps_that_come_late_are_kept() -> None:
    document = LATEST["residence-points"]
    people = blocks.population(document, 100, seed=7, missing=0.0)
    people["age"][99] = np.nan
    kept = blocks.decide(document, people, size=10).columns()["age"]
    assert (kept.possible[99] - kept.proven[99], kept.row[99]) == (30, -1)  # type: ignore[index]
    np.testing.assert_array_equal(kept.possible[:99], kept.proven[:99])


def test_anybody_can_be_explained_from_what_is_kept() -> None:
    document = LATEST["residence-points"]
    people = blocks.population(document, 40, seed=3, missing=0.2)
    kept = blocks.decide(document, people, size=16)
    for place in range(40):
        given = {name: _given(document, name, column[place]) for name, column in people.items()}
        decided, there = kept.about(place)
        assert explain.explain(document, given, decided, place=there) == explain.answer(
            document, given
        )
    for nobody in (-1, 40):
        with pytest.raises(IndexError):
            kept.about(nobody)
    with pytest.raises(ValueError, match="16"):
        kept.keep(slice(16, 32), {})


def _given(document: Document, name: str, value: float) -> Given:
    fact = document.facts[name]
    if np.isnan(value):
        return None
    if isinstance(fact, Choice):
        return fact.ids[int(value)]
    if isinstance(fact, Amount | YesNo):
        return int(value)
    numerator, denominator = float(value).as_integer_ratio()
    return f"{numerator}/{denominator}"


def test_what_is_kept_of_a_million_people_fits_the_machine() -> None:
    document = LATEST["residence-points"]
    kept = blocks.decide(document, blocks.population(document, 1000, seed=1, missing=0.1))
    assert kept.bytes <= 300 * 1000


def test_the_population_is_the_same_for_the_same_seed() -> None:
    document = LATEST["talent-programmes"]
    first, again, other = (
        blocks.population(document, 50, seed=seed, missing=0.1) for seed in (1, 1, 2)
    )
    for name, column in first.items():
        np.testing.assert_array_equal(column, again[name])
    assert any((first[name] != other[name]).any() for name in first)


def test_a_value_out_of_range_is_refused_in_whichever_block() -> None:
    document = LATEST["residence-points"]
    people = blocks.population(document, 100, seed=1, missing=0.0)
    people["age"][77] = 121
    with pytest.raises(FactsRefused):
        blocks.decide(document, people, size=10)


def test_nobody_is_decided_without_complaint() -> None:
    document = LATEST["residence-points"]
    decided = evaluator.decide(document, {"age": np.array([])})
    assert decided["total"].proven.shape == (0,)
