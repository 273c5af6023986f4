"""What a training base has leave for: on which days, for which levels and modules.

Everything outside is refused with the reason, for one class or for the rows of a whole file.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Self
from uuid import UUID

from registry.platform.errors import FieldError
from registry.platform.i18n import N_
from training.tables import Accreditation, AccreditedScope, Suspension
from training.words import Level, Module


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both included; no last day is no end."""

    first: date
    last: date | None

    def holds(self, day: date) -> bool:
        """Whether a day is one of them."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Accredited:
    """One accreditation as it bears on a class: its days, its scope, the days it does not count."""

    number: str
    days: Span
    scope: frozenset[tuple[Level, Module]]
    suspended: tuple[Span, ...]


@dataclass(frozen=True)
class Leave:
    """Everything a base has leave for. Answers for any number of classes without the database."""

    accreditations: tuple[Accredited, ...]

    def why_not(self, day: date, module: Module, level: Level | None = None) -> FieldError | None:
        """Why hours of that day and kind would not count, or None. Without a level: any level."""
        in_time = [one for one in self.accreditations if one.days.holds(day)]
        if not in_time:
            message = N_("基地在 {day} 没有有效的备案，当天的学时不能登记。")
            return FieldError("held_on", "not-accredited", message, {"day": day})
        standing = [one for one in in_time if not any(s.holds(day) for s in one.suspended)]
        if not standing:
            message = N_("基地的备案 {number} 在 {day} 处于暂停，当天的学时不能登记。")
            facts = {"day": day, "number": in_time[0].number}
            return FieldError("held_on", "base-suspended", message, facts)
        if any(_covers(one.scope, module, level) for one in standing):
            return None
        message = N_("基地的备案 {number} 不包括这个等级或模块，学时不能登记。")
        return FieldError("module", "outside-scope", message, {"number": standing[0].number})

    @classmethod
    def of(cls, rows: list[Accreditation], scope: list[Any], suspensions: list[Any]) -> Self:
        """Put the rows of one base together."""
        return cls(
            tuple(
                Accredited(
                    number=row.number,
                    days=Span(row.first_day, row.last_day),
                    scope=frozenset(
                        (Level(s.level), Module(s.module))
                        for s in scope
                        if s.accreditation == row.id
                    ),
                    suspended=tuple(
                        suspended_days(s) for s in suspensions if s.accreditation == row.id
                    ),
                )
                for row in rows
            )
        )


def _covers(scope: frozenset[tuple[Level, Module]], module: Module, level: Level | None) -> bool:
    return any(m is module and level in (None, at) for at, m in scope)


def suspended_days(suspension: Suspension) -> Span:
    """The days a suspension takes away; lifting it ends it the day before."""
    last = suspension.last_day
    if suspension.lifted_from is not None:
        before = suspension.lifted_from - date.resolution
        last = before if last is None else min(last, before)
    return Span(suspension.first_day, last)


async def of_base(base: UUID) -> Leave:
    """What a base has leave for."""
    rows = await Accreditation.objects().where(Accreditation.base == base)
    ids = [row.id for row in rows]
    if not ids:
        return Leave(())
    scope = await AccreditedScope.objects().where(AccreditedScope.accreditation.is_in(ids))
    suspensions = await Suspension.objects().where(Suspension.accreditation.is_in(ids))
    return Leave.of(rows, scope, suspensions)
