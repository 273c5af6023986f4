"""What goes over the wire about training hours."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from training.words import (
    ClassStatus,
    CourseStatus,
    FindingStatus,
    ImportStatus,
    Level,
    Mode,
    Module,
    PairingStatus,
    PracticeStatus,
    Suspicion,
)


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


class Out(BaseModel):
    """Base of what goes out, from rows as well as from plain data."""

    model_config = ConfigDict(from_attributes=True)


class AccreditationOut(Out):
    """What a base has leave for, and whether it counts today."""

    id: UUID
    base: UUID
    base_name: str
    number: str
    first_day: date
    last_day: date
    levels: list[Level]
    modules: list[Module]
    in_time: bool
    suspended: bool


class CourseOut(Out):
    """A course of the catalogue."""

    id: UUID
    base: UUID
    status: CourseStatus
    title: str
    level: Level
    module: Module
    minutes: int
    syllabus: str
    pass_mark: int | None


class ClassOut(Out):
    """A class session."""

    id: UUID
    course: UUID
    base: UUID
    status: ClassStatus
    code: str
    mode: Mode
    place: str | None
    address: str | None
    starts_at: datetime
    ends_at: datetime
    teacher: str
    capacity: int


class SeatOut(Out):
    """Somebody enrolled in a class."""

    id: UUID
    person: UUID
    number: str
    name: str
    minutes: int | None
    score: int | None
    signed_in_at: datetime | None


class ChangedOut(Out):
    """How many lines an act added or changed."""

    changed: int


class RefusedRowOut(Out):
    """A row of a sheet that cannot be taken."""

    row: int
    column: str
    value: str
    code: str
    message: str


class ImportOut(Out):
    """What became of a sheet; `id` and `status` are empty for a dry run."""

    id: UUID | None = None
    status: ImportStatus | None = None
    rows: int
    done: int | None = None
    """Rows of a large sheet that are checked so far."""
    accepted: int
    refused: list[RefusedRowOut]


class TallyOut(Out):
    """What one target of a scheme got, in minutes."""

    target: str
    needed: int
    counted: int
    missing: int
    used_before: int
    """Minutes that do not count because a lower level has taken them."""
    complete: bool
    parts: dict[str, int]
    """Minutes counted by group of lines that the scheme bounds."""


class SchemeOut(Out):
    """What one scheme makes of somebody's hours."""

    document: str
    edition: UUID
    status: str
    illustrative: list[str]
    """Figures for which no published rule is known."""
    tallies: list[TallyOut]


class CountingOut(Out):
    """What somebody's hours count for."""

    person_number: str
    on: date
    total_minutes: int
    schemes: list[SchemeOut]


class UseOut(Out):
    """A level that took a line, and the day it was granted."""

    level: Level
    used_on: date


class FindingOut(Out):
    """Something about a ledger line that somebody has to look at."""

    id: UUID
    kind: Suspicion
    status: FindingStatus
    confidence: int
    facts: dict[str, int]
    entry: UUID
    other: UUID | None
    person_number: str
    course: str
    held_on: date
    base_name: str
    uses: list[UseOut]
    """Of hours used before: the levels that took them, in order."""


class PeriodOut(Out):
    """A closed month of the ledger, with the hash of its lines."""

    month: date
    lines: int
    minutes: int
    digest: str
    closed_on: date


class RegisteredOut(Out):
    """A mentor who was put on the register."""

    id: UUID
    person: UUID
    qualification: str
    capacity: int
    first_day: date
    last_day: date


class MentorOut(RegisteredOut):
    """A mentor on the register, and how many juniors they have."""

    name: str
    number: str
    juniors: int


class PracticeOut(Out):
    """A stretch of mentored practice; `entry` is its ledger line, once both agree."""

    id: UUID
    status: PracticeStatus
    held_on: date
    minutes: int
    activity: str
    by_mentor: bool
    entry: UUID | None


class PairedOut(Out):
    """A mentor and a junior manager."""

    id: UUID
    mentor: UUID
    person: UUID
    base: UUID
    status: PairingStatus
    plan: str
    planned_minutes: int
    began_on: date
    outcome: str | None


class PairingOut(PairedOut):
    """A pairing with names, and what was practised."""

    name: str
    number: str
    mentor_name: str
    base_name: str
    confirmed_minutes: int
    practice: list[PracticeOut]
