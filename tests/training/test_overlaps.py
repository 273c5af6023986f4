"""Overlaps against a naive oracle that compares every line with every other."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training import lots, overlaps
from training.overlaps import Oddity, Sitting, distance
from training.words import Mode, Module, Suspicion

FIGURES = {
    "daily_most_minutes": 480,
    "travel_km_per_hour": 120,
    "same_place_metres": 500,
    "most_people_one_address": 3,
    "two_places_confidence": 95,
    "recorded_overlap_confidence": 40,
    "day_too_long_confidence": 80,
    "travel_confidence": 85,
    "course_twice_confidence": 60,
    "used_before_confidence": 90,
    "one_address_online_confidence": 75,
    "one_address_on_site_confidence": 15,
}
BEGIN = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp())
SHANGHAI, HANGZHOU = (31_230_400, 121_473_700), (30_274_100, 120_155_100)
NEXT_DOOR = (31_231_400, 121_473_700)


@st.composite
def a_sitting(draw: st.DrawFn) -> Sitting:
    starts = draw(st.integers(0, 4 * 24)) * 1800
    length = draw(st.integers(1, 8)) * 1800
    timed = draw(st.integers(0, 9)) > 0
    return Sitting(
        entry=UUID(int=draw(st.integers(0, 2**64))),
        person=UUID(int=draw(st.integers(0, 3))),
        held_on=date(2026, 3, 2) + timedelta(days=starts // 86400),
        minutes=length // 60,
        mode=draw(st.sampled_from(Mode)),
        course=draw(st.sampled_from(["实务", "实 务", "法规", "ＡＢＣ", "abc"])),
        module=draw(st.sampled_from([Module.PRACTICAL_SKILLS, Module.ADVANCEMENT])),
        offered=draw(st.sampled_from([60, 120, 240])),
        starts=BEGIN + starts if timed else None,
        ends=BEGIN + starts + length if timed else None,
        place=draw(st.sampled_from([None, SHANGHAI, HANGZHOU, NEXT_DOOR])),
        session=UUID(int=draw(st.integers(0, 2))),
        address=draw(st.sampled_from([None, "192.0.2.1", "192.0.2.2"])),
        used=draw(st.sampled_from([(), (1,), (1, 2)])),
    )


Test = Callable[[list[Sitting], Mapping[str, int]], Iterator[Oddity]]
TIMETABLES = st.lists(a_sitting(), max_size=24, unique_by=lambda one: one.entry)


order = overlaps.in_order


def over(test: Test, lines: list[Sitting]) -> list[Oddity]:
    """A test of one person's lines, over everybody's."""
    return [odd for mine in overlaps.by_person(lines).values() for odd in test(mine, FIGURES)]


def lasts(one: Sitting) -> tuple[int, int]:
    """From when to when; of one that has times."""
    assert one.starts is not None
    assert one.ends is not None
    return one.starts, one.ends


def naive_two_places(lines: list[Sitting]) -> set[UUID]:
    found = set()
    for one in lines:
        for other in lines:
            if (
                one.starts is not None
                and other.starts is not None
                and one.person == other.person
                and order(other) < order(one)
                and lasts(other)[1] > lasts(one)[0]
            ):
                found.add(one.entry)
    return found


def naive_day_too_long(lines: list[Sitting]) -> set[UUID]:
    found = set()
    for one in lines:
        before = sum(
            other.minutes
            for other in lines
            if (other.person, other.held_on) == (one.person, one.held_on)
            and order(other) <= order(one)
        )
        if before > FIGURES["daily_most_minutes"]:
            found.add(one.entry)
    return found


def naive_travel(lines: list[Sitting]) -> set[tuple[UUID, UUID]]:
    found = set()
    sited = [x for x in lines if x.starts is not None and x.place and x.mode == Mode.FACE_TO_FACE]
    for one in sited:
        earlier = [o for o in sited if o.person == one.person and order(o) < order(one)]
        if not earlier:
            continue
        latest_end = max(lasts(o)[1] for o in earlier)
        last = min((o for o in earlier if o.ends == latest_end), key=order)
        assert last.place
        assert one.place
        metres = distance(last.place, one.place)
        starts, _ = lasts(one)
        reach = FIGURES["travel_km_per_hour"] * 1000 / 3600 * (starts - latest_end)
        if latest_end <= starts and metres > FIGURES["same_place_metres"] and metres > reach:
            found.add((one.entry, last.entry))
    return found


def naive_course_twice(lines: list[Sitting]) -> set[UUID]:
    found = set()
    for one in lines:
        same = [
            o
            for o in lines
            if o.person == one.person
            and overlaps.course_key(o.course, o.module)
            == overlaps.course_key(one.course, one.module)
            and order(o) <= order(one)
        ]
        if len(same) > 1 and sum(o.minutes for o in same) > max(o.offered for o in same):
            found.add(one.entry)
    return found


def naive_one_address(lines: list[Sitting]) -> set[UUID]:
    found = set()
    for one in lines:
        if one.address is None:
            continue
        people = {o.person for o in lines if (o.session, o.address) == (one.session, one.address)}
        if len(people) > FIGURES["most_people_one_address"]:
            found.add(one.entry)
    return found


@pytest.mark.parametrize(
    ("test", "naive"),
    [
        (overlaps.two_places, naive_two_places),
        (overlaps.day_too_long, naive_day_too_long),
        (overlaps.course_twice, naive_course_twice),
    ],
)
def test_one_pass_finds_what_comparing_all_with_all_finds(
    test: Test, naive: Callable[[list[Sitting]], set[UUID]]
) -> None:
    @given(TIMETABLES)
    def agree(lines: list[Sitting]) -> None:
        found = [oddity.entry for oddity in over(test, lines)]
        assert len(found) == len(set(found))
        assert set(found) == naive(lines)

    agree()


@given(TIMETABLES)
def test_one_address_is_found_wherever_it_signed_too_many_in(lines: list[Sitting]) -> None:
    found = {oddity.entry for oddity in overlaps.one_address(lines, FIGURES)}
    assert found == naive_one_address(lines)


@given(TIMETABLES)
def test_travel_compares_with_the_class_that_ended_last(lines: list[Sitting]) -> None:
    found = {(oddity.entry, oddity.other) for oddity in over(overlaps.travel, lines)}
    assert found == naive_travel(lines)


@given(TIMETABLES)
def test_the_line_named_beside_an_overlap_does_overlap(lines: list[Sitting]) -> None:
    by_entry = {one.entry: one for one in lines}
    for oddity in over(overlaps.two_places, lines):
        assert oddity.other is not None
        one, other = by_entry[oddity.entry], by_entry[oddity.other]
        (starts, ends), (began, ended) = lasts(one), lasts(other)
        assert one.person == other.person
        assert max(starts, began) < min(ends, ended)
        assert oddity.facts["minutes"] > 0
        recorded = Mode.RECORDED in (one.mode, other.mode)
        assert oddity.confidence == (40 if recorded else 95)


@given(TIMETABLES, st.randoms())
def test_the_order_of_reading_changes_no_finding(lines: list[Sitting], random: Random) -> None:
    shuffled = lines[:]
    random.shuffle(shuffled)
    assert set(overlaps.review(lines, FIGURES)) == set(overlaps.review(shuffled, FIGURES))


@given(TIMETABLES)
def test_hours_used_twice_are_found_unless_the_rules_allow_it(lines: list[Sitting]) -> None:
    found = {oddity.entry for oddity in over(overlaps.used_before, lines)}
    assert found == {one.entry for one in lines if len(one.used) > 1}
    assert not list(overlaps.used_before(lines, {**FIGURES, "used_hours_count": 1}))


def test_half_an_hour_from_shanghai_to_hangzhou_is_not_enough_and_two_hours_are() -> None:
    def sitting(number: int, starts: int, place: tuple[int, int]) -> Sitting:
        begins = BEGIN + starts * 60
        return Sitting(
            UUID(int=number), UUID(int=1), date(2026, 3, 2), 60, Mode.FACE_TO_FACE,
            f"课{number}", Module.ADVANCEMENT, 60, begins, begins + 3600, place,
        )  # fmt: skip

    assert 160_000 < distance(SHANGHAI, HANGZHOU) < 170_000
    [found] = overlaps.travel([sitting(1, 0, SHANGHAI), sitting(2, 90, HANGZHOU)], FIGURES)
    assert (found.kind, found.facts) == (Suspicion.TRAVEL, {"kilometres": 165, "minutes": 30})
    assert not list(overlaps.travel([sitting(1, 0, SHANGHAI), sitting(2, 180, HANGZHOU)], FIGURES))
    assert not list(overlaps.travel([sitting(1, 0, SHANGHAI), sitting(2, 60, NEXT_DOOR)], FIGURES))


ENTRIES = st.lists(st.integers(0, 10**6).map(lambda n: UUID(int=n)), unique=True, max_size=60)


@given(ENTRIES, st.text(min_size=1, max_size=20), st.integers(0, 1000))
def test_lots_can_be_drawn_again_and_take_their_share(
    entries: list[UUID], seed: str, per_mille: int
) -> None:
    drawn = lots.draw(entries, seed, per_mille)
    assert drawn == lots.draw(entries[::-1], seed, per_mille)
    assert len(drawn) == -(-len(entries) * per_mille // 1000)
    left = set(entries) - set(drawn)
    worst = max((lots.lot(seed, one) for one in drawn), default="")
    assert all(lots.lot(seed, one) > worst for one in left)


@given(ENTRIES, st.integers(0, 1000))
def test_a_line_that_is_added_moves_no_other_lot(entries: list[UUID], per_mille: int) -> None:
    more = [*entries, UUID(int=2**100)]
    kept = [one for one in lots.draw(more, "种子", 1000) if one in set(entries)]
    assert kept == lots.draw(entries, "种子", 1000)
    assert set(lots.draw(entries, "种子", per_mille)) <= set(entries)
