"""Every policy document: worked cases, no figure unchecked, one meaning a name, links that hold."""

from typing import Any

import pytest

from credentials.rules import cases, documents, questions
from credentials.rules.case_columns import Columns
from credentials.rules.documents import Document
from credentials.rules.facts import Amount, Choice, Elapsed, Fact, Number
from credentials.rules.sources import Status
from tests.credentials.rules.policies import (
    EDITIONS,
    EVERY,
    FOLDER,
    LATEST,
    NAMES,
    OF_FIGURES,
    Tables,
    columns_of,
    figures_of,
    marks,
    rows_of,
    said,
)

every_document = pytest.mark.parametrize("name", NAMES)
every_edition = pytest.mark.parametrize("edition", EVERY, ids=[each.edition for each in EVERY])


def test_the_documents_are_these() -> None:
    assert NAMES == [
        "continuing-education",
        "evaluation",
        "housing",
        "professional-titles",
        "residence-points",
        "residence-to-hukou",
        "talent-introduction",
        "talent-programmes",
        "technology-manager-ladder",
        "work-permit-points",
    ]


@every_document
def test_worked_cases(name: str) -> None:
    table = cases.read((FOLDER / name / "cases.csv").read_text(encoding="utf-8"))
    report = cases.check(EDITIONS[name], table, columns_of(name))
    assert report.differences == ()
    assert report.cases >= len(table) > 20
    assert all(row["source"] for row in table)


@every_edition
def test_each_edition_is_tried(edition: Document) -> None:
    assert len(rows_of(edition)) > 20


@pytest.mark.parametrize("edition", [*EVERY, *OF_FIGURES], ids=lambda each: each.edition)
def test_parameters_are_what_a_second_hand_wrote(edition: Document) -> None:
    assert {name: each.value for name, each in edition.parameters.items()} == figures_of(edition)


def own_figures(edition: Document) -> list[tuple[Any, ...]]:
    """The figures of an edition that do not stand just so in the next one."""
    editions = EDITIONS[edition.id]
    after = editions[editions.index(edition) + 1 :]
    plain, later = documents.plain(edition), documents.plain(after[0]) if after else {}
    clauses = {each["id"]: each for each in later.get("clause", [])}

    def stands(path: tuple[Any, ...]) -> bool:
        if path[0] == "clause":
            clause = plain["clause"][path[1]]
            return bool(clauses.get(clause["id"]) == clause)
        return bool(later.get(path[0], {}).get(path[1]) == plain[path[0]][path[1]])

    return [path for path in marks(plain) if not stands(path)]


@every_edition
def test_no_figure_can_move_without_a_case_noticing(edition: Document) -> None:
    tables, plain = Tables(edition), documents.plain(edition)
    loose = [
        f"{edition.edition}: {said(plain, path)} {by:+}"
        for path in own_figures(edition)
        for by in (-1, 1)
        if not tables.notice(path, by)
    ]
    assert loose == []


@every_edition
def test_words_stand_in_both_languages_and_differ(edition: Document) -> None:
    texts = [edition.title, *(each.text for each in edition.clauses)]
    texts += [each.text for each in edition.facts.values()]
    for text in texts:
        assert not text.en.strip().isdigit()
        assert text.en.isascii()
        assert not text.zh.isascii()


def kind(fact: Fact) -> tuple[Any, ...]:
    """What a fact is, however much of it a document asks for."""
    unit = fact.unit.zh if isinstance(fact, Amount) else None
    counts = fact.counts if isinstance(fact, Elapsed) else None
    return type(fact), unit, counts


def test_a_fact_means_the_same_in_every_document() -> None:
    """The register gathers a fact once, by its name, and hands it to whichever document asks."""
    met: dict[str, Fact] = {}
    for edition in EVERY:
        for name, fact in edition.facts.items():
            known = met.setdefault(name, fact)
            assert kind(fact) == kind(known), (edition.edition, name)
            if isinstance(fact, Choice) and isinstance(known, Choice):
                shared = [each for each in fact.ids if each in known.ids]
                assert shared == [each for each in known.ids if each in fact.ids], name
                assert len(shared) > 1, name


def test_links_between_documents_hold() -> None:
    links = [(edition, link) for edition in EVERY for link in edition.recognition]
    for edition, link in links:
        fact = LATEST[link.document].facts[link.fact]
        fact.value(link.value)
        assert link.active or edition.status_of(link) is Status.ILLUSTRATIVE
    between = [link for _, link in links if link.document == "evaluation"]
    assert len(between) == 3
    assert not any(link.active for link in between)


def test_the_demonstration_switch_is_off_and_one_figure_turns_it_on() -> None:
    document = LATEST["talent-introduction"]
    written = documents.plain(document)
    switch = next(c for c in written["clause"] if c["id"] == "demonstration_institution")
    person = next(r for r in Tables(document).people if r["key_institution_basis"] == "high_tech")
    asked = {**person, "key_institution_basis": "tech_transfer_demo"}

    def routes(edition: Document) -> str:
        row = {name: str(value) for name, value in asked.items()} | {"yes": "?"}
        (difference,) = cases.compare(edition, [row], Columns())
        return difference.got

    assert routes(document) == "none"
    switch["choices"]["tech_transfer_demo"] = 1
    assert "class_5" in routes(documents.shape(written)).split()


def test_the_trial_edition_differs_from_the_later_one() -> None:
    first, last = EDITIONS["residence-points"][0], EDITIONS["residence-points"][-1]
    caps = [edition.by_id["invest_tax"].model_dump()["per"]["at_most"] for edition in (first, last)]
    assert caps == [100, 120]
    windows = [edition.facts["base_months_1_0"] for edition in (first, last)]
    assert [w.counted.last for w in windows if isinstance(w, Number) and w.counted] == [36, 48]
    assert "special" not in first.by_id


def test_where_a_rule_is_not_known_the_answer_says_so() -> None:
    uncertain = {
        "residence-points": {"public_service", "eligible"},
        "residence-to-hukou": {"standard_7y", "intermediary_5y"},
        "talent-introduction": {"class_12", "demonstration_institution"},
        "technology-manager-ladder": {"direct"},
        "work-permit-points": {"local", "up_to_70"},
        "talent-programmes": {"pujiang"},
        "housing": {"pudong", "minhang", "xuhui", "lingang"},
    }
    for name, clauses in uncertain.items():
        document = LATEST[name]
        for clause in clauses:
            assert not document.status_of(document.by_id[clause]).settled, clause


def test_what_if_names_turning_points_of_real_documents() -> None:
    document = LATEST["residence-points"]
    tables = Tables(document)
    near = next(
        person
        for row, person in zip(tables.rows, tables.people, strict=True)
        if row["case_id"] == "P085"
    )
    found = questions.what_if(document, near)
    assert found["insured_months"] == 12
    assert found["spouse_years"] == 1
    assert found["base_months_0_8"] == 36
    assert found["education"] == "bachelor"
    assert "age" not in found
