"""Tables of any width: figures at the edges of 8, 16, 32 and 53 bits are read as plain integers."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.rules import columns, evaluator, evidence
from credentials.rules.sources import LARGEST
from tests.credentials.rules.drafts import Draft, clause, number, shaped

EDGES = sorted({2**bits + by for bits in (7, 8, 15, 16, 31, 32) for by in (-2, -1, 0, 1)})
MOSTS = st.sampled_from([1, 12, *EDGES, LARGEST])
POINTS = st.sampled_from([0, 1, 3, 127, 128, 255, 256, 32_767, 32_768, 1_000_000]).flatmap(
    lambda worth: st.sampled_from([worth, -worth])
)


@st.composite
def banded(draw: st.DrawFn) -> tuple[Draft, Draft, list[int]]:
    most, least = draw(MOSTS), draw(st.sampled_from([0, 0, -1, -127, -128, -129, -40_000]))
    inner = [each for each in EDGES if least < each <= most]
    starts = [least, *sorted(draw(st.sets(st.sampled_from(inner)) if inner else st.just(set())))]
    bands = [[start, draw(POINTS)] for start in starts]
    return {"n": number(least=least, most=most)}, {"bands": bands}, [least, most, *inner]


@st.composite
def stepped(draw: st.DrawFn) -> tuple[Draft, Draft, list[int]]:
    most, points = draw(MOSTS), draw(POINTS.filter(bool))
    each = draw(st.sampled_from([1, 12, 127, 128, 40_000, 2**40]))
    cap = draw(st.integers(1, 500)) * abs(points) // 3 or 1
    rate = {"each": each, "points": points, "at_most": cap if points > 0 else -cap}
    rate["at_most"] = max(-1_000_000, min(1_000_000, rate["at_most"]))
    rate["once"] = draw(st.sampled_from([0, 1, 130, 70_000]))
    inner = [value for value in (*EDGES, each, each - 1, rate["once"]) if 0 <= value <= most]
    return {"n": number(most=most)}, {"per": rate}, [0, most, *inner]


def worth(made: Draft, value: int) -> int:
    """A plain reading of one clause."""
    if "bands" in made:
        return int([points for start, points in made["bands"] if value >= start][-1])
    rate = made["per"]
    full = value // rate["each"] if value >= rate["once"] else 0
    capped = min if rate["points"] > 0 else max
    return int(capped(full * rate["points"], rate["at_most"]))


@settings(max_examples=300, deadline=None)
@given(banded() | stepped())
def test_points_of_any_width(case: tuple[Draft, Draft, list[int]]) -> None:
    facts, made, values = case
    document = shaped(
        facts,
        [
            clause("it", fact="n", **made),
            clause("twice", sum=["it"]),
            clause("both", sum=["it", "twice"]),
            clause("enough", reach={"clause": "both", "points": 1}),
        ],
        verdict="enough",
        score="both",
    )
    persons: list[dict[str, Any]] = [{"n": value} for value in values]
    known = [worth(made, value) for value in values]
    decided = evaluator.decide(document, evidence.columns(document, [*persons, {}]))
    assert decided["it"].proven[:-1].tolist() == decided["it"].possible[:-1].tolist() == known
    assert decided["both"].proven[:-1].tolist() == [2 * points for points in known]
    assert decided["enough"].proven[:-1].tolist() == [int(points > 0) for points in known]
    assert decided["it"].proven[-1] <= min(known)
    assert decided["it"].possible[-1] >= max(known)
    assert decided["it"].row is not None
    assert decided["it"].row[-1] == -1
    assert min(decided["it"].row[:-1]) >= 0
    for place, person in enumerate([*persons, {}]):
        alone = evaluator.decide(document, evidence.Evidence.of_people(document, [person]))
        for name, column in alone.items():
            whole = decided[name]
            assert column.proven[0] == whole.proven[place]
            assert column.possible[0] == whole.possible[place]
            assert column.proven.dtype == whole.proven.dtype


@pytest.mark.parametrize("word", ["at_least", "at_most", "is"])
@settings(max_examples=100, deadline=None)
@given(most=MOSTS, data=st.data())
def test_marks_of_any_width(word: str, most: int, data: st.DataObject) -> None:
    values = sorted({0, most, *(each for each in EDGES if each <= most)})
    mark = data.draw(st.sampled_from(values))
    document = shaped({"n": number(most=most)}, [clause("it", fact="n", **{word: mark})],
                      verdict="it")  # fmt: skip
    decided = evaluator.decide(document, {"n": np.array([*values, np.nan])})["it"]
    met = {"at_least": mark.__le__, "at_most": mark.__ge__, "is": mark.__eq__}[word]
    expected = [int(met(value)) for value in values]
    assert decided.proven.tolist() == [*expected, 0]
    assert decided.possible.tolist() == [*expected, 1]


def test_the_narrowest_integers_that_hold() -> None:
    assert columns.width(-1, 127) is np.int8
    assert columns.width(-1, 128) is np.int16
    assert columns.width(-32_769, 0) is np.int32
    assert columns.width(0, LARGEST) is np.int64
    with pytest.raises(OverflowError):
        columns.width(0, 2**63)
