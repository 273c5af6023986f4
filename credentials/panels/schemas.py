"""What goes over the wire about panels, publications and objections."""

from datetime import date
from typing import Any, Self
from uuid import UUID

from credentials.panels import seats, sheets
from credentials.panels.tables import Panel
from credentials.panels.words import (
    ObjectionStatus,
    Outcome,
    PanelStatus,
    ReviewStatus,
    SeatState,
    Tie,
)
from credentials.words import Level
from registry.platform.permissions import OFFICERS
from registry.schemas import Out
from registry.tables import Account


class AssessorOut(Out):
    """An entry of the register of assessors."""

    id: UUID
    number: str
    name: str
    login: str
    employer: str
    specialties: str
    levels: list[Level]
    until: date | None
    ended: date | None
    waiting: int

    @classmethod
    def of(cls, row: dict[str, Any]) -> Self:
        """An entry as `assessors.register_of` gives it; of what waits, how much."""
        return cls.model_validate(row | {"waiting": len(row["waiting"])})


class SeatOut(Out):
    """Somebody in the order drawn."""

    account: UUID
    number: str
    name: str
    place: int
    state: SeatState
    present: bool | None


class PanelCaseOut(Out):
    """An application before a panel; who it is about is the office's to see."""

    id: UUID
    place: int
    open: bool
    yes: int | None
    no: int | None
    abstained: int | None
    entitled: int | None
    passed: bool | None
    application: UUID | None = None
    reference: str | None = None


class PanelOut(Out):
    """A panel as the office and its members see it."""

    id: UUID
    reference: str
    level: Level
    status: PanelStatus
    size: int
    commitment: str
    committed_on: date
    word: str | None
    revealed_on: date | None
    met_on: date | None
    sheets_in: int = 0
    sheets_due: int = 0
    members: tuple[SeatOut, ...] = ()
    cases: tuple[PanelCaseOut, ...] = ()

    @classmethod
    async def of(cls, panel: Panel, *, to: Account) -> Self:
        """Members know applications by their place alone, and each other not by name."""
        officer = to.role in OFFICERS
        given, due = await sheets.in_hand(panel)
        members = [SeatOut.model_validate(each) for each in await seats.seated(panel.id)]
        cases = await seats.applicants(panel.id) if officer else await seats.cases(panel.id)
        hidden = {"application": None, "reference": None}
        shown = [
            PanelCaseOut.model_validate(each).model_copy(update={} if officer else hidden)
            for each in cases
        ]
        return cls.model_validate(panel).model_copy(
            update={
                "sheets_in": given,
                "sheets_due": due,
                "members": tuple(members) if officer else (),
                "cases": tuple(shown),
            }
        )


class DueOut(Out):
    """How long the office has for what waits; empty where nothing waits any more."""

    until: date | None = None
    left: int | None = None
    provisional: bool = False


class PanelLineOut(DueOut):
    """A line of the office's list of panels."""

    id: UUID
    reference: str
    level: Level
    status: PanelStatus
    committed_on: date


class PublicationOut(Out):
    """A result before the public."""

    id: UUID
    reference: str
    masked_name: str
    level: Level
    unit: str | None
    published_on: date
    until: date
    provisional: bool
    panel: str


class PublishedOut(Out):
    """A result just published."""

    id: UUID
    application: UUID
    published_on: date
    working_days: int


class ReceiptOut(Out):
    """What whoever objects is given; the code is told this once."""

    reference: str
    code: str


class AnswerOut(Out):
    """How an objection stands."""

    reference: str
    status: ObjectionStatus
    received_on: date
    reasons: str | None
    decided_on: date | None


class WaitingOut(DueOut):
    """A line of the office's list of objections."""

    id: UUID
    reference: str
    application: str
    status: ObjectionStatus
    received_on: date
    decided_on: date | None


class ObjectionOut(AnswerOut):
    """One objection as the office reads it; `objector` is empty for an anonymous one."""

    id: UUID
    publication: UUID
    application: UUID
    grounds: str
    objector: tuple[str, str] | None


class ReviewOut(DueOut):
    """The review of a refusal."""

    id: UUID
    application: UUID
    status: ReviewStatus
    grounds: str
    asked_on: date
    outcome: Outcome | None
    reasons: str | None


class NumberOut(Out):
    """A number of a draw, with what became of it."""

    number: str
    tie: Tie | None = None
    place: int | None = None
    state: SeatState | None = None


class DrawOut(Out):
    """All anybody needs to draw a panel again."""

    reference: str
    level: Level
    status: PanelStatus
    size: int
    commitment: str
    committed_on: date
    word: str | None
    secret: str | None
    revealed_on: date | None
    abandoned_because: str | None
    roll_digest: str | None
    roll: list[str]
    pool: list[str]
    excluded: list[NumberOut]
    order: list[NumberOut]
    left: list[NumberOut]


class EvidenceOut(Out):
    """An application as a member reads it."""

    place: int
    criteria: list[dict[str, Any]]
    evidence: dict[str, Any]
    handed_in: bool
