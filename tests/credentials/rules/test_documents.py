"""What a policy file may look like, and every way it is refused."""

import hashlib
from typing import Any

import pytest

from credentials.rules import documents
from credentials.rules.columns import FUNCTIONS
from credentials.rules.documents import DocumentRefused
from tests.credentials.rules.drafts import (
    DAY,
    RATIO,
    YES_NO,
    Draft,
    choice,
    clause,
    draft,
    number,
    shaped,
    words,
)
from tests.credentials.rules.evaluation import FOLDER, LATEST

MONTHS = {"months": number(most=100)}
ENOUGH = clause("enough", fact="months", at_least=12)
BANDS = clause("bands", fact="months", bands=[[0, 0], [12, 5]])


def faults(written: Draft) -> set[tuple[str, str]]:
    with pytest.raises(DocumentRefused) as refused:
        documents.shape(written, "draft.toml")
    assert str(refused.value).startswith("draft.toml: ")
    return {(error.field, error.code) for error in refused.value.errors}


def with_clauses(*clauses: Draft, facts: Draft = MONTHS, **more: Any) -> Draft:
    return draft(facts, list(clauses), **({"verdict": "enough"} | more))


def test_a_sound_draft_is_accepted() -> None:
    document = documents.shape(with_clauses(ENOUGH))
    assert document.verdict == "enough"
    assert document.edition == "draft-2026-01-01"


LEAF_FAULTS: list[tuple[Draft, Draft, str]] = [
    (MONTHS, {"fact": "months", "bands": [[0, 0], [9, 1], [5, 2]]}, "bands-unordered"),
    (MONTHS, {"fact": "months", "bands": [[0, 0], [5, 1], [5, 2]]}, "bands-unordered"),
    (MONTHS, {"fact": "months", "bands": [[1, 0], [5, 1]]}, "bands-begin-late"),
    (MONTHS, {"fact": "months", "bands": [[0, 0], [101, 1]]}, "mark-impossible"),
    (MONTHS, {"fact": "months", "at_least": 101}, "mark-impossible"),
    (MONTHS, {"fact": "months", "at_least": "12"}, "mark-impossible"),
    (MONTHS, {"fact": "months", "choices": {"low": 1}}, "wrong-kind"),
    (MONTHS, {"fact": "years", "at_least": 1}, "unknown-fact"),
    (MONTHS, {"fact": "months", "per": {"each": 12, "points": 3, "at_most": -9}}, "cap-other-side"),
    (MONTHS, {"fact": "months", "per": {"each": 12, "points": 0, "at_most": 9}}, "cap-other-side"),
    ({"n": number()}, {"fact": "n", "per": {"each": 1, "points": 3}}, "no-cap"),
    ({"n": number(least=-5)}, {"fact": "n", "per": {"each": 1, "points": 3}}, "wrong-kind"),
    ({"c": choice("low", "high")}, {"fact": "c", "choices": {"low": 1}}, "choices-differ"),
    ({"c": choice("low", "high")}, {"fact": "c", "at_least": "middle"}, "mark-impossible"),
    ({"c": choice("low", "high")}, {"fact": "c", "at_least": 1}, "mark-impossible"),
    ({"c": choice("low", "high")}, {"fact": "c", "bands": [[0, 1]]}, "wrong-kind"),
    ({"y": YES_NO}, {"fact": "y", "is": 2}, "mark-impossible"),
    ({"d": DAY}, {"fact": "d", "at_least": "1974-02-30"}, "mark-impossible"),
    ({"d": DAY}, {"fact": "d", "at_least": 1974}, "mark-impossible"),
    ({"d": DAY}, {"fact": "d", "bands": [["1974-01-01", 1]]}, "wrong-kind"),
    ({"y": YES_NO}, {"fact": "y", "per": {"each": 1, "points": 3}}, "wrong-kind"),
    ({"r": RATIO}, {"fact": "r", "at_most": "0.8"}, "wrong-kind"),
    ({"r": RATIO}, {"fact": "r", "at_least": "4/0"}, "mark-impossible"),
    ({"r": RATIO}, {"fact": "r", "at_least": "-1"}, "mark-impossible"),
]


@pytest.mark.parametrize(("facts", "leaf", "code"), LEAF_FAULTS)
def test_a_leaf_with_figures_its_fact_cannot_have(facts: Draft, leaf: Draft, code: str) -> None:
    written = with_clauses(ENOUGH, clause("leaf", **leaf), facts=MONTHS | facts)
    assert faults(written) == {("clause leaf", code)}


FOLD_FAULTS: list[tuple[Draft, str]] = [
    ({"all": ["later"]}, "not-earlier"),
    ({"all": ["fold"]}, "not-earlier"),
    ({"all": ["enough", "enough"]}, "named-twice"),
    ({"all": ["bands"]}, "no-condition"),
    ({"worth": {"clause": "bands", "points": 3}}, "no-condition"),
    ({"sum": ["enough"]}, "no-points"),
    ({"reach": {"clause": "enough", "points": 1}}, "no-points"),
    ({"count": {"of": ["enough"], "need": 2}}, "too-many-needed"),
    ({"provided": {"points": "bands", "when": "later"}}, "not-earlier"),
    ({"all": ["enough"], "unit": {"zh": "元", "en": "yuan"}}, "unit-without-points"),
    ({"python": "unheard_of", "gives": "condition", "facts": ["months"]}, "unknown-function"),
]


@pytest.mark.parametrize(("fold", "code"), FOLD_FAULTS)
def test_a_fold_over_what_it_cannot_stand_on(fold: Draft, code: str) -> None:
    later = clause("later", fact="months", at_least=1)
    assert "unheard_of" not in FUNCTIONS
    assert faults(with_clauses(ENOUGH, BANDS, clause("fold", **fold), later)) == {
        ("clause fold", code)
    }


def test_a_proviso_hangs_points_on_a_condition_and_not_the_other_way() -> None:
    proviso = clause("proviso", provided={"points": "enough", "when": "bands"})
    assert faults(with_clauses(ENOUGH, BANDS, proviso)) == {
        ("clause proviso", "no-points"),
        ("clause proviso", "no-condition"),
    }


def test_every_fault_is_told_at_once() -> None:
    written = with_clauses(
        ENOUGH,
        clause("enough", fact="years", at_least=1),
        facts=MONTHS | {"idle": number(least=9, most=1), "twice": choice("low", "low")},
        verdict="nothing",
        score="enough",
    )
    assert faults(written) == {
        ("clause enough", "id-twice"),
        ("clause enough", "unknown-fact"),
        ("facts idle", "unused-fact"),
        ("facts idle", "range-empty"),
        ("facts twice", "unused-fact"),
        ("facts twice", "id-twice"),
        ("nothing", "no-condition"),
        ("enough", "no-points"),
    }


def test_what_no_record_counts_as_must_be_possible() -> None:
    facts = {"months": number(most=9, if_absent={"value": 10, "cite": "第九条"})}
    written = with_clauses(clause("enough", fact="months", at_least=1), facts=facts)
    assert faults(written) == {("facts months", "mark-impossible")}


BESIDE: Draft = {"text": words("beside"), "cite": "第一条"}
TITLE: Draft = {
    "document": "residence-points",
    "fact": "title_skill",
    "value": "mid_title",
    "active": True,
}


@pytest.mark.parametrize(
    ("top", "fault"),
    [
        ({"verdict": None}, ("verdict", "verdict-or-grades")),
        ({"grades": {"junior": "enough"}}, ("verdict", "verdict-or-grades")),
        ({"verdict": None, "grades": {}}, ("grades", "grades-alike")),
        ({"verdict": None, "grades": {"a": "enough", "b": "enough"}}, ("grades", "grades-alike")),
        ({"repealed": True}, ("repealed", "repealed-rules")),
        ({"figures_alone": True}, ("figures_alone", "figures-alone-rules")),
        ({"routes": {"a": "enough"}}, ("verdict", "verdict-or-grades")),
        ({"verdict": None, "routes": {"a": "enough", "b": "enough"}}, ("grades", "grades-alike")),
        ({"verdict": None, "routes": {"a": "nothing"}}, ("nothing", "no-condition")),
        (
            {"checklists": {"papers": {**BESIDE, "items": [words("i")], "opened_by": "bands"}}},
            ("checklists papers", "no-condition"),
        ),
        (
            {"recognition": [{**BESIDE, "grade": "senior", **TITLE}]},
            ("recognition residence-points senior", "no-grade"),
        ),
    ],
)
def test_a_file_answers_one_question(top: Draft, fault: tuple[str, str]) -> None:
    assert faults(with_clauses(ENOUGH, BANDS, **top)) == {fault}


def test_a_repeal_is_an_edition_without_clauses() -> None:
    assert shaped({}, [], repealed=True).repealed


SHAPE_FAULTS: list[tuple[Draft, str, str]] = [
    ({"at_least": 1, "colour": 3}, "leaf at_least colour", "extra-forbidden"),
    ({"at_least": 1, "at_most": 3}, "leaf at_least at_most", "extra-forbidden"),
    ({}, "leaf", "union-tag-not-found"),
    ({"at_least": 1, "cite": ""}, "leaf at_least cite", "string-too-short"),
    ({"at_least": 1, "id": "Leaf"}, "Leaf at_least id", "string-pattern-mismatch"),
    ({"all": []}, "leaf all all", "too-short"),
]


@pytest.mark.parametrize(("made", "place", "code"), SHAPE_FAULTS)
def test_a_clause_of_the_wrong_shape(made: Draft, place: str, code: str) -> None:
    leaf = clause("leaf", fact="months") | made
    assert (f"clause {place}", code) in faults(with_clauses(ENOUGH, leaf))


def test_a_clause_without_citation_or_english_is_refused() -> None:
    bare = {"id": "bare", "text": {"zh": "条件"}, "fact": "months", "at_least": 1}
    assert faults(with_clauses(ENOUGH, bare)) == {
        ("clause bare at_least cite", "missing"),
        ("clause bare at_least text en", "missing"),
    }


@pytest.mark.parametrize("figure", ["12.0", "0.5", "true"])
def test_only_exact_figures_are_read(figure: str) -> None:
    text = (FOLDER / "2026-01-01.toml").read_text(encoding="utf-8")
    with pytest.raises(DocumentRefused) as refused:
        documents.load(text.replace("at_least = 12\n", f"at_least = {figure}\n"), "file.toml")
    assert {error.field.split()[1] for error in refused.value.errors} == {
        "practice",
        "held_for_mid_by_master",
        "held_for_senior_by_doctor",
    }


@pytest.mark.parametrize("text", ["id = ", 'id = "a"\nid = "b"', b"\xff"])
def test_what_is_not_toml_is_refused(text: str | bytes) -> None:
    with pytest.raises(DocumentRefused) as refused:
        documents.load(text, "broken.toml")
    assert [error.code for error in refused.value.errors] == ["not-toml"]


def test_the_digest_is_of_the_rule_not_of_its_spelling() -> None:
    text = (FOLDER / "2026-01-01.toml").read_text(encoding="utf-8")
    kept = documents.digest(LATEST)
    assert len(kept) == 64
    for same in (
        text + "\n# a remark\n",
        text.replace("at_least = 100_000_000", "at_least = 100000000"),
        text.replace("on = 2026-11-23", "on = 2027-11-01"),
    ):
        assert same != text
        assert documents.digest(documents.load(same)) == kept
    for other in (
        text.replace("at_least = 1800", "at_least = 1801"),
        text.replace("divide = 45", "divide = 60"),
        text.replace("示例条件 第六条", "示例条件 第七条"),
        text.replace("effective_from = 2026-01-01", "effective_from = 2026-01-02"),
    ):
        assert documents.digest(documents.load(other)) != kept


def test_the_digest_is_the_canonical_json_of_the_file() -> None:
    """Against a digest made by hand from the bytes that RFC 8785 prescribes."""
    document = shaped({}, [], repealed=True)
    by_hand = (
        '{"clause":[],"effective_from":"2026-01-01","facts":{},"id":"draft",'
        '"published":"2025-12-01","repealed":true,'
        '"source":{"citation":"draft","issuer":"desk","number":"1"},'
        '"status":"cited","title":{"en":"draft","zh":"draft"}}'
    )
    assert documents.digest(document) == hashlib.sha256(by_hand.encode()).hexdigest()


def test_a_document_cannot_be_changed() -> None:
    document = shaped(MONTHS, [ENOUGH], verdict="enough")
    with pytest.raises(ValueError, match="frozen"):
        document.verdict = "other"  # type: ignore[misc]
