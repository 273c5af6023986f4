"""Which lines a level takes when it is granted."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from training import counting
from training.counting import Earned, Tally, Target
from training.words import Level, Mode, Module

DAY = date(2026, 1, 1)
FIGURES = {
    "junior_needed_minutes": 300,
    "mid_needed_minutes": 600,
    "mid_mentored_practice_least_minutes": 120,
    "recorded_most_percent": 50,
    "used_hours_count": 0,
}
[JUNIOR, MID] = counting.targets(FIGURES, DAY)


@st.composite
def a_line(draw: st.DrawFn) -> Earned:
    return Earned(
        UUID(int=draw(st.integers(0, 2**32))),
        DAY - timedelta(days=draw(st.integers(0, 400))),
        draw(st.integers(1, 240)),
        Module.PRACTICAL_SKILLS,
        draw(st.sampled_from([Mode.FACE_TO_FACE, Mode.RECORDED, Mode.MENTORED_PRACTICE])),
        draw(st.sampled_from([None, Level.JUNIOR, Level.MID, Level.CONTINUING])),
        draw(st.sampled_from([None, None, 1, 2])),
    )


LINES = st.lists(a_line(), max_size=20, unique_by=lambda line: line.id).map(counting.in_order)
TARGETS = st.sampled_from([JUNIOR, MID])


def short_of(tally: Tally) -> list[int]:
    return [tally.missing, *(part.missing for part in tally.parts.values())]


def with_used(lines: list[Earned], target: Target) -> Tally:
    """The count as it would be if no level had taken anything."""
    return counting.count([line._replace(used_rank=None) for line in lines], target)


@given(LINES, TARGETS)
def test_what_is_taken_leaves_no_more_missing_than_all_lines_do(
    lines: list[Earned], target: Target
) -> None:
    mine = set(counting.taken(lines, target))
    kept = [line for line in lines if line.id in mine]
    assert short_of(with_used(kept, target))[0] == short_of(with_used(lines, target))[0]


@given(LINES, TARGETS)
def test_nothing_is_taken_that_does_not_count(lines: list[Earned], target: Target) -> None:
    mine = set(counting.taken(lines, target))
    outside = {
        line.id
        for line in lines
        if line.level == Level.CONTINUING or (line.level == Level.MID and target is JUNIOR)
    }
    assert not mine & outside


@given(LINES)
def test_hours_of_a_lower_level_are_taken_only_where_others_do_not_suffice(
    lines: list[Earned],
) -> None:
    mine = set(counting.taken(lines, MID))
    again = {line.id for line in lines if line.id in mine and line.used_rank == 1}
    assert not again or not counting.count(lines, MID).complete


def test_the_oldest_are_taken_and_no_more_than_are_needed() -> None:
    lines = [
        Earned(UUID(int=n), DAY - timedelta(days=9 - n), 120, "", Mode.FACE_TO_FACE, None)
        for n in range(5)
    ]
    assert counting.taken(lines, JUNIOR) == [UUID(int=0), UUID(int=1), UUID(int=2)]
    lines[0] = lines[0]._replace(level=Level.CONTINUING)
    assert counting.taken(lines, JUNIOR) == [UUID(int=1), UUID(int=2), UUID(int=3)]
