"""What counts under which scheme: four schemes of four makers over one kind of ledger line."""

import csv
import tomllib
from collections.abc import Collection
from datetime import date, timedelta
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training import counting, renewal
from training.counting import Bound, Earned, Tally, Target, in_order, months_before, targets
from training.renewal import Attended, Rule
from training.words import Level, Mode, Module

POLICY = Path(__file__).parent.parent.parent / "seeds" / "policy"
ON = date(2026, 6, 30)


def figures(document: str, edition: str) -> dict[str, int]:
    written = tomllib.loads((POLICY / document / f"{edition}.toml").read_text())
    return {name: each["value"] for name, each in written["parameters"].items()}


def line(
    minutes: int = 60,
    on: date = date(2026, 3, 2),
    mode: Mode = Mode.FACE_TO_FACE,
    module: Module = Module.PRACTICAL_SKILLS,
    level: str | None = None,
    used_rank: int | None = None,
) -> Earned:
    return Earned(uuid4(), on, minutes, module, mode, level, used_rank)


def count(lines: list[Earned], target: Target) -> Tally:
    return counting.count(in_order(lines), target)


LEVELS = figures("training-levels", "2026-01-01")
YEARLY = figures("continuing-education-hours", "2015-10-01")
CLP = figures("clp-renewal", "2021-05-01")
RTTP = figures("rttp-recognition", "2020-01-01")


def one(
    lines: list[Earned], scheme: dict[str, int], name: str = "", years: Collection[int] = ()
) -> Tally:
    [target] = [each for each in targets(scheme, ON, years) if each.name == name]
    return count(lines, target)


def test_a_level_takes_its_own_hours_and_lower_ones_not_yet_used() -> None:
    lines = [
        line(900, level="junior"),
        line(900, level="junior", used_rank=1),
        line(900, level="mid"),
        line(900, level="continuing"),
        line(900),
    ]
    assert one(lines, LEVELS, "junior").counted == 2700
    mid = one(lines, LEVELS, "mid")
    assert mid.counted == 2700
    assert mid.short[lines[1].id] == (0, "used-before")
    assert mid.short[lines[3].id] == (0, "other-level")
    assert mid.parts["mentored_practice"].missing == LEVELS["mid_mentored_practice_least_minutes"]
    assert not mid.missing
    assert not mid.complete


def test_recorded_classes_give_half_of_what_a_level_needs() -> None:
    lines = [line(800, mode=Mode.RECORDED), line(800, mode=Mode.RECORDED), line(100)]
    junior = one(lines, LEVELS, "junior")
    assert junior.counted == 900 + 100
    assert junior.parts["recorded"].capped == 700
    assert list(junior.short.values()) == [(100, "capped")]


def test_a_year_needs_ninety_class_hours_two_thirds_of_them_professional() -> None:
    public = line(45 * 40, module=Module.CONTINUING_PUBLIC)
    professional = [line(45 * 10, on=date(2026, 5, d)) for d in range(1, 6)]
    before = line(4050, on=date(2025, 12, 31))
    tally = one([public, *professional, before], YEARLY, "2026", years={2025})
    assert tally.counted == 45 * (30 + 50)
    assert tally.missing == 45 * 10
    assert tally.parts["professional"].missing == 45 * 10
    assert tally.parts["public"].capped == 45 * 10
    assert one([before], YEARLY, "2025", years={2025}).complete


def test_three_years_of_clp_count_any_mode_but_practice_in_part() -> None:
    lines = [
        line(1200, on=date(2023, 6, 30), mode=Mode.RECORDED),
        line(1200, on=date(2023, 6, 29)),
        line(2000, on=date(2026, 6, 30), mode=Mode.MENTORED_PRACTICE),
    ]
    tally = one(lines, CLP)
    assert tally.counted == 1200 + 1080
    assert tally.missing == 120
    assert lines[1].id not in tally.short


def test_rttp_takes_no_recorded_class_and_wants_half_face_to_face() -> None:
    lines = [
        line(1800, mode=Mode.LIVE_ONLINE),
        line(1799),
        line(600, mode=Mode.RECORDED),
        line(600, mode=Mode.MENTORED_PRACTICE),
    ]
    tally = one(lines, RTTP)
    assert (tally.counted, tally.missing) == (3599, 1)
    assert tally.parts["face_to_face"].missing == 1
    assert one([*lines, line(1)], RTTP).complete


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 15), 36, date(2023, 1, 15)),
        (date(2026, 12, 31), 12, date(2025, 12, 31)),
    ],
)
def test_a_window_goes_back_to_the_same_day_of_the_month(
    day: date, months: int, expected: date
) -> None:
    assert months_before(day, months) == expected


LINES = st.lists(
    st.builds(
        Earned,
        id=st.integers(0, 10**9).map(lambda n: UUID(int=n)),
        held_on=st.dates(date(2022, 1, 1), date(2026, 12, 31)),
        minutes=st.integers(1, 600),
        module=st.sampled_from(Module),
        mode=st.sampled_from(Mode),
        level=st.none() | st.sampled_from(Level),
        used_rank=st.none() | st.integers(1, 3),
    ),
    max_size=30,
    unique_by=lambda each: each.id,
)
BOUNDS = st.lists(
    st.builds(
        Bound,
        st.sampled_from(sorted(counting.GROUPS)),
        st.none() | st.integers(0, 900),
        st.none() | st.integers(0, 900),
    ),
    max_size=4,
    unique_by=lambda bound: bound.group,
).map(tuple)
TARGETS = st.builds(
    Target,
    name=st.just("target"),
    needed=st.integers(0, 3000),
    bounds=BOUNDS,
    level=st.none() | st.sampled_from(counting.LADDER),
    first=st.none() | st.dates(date(2022, 1, 1), date(2026, 12, 31)),
    used_count=st.booleans(),
)


@given(LINES, TARGETS)
def test_no_cap_is_broken_and_every_minute_is_accounted_for(
    lines: list[Earned], target: Target
) -> None:
    tally = count(lines, target)
    within = [each for each in lines if target.first is None or each.held_on >= target.first]
    assert set(tally.short) <= {each.id for each in within}
    gave = {each.id: tally.short.get(each.id, (each.minutes, "")) for each in within}
    for each in within:
        given_minutes, why = gave[each.id]
        assert 0 <= given_minutes <= each.minutes
        assert bool(why) == (given_minutes < each.minutes)
    assert tally.counted == sum(minutes for minutes, _ in gave.values())
    for part in tally.parts.values():
        assert part.bound.most is None or part.counted <= part.bound.most
        assert part.counted == sum(
            gave[each.id][0] for each in within if counting.GROUPS[part.bound.group](each)
        )
    done = tally.counted >= target.needed and all(
        part.counted >= (part.bound.least or 0) for part in tally.parts.values()
    )
    assert tally.complete is done


@given(LINES, TARGETS, st.randoms())
def test_the_order_in_which_lines_are_read_does_not_matter(
    lines: list[Earned], target: Target, random: Random
) -> None:
    shuffled = lines[:]
    random.shuffle(shuffled)
    assert count(lines, target) == count(shuffled, target)


DAYS = figures("training-days", "2020-01-01")
RULE = Rule(DAYS["required_days"], DAYS["validity_years"], DAYS["grace_years"])
CASES = list(csv.DictReader((POLICY / "training-days" / "cases.csv").read_text().splitlines()))


@pytest.mark.parametrize("case", CASES, ids=[case["case_id"] for case in CASES])
def test_training_days_agree_with_the_published_example(case: dict[str, str]) -> None:
    courses = [
        Attended(date.fromisoformat(on), int(days))
        for on, days in (each.split(":") for each in case["courses"].split())
    ]
    on, since = date.fromisoformat(case["on"]), date.fromisoformat(case["held_since"])
    assert renewal.days_missing(courses, RULE, on) == int(case["missing"])
    begins = renewal.renewed(courses, RULE, since, on)
    assert (begins.isoformat() if begins else "") == case["renewed_from"]
    ends = renewal.ends_on(begins, RULE).isoformat() if begins else ""
    assert ends == case["ends"]


ATTENDED = st.lists(
    st.builds(Attended, st.dates(date(2008, 1, 1), date(2026, 12, 31)), st.integers(1, 5)),
    max_size=12,
)


@given(ATTENDED, st.dates(date(2015, 1, 1), date(2026, 12, 31)))
def test_a_renewal_begins_exactly_when_no_day_is_missing(courses: list[Attended], on: date) -> None:
    missing = renewal.days_missing(courses, RULE, on)
    begins = renewal.begins_on(courses, RULE, on)
    assert (begins is None) is (missing > 0)
    if begins is not None:
        later = [c for c in courses if begins < c.ended_on <= on]
        assert sum(c.days for c in later) < RULE.days
        assert begins >= renewal.window_begins(RULE, on)
        assert renewal.days_missing([*courses, Attended(on, 1)], RULE, on) == 0
        assert renewal.begins_on(courses, RULE, on + timedelta(days=0)) == begins
