"""What counts: the lines of a ledger measured by one scheme, with its caps, and what is missing.

A scheme is nothing but the figures of an edition. Their names say what they bound: a target's
`needed_minutes`, and for a group of lines `<group>_least_minutes`, `<group>_most_minutes` or
`<group>_most_percent` (of what is needed), each perhaps after the name of a level. Groups are the
modes and modules, with `-` written `_`, `public` and `professional` subjects. `calendar_years`
counts each year by itself, `window_months` only what lies so many months back.

Pure functions; no database and no clock.
"""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from training.words import Level, Mode, Module

LADDER = (Level.JUNIOR, Level.MID, Level.SENIOR)
RANK = {level: place for place, level in enumerate(LADDER, 1)}


class Earned(NamedTuple):
    """A standing line of the ledger, as far as counting needs it."""

    id: UUID
    held_on: date
    minutes: int
    # From here on: what makes a kind of line.
    module: str
    mode: str
    level: str | None
    used_rank: int | None = None
    """Rank of the lowest level it has been used for; None: for none."""


@dataclass(frozen=True)
class Bound:
    """What a scheme says of one group of lines: at least, at most, or both."""

    group: str
    least: int | None
    most: int | None


@dataclass(frozen=True)
class Target:
    """One thing that hours are counted for: a level, a year, or a window of time."""

    name: str
    needed: int
    bounds: tuple[Bound, ...]
    level: Level | None = None
    first: date | None = None
    last: date | None = None
    used_count: bool = True


@dataclass
class Part:
    """How one bounded group fared."""

    bound: Bound
    earned: int = 0
    counted: int = 0

    @property
    def missing(self) -> int:
        """Minutes still to be earned in this group."""
        return max(0, (self.bound.least or 0) - self.counted)

    @property
    def capped(self) -> int:
        """Minutes earned beyond what the group may give."""
        return self.earned - self.counted if self.bound.most is not None else 0


@dataclass
class Tally:
    """What one target got: minutes in all and by group, and what each line gave."""

    target: Target
    counted: int = 0
    parts: dict[str, Part] = field(default_factory=dict)
    short: dict[UUID, tuple[int, str]] = field(default_factory=dict)
    """Lines of the target's days that gave less than they have: what they gave, and why."""
    used_before: int = 0
    """Minutes that do not count because a lower level has taken them."""

    @property
    def missing(self) -> int:
        """Minutes still to be earned in all."""
        return max(0, self.target.needed - self.counted)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing, in all and in each group."""
        return not self.missing and not any(part.missing for part in self.parts.values())


GROUPS: dict[str, Callable[[Earned], bool]] = {
    **{str(mode).replace("-", "_"): lambda line, m=mode: line.mode == m for mode in Mode},  # type: ignore[misc]
    **{str(mod).replace("-", "_"): lambda line, m=mod: line.module == m for mod in Module},  # type: ignore[misc]
    "public": lambda line: line.module == Module.CONTINUING_PUBLIC,
    "professional": lambda line: line.module != Module.CONTINUING_PUBLIC,
}


def targets(figures: Mapping[str, int], on: date, years: Iterable[int] = ()) -> list[Target]:
    """What a scheme counts for on a day; `years` are those of which a calendar scheme is asked."""
    graded = [level for level in LADDER if f"{level}_needed_minutes" in figures]
    if graded:
        used = bool(figures.get("used_hours_count", 1))
        return [
            _target(figures, str(level), f"{level}_", level=level, last=on, used_count=used)
            for level in graded
        ]
    if figures.get("calendar_years"):
        return [
            _target(figures, str(year), first=date(year, 1, 1), last=date(year, 12, 31))
            for year in sorted({*years, on.year}, reverse=True)
        ]
    months = figures.get("window_months")
    first = months_before(on, months) if months else None
    return [_target(figures, "", first=first, last=on)]


def _target(
    figures: Mapping[str, int],
    name: str,
    prefix: str = "",
    *,
    level: Level | None = None,
    first: date | None = None,
    last: date | None = None,
    used_count: bool = True,
) -> Target:
    needed = figures[f"{prefix}needed_minutes"]
    bounds = []
    for group in GROUPS:
        least = _of(figures, prefix, f"{group}_least_minutes")
        most = _of(figures, prefix, f"{group}_most_minutes")
        share = _of(figures, prefix, f"{group}_most_percent")
        if share is not None:
            most = min(needed * share // 100, needed if most is None else most)
        if least is not None or most is not None:
            bounds.append(Bound(group, least, most))
    return Target(name, needed, tuple(bounds), level, first, last, used_count)


def _of(figures: Mapping[str, int], prefix: str, name: str) -> int | None:
    """A target's own figure, else the one the scheme gives for all its targets."""
    return figures.get(f"{prefix}{name}", figures.get(name))


def months_before(day: date, months: int) -> date:
    """The day after which a window of so many months ends with `day`: the same day of the month.

    Where that month is shorter, its last day.
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def in_order(lines: Iterable[Earned]) -> list[Earned]:
    """Lines as they are counted: the oldest first; those of a day in a fixed order."""
    return sorted(lines, key=attrgetter("held_on", "id"))


def count(lines: Sequence[Earned], target: Target) -> Tally:
    """Count lines, as `in_order` has them, for a target until each cap is reached.

    Lines outside the target's days are passed over.
    """
    tally = Tally(target, parts={bound.group: Part(bound) for bound in target.bounds})
    first = bisect_left(lines, target.first, key=_DAY) if target.first else 0
    last = bisect_right(lines, target.last, key=_DAY) if target.last else len(lines)
    # There are few kinds of lines and many lines: what a kind needs is worked out once.
    kinds: dict[tuple[str | int | None, ...], tuple[str, list[Part]]] = {}
    for line in lines[first:last]:
        kind = line[3:]
        if (known := kinds.get(kind)) is None:
            known = kinds[kind] = _outside(line, target), _parts(line, tally)
        why, mine = known
        minutes = given = line.minutes
        if why:
            tally.short[line.id] = 0, why
            tally.used_before += minutes if why == "used-before" else 0
            continue
        for part in mine:
            part.earned += minutes
            if part.bound.most is not None and part.bound.most - part.counted < given:
                given = part.bound.most - part.counted
        for part in mine:
            part.counted += given
        tally.counted += given
        if given < minutes:
            tally.short[line.id] = given, "capped"
    return tally


_DAY: Callable[[Earned], date] = attrgetter("held_on")


def taken(lines: Sequence[Earned], target: Target) -> list[UUID]:
    """The lines that a level takes when it is granted: each that lessens what is missing.

    The oldest first, and those that a lower level has taken only after all others, where without
    them something would be missing. What is beyond need stays free for a higher level.
    """
    every = replace(target, first=None, last=None, used_count=True)
    mine: list[Earned] = []
    missing = _missing(count(mine, every))
    for line in sorted(lines, key=lambda one: _used_lower(one, target)):
        if not any(missing):
            break
        if (left := _missing(count([*mine, line], every))) != missing:
            mine.append(line)
            missing = left
    return [line.id for line in mine]


def _missing(tally: Tally) -> list[int]:
    return [tally.missing, *(part.missing for part in tally.parts.values())]


def _used_lower(line: Earned, target: Target) -> bool:
    """Whether a level below the target's has taken a line."""
    rank = line.used_rank
    return target.level is not None and rank is not None and rank < RANK[target.level]


def _outside(line: Earned, target: Target) -> str:
    """Why lines of this kind do not count for a target, whatever their day, or ""."""
    if target.level is None:
        return ""
    rank = RANK[target.level]
    if line.level is not None and RANK.get(Level(line.level), rank + 1) > rank:
        return "other-level"
    if not target.used_count and _used_lower(line, target):
        return "used-before"
    return ""


def _parts(line: Earned, tally: Tally) -> list[Part]:
    """The bounded groups that lines of this kind are in."""
    return [part for name, part in tally.parts.items() if GROUPS[name](line)]
