"""What goes over the wire about following and sharing."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from certificates.words import Consent, Field


class WatchOut(BaseModel):
    """A certificate that is followed, or that somebody asks to follow."""

    model_config = ConfigDict(from_attributes=True, extra="ignore")

    id: UUID
    number: str
    employer: str
    purpose: str
    status: Consent
    asked_at: datetime
    decided_at: datetime | None


class FollowedOut(WatchOut):
    """The same for the employer, with how the certificate stands while the holder agrees."""

    answer: dict[str, Any] | None


class MovedOut(BaseModel):
    """Where a request stands after a step."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    status: Consent


class WebhookOut(BaseModel):
    """Where an employer's programs are told; the secret is shown once."""

    url: str
    secret: str


class ShareOut(BaseModel):
    """A link that the holder has made."""

    id: UUID
    number: str
    url: str
    fields: list[Field]
    note: str
    made_at: datetime
    until: date
    open: bool
    opened: int


class ReceiptOut(BaseModel):
    """A receipt of a check, and where anybody may look it up."""

    number: str
    code: str
    url: str
    sha256: str
