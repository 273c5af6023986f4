"""What goes over the wire about training hours."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from training.words import Mode, Module


class HoursOut(BaseModel):
    """A ledger line, and the person's minutes after it."""

    id: UUID
    person_number: str
    minutes: int
    total_minutes: int


class LineOut(BaseModel):
    """A line of the ledger, as base, person and officers see it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    person_number: str
    person_name: str
    base_name: str
    base_name_en: str
    reference: str
    course: str
    module: Module
    mode: Mode
    held_on: date
    minutes: int
    offered_minutes: int
    reverses: UUID | None
    reversed: bool
    reason: str | None
    recorded_at: datetime


class StatementOut(BaseModel):
    """A person's hours: every line, and what they add up to."""

    total_minutes: int
    class_hours: int
    lines: list[LineOut]
