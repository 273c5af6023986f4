"""Every word of the language on small tables, with what it says and what would change it."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from credentials.rules import columns, evaluator, evidence, explain, questions
from credentials.rules.columns import Column, Floats, Function
from credentials.rules.documents import Document
from credentials.rules.evidence import FactsRefused
from tests.credentials.rules.drafts import DAY, RATIO, YES_NO, Draft, choice, clause, number, shaped


def points_of(facts: Draft, made: Draft, person: dict[str, Any]) -> tuple[int, int, int | None]:
    """The interval and row of one clause that gives points."""
    reach = clause("enough", reach={"clause": "it", "points": 1})
    document = shaped(facts, [clause("it", **made), reach], verdict="enough", score="it")
    column = evaluator.decide(document, evidence.columns(document, [person]))["it"]
    row = None if column.row is None else int(column.row[0])
    return int(column.proven[0]), int(column.possible[0]), row


PER = {"each": 12, "points": 3, "at_most": 10}
ONCE = {"each": 12, "points": 2, "at_most": 20, "once": 60}
MONTHS = {"n": number(most=120)}
DEGREE = {"c": choice("none", "bachelor", "master")}
BANDED: Draft = {"fact": "n", "bands": [[0, 30], [44, 29], [60, 0]]}
CHOSEN: Draft = {"fact": "c", "choices": {"master": 100, "none": 0, "bachelor": 90}}


@pytest.mark.parametrize(
    ("facts", "made", "value", "result"),
    [
        (MONTHS, BANDED, 43, (30, 30, 0)),
        (MONTHS, BANDED, 44, (29, 29, 1)),
        (MONTHS, BANDED, 60, (0, 0, 2)),
        (MONTHS, BANDED, None, (0, 30, -1)),
        (DEGREE, CHOSEN, "bachelor", (90, 90, 1)),
        (DEGREE, CHOSEN, "master", (100, 100, 2)),
        (DEGREE, CHOSEN, None, (0, 100, -1)),
        (MONTHS, {"fact": "n", "per": PER}, 11, (0, 0, 0)),
        (MONTHS, {"fact": "n", "per": PER}, 12, (3, 3, 1)),
        (MONTHS, {"fact": "n", "per": PER}, 36, (9, 9, 3)),
        (MONTHS, {"fact": "n", "per": PER}, 48, (10, 10, 4)),
        (MONTHS, {"fact": "n", "per": PER}, 120, (10, 10, 4)),
        (MONTHS, {"fact": "n", "per": PER}, None, (0, 10, -1)),
        (MONTHS, {"fact": "n", "per": ONCE}, 59, (0, 0, 0)),
        (MONTHS, {"fact": "n", "per": ONCE}, 60, (10, 10, 5)),
        (MONTHS, {"fact": "n", "per": {"each": 1, "points": -50}}, 2, (-100, -100, 2)),
        (MONTHS, {"fact": "n", "per": {"each": 60, "points": -50}}, None, (-100, 0, -1)),
        (MONTHS, {"fact": "n", "per": {"each": 1, "points": -50, "at_most": -120}}, 3,
         (-120, -120, 3)),
    ],
)  # fmt: skip
def test_points(facts: Draft, made: Draft, value: Any, result: tuple[int, int, int]) -> None:
    assert points_of(facts, made, {next(iter(facts)): value}) == result


PASS = shaped(
    {
        "age": number("no", most=100),
        "degree": choice("none", "bachelor", "master"),
        "title": choice("none", "mid", "senior"),
        "months": number(most=600),
        "base": RATIO,
        "crime": {**YES_NO, "moves": "no"},
    },
    [
        clause("age", fact="age", bands=[[0, 30], [44, 29], [61, 0]]),
        clause("degree", fact="degree", choices={"none": 0, "bachelor": 90, "master": 100}),
        clause("title", fact="title", choices={"none": 0, "mid": 100, "senior": 140}),
        clause("better", best_of=["degree", "title"]),
        clause("insurance", fact="months", per={"each": 12, "points": 3}),
        clause("base", fact="base", bands=[[0, 0], ["0.8", 25], [1, 50]], status="unverified"),
        clause("long", fact="months", at_least=120),
        clause("bonus", worth={"clause": "long", "points": 10}),
        clause("total", sum=["age", "better", "insurance", "base", "bonus"]),
        clause("mark", reach={"clause": "total", "points": 120}),
        clause("crime", fact="crime", **{"is": 1}),
        clause("no_veto", none=["crime"]),
        clause("eligible", all=["mark", "no_veto"]),
    ],
    verdict="eligible",
    score="total",
)
NEARLY: dict[str, Any] = {
    "age": 44,
    "degree": "bachelor",
    "title": "none",
    "months": 11,
    "base": "0.79",
    "crime": 0,
}


@pytest.mark.parametrize(
    ("day", "verdict"),
    [("1974-01-01", "yes"), ("1973-12-31", "no"), ("2000-02-29", "yes"), (None, "unknown")],
)
def test_born_on_a_day_or_later(day: str | None, verdict: str) -> None:
    young = clause("young", fact="born", at_least="1974-01-01")
    document = shaped({"born": DAY}, [young], verdict="young")
    answer = explain.answer(document, {"born": day})
    assert answer.verdict == verdict
    assert answer.findings[0].needed.zh == "1974-01-01及以后"
    assert answer.findings[0].found.en == (day or "no evidence")
    assert questions.what_if(document, {"born": day}) == {}


@pytest.mark.parametrize(("by", "day", "verdict"), [
    ("at_most", "1974-01-01", "yes"), ("at_most", "1974-01-02", "no"),
    ("is", "1974-01-01", "yes"), ("is", "1973-12-31", "no"),
])  # fmt: skip
def test_born_on_or_before_a_day(by: str, day: str, verdict: str) -> None:
    old = clause("old", fact="born", **{by: "1974-01-01"})
    document = shaped({"born": DAY}, [old], verdict="old")
    assert explain.answer(document, {"born": day}).verdict == verdict
    assert "1974-01-02" in questions.turning_points(document, "born")


@pytest.mark.parametrize(
    ("title", "gate", "points"),
    [
        ("senior", 1, (140, 140)),
        ("senior", 0, (0, 0)),
        ("senior", None, (0, 140)),
        (None, 1, (0, 140)),
        (None, 0, (0, 0)),
        (None, None, (0, 140)),
        ("barred", 1, (-50, -50)),
        ("barred", None, (-50, 0)),
    ],
)
def test_points_on_a_condition(title: str | None, gate: int | None, points: Any) -> None:
    document = shaped(
        {"title": choice("none", "senior", "barred"), "gate": YES_NO},
        [
            clause("row", fact="title", choices={"none": 0, "senior": 140, "barred": -50}),
            clause("open", fact="gate", **{"is": 1}),
            clause("counts", provided={"points": "row", "when": "open"}),
            clause("enough", reach={"clause": "counts", "points": 120}),
        ],
        verdict="enough",
        score="counts",
    )
    least = -50 if title is None and gate != 0 else points[0]
    answer = explain.answer(document, {"title": title, "gate": gate})
    assert (answer.proven, answer.possible) == (least, points[1])


def test_routes_stand_side_by_side() -> None:
    document = shaped(
        {"n": number(most=120)},
        [clause("long", fact="n", at_least=9), clause("short", fact="n", at_most=3)],
        routes={"first": "long", "second": "short"},
    )
    assert (document.ladder, list(document.asked)) == ((), ["first", "second"])
    assert explain.answer(document, {"n": 9}).verdict == "yes"
    assert explain.answer(document, {"n": 9}, "second").verdict == "no"
    assert explain.answer(document, {"n": 5}).verdict == "no"
    assert explain.answer(document, {}).verdict == "unknown"
    assert questions.what_if(document, {"n": 5}, "first") == {"n": 9}
    with pytest.raises(KeyError):
        explain.answer(document, {"n": 9}, "third")


YUAN = {"zh": "元", "en": "yuan"}


def test_points_may_count_something_else_and_stop_at_a_fact() -> None:
    document = shaped(
        {"class": choice("none", "d"), "rent": number("no", most=9000)},
        [
            clause("standard", fact="class", choices={"none": 0, "d": 4000}, unit=YUAN),
            clause(
                "allowance", python="no_more_than", gives="points", facts=["rent"],
                of=["standard"], unit=YUAN,
            ),
            clause("some", reach={"clause": "allowance", "points": 1}, unit=YUAN),
        ],
        verdict="some",
        score="allowance",
    )  # fmt: skip

    def allowance(**person: Any) -> tuple[int, int]:
        answer = explain.answer(document, {"class": "d", **person})
        return answer.proven, answer.possible

    assert allowance(rent=3000) == (3000, 3000)
    assert allowance(rent=4000) == allowance(rent=9000) == (4000, 4000)
    assert allowance() == (0, 4000)
    assert allowance(**{"class": None, "rent": 3000}) == (0, 3000)
    findings = {
        f.clause: f for f in explain.answer(document, {"class": "d", "rent": 3000}).findings
    }
    assert findings["allowance"].found.zh == "3,000 元"
    assert findings["standard"].needed.zh == "按项计分，最高 4,000 元"
    assert findings["some"].needed.en == "at least 1 yuan"


def test_one_point_short_and_what_would_change_it() -> None:
    answer = explain.answer(PASS, NEARLY)
    assert (answer.verdict, answer.proven, answer.possible) == ("no", 119, 119)
    assert questions.what_if(PASS, NEARLY) == {
        "degree": "master",
        "title": "mid",
        "months": 12,
        "base": "0.8",
    }


def test_missing_evidence_is_an_interval_and_names_what_is_missing() -> None:
    answer = explain.answer(PASS, NEARLY | {"base": None})
    assert (answer.verdict, answer.proven, answer.possible) == ("unknown", 119, 169)
    assert answer.missing == ("base",)
    assert answer.relies_on == ("base",)
    total = next(finding for finding in answer.findings if finding.clause == "total")
    assert total.found.zh == "119 至 169 分"


def test_a_veto_beats_every_total_and_a_missing_record_only_blocks_the_yes() -> None:
    strong = NEARLY | {"title": "senior"}
    assert explain.answer(PASS, strong).verdict == "yes"
    assert questions.what_if(PASS, strong) == {}
    assert explain.answer(PASS, strong | {"crime": None}).verdict == "unknown"
    assert explain.answer(PASS, strong | {"crime": 1}).verdict == "no"
    assert explain.answer(PASS, NEARLY | {"crime": 1, "base": None}).verdict == "no"
    assert questions.what_if(PASS, NEARLY | {"crime": 1}) == {}


@pytest.mark.parametrize(
    ("yuan", "average", "points"),
    [(9947, 12434, 0), (9948, 12434, 25), (12433, 12434, 25), (12434, 12434, 50)],
)
def test_ratios_are_exact(yuan: int, average: int, points: int) -> None:
    answer = explain.answer(PASS, NEARLY | {"base": f"{yuan}/{average}"})
    base = next(finding for finding in answer.findings if finding.clause == "base")
    assert (base.proven, base.possible) == (points, points)
    assert base.value == f"{yuan}/{average}"


def test_best_of_says_which_was_proven() -> None:
    persons = [NEARLY, NEARLY | {"title": "senior"}, NEARLY | {"title": None}]
    decided = evaluator.decide(PASS, evidence.columns(PASS, persons))
    row = decided["better"].row
    assert row is not None
    assert row.tolist() == [0, 1, 0]
    assert decided["better"].possible.tolist() == [90, 140, 140]


def test_grades_rank_as_their_conditions_stand_in_the_file() -> None:
    document = shaped(
        {"n": number(most=120)},
        [clause("first", fact="n", at_least=1), clause("second", fact="n", at_least=2)],
        grades={"a": "second", "z": "first"},
    )
    assert document.ladder == ("z", "a")
    answer = explain.answer(document, {"n": 1})
    assert (answer.verdict, answer.proven, answer.possible) == ("yes", 1, 1)
    assert explain.answer(document, {"n": None}).possible == 2
    assert explain.answer(document, {"n": 1}, "a").verdict == "no"
    assert questions.what_if(document, {"n": 1}, "a") == {"n": 2}
    with pytest.raises(KeyError):
        explain.answer(document, {"n": 1}, "b")


def test_what_no_record_counts_as_is_said_and_is_not_missing() -> None:
    facts = {"bars": number("no", if_absent={"value": 0, "cite": "第九条"})}
    document = shaped(facts, [clause("none", fact="bars", at_most=0)], verdict="none")
    answer = explain.answer(document, {})
    (finding,) = answer.findings
    assert (answer.verdict, answer.missing, finding.value) == ("yes", (), None)
    assert finding.needed.zh == "没有"
    assert finding.found.zh == "无记录，按 0 months计（第九条）"


def test_yes_and_no_may_be_given_as_such() -> None:
    document = shaped({"y": YES_NO}, [clause("said", fact="y", **{"is": 1})], verdict="said")
    for given, verdict, found in ((True, "yes", "是"), (1, "yes", "是"), (False, "no", "否")):
        answer = explain.answer(document, {"y": given})
        assert (answer.verdict, answer.findings[0].found.zh) == (verdict, found)
        assert explain.Answer.model_validate_json(answer.model_dump_json()) == answer


def test_words_are_made_from_the_figures() -> None:
    said = {
        f.clause: (f.needed.zh, f.needed.en, f.found.zh)
        for f in explain.answer(PASS, NEARLY).findings
    }
    assert said["mark"] == ("不少于 120 分", "at least 120 points", "不满足")
    assert said["insurance"] == (
        "每满 12 months计 3 分", "3 points for every full 12 months", "11 months",
    )  # fmt: skip
    assert said["long"] == ("不少于 120 months", "at least 120 months", "11 months")
    assert said["age"][0] == "按分档计分，最高 30 分"
    assert said["bonus"][:2] == ("满足时计 10 分", "10 points when met")
    assert said["no_veto"] == ("均不得出现", "none of its conditions", "满足")


@pytest.mark.parametrize(("met", "verdicts"), [(0, "no"), (1, "no"), (2, "yes"), (3, "yes")])
def test_so_many_of_several(met: int, verdicts: str) -> None:
    facts = dict.fromkeys("abc", YES_NO)
    leaves = [clause(f"has_{name}", fact=name, **{"is": 1}) for name in facts]
    two = clause("two", count={"of": [each["id"] for each in leaves], "need": 2})
    document = shaped(facts, [*leaves, two], verdict="two")
    given = {name: int(place < met) for place, name in enumerate(facts)}
    assert explain.answer(document, given).verdict == verdicts
    assert explain.answer(document, given | {"a": None}).verdict == {
        0: "no", 1: "no", 2: "unknown", 3: "yes",
    }[met]  # fmt: skip


@pytest.fixture
def odd_clause() -> Iterator[Document]:
    """A document with a clause no table can say: months beyond twice the other months."""

    def decide(facts: Mapping[str, Floats], below: columns.Columns) -> Column:
        known = facts["worked"] >= 2 * facts["studied"]
        gap = np.isnan(facts["worked"]) | np.isnan(facts["studied"])
        proven = (known & ~gap).astype(np.int64)
        return Column(proven * below["some"].proven, (known | gap) * below["some"].possible)

    columns.register("twice_as_long", Function(decide, {"worked": (20,)}))
    with pytest.raises(ValueError, match="twice_as_long"):
        columns.register("twice_as_long", Function(decide))
    odd = {"python": "twice_as_long", "gives": "condition", "facts": ["worked", "studied"]}
    yield shaped(
        {"worked": number(), "studied": number("no")},
        [clause("some", fact="studied", at_least=1), clause("odd", of=["some"], **odd)],
        verdict="odd",
    )
    del columns.FUNCTIONS["twice_as_long"]


def test_the_odd_clause_is_a_registered_function(odd_clause: Document) -> None:
    def verdict(**person: int | None) -> str:
        return explain.answer(odd_clause, person).verdict

    assert verdict(worked=20, studied=10) == "yes"
    assert verdict(worked=19, studied=10) == "no"
    assert verdict(worked=None, studied=10) == "unknown"
    assert verdict(worked=None, studied=0) == "no"
    assert questions.what_if(odd_clause, {"worked": 0, "studied": 10}) == {"worked": 20}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"degree": "professor"}, "degree"),
        ({"degree": 2}, "degree"),
        ({"months": -1}, "months"),
        ({"months": 601}, "months"),
        ({"months": "12"}, "months"),
        ({"months": True}, "months"),
        ({"crime": 2}, "crime"),
        ({"base": 0.8}, "base"),
        ({"base": "much"}, "base"),
        ({"base": "1/0"}, "base"),
        ({"height": 180}, "height"),
    ],
)
def test_facts_that_cannot_be_meant_are_refused(given: dict[str, Any], field: str) -> None:
    with pytest.raises(FactsRefused) as refused:
        explain.answer(PASS, NEARLY | given)
    assert [error.field for error in refused.value.errors] == [f"person 0 {field}"]


@pytest.mark.parametrize(
    "given",
    [
        {"months": np.array([601.0])},
        {"months": np.array([-1.0])},
        {"degree": np.array([3.0])},
        {"height": np.array([1.0])},
        {"months": np.array([1.0]), "age": np.array([1.0, 2.0])},
        {"months": np.array([[1.0]])},
    ],
)
def test_columns_that_cannot_be_meant_are_refused(given: dict[str, Floats]) -> None:
    with pytest.raises(FactsRefused):
        evaluator.decide(PASS, given)


def test_a_fact_left_out_is_missing_for_everybody() -> None:
    decided = evaluator.decide(PASS, {"age": np.array([30.0, 61.0])})
    assert decided["total"].proven.tolist() == [30, 0]
    assert decided["total"].possible.tolist() == [30 + 140 + 150 + 50 + 10, 140 + 150 + 50 + 10]
    assert evaluator.decide(PASS, {})["total"].possible.tolist() == [380]
