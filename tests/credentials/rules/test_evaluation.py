"""The evaluation conditions: worked cases, a second reading of them, and no figure unchecked."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.rules import documents, explain
from credentials.rules.documents import Document, DocumentRefused
from credentials.rules.editions import in_force
from tests.credentials.rules.drafts import people
from tests.credentials.rules.evaluation import EDITIONS, LATEST, person, table

CASES = table("cases.csv")
FIGURES = table("parameters.csv")
GRADES = ("junior", "mid", "senior")


def result(document: Document, case: dict[str, str]) -> dict[str, str]:
    """What the document says to a worked case, in the columns of the table."""
    answers = {grade: explain.answer(document, person(case), grade) for grade in GRADES}
    clause = case["said"].partition("=")[0]
    findings = [each for answer in answers.values() for each in answer.findings]
    said = next((each.found.zh for each in findings if each.clause == clause), "")
    return {grade: str(answers[grade].verdict) for grade in GRADES} | {
        "said": f"{clause}={said}" if clause else ""
    }


def expected(case: dict[str, str]) -> dict[str, str]:
    return {column: case[column] for column in (*GRADES, "said")}


@pytest.mark.parametrize("case", CASES, ids=[f"{c['case_id']}-{c['edition']}" for c in CASES])
def test_worked_case(case: dict[str, str]) -> None:
    assert result(EDITIONS[case["edition"]], case) == expected(case)


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=list(EDITIONS))
def test_parameters_are_what_a_second_hand_wrote_down(edition: Document) -> None:
    day = str(edition.effective_from)
    written = {row["parameter"]: int(row["value"]) for row in FIGURES if row["edition"] == day}
    assert {name: each.value for name, each in edition.parameters.items()} == written


def marks(document: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Where the figures of a plain document are: every integer, and every choice compared with."""

    def walk(part: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        if isinstance(part, int) and not isinstance(part, bool):
            yield path
        for key, value in (
            part.items()
            if isinstance(part, dict)
            else enumerate(part)
            if isinstance(part, list)
            else ()
        ):
            yield from walk(value, (*path, key))

    yield from walk(document, ())
    for place, clause in enumerate(document["clause"]):
        for word in ("at_least", "at_most", "is"):
            if isinstance(clause.get(word), str):
                yield "clause", place, word


def nudged(document: dict[str, Any], path: tuple[Any, ...], by: int) -> dict[str, Any]:
    changed = deepcopy(document)
    part = changed
    for key in path[:-1]:
        part = part[key]
    figure = part[path[-1]]
    if isinstance(figure, str):
        ids = [each["id"] for each in document["facts"][part["fact"]]["among"]]
        figure = ids[(ids.index(figure) + by) % len(ids)]
    else:
        figure += by
    part[path[-1]] = figure
    return changed


def noticed(changed: dict[str, Any], day: str) -> bool:
    """Whether some row of the tables disagrees with a changed document, or the lint refuses it."""
    try:
        document = documents.shape(changed)
    except DocumentRefused:
        return True
    return any(
        row["edition"] == day and document.parameters[row["parameter"]].value != int(row["value"])
        for row in FIGURES
    ) or any(case["edition"] == day and result(document, case) != expected(case) for case in CASES)


@pytest.mark.parametrize("day", EDITIONS)
def test_no_figure_can_move_without_a_case_noticing(day: str) -> None:
    document = documents.plain(EDITIONS[day])
    figures = list(marks(document))
    loose = [
        (path, by)
        for path in figures
        for by in (-1, 1)
        if not noticed(nudged(document, path, by), day)
    ]
    assert len(figures) > 30
    assert loose == []


def second_reading(person: dict[str, Any], hours: int) -> dict[str, str]:
    """The conditions as a clerk would read them out, in three values; None is not known."""

    def least(name: str, mark: int) -> bool | None:
        return None if person[name] is None else person[name] >= mark

    def among(name: str, *ids: str) -> bool | None:
        return None if person[name] is None else person[name] in ids

    def every(*conditions: bool | None) -> bool | None:
        return False if False in conditions else None if None in conditions else True

    def some(*conditions: bool | None) -> bool | None:
        return True if True in conditions else None if None in conditions else False

    anybody = every(among_identity(person), (person["integrity_bars"] or 0) == 0)
    bachelor = among("education", "bachelor", "master", "doctor")
    associate = among("education", "associate", "bachelor", "master", "doctor")
    doctor = among("education", "doctor")
    junior = every(
        anybody,
        least("class_minutes", hours * 45),
        some(bachelor, every(associate, least("practice_months", 12))),
    )
    holds = among("held_level", "junior", "mid", "senior")
    mid = every(
        anybody,
        least("class_minutes", 60 * 45),
        some(
            doctor,
            every(associate, holds, least("held_months", 36)),
            every(among("education", "master", "doctor"), holds, least("held_months", 12)),
        ),
        some(least("contracts", 5), least("contract_fen", 1_000_000 * 100)),
    )
    holds = among("held_level", "mid", "senior")
    senior = every(
        anybody,
        least("class_minutes", 80 * 45),
        some(
            every(bachelor, holds, least("held_months", 48)),
            every(doctor, holds, least("held_months", 12)),
        ),
        least("contracts", 15),
        least("contract_fen", 5_000_000 * 100),
    )
    named = {True: "yes", False: "no", None: "unknown"}
    return {"junior": named[junior], "mid": named[mid], "senior": named[senior]}


def among_identity(person: dict[str, Any]) -> bool | None:
    return None if person["identity_recorded"] is None else person["identity_recorded"] == 1


@settings(max_examples=400, deadline=None)
@given(people(LATEST), st.sampled_from([("2024-10-01", 32), ("2026-01-01", 40)]))
def test_a_second_reading_agrees(person: dict[str, Any], edition: tuple[str, int]) -> None:
    day, hours = edition
    answers = {grade: explain.answer(EDITIONS[day], person, grade) for grade in GRADES}
    assert {g: str(a.verdict) for g, a in answers.items()} == second_reading(person, hours)


@settings(max_examples=100, deadline=None)
@given(people(LATEST))
def test_the_whole_document_gives_the_highest_grade_proven_and_possible(
    person: dict[str, Any],
) -> None:
    verdicts = [explain.answer(LATEST, person, grade).verdict for grade in GRADES]
    whole = explain.answer(LATEST, person)
    ranks = range(1, 4)
    proven = max((r for r, v in zip(ranks, verdicts, strict=True) if v == "yes"), default=0)
    possible = max((r for r, v in zip(ranks, verdicts, strict=True) if v != "no"), default=0)
    assert (whole.proven, whole.possible) == (proven, possible)


def test_the_editions_differ_in_the_hours_and_the_validity() -> None:
    earlier, later = (documents.plain(EDITIONS[day]) for day in ("2024-10-01", "2026-01-01"))
    differ = [
        (old["id"], old.get("at_least"), new.get("at_least"))
        for old, new in zip(earlier["clause"], later["clause"], strict=True)
        if old != new
    ]
    assert differ == [("junior_hours", 32 * 45, 40 * 45)]
    assert earlier["facts"] == later["facts"]
    months = [edition["parameters"].pop("validity_months") for edition in (earlier, later)]
    assert [each["value"] for each in months] == [24, 36]
    assert earlier["parameters"] == later["parameters"]


@pytest.mark.parametrize(
    ("on", "counts"),
    [
        (date(2024, 10, 1), "2024-10-01"),
        (date(2025, 12, 31), "2024-10-01"),
        (date(2026, 1, 1), "2026-01-01"),
    ],
)
def test_the_edition_of_a_day(on: date, counts: str) -> None:
    chosen = in_force(EDITIONS.values(), on=on, known_by=on)
    assert chosen is EDITIONS[counts]


def test_an_answer_says_what_it_rests_on() -> None:
    holder = person(next(case for case in CASES if case["case_id"] == "J01"))
    answer = explain.answer(LATEST, holder, "junior")
    assert answer.illustrative
    assert "junior_hours" in answer.relies_on
    assert "no_bar" not in answer.relies_on
    assert {finding.clause for finding in answer.findings}.isdisjoint({"mid", "senior_route"})


def test_parameters_are_read_with_their_standing() -> None:
    validity = LATEST.parameter("validity_months")
    assert validity.unit.en == "months"
    assert not LATEST.status_of(validity).settled
    with pytest.raises(KeyError):
        LATEST.parameter("no_such_figure")
