"""What a change of policy does, against deciding everybody one by one."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.rules import evidence, explain
from credentials.rules.evaluator import Verdict
from credentials.rules.evidence import FactsRefused
from credentials.rules.impact import VERDICTS, impact
from tests.credentials.rules.drafts import (
    FACTS,
    choice,
    clause,
    number,
    people,
    random_document,
    shaped,
)
from tests.credentials.rules.policies import EDITIONS, Tables

LADDER = EDITIONS["residence-points"]


def columns_of(document: Any, persons: list[dict[str, Any]]) -> dict[str, np.ndarray[Any, Any]]:
    known = [{n: v for n, v in each.items() if n in document.facts} for each in persons]
    return evidence.columns(document, known)


def test_three_years_in_lingang_count_from_the_edition_that_says_so() -> None:
    before, after = LADDER[2], LADDER[3]
    persons = Tables(after).people
    found = impact(before, after, columns_of(after, persons))
    verdicts = [
        [explain.answer(edition, person).verdict for person in persons]
        for edition in (before, after)
    ]
    changed = [place for place, (a, b) in enumerate(zip(*verdicts, strict=True)) if a != b]
    assert found.changed.tolist() == changed
    assert list(found.shifts) == ["suburb", "total"]
    assert found.shifts["suburb"].people > 0
    assert found.shifts["suburb"].proven == found.shifts["total"].proven > 0
    assert sum(found.moves.values()) == len(persons)


FEWER = {name: FACTS[name] for name in ("up", "level", "flag")}
documents_ = st.integers(0, 2**32).map(random_document)


@settings(max_examples=80, deadline=None)
@given(documents_, documents_, st.data(), st.integers(1, 7))
def test_everybody_is_where_deciding_them_alone_puts_them(
    before: Any, after: Any, data: st.DataObject, block: int
) -> None:
    draw = st.tuples(people(before), people(after)).map(lambda pair: pair[1] | pair[0])
    persons = data.draw(st.lists(draw, min_size=1, max_size=9))
    facts = columns_of(after, persons) | columns_of(before, persons)
    found = impact(before, after, facts, block=block)

    def alone(document: Any, person: dict[str, Any]) -> Any:
        asked = {name: value for name, value in person.items() if name in document.facts}
        return explain.answer(document, asked)

    for place, person in enumerate(persons):
        assert VERDICTS[found.before[place]] == alone(before, person).verdict
        assert VERDICTS[found.after[place]] == alone(after, person).verdict
    for name, shift in found.shifts.items():
        pairs = []
        for person in persons:
            both = [
                {each.clause: each for each in alone(document, person).findings}
                for document in (before, after)
            ]
            if name in both[0] and name in both[1]:
                pairs.append((both[0][name], both[1][name]))
        if len(pairs) == len(persons):
            assert shift.proven == sum(b.proven - a.proven for a, b in pairs)
            assert shift.possible == sum(b.possible - a.possible for a, b in pairs)
            assert shift.people == sum(
                (a.proven, a.possible) != (b.proven, b.possible) for a, b in pairs
            )


def edition(mark: int, *ids: str) -> Any:
    return shaped(
        {"n": number(most=9), "c": choice(*ids)},
        [
            clause("many", fact="n", at_least=mark),
            clause("high", fact="c", at_least="high"),
            clause("both", all=["many", "high"]),
        ],
        verdict="both",
    )


def test_choices_are_the_same_wherever_they_stand_in_the_list() -> None:
    before, after = edition(3, "low", "high"), edition(4, "low", "middle", "high")
    persons: list[dict[str, Any]] = [
        {"n": 3, "c": "high"},
        {"n": 4, "c": "high"},
        {"n": 4, "c": "low"},
        {"n": 4, "c": None},
        {"n": 3, "c": None},
    ]
    found = impact(before, after, columns_of(before, persons))
    assert found.moves == {
        (Verdict.YES, Verdict.NO): 1,
        (Verdict.YES, Verdict.YES): 1,
        (Verdict.NO, Verdict.NO): 1,
        (Verdict.UNKNOWN, Verdict.UNKNOWN): 1,
        (Verdict.UNKNOWN, Verdict.NO): 1,
    }
    assert found.changed.tolist() == [0, 4]
    assert (found.shifts["many"].people, found.shifts["many"].turned) == (2, 2)


@pytest.mark.parametrize(
    ("after", "facts", "field"),
    [
        (edition(3, "low", "top", "high"), {"x": np.zeros(2)}, "x"),
        (edition(3, "middle", "high"), {"c": np.zeros(2)}, "c"),
        (
            shaped({"c": number()}, [clause("many", fact="c", at_least=1)], verdict="many"),
            {"c": np.zeros(2)},
            "c",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(after: Any, facts: Any, field: str) -> None:
    with pytest.raises(FactsRefused) as refused:
        impact(edition(3, "low", "high"), after, facts)
    assert [error.field for error in refused.value.errors] == [field]
