"""Steps: how a case moves from one status to the next, exactly once, and leaves a line behind."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from registry.platform import clock
from registry.platform.errors import Conflict
from registry.platform.i18n import N_
from registry.platform.tables import StepTaken


@dataclass(frozen=True)
class Step:
    """One named move. `starts` are the statuses it may be taken from."""

    name: str
    starts: frozenset[StrEnum]
    to: StrEnum


class StepNotPossible(Conflict):
    """The case is not, or no longer, in a status this step starts from."""


async def take(
    step: Step,
    case: Any,
    *,
    by: UUID | None,
    note: str | None = None,
    only_if: Any = None,
    **values: Any,
) -> UUID:
    """Move `case`, a Piccolo row with `id` and `status`, one step. Call inside a transaction.

    The status is compared and set in one statement, so of two callers who race only one moves it.
    `only_if` is a further condition on the row, compared in that same statement, and `values` are
    further columns to write. `by` is an account, or None for an act of the system itself, such as
    a day that came. The answer is the id of the line of history.

    Raises:
        StepNotPossible: somebody else was first, or the step makes no sense here.
    """
    table, came_from = type(case), case.status
    here = [table.id == case.id, table.status == came_from, table.status.is_in([*step.starts])]
    if only_if is not None:
        here.append(only_if)
    moved = await table.update({"status": step.to, **values}).where(*here).returning(table.id)
    if not moved:
        raise StepNotPossible(
            N_("此事项现在的状态不允许这一步，可能已有人先行处理；请刷新后再看。"),
            step=step.name,
            status=str(came_from),
            starts=sorted(step.starts),
        )
    for column, value in {"status": step.to, **values}.items():
        setattr(case, column, value)
    line = uuid4()
    await StepTaken(
        id=line,
        subject=case.id,
        step=step.name,
        came_from=came_from,
        went_to=step.to,
        taken_by=by,
        taken_at=clock.now(),
        note=note,
    ).save()
    return line


async def histories(subjects: Collection[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The steps each of many cases has taken, oldest first, in one query."""
    taken: dict[UUID, list[dict[str, Any]]] = {subject: [] for subject in subjects}
    if not subjects:
        return taken
    asked = StepTaken.subject, StepTaken.step, StepTaken.came_from, StepTaken.taken_at
    lines = StepTaken.select(*asked).where(StepTaken.subject.is_in([*subjects]))
    for line in await lines.order_by(StepTaken.taken_at):
        taken[line["subject"]].append(line)
    return taken


async def history(subject: UUID) -> list[dict[str, Any]]:
    """Every step a case has taken, oldest first, with the role (not the name) of who took it."""
    found: list[dict[str, Any]] = await (
        StepTaken.select(
            StepTaken.step,
            StepTaken.came_from,
            StepTaken.went_to,
            StepTaken.taken_at,
            StepTaken.note,
            StepTaken.taken_by,
            StepTaken.taken_by.role.as_alias("role"),
        )
        .where(StepTaken.subject == subject)
        .order_by(StepTaken.taken_at)
    )
    return found
