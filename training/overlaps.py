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
from itertools import groupby
from typing import Any
from uuid import UUID

from training.words import Mode, Suspicion

EARTH_RADIUS_METRES = 6_371_009
"""Mean radius (IUGG)."""
MICRODEGREES = 1_000_000


@dataclass(frozen=True, slots=True)
class Sitting:
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


def review(sittings: Sequence[Sitting], figures: Figures) -> list[Oddity]:
    """Everything odd about some lines, by every test there is."""
    return [oddity for test in TESTS for oddity in test(sittings, figures)]


def _timed(sittings: Iterable[Sitting]) -> list[Sitting]:
    """The lines whose times are known, by person and beginning; equal ones in a fixed order."""
    timed = [one for one in sittings if one.starts is not None and one.ends is not None]
    return sorted(timed, key=lambda one: (one.person, one.starts, one.ends, one.entry))


def two_places(sittings: Iterable[Sitting], figures: Figures) -> Iterator[Oddity]:
    """Lines that begin while another of the same person still lasts: one finding for each.

    The other line named is, of those before it, the one that lasts longest.
    """
    for _, mine in groupby(_timed(sittings), key=lambda one: one.person):
        longest: Sitting | None = None
        for one in mine:
            if longest is not None and longest.ends > one.starts:  # type: ignore[operator]
                recorded = Mode.RECORDED in (one.mode, longest.mode)
                name = "recorded_overlap_confidence" if recorded else "two_places_confidence"
                shared = min(longest.ends, one.ends) - one.starts  # type: ignore[operator,type-var]
                yield Oddity(
                    Suspicion.TWO_PLACES,
                    one.entry,
                    longest.entry,
                    figures[name],
                    {"minutes": -(-shared // 60)},
                )
            if longest is None or one.ends > longest.ends:  # type: ignore[operator]
                longest = one


def day_too_long(sittings: Iterable[Sitting], figures: Figures) -> Iterator[Oddity]:
    """Lines with which a person's day goes beyond the daily maximum, in order of beginning."""
    most = figures["daily_most_minutes"]
    total: dict[tuple[UUID, date], int] = defaultdict(int)
    for one in sorted(sittings, key=lambda s: (s.person, s.held_on, s.starts or 0, s.entry)):
        day = (one.person, one.held_on)
        total[day] += one.minutes
        if total[day] > most:
            yield Oddity(
                Suspicion.DAY_TOO_LONG,
                one.entry,
                None,
                figures["day_too_long_confidence"],
                {"minutes": total[day], "most": most},
            )


def travel(sittings: Iterable[Sitting], figures: Figures) -> Iterator[Oddity]:
    """Classes on site that nobody could have reached in time from the one before.

    The one before is, of a person's earlier classes on site, the one that ended last; classes that
    overlap are left to `two_places`.
    """
    speed = figures["travel_km_per_hour"] * 1000 / 3600
    on_site = [one for one in _timed(sittings) if one.place and one.mode == Mode.FACE_TO_FACE]
    for _, mine in groupby(on_site, key=lambda one: one.person):
        last: Sitting | None = None
        for one in mine:
            if last is not None and last.ends <= one.starts:  # type: ignore[operator]
                metres = distance(last.place, one.place)  # type: ignore[arg-type]
                seconds = one.starts - last.ends  # type: ignore[operator]
                if metres > figures["same_place_metres"] and metres > speed * seconds:
                    yield Oddity(
                        Suspicion.TRAVEL,
                        one.entry,
                        last.entry,
                        figures["travel_confidence"],
                        {"kilometres": round(metres / 1000), "minutes": seconds // 60},
                    )
            if last is None or one.ends > last.ends:  # type: ignore[operator]
                last = one


def distance(here: tuple[int, int], there: tuple[int, int]) -> float:
    """Metres between two places along the great circle (haversine)."""
    lat1, lon1, lat2, lon2 = (math.radians(x / MICRODEGREES) for x in (*here, *there))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_METRES * math.asin(min(1.0, math.sqrt(half)))


def course_key(title: str, module: str) -> tuple[str, str]:
    """What makes two courses the same, whatever base gives them: their words and their module."""
    plain = unicodedata.normalize("NFKC", title).casefold()
    return "".join(character for character in plain if character.isalnum()), module


def course_twice(sittings: Iterable[Sitting], figures: Figures) -> Iterator[Oddity]:
    """Lines with which a person has more of a course than the course is long, oldest first.

    The other line named is the first they have of it.
    """
    keys: dict[tuple[str, str], tuple[str, str]] = {}
    seen: dict[tuple[UUID, tuple[str, str]], list[Any]] = {}
    for one in sorted(sittings, key=lambda s: (s.held_on, s.starts or 0, s.entry)):
        kind = (one.course, one.module)
        if kind not in keys:
            keys[kind] = course_key(*kind)
        known = seen.setdefault((one.person, keys[kind]), [one, 0, 0])
        known[1] += one.minutes
        known[2] = max(known[2], one.offered)
        if known[0] is not one and known[1] > known[2]:
            yield Oddity(
                Suspicion.COURSE_TWICE,
                one.entry,
                known[0].entry,
                figures["course_twice_confidence"],
                {"minutes": known[1], "course_minutes": known[2]},
            )


def used_before(sittings: Iterable[Sitting], figures: Figures) -> Iterator[Oddity]:
    """Lines that were counted for more than one level, where the rules forbid it."""
    if figures.get("used_hours_count", 0):
        return
    for one in sittings:
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
TESTS: tuple[Test, ...] = (
    two_places,
    day_too_long,
    travel,
    course_twice,
    used_before,
    one_address,
)
