"""What goes over the wire about policies, where people stand, and what was confirmed."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from credentials import declarations, determinations
from credentials.eligibility.assessments import Assessment
from credentials.eligibility.lists import Batch
from credentials.facts import Fact
from credentials.policy import Edition
from credentials.rules.evaluator import Verdict
from credentials.rules.explain import Answer
from credentials.rules.sources import Source, Status, Text
from credentials.tables import Declaration, Determination
from credentials.words import Basis
from registry.platform.fields import Input


class PolicyOut(BaseModel):
    """One policy edition in force."""

    document: str
    edition: str
    title: Text
    source: Source
    published: date
    effective_from: date
    status: Status
    digest: str
    asked: list[str]
    """Grades or routes one can ask about."""

    @classmethod
    def of(cls, edition: Edition, digest: str) -> Self:
        """From an edition and its digest."""
        document = edition.document
        return cls(
            document=document.id,
            edition=document.edition,
            title=document.title,
            source=document.source,
            published=document.published,
            effective_from=document.effective_from,
            status=document.status,
            digest=digest,
            asked=[*(document.grades or {})],
        )


class AssessmentOut(BaseModel):
    """Where somebody stands under one policy."""

    day: date
    answer: Answer
    facts: list[Fact]
    what_if: dict[str, int | str | bool | None]
    """For each fact, the least change that alone makes it a yes."""

    @classmethod
    def of(cls, found: Assessment) -> Self:
        """From an assessment."""
        return cls(
            day=found.day,
            answer=found.answer,
            facts=[*found.facts.values()],
            what_if=dict(found.changes),
        )


class CalculationIn(Input):
    """Facts to calculate with, as people write them."""

    facts: dict[str, str] = Field(max_length=200)
    grade: str | None = Field(default=None, max_length=60)


class ListIn(Input):
    """Registry numbers to check against one policy."""

    document: str = Field(max_length=60)
    numbers: list[str] = Field(max_length=1000)
    grade: str | None = Field(default=None, max_length=60)


class LineOut(BaseModel):
    """One line of a batch check; without a verdict nobody on record has the number."""

    number: str
    name: str | None
    verdict: Verdict | None
    proven: int
    possible: int
    missing: tuple[str, ...]


class BatchOut(BaseModel):
    """The answers for a list."""

    edition: str
    day: date
    lines: list[LineOut]

    @classmethod
    def of(cls, found: Batch) -> Self:
        """From a batch."""
        return cls(
            edition=found.edition.document.edition,
            day=found.day,
            lines=[
                LineOut(
                    number=line.number,
                    name=line.person.name if line.person else None,
                    verdict=line.verdict,
                    proven=line.proven,
                    possible=line.possible,
                    missing=line.missing,
                )
                for line in found.lines
            ],
        )


class DeterminationIn(Input):
    """What to determine about whom."""

    person: UUID
    document: str = Field(max_length=60)
    grade: str | None = Field(default=None, max_length=60)


class DeterminationOut(BaseModel):
    """A determination that was kept."""

    id: UUID
    person: UUID
    grade: str | None
    day: date
    made_at: datetime
    facts_digest: str
    answer: Answer

    @classmethod
    def of(cls, kept: Determination) -> Self:
        """With the answer as it was given."""
        return cls(
            id=kept.id,
            person=kept.person,
            grade=kept.grade,
            day=kept.day,
            made_at=kept.made_at,
            facts_digest=kept.facts_digest,
            answer=determinations.answer_of(kept),
        )


class ConfirmationOut(BaseModel):
    """An officer's name under a determination."""

    model_config = ConfigDict(from_attributes=True)

    determination: UUID
    confirmed_by: UUID
    confirmed_at: datetime
    note: str


class DeclarationOut(BaseModel):
    """One declared fact."""

    id: UUID
    fact: str
    value: int | str | bool | None
    since: date | None
    basis: Basis
    evidence: UUID | None
    day: date

    @classmethod
    def of(cls, line: Declaration) -> Self:
        """With the value as it was given, whichever way the database keeps it."""
        return cls(
            id=line.id,
            fact=line.fact,
            value=None if line.value is None else declarations.stored(line),
            since=line.since,
            basis=Basis(line.basis),
            evidence=line.evidence,
            day=line.day,
        )
