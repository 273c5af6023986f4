"""A returned application whose applicant lets the last day pass: it counts as withdrawn.

Whether it does stands in the procedure the application follows; the days stand in the policy.
"""

from datetime import date
from uuid import UUID

from credentials import deadlines, procedure
from credentials.tables import Application
from credentials.words import DEEM_WITHDRAWN, Status
from registry import notices
from registry.notices import About
from registry.platform import audit, clock, outbox, steps
from registry.platform.db import transaction
from registry.platform.errors import RuleNotMet
from registry.platform.i18n import N_
from registry.platform.workdays import Deadline

DAY = date.resolution
CLOSES = "overdue_supplement_closes"
"""Figure of a procedure: whether a returned application ends with its last day."""
SUPPLEMENT_ENDS = "supplement-ends"
"""Job about a returned application, due on the morning after its last day."""


class SupplementTooLate(RuleNotMet):
    """The last day for the supplement has passed; the application counts as withdrawn."""


async def last_day(case: Application) -> Deadline | None:
    """The last day of a returned application, or None where it may be supplemented for ever."""
    if case.status != Status.RETURNED or not (await procedure.of(case)).asks(CLOSES):
        return None
    taken = await steps.history(case.id)
    return await deadlines.due(case.status, deadlines.began(case.status, case.submitted_on, taken))


async def watch(case: Application) -> None:
    """Have an application that was just returned looked at when its time is over."""
    last = await last_day(case)
    if last is not None:
        await outbox.put(SUPPLEMENT_ENDS, str(case.id), clock.morning(last.day + DAY))


async def refuse_late(case: Application, on: date) -> None:
    """Refuse a supplement after its last day.

    Raises:
        SupplementTooLate: see there.
    """
    last = await last_day(case)
    if last is not None and last.passed(on):
        raise SupplementTooLate(
            N_("补正已于 {day} 到期，这份申请按撤回处理，您可以重新申请。依据：{cite}"),
            day=last.day.isoformat(),
            cite=await _cite(case),
        )


async def _cite(case: Application) -> str:
    return (await procedure.of(case)).figures[CLOSES].cite


async def close(application: UUID, *, on: date) -> bool:
    """Close a returned application whose last day has passed, and say whether it did.

    Safe to repeat: what has been supplemented, withdrawn or returned anew stays as it is. A period
    that runs into a year not announced is looked at again the next morning.
    """
    async with transaction():
        case = await Application.objects().get(Application.id == application)
        assert case is not None, "applications stay on record"
        last = await last_day(case)
        if last is None:
            return False
        if not last.passed(on):
            again = max(last.day, on) + DAY
            await outbox.put(SUPPLEMENT_ENDS, str(case.id), clock.morning(again))
            return False
        await steps.take(DEEM_WITHDRAWN, case, by=None, note=await _cite(case))
        await notices.tell(case.person, About.OVERDUE, case.reference)
        await audit.record("application.deem-withdrawn", f"application:{case.id}")
        return True
