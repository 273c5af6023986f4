"""Until when the next move of an application has to be made, and whose move it is."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from credentials import policy
from credentials.determinations import EVALUATION
from credentials.words import NOT_CONFIRM, RETURN, Status
from registry.platform import clock, workdays
from registry.platform.workdays import Deadline

PERIOD = {
    Status.SUBMITTED: "decision_working_days",
    Status.ACCEPTED: "decision_working_days",
    Status.REVIEWING: "decision_working_days",
    Status.VOTED: "decision_working_days",
    Status.HELD: "decision_working_days",
    Status.PROPOSED: "decision_working_days",
    Status.RETURNED: "supplement_working_days",
}
"""Parameter of the evaluation policy that gives each stage its working days."""


BACK = frozenset({RETURN.name, NOT_CONFIRM.name})
"""Steps that give an application back to its applicant."""


class Mover(StrEnum):
    """Whose move it is."""

    APPLICANT = "applicant"
    EMPLOYER = "employer"
    OFFICE = "office"
    PANEL = "panel"
    EVERYBODY = "everybody"
    NOBODY = "nobody"


MOVER = {
    Status.DRAFT: Mover.APPLICANT,
    Status.RETURNED: Mover.APPLICANT,
    Status.CONFIRMING: Mover.EMPLOYER,
    Status.SUBMITTED: Mover.OFFICE,
    Status.ACCEPTED: Mover.OFFICE,
    Status.REVIEWING: Mover.PANEL,
    Status.VOTED: Mover.OFFICE,
    Status.PUBLISHED: Mover.EVERYBODY,
    Status.HELD: Mover.OFFICE,
    Status.PROPOSED: Mover.OFFICE,
}


def mover(status: str) -> Mover:
    """Whose move an application in a status is."""
    return MOVER.get(Status(status), Mover.NOBODY)


async def due(status: str, since: date | None) -> Deadline | None:
    """The last day of the present stage, or None for one without.

    `since` is the day the stage began, as `began` says; the edition in force then decides.
    """
    name = PERIOD.get(Status(status))
    if name is None or since is None:
        return None
    rules = (await policy.in_force(EVALUATION, since)).document
    return workdays.after(since, rules.parameter(name).value)


STAGED = frozenset({Status.ACCEPTED, Status.REVIEWING, Status.VOTED, Status.HELD})
"""Stages whose period runs from the step that began them."""


def began(
    status: str, submitted_on: date | None, history: Sequence[Mapping[str, Any]]
) -> date | None:
    """The day the present stage began: of the last submission, of a return, of a step.

    `history` as `steps.history` gives it. What is proposed upon a submission is decided within the
    period of that; what is proposed after a panel, within one of its own.
    """
    late = status == Status.PROPOSED and history and history[-1]["came_from"] != Status.SUBMITTED
    if history and (late or status in STAGED):
        return clock.office_day(history[-1]["taken_at"])
    asked = [line["taken_at"] for line in history if line["step"] in BACK]
    if status == Status.RETURNED and asked:
        return clock.office_day(asked[-1])
    return submitted_on
