"""Monthly histories and yearly figures: exact to the yuan, and a gap is an error."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials.rules import histories, series
from credentials.rules.documents import DocumentRefused
from credentials.rules.facts import Counted
from credentials.rules.series import NoFigure
from tests.credentials.rules.policies import FOLDER, LATEST

BOOK = series.load((FOLDER / "series.toml").read_bytes(), "series.toml")
WINDOW = Counted(history="contribution_base", last=48, at_least="0.8")


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("", 0),
        ("0.8x36|0.7x12", 36),
        ("0.7999x36", 0),
        ("9947/12434x36", 0),
        ("9948/12434x36", 36),
        ("0.7x13|0.8x36", 35),
        ("1x48|3x99", 48),
        (" 0.8 x36", 36),
    ],
)
def test_months_are_counted_exactly_within_the_window(text: str, months: int) -> None:
    assert histories.count(WINDOW, histories.read(text)) == months


@pytest.mark.parametrize("text", ["0.8", "0.8x", "x36", "0.8x-3", "-1x3", "1/0x3", "axb"])
def test_what_is_not_a_history_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is|divides|Invalid"):
        histories.read(text)


multiples = st.fractions(0, 4, max_denominator=20_000)


@given(
    st.lists(st.tuples(multiples, st.integers(0, 30)), max_size=6),
    st.integers(1, 60),
    st.sampled_from(["0.8", "1.0", "2.0", "3.0"]),
)
def test_counting_agrees_with_counting_on_fingers(
    spells: list[tuple[Fraction, int]], last: int, at_least: str
) -> None:
    text = "|".join(f"{multiple}x{months}" for multiple, months in spells)
    every = [multiple for multiple, months in spells for _ in range(months)]
    assert histories.read(text) == every
    counted = Counted(history="h", last=last, at_least=at_least)
    fingers = 0
    for month, multiple in enumerate(every):
        if month < last and multiple.numerator * 10 >= int(at_least[0] + at_least[2]) * (
            multiple.denominator
        ):
            fingers += 1
    assert histories.count(counted, every) == fingers


def test_each_month_is_compared_with_the_average_of_the_year_before() -> None:
    bases = {
        date(2025, 12, 1): 994_700,  # 0.8 of 12,434 is 9,947.2
        date(2025, 11, 1): 994_800,
        date(2025, 9, 1): 1_243_400,
        date(2024, 12, 1): 984_500,  # 0.8 of 12,307 is 9,845.6
        date(2024, 11, 1): 984_600,
    }
    history = histories.multiples(bases, date(2025, 12, 20), BOOK, "average_wage")
    assert len(history) == 14
    assert [multiple >= Fraction("0.8") for multiple in history[:4]] == [False, True, False, True]
    assert [multiple >= Fraction("0.8") for multiple in history[-2:]] == [False, True]
    assert histories.count(WINDOW, history) == 3


def test_no_contributions_are_no_months() -> None:
    assert histories.multiples({}, date(2025, 12, 20), BOOK, "average_wage") == []


def test_documents_say_which_facts_are_counted() -> None:
    past = {"contribution_base": histories.read("3.0x6|0.7x42")}
    assert histories.counts(LATEST["residence-points"], past) == {
        "gate_months": 6,
        "base_months_0_8": 6,
        "base_months_1_0": 6,
        "base_months_2_0": 6,
        "base_months_3_0": 6,
    }
    assert histories.counts(LATEST["residence-points"], {}) == {}


def test_yearly_figures_are_what_a_second_hand_wrote_down() -> None:
    assert [figure.value // 100 for figure in BOOK.root["average_wage"].figures] == [
        3896, 4331, 4692, 5036, 5451, 5939, 6504, 7132, 8211, 9339, 10338, 11396, 12183, 12307,
        12434,
    ]  # fmt: skip
    for year in (2022, 2023, 2024):
        average = BOOK.figure("average_wage", year).value
        ceiling = BOOK.figure("contribution_ceiling", year).value
        floor = BOOK.figure("contribution_floor", year).value
        assert ceiling == 3 * average
        assert abs(floor * 10 - 6 * average) < 1000  # rounded to the yuan
    assert not BOOK.figure("average_wage", 2018).status.settled


def test_salaries_are_compared_with_twelve_months() -> None:
    four_times = BOOK.multiple("average_wage", 59_683_200, date(2025, 5, 1), months=12)
    assert four_times == 4
    assert BOOK.multiple("average_wage", 89_524_800, date(2025, 5, 1), months=12) == 6


def test_a_year_without_a_figure_is_an_error() -> None:
    with pytest.raises(NoFigure) as refused:
        BOOK.multiple("average_wage", 1, date(2026, 1, 1))
    assert refused.value.facts["year"] == 2025
    with pytest.raises(KeyError):
        BOOK.figure("average_rent", 2024)


SOUND = """
[wage]
text = { zh = "工资", en = "wage" }
unit = { zh = "分", en = "fen" }
source = { issuer = "desk", number = "1", citation = "draft" }
checked = { on = 2026-01-01, by = "desk" }
figures = [
  { year = 2023, value = 1, status = "cited", cite = "a" },
  { year = 2024, value = 2, status = "cited", cite = "b" },
]
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("year = 2024", "year = 2023"),
        ("year = 2024", "year = 2022"),
        ("value = 2", "value = 2.0"),
        ("value = 2", "value = 0"),
        (', cite = "b"', ""),
        ('cite = "b"', 'cite = "b", colour = 1'),
        ("[wage]", "[wage"),
    ],
)
def test_a_series_that_is_not_in_order_is_refused(old: str, new: str) -> None:
    assert series.load(SOUND).figure("wage", 2024).value == 2
    with pytest.raises(DocumentRefused) as refused:
        series.load(SOUND.replace(old, new), "series.toml")
    assert str(refused.value).startswith("series.toml: ")
