"""Overlaps and double claims: what is odd about ledger lines, worked out from the lines alone.

Pure functions, each sorting once and passing over the lines once. They say what they saw and how
sure they are; they drop nothing and decide nothing. Figures come from the edition in force.
"""

import math
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from training.words import Mode, Suspicion

EARTH_RADIUS_METRES = 6_371_009
"""Mean radius (IUGG)."""
MICRODEGREES = 1_000_000


class Sitting(NamedTuple):
    """A standing ledger line with the class it came from; without a class, no times and place."""

    entry: UUID
    person: UUID
    held_on: date
    minutes: int
    mode: str
    course: str
    module: str
    offered: int
    """Minutes of the whole course, or of the class where that is all that is known."""
    starts: int | None = None
    """Seconds since 1970."""
    ends: int | None = None
    place: tuple[int, int] | None = None
    """Latitude and longitude in millionths of a degree."""
    session: UUID | None = None
    address: str | None = None
    """Network address the person signed in from."""
    used: tuple[int, ...] = ()
    """Ranks of the levels it was counted for."""


@dataclass(frozen=True)
class Oddity:
    """Something a reviewer should look at."""

    kind: Suspicion
    entry: UUID
    other: UUID | None
    confidence: int
    """Per cent."""
    facts: dict[str, Any] = field(compare=False, default_factory=dict)


Figures = Mapping[str, int]


def review(sittings: Iterable[Sitting], figures: Figures) -> list[Oddity]:
    """Everything odd about some lines, by every test there is."""
    everybody = by_person(sittings)
    found = [
        oddity
        for mine in everybody.values()
        for test in OF_ONE_PERSON
        for oddity in test(mine, figures)
    ]
    found += one_address((one for mine in everybody.values() for one in mine), figures)
    return found


def by_person(sittings: Iterable[Sitting]) -> dict[UUID, list[Sitting]]:
    """The lines of each person, in the order of their beginning; equal ones in a fixed order.

    Sorting each person's few lines costs less than sorting all.
    """
    everybody: defaultdict[UUID, list[Sitting]] = defaultdict(list)
    for one in sittings:
        everybody[one.person].append(one)
    for mine in everybody.values():
        mine.sort(key=in_order)
    return everybody


def in_order(one: Sitting) -> tuple[date, int, int, UUID]:
    """What lines are ordered by: day, beginning, end; equal ones in a fixed order."""
    starts = one.starts or 0
    return one.held_on, starts, one.ends or starts, one.entry


def two_places(mine: Sequence[Sitting], figures: Figures) -> Iterator[Oddity]:
    """Lines that begin while another of the same person still lasts: one finding for each.

    The other line named is, of those before it, the one that lasts longest.
    """
    longest: Sitting | None = None
    until = 0
    for one in mine:
        if one.starts is None or one.ends is None:
            continue
        if longest is not None and until > one.starts:
            recorded = Mode.RECORDED in (one.mode, longest.mode)
            name = "recorded_overlap_confidence" if recorded else "two_places_confidence"
            minutes = -(-(min(until, one.ends) - one.starts) // 60)
            yield Oddity(
                Suspicion.TWO_PLACES, one.entry, longest.entry, figures[name], {"minutes": minutes}
            )
        if longest is None or one.ends > until:
            longest, until = one, one.ends


def day_too_long(mine: Sequence[Sitting], figures: Figures) -> Iterator[Oddity]:
    """Lines with which a person's day goes beyond the daily maximum, in order of beginning."""
    most, day, total = figures["daily_most_minutes"], None, 0
    for one in mine:
        if one.held_on != day:
            day, total = one.held_on, 0
        total += one.minutes
        if total > most:
            yield Oddity(
                Suspicion.DAY_TOO_LONG,
                one.entry,
                None,
                figures["day_too_long_confidence"],
                {"minutes": total, "most": most},
            )


def travel(mine: Sequence[Sitting], figures: Figures) -> Iterator[Oddity]:
    """Classes on site that nobody could have reached in time from the one before.

    The one before is, of a person's earlier classes on site, the one that ended last; classes that
    overlap are left to `two_places`.
    """
    speed = figures["travel_km_per_hour"] * 1000 / 3600
    last: tuple[Sitting, int, tuple[int, int]] | None = None
    for one in mine:
        if one.place is None or one.starts is None or one.ends is None:
            continue
        if one.mode != Mode.FACE_TO_FACE:
            continue
        if last is not None and (seconds := one.starts - last[1]) >= 0 and one.place != last[2]:
            # Half the circumference is the farthest anybody travels: after that, no need to ask.
            near = seconds * speed >= math.pi * EARTH_RADIUS_METRES
            metres = 0.0 if near else distance(last[2], one.place)
            if metres > figures["same_place_metres"] and metres > speed * seconds:
                yield Oddity(
                    Suspicion.TRAVEL,
                    one.entry,
                    last[0].entry,
                    figures["travel_confidence"],
                    {"kilometres": round(metres / 1000), "minutes": seconds // 60},
                )
        if last is None or one.ends > last[1]:
            last = one, one.ends, one.place


def distance(here: tuple[int, int], there: tuple[int, int]) -> float:
    """Metres between two places along the great circle (haversine)."""
    lat1, lon1, lat2, lon2 = (math.radians(x / MICRODEGREES) for x in (*here, *there))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_METRES * math.asin(min(1.0, math.sqrt(half)))


@lru_cache(100_000)
def course_key(title: str, module: str) -> tuple[str, str]:
    """What makes two courses the same, whatever base gives them: their words and their module."""
    plain = unicodedata.normalize("NFKC", title).casefold()
    return "".join(character for character in plain if character.isalnum()), module


def course_twice(mine: Sequence[Sitting], figures: Figures) -> Iterator[Oddity]:
    """Lines with which a person has more of a course than the course is long, oldest first.

    The other line named is the first they have of it.
    """
    seen: dict[tuple[str, str], tuple[Sitting, int, int]] = {}
    for one in mine:
        key = course_key(one.course, one.module)
        if (known := seen.get(key)) is None:
            seen[key] = one, one.minutes, one.offered
            continue
        first, minutes, offered = known[0], known[1] + one.minutes, max(known[2], one.offered)
        seen[key] = first, minutes, offered
        if minutes > offered:
            yield Oddity(
                Suspicion.COURSE_TWICE,
                one.entry,
                first.entry,
                figures["course_twice_confidence"],
                {"minutes": minutes, "course_minutes": offered},
            )


def used_before(mine: Sequence[Sitting], figures: Figures) -> Iterator[Oddity]:
    """Lines that were counted for more than one level, where the rules forbid it."""
    if figures.get("used_hours_count", 0):
        return
    for one in mine:
        if len(one.used) > 1:
            yield Oddity(
                Suspicion.USED_BEFORE,
                one.entry,
                None,
                figures["used_before_confidence"],
                {"levels": len(one.used)},
            )


def one_address(sittings: Iterable[Sitting], figures: Figures) -> Iterator[Oddity]:
    """Lines of a class in which one network address signed more people in than it may."""
    most = figures["most_people_one_address"]
    signed: dict[tuple[UUID, str], list[Sitting]] = defaultdict(list)
    for one in sittings:
        if one.session is not None and one.address:
            signed[one.session, one.address].append(one)
    for together in signed.values():
        people = {one.person for one in together}
        if len(people) <= most:
            continue
        for one in together:
            where = "on_site" if one.mode == Mode.FACE_TO_FACE else "online"
            yield Oddity(
                Suspicion.ONE_ADDRESS,
                one.entry,
                None,
                figures[f"one_address_{where}_confidence"],
                {"people": len(people), "most": most},
            )


Test = Callable[[Sequence[Sitting], Figures], Iterator[Oddity]]
OF_ONE_PERSON: tuple[Test, ...] = (two_places, day_too_long, travel, course_twice, used_before)
"""Tests over the lines of one person, in order."""
