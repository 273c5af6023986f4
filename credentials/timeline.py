"""Where an application is: whose move it is, and until when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from credentials import deadlines, procedure
from credentials.deadlines import Mover
from credentials.intake import employers
from credentials.intake.tables import Filing
from credentials.panels import publicity
from credentials.tables import Application
from credentials.words import Status
from registry.platform.workdays import Deadline


@dataclass(frozen=True)
class Present:
    """Whose move it is, and the last day for it, where there is one."""

    mover: Mover
    until: Deadline | None
    wait: str = ""
    """What the last day is of: the mover, or `employer-start` before the unit has published."""


async def present(case: Application, history: Sequence[Mapping[str, Any]]) -> Present:
    """Where an application is now; `history` as `steps.history` gives it."""
    mover = deadlines.mover(case.status)
    if case.status == Status.CONFIRMING:
        filing = await Filing.objects().get(Filing.application == case.id)
        first = filing.published_on if filing else None
        wait = mover if first else "employer-start"
        return Present(mover, employers.due(await procedure.of(case), case, first), wait)
    return Present(mover, await _until(case, history), mover)


async def _until(case: Application, history: Sequence[Mapping[str, Any]]) -> Deadline | None:
    if case.status == Status.PUBLISHED:
        running = await publicity.running(case.id)
        return publicity.until(running) if running else None
    return await deadlines.due(
        case.status, deadlines.began(case.status, case.submitted_on, history)
    )
