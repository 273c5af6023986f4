"""What goes over the wire about applications and credentials."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from credentials import determinations, timeline
from credentials.deadlines import Mover
from credentials.rules.explain import Answer
from credentials.tables import Application
from credentials.words import AMONG_OFFICERS, DECIDED, Level, Proposal, Standing, Status
from registry.platform import steps
from registry.platform.permissions import OFFICERS
from registry.tables import Account


class StepOut(BaseModel):
    """One step a case has taken, with the role of who took it."""

    model_config = ConfigDict(from_attributes=True)

    step: str
    came_from: str
    went_to: str
    taken_at: datetime
    role: str | None
    note: str | None


class ApplicationOut(BaseModel):
    """One application, as its owner and the bureau see it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    reference: str
    person: UUID
    level: Level
    status: Status
    statement: str
    created_at: datetime
    saved_at: datetime
    submitted_on: date | None
    supplement_asked: str | None
    proposal: Proposal | None
    grounds: str | None
    decided_on: date | None
    mover: Mover = Mover.NOBODY
    """Whose move it is."""
    until: date | None = None
    """The last day for it, where there is one; `provisional` until its year is announced."""
    provisional: bool = False
    answer: Answer | None = None
    """The findings it was last submitted with."""
    history: list[StepOut] = []

    @classmethod
    async def of(cls, case: Application, *, to: Account) -> Self:
        """With its last findings and its history; what officers say to each other is theirs."""
        kept = await determinations.newest(case.id)
        taken = await steps.history(case.id)
        history = [StepOut.model_validate(line) for line in taken]
        now = await timeline.present(case, taken)
        update: dict[str, Any] = {
            "mover": now.mover,
            "until": now.until.day if now.until else None,
            "provisional": bool(now.until and now.until.provisional),
            "answer": determinations.answer_of(kept) if kept else None,
            "history": history,
        }
        if to.role not in OFFICERS:
            update["proposal"] = None
            update["history"] = [
                line.model_copy(update={"note": None}) if line.step in AMONG_OFFICERS else line
                for line in history
            ]
            if case.status not in DECIDED:
                update["grounds"] = None
        return cls.model_validate(case).model_copy(update=update)


class QueueOut(BaseModel):
    """A line of the officers' queue."""

    id: UUID
    reference: str
    level: Level
    status: Status
    submitted_on: date
    proposal: Proposal | None
    person_name: str
    person_number: str
    may_decide: bool
    until: date
    left: int
    provisional: bool


class CredentialOut(BaseModel):
    """A level a person holds."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    level: Level
    granted_on: date
    valid_until: date
    status: Standing
