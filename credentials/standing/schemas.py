"""Bodies of the API of standing."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from credentials.standing.words import AskedFor, AskedStatus
from credentials.words import Act, DecisionStatus, Level, Proposal, Standing, StandingReason


class HeldOut(BaseModel):
    """How one level stood on a day, as known on a day."""

    model_config = ConfigDict(from_attributes=True)

    credential: UUID
    level: Level
    status: Standing
    reason: StandingReason | None
    first_day: date
    last_day: date | None
    known_on: date
    granted_on: date


class CredentialStandingOut(BaseModel):
    """A level and its present standing."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    level: Level
    granted_on: date
    valid_until: date
    status: Standing
    status_since: date
    status_reason: StandingReason | None
    suspended_until: date | None
    superseded_by: UUID | None


class StandingProposalOut(BaseModel):
    """A proposed decision about a level."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    credential: UUID
    status: DecisionStatus
    act: Act
    reason: StandingReason
    until: date | None
    grounds: str


class HolderRequestOut(BaseModel):
    """What a holder asks for, and where it stands."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    reference: str
    kind: AskedFor
    credential: UUID | None
    status: AskedStatus
    asked_on: date
    name: str | None
    grounds: str
    decided_on: date | None
    reasons: str | None


class WaitingOut(BaseModel):
    """A line of the officers' queue of requests."""

    id: UUID
    reference: str
    kind: AskedFor
    status: AskedStatus
    asked_on: date
    proposal: Proposal | None
    person_name: str
    until: date
    left: int
    provisional: bool
    may_decide: bool
