"""What goes over the wire about the intake: rounds, filings, checklists, notices."""

import json
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from credentials import procedure
from credentials.intake import contents, employers, materials, submissions
from credentials.intake.materials import Line
from credentials.intake.tables import Filing, IntakeRound
from credentials.intake.words import State
from credentials.tables import Application
from credentials.words import Level, Status
from registry.tables import Organisation


class RoundOut(BaseModel):
    """A round; without a last day it is continuous intake."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    levels: list[Level]
    opens_on: date
    closes_on: date | None
    review_on: date | None

    @classmethod
    def of(cls, row: IntakeRound) -> Self:
        """With its levels as a list."""
        return cls.model_validate({**row.to_dict(), "levels": json.loads(row.levels)})


class EvidenceOut(BaseModel):
    """One piece of evidence."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: str
    contract: UUID | None
    text: str | None
    day: date | None
    recommender: str | None
    unit: str | None
    document: UUID | None

    @classmethod
    def of(cls, row: Any) -> Self:
        """With its contract by id."""
        contract = row.contract.id if row.contract is not None else None
        names = cls.model_fields.keys() - {"contract"}
        return cls(contract=contract, **{name: getattr(row, name) for name in names})


class FunctionOut(BaseModel):
    """A claimed work function with its evidence."""

    function: str
    account: str
    evidence: list[EvidenceOut]


class MaterialOut(BaseModel):
    """A material of the checklist."""

    name: str
    text: dict[str, str]
    required: bool
    state: State
    cite: str

    @classmethod
    def of(cls, line: Line) -> Self:
        """Without what pages alone say."""
        return cls(
            name=line.name,
            text=line.material.text.model_dump(),
            required=line.material.required,
            state=line.state,
            cite=line.material.cite,
        )


class ItemOut(BaseModel):
    """One thing the newest notice asks for."""

    model_config = ConfigDict(from_attributes=True)

    field: str
    words: str


class ChangeOut(BaseModel):
    """One difference to what was handed in before the newest notice."""

    model_config = ConfigDict(from_attributes=True)

    field: str
    before: str | None
    after: str | None
    changed: bool


class FilingOut(BaseModel):
    """What is filed with an application beside its statement."""

    round: UUID | None
    employer: UUID | None
    self_employed: bool | None
    achievement: str | None
    published_on: date | None
    confirmed_on: date | None
    functions: list[FunctionOut]
    materials: list[MaterialOut]
    asked: list[ItemOut]
    reopened: list[str] | None
    """Fields that may be changed now; null: all of them."""
    changes: list[ChangeOut]

    @classmethod
    async def of(cls, case: Application, on: date) -> Self:
        """Everything, as of a day."""
        row = await contents.filing(case)
        pieces = await contents.evidence(case)
        rules = await procedure.asked(case, on)
        opened = await contents.reopened(case)
        asked = await contents.items((await contents.notices(case))[-1:])
        return cls(
            round=row.round,
            employer=row.employer,
            self_employed=row.self_employed,
            achievement=row.achievement,
            published_on=row.published_on,
            confirmed_on=row.confirmed_on,
            functions=[
                FunctionOut(
                    function=claimed.function,
                    account=claimed.account,
                    evidence=[
                        EvidenceOut.of(each) for each in pieces if each.function == claimed.function
                    ],
                )
                for claimed in await contents.functions(case)
            ],
            materials=[MaterialOut.of(line) for line in await materials.checklist(case, rules, on)],
            asked=[ItemOut.model_validate(item) for item in asked],
            reopened=None if opened is None else sorted(opened),
            changes=[
                ChangeOut.model_validate(each) for each in await submissions.since_notice(case)
            ],
        )


class EmployerOut(BaseModel):
    """An employer that can confirm."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    name_en: str

    @classmethod
    def all_of(cls, rows: list[Organisation]) -> list[Self]:
        """Each of many."""
        return [cls.model_validate(row) for row in rows]


class HandedOut(BaseModel):
    """A line of an employer's list."""

    application: UUID
    reference: str
    person_name: str
    level: Level
    status: Status
    submitted_on: date
    published_on: date | None
    confirmed_on: date | None
    until: date | None
    """The last day of the publication, or before its first day that to begin on."""
    provisional: bool


class ConfirmingOut(BaseModel):
    """An application as its employer sees it: as it was handed over."""

    application: UUID
    reference: str
    level: Level
    status: Status
    handed_at: datetime
    published_on: date | None
    last_day: date | None
    provisional: bool
    content: dict[str, Any]

    @classmethod
    async def of(cls, case: Application, filing: Filing) -> Self:
        """With what was handed over and the period of the publication."""
        said = await contents.last(case)
        assert said is not None, "it was handed over"
        period = None
        if filing.published_on is not None:
            period = employers.period(await procedure.of(case), filing.published_on)
        return cls(
            application=case.id,
            reference=case.reference,
            level=Level(case.level),
            status=Status(case.status),
            handed_at=said.made_at,
            published_on=filing.published_on,
            last_day=period.day if period else None,
            provisional=period.provisional if period else False,
            content=submissions.read(said).model_dump(mode="json"),
        )
