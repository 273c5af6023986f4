"""Laws that hold for every document: those in the seeds, and random ones."""

from datetime import date
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.rules import documents, evaluator, evidence, explain, questions
from credentials.rules.clauses import (
    All,
    AnyOf,
    AtLeast,
    AtMost,
    Bands,
    BestOf,
    Choices,
    Clause,
    Count,
    Is,
    NoneOf,
    Per,
    Provided,
    Python,
    Reach,
    Sum,
    Worth,
)  # fmt: skip
from credentials.rules.columns import Column, Columns
from credentials.rules.documents import Document
from credentials.rules.facts import Choice, Day, Ratio
from tests.credentials.rules.drafts import drafts, people, values
from tests.credentials.rules.policies import EVERY

Person = dict[str, Any]
DOCUMENTS = drafts() | st.sampled_from(EVERY)
CASES = DOCUMENTS.flatmap(lambda document: st.tuples(st.just(document), people(document)))
DRAFTED = drafts().flatmap(lambda document: st.tuples(st.just(document), people(document)))


def decide(document: Document, *persons: Person) -> dict[str, Column]:
    return evaluator.decide(document, evidence.columns(document, persons))


def ends(decided: Columns, place: int = 0) -> dict[str, tuple[int, int]]:
    return {name: (int(c.proven[place]), int(c.possible[place])) for name, c in decided.items()}


def scalar(document: Document, person: Person) -> dict[str, tuple[int, int]]:
    """A second reading of the language, one person and plain integers: [least, most] a clause.

    Shares nothing with the evaluator: a missing fact is read as the set of all its values.
    """
    done: dict[str, tuple[int, int]] = {}

    def rank(name: str, value: Any) -> Any:
        fact = document.facts[name]
        if isinstance(fact, Day):
            return date.fromisoformat(value).toordinal()
        if isinstance(fact, Ratio):
            return Fraction(value)
        return fact.ids.index(value) if isinstance(fact, Choice) else int(value)

    def worth(clause: Clause, value: Any) -> int:
        match clause:
            case Bands():
                return [points for start, points in clause.bands if value >= start][-1]
            case Choices():
                return clause.choices[value]
            case Per(per=rate):
                full = value // rate.each if value >= rate.once else 0
                cap = rate.at_most
                if cap is None:
                    return full * rate.points
                return min(full * rate.points, cap) if cap > 0 else max(full * rate.points, cap)
            case AtLeast():
                return int(rank(clause.fact, value) >= rank(clause.fact, clause.at_least))
            case AtMost():
                return int(rank(clause.fact, value) <= rank(clause.fact, clause.at_most))
            case Is():
                return int(value == clause.is_)
        raise AssertionError(clause)

    for clause in document.clauses:
        below = [done[name] for name in clause.clauses_named]
        least, most = [low for low, _ in below], [high for _, high in below]
        match clause:
            case Sum():
                pair = sum(least), sum(most)
            case BestOf() | AnyOf():
                pair = max(least), max(most)
            case All():
                pair = min(least), min(most)
            case NoneOf():
                pair = int(not any(most)), int(not any(least))
            case Count(count=tally):
                pair = int(sum(least) >= tally.need), int(sum(most) >= tally.need)
            case Reach(reach=stake):
                pair = int(least[0] >= stake.points), int(most[0] >= stake.points)
            case Worth(worth=stake):
                both = sorted((least[0] * stake.points, most[0] * stake.points))
                pair = both[0], both[1]
            case Provided():
                corners = [points * met for points in (least[0], most[0]) for met in below[1]]
                pair = min(corners), max(corners)
            case Python(of=(clause_id,), facts=(limit,)):  # no more than a fact
                known = person.get(limit)
                cap = (0, done[clause_id][1]) if known is None else (known, known)
                pair = min(below[0][0], cap[0]), min(below[0][1], cap[1])
            case _:
                name = clause.facts_named[0]
                value, fact = person.get(name), document.facts[name]
                if value is None and fact.if_absent is not None:
                    value = fact.if_absent.value
                if value is not None:
                    pair = worth(clause, value), worth(clause, value)
                elif clause.gives_points:
                    all_of_them = [worth(clause, each) for each in values(document, name)]
                    pair = min(all_of_them), max(all_of_them)
                else:
                    pair = 0, 1  # a condition without evidence is never settled
        done[clause.id] = pair
    return done


@settings(max_examples=600, deadline=None)
@given(CASES)
def test_a_scalar_reading_agrees(case: tuple[Document, Person]) -> None:
    document, person = case
    assert ends(decide(document, person)) == scalar(document, person)


@settings(max_examples=300, deadline=None)
@given(CASES, st.data())
def test_evidence_only_narrows(case: tuple[Document, Person], data: st.DataObject) -> None:
    document, person = case
    other = data.draw(people(document))
    assumed = {name for name, fact in document.facts.items() if fact.if_absent is not None}
    fuller = {n: other[n] if v is None and n not in assumed else v for n, v in person.items()}
    before, after = ends(decide(document, person)), ends(decide(document, fuller))
    for name, (proven, possible) in before.items():
        assert proven <= after[name][0] <= after[name][1] <= possible


@settings(max_examples=300, deadline=None)
@given(DRAFTED)
def test_a_settled_verdict_holds_for_every_way_the_evidence_may_turn_out(
    case: tuple[Document, Person],
) -> None:
    document, person = case
    gaps = [n for n, v in person.items() if v is None and document.facts[n].if_absent is None]
    turns = [
        person | dict(zip(gaps, each, strict=True))
        for each in product(*(values(document, name) for name in gaps))
    ]
    assumed = evaluator.verdict(document, decide(document, person))
    truths = evaluator.verdict(document, decide(document, *turns)).proven
    assert assumed.proven[0] <= truths.min()
    assert truths.max() <= assumed.possible[0]


@settings(max_examples=300, deadline=None)
@given(DRAFTED)
def test_what_if_is_true_least_and_complete(case: tuple[Document, Person]) -> None:
    """Against trying every value that a fact can have, from the nearest on."""
    document, person = case
    found = questions.what_if(document, person)
    yes = explain.answer(document, person).verdict == "yes"
    for name, fact in document.facts.items():
        now = person[name]
        if now is None and fact.if_absent is not None:
            now = fact.if_absent.value
        way = values(document, name)
        if fact.moves == "down":
            way = way[::-1]
        ahead = way if now is None else way[way.index(now) + 1 :]
        enough = [
            value
            for value in ahead
            if explain.answer(document, person | {name: value}).verdict == "yes"
        ]
        expected = enough[0] if enough and not yes and fact.moves != "no" else None
        assert found.get(name) == expected, name


@settings(max_examples=60, deadline=None)
@given(
    CASES.flatmap(
        lambda case: st.tuples(st.just(case[0]), st.lists(people(case[0]), min_size=2, max_size=9))
    ),
    st.integers(1, 8),
)
def test_one_person_blocks_and_the_whole_agree(
    case: tuple[Document, list[Person]], size: int
) -> None:
    document, persons = case
    columns = evidence.columns(document, persons)
    whole = evaluator.decide(document, columns)
    for start in range(0, len(persons), size):
        block = {name: column[start : start + size] for name, column in columns.items()}
        for name, column in evaluator.decide(document, block).items():
            np.testing.assert_array_equal(column.proven, whole[name].proven[start : start + size])
            np.testing.assert_array_equal(
                column.possible, whole[name].possible[start : start + size]
            )
            if column.row is not None:
                row = whole[name].row
                assert row is not None
                np.testing.assert_array_equal(column.row, row[start : start + size])
    for place, person in enumerate(persons):
        alone = ends(decide(document, person))
        assert alone == ends(whole, place)


@settings(max_examples=100, deadline=None)
@given(CASES)
def test_findings_keep_the_order_of_the_file_and_add_up(case: tuple[Document, Person]) -> None:
    document, person = case
    answer = explain.answer(document, person)
    by_id = {finding.clause: finding for finding in answer.findings}
    assert list(by_id) == [each.id for each in document.clauses if each.id in by_id]
    for each in document.clauses:
        if isinstance(each, Sum) and each.id in by_id:
            parts = [by_id[name] for name in each.sum]
            assert by_id[each.id].proven == sum(part.proven for part in parts)
            assert by_id[each.id].possible == sum(part.possible for part in parts)


@settings(max_examples=100, deadline=None)
@given(CASES)
def test_an_answer_survives_being_stored(case: tuple[Document, Person]) -> None:
    document, person = case
    answer = explain.answer(document, person)
    again = explain.Answer.model_validate_json(answer.model_dump_json())
    assert again == answer
    stored = documents.shape(documents.plain(document))
    assert explain.answer(stored, person).model_dump_json() == answer.model_dump_json()
