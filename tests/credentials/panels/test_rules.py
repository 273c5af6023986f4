"""The pure rules of panels: votes, lots, totals, agreement, ties, masks."""

import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials.panels import agreement, lots, masking, scoring, ties
from credentials.panels.scoring import Scale
from credentials.panels.ties import Candidate, Subject
from credentials.panels.words import Part, Tie
from registry.voting import least, reaches

SIZES = {
    3: 2, 4: 3, 5: 4, 6: 4, 7: 5, 8: 6, 9: 6, 10: 7, 11: 8, 12: 8, 13: 9, 14: 10, 15: 10, 16: 11,
    17: 12, 18: 12, 19: 13, 20: 14, 21: 14, 22: 15, 23: 16, 24: 16, 25: 17,
}  # fmt: skip
"""Of so many, at least so many are two thirds."""


@pytest.mark.parametrize(("whole", "needed"), SIZES.items())
def test_two_thirds_at_and_beside_the_threshold(whole: int, needed: int) -> None:
    assert least(whole, 2, 3) == needed
    assert [reaches(part, whole, 2, 3) for part in (needed - 1, needed, needed + 1)] == [
        False,
        True,
        True,
    ]
    assert not reaches(0, 0, 2, 3)


POOLS = st.lists(
    st.integers(1, 9999).map(lambda n: f"A-{n:04d}"), min_size=1, max_size=30, unique=True
)


@given(POOLS, st.text(min_size=1), st.text(min_size=1))
def test_a_draw_is_a_function_of_seed_and_pool_alone(
    pool: list[str], secret: str, word: str
) -> None:
    try:
        of = lots.seed(secret, word).encode().decode()
    except UnicodeEncodeError:
        return
    drawn = lots.order(pool, of)
    assert sorted(drawn) == sorted(pool)
    assert lots.order(reversed(pool), of) == drawn  # type: ignore[arg-type]
    # One more in the pool moves nobody else's place among the others.
    more = lots.order([*pool, "A-0000"], of)
    assert [each for each in more if each != "A-0000"] == drawn


def test_the_script_of_the_documentation_draws_the_same() -> None:
    script = Path(__file__).parents[3] / "docs" / "draw.py"
    assert len(script.read_text().splitlines()) <= 25
    pool = [f"A-{number:04d}" for number in range(1, 31)]
    secret, word = "seven dice: 4 1 6 2 2 5 3", "上证指数 3388.06"
    roll = ["A-0031:employer", *pool, "A-0032:declared"]
    said = subprocess.run(
        [sys.executable, str(script), secret, word, "5", *roll],
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    ).stdout.splitlines()
    assert said[0] == f"commitment {lots.commitment(secret)}"
    assert said[1] == f"roll {lots.roll_digest(roll)}"
    assert [line.split()[1] for line in said[2:]] == lots.order(pool, lots.seed(secret, word))
    assert [line.split()[2] for line in said[2:]] == ["seat"] * 5 + ["alternate"] * 25


WEIGHTS = {Part.KNOWLEDGE: 40, Part.SKILL: 30, Part.EXPERIENCE: 20, Part.PERFORMANCE: 10}


def test_a_total_is_weighted_by_part_and_function() -> None:
    lines = scoring.criteria(WEIGHTS, ())
    points = {"knowledge": 80, "skill": 70, "experience": 60, "performance": 50}
    assert scoring.total(points, lines) == 7000
    lines = scoring.criteria(WEIGHTS, ("finding", "trading"))
    assert [line.code for line in lines][1:3] == ["skill:finding", "skill:trading"]
    assert sum(line.weight for line in lines) == 1
    points |= {"skill:finding": 90, "skill:trading": 50}
    assert scoring.total(points, lines) == 7000


@given(st.lists(st.integers(0, 100), min_size=4, max_size=4))
def test_a_total_lies_between_the_least_and_most_points(points: list[int]) -> None:
    lines = scoring.criteria(WEIGHTS, ())
    given_for = dict(zip((line.code for line in lines), points, strict=True))
    total = scoring.total(given_for, lines)
    assert min(points) * 100 <= total <= max(points) * 100
    assert sum((line.weight for line in lines), Fraction(0)) == 1


def test_extremes_begin_at_the_figures() -> None:
    scale = Scale(100, 40, 95)
    assert [scale.extreme(points) for points in (0, 40, 41, 94, 95, 100)] == [
        True, True, False, False, True, True,
    ]  # fmt: skip


def test_who_is_far_from_the_median_is_marked() -> None:
    figures = {"tenths": 35, "least": 10}
    far = agreement.outliers({"a": 80, "b": 82, "c": 84, "d": 81, "e": 40}, **figures)
    assert far == {"e"}
    # A point or two is no outlier, however alike the others are.
    assert agreement.outliers({"a": 80, "b": 80, "c": 80, "d": 80.5, "e": 82}, **figures) == set()
    assert agreement.outliers({"a": 70, "b": 70, "c": 70}, **figures) == set()
    assert agreement.outliers({}, **figures) == set()
    assert agreement.distance(90, [60, 62, 90]) == pytest.approx(28 / (2 / 0.6745))


def test_kendalls_w_of_known_rankings() -> None:
    assert agreement.concordance([[1, 2, 3], [1, 2, 3], [1, 2, 3]]) == 1
    assert agreement.concordance([[1, 2, 3], [3, 2, 1]]) == 0
    # Three judges, six items; Siegel, Castellan 1988, p. 265: W = 0.16.
    judges = [[1, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]]
    assert agreement.concordance(judges) == pytest.approx(0.162, abs=0.001)
    assert agreement.concordance([[7, 7, 7], [7, 7, 7]]) is None
    assert agreement.concordance([[1, 2, 3]]) is None
    assert agreement.concordance([]) is None


PERSON = uuid4()
SUBJECT = Subject(
    person=PERSON,
    name="陈思远",
    employers=frozenset({"申城材料院", "前一家公司"}),
    parties=("临江大学；申城材料院",),
    contracts=frozenset({"2024-1"}),
    teachers=frozenset({"王 老师"}),
    recommenders=frozenset({"李教授"}),
    mentoring=frozenset({(MENTOR := uuid4())}),
)


@pytest.mark.parametrize(
    ("candidate", "tie"),
    [
        (Candidate("甲", "别处"), None),
        (Candidate("甲", "别处", person=PERSON), Tie.SELF),
        (Candidate("甲", " 前一家公司 "), Tie.EMPLOYER),
        (Candidate("甲", "别处", employers=frozenset({"申城材料院"})), Tie.EMPLOYER),
        (Candidate("甲", "临江大学"), Tie.CONTRACT),
        (Candidate("甲", "别处", contracts=frozenset({"2024-1"})), Tie.CONTRACT),
        (Candidate("甲", "别处", person=MENTOR), Tie.MENTOR),
        (Candidate("王老师", "别处"), Tie.TEACHER),
        (Candidate("李 教授", "别处"), Tie.RECOMMENDER),
        (Candidate("甲", "别处", declared=(("陈思远", "亲属"),)), Tie.DECLARED),
        (Candidate("甲", "别处", declared=(("前一家公司", "股东"),)), Tie.DECLARED),
        (Candidate("甲", "别处", declared=(("无关的人", "亲属"),)), None),
    ],
)
def test_every_kind_of_tie_is_found(candidate: Candidate, tie: Tie | None) -> None:
    found = ties.found(candidate, SUBJECT)
    assert (found[0] if found else None) == tie


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("陈思远", "陈*远"),
        ("王明", "王*"),
        ("古丽娜尔·买买提江", "古*******江"),
        ("Eleanor Whitfield", "E*** W***"),
        ("", ""),
    ],
)
def test_a_public_name_is_masked(name: str, masked: str) -> None:
    assert masking.masked(name) == masked


def test_names_are_taken_out_of_a_text() -> None:
    text = "陈思远在申城材料院上海分院工作，登记号 P-000001。"
    hidden = masking.hidden(text, ["陈思远", "申城材料院", "申城材料院上海分院", "P-000001", ""])
    assert hidden == "■■在■■工作，登记号 ■■。"
