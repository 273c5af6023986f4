"""A person's profile: education, employment, professional titles, technology contracts.

Entries are added and withdrawn, never changed in place: an application that was decided on an entry
must still find it.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID, uuid4

from piccolo.table import Table
from pydantic import BeforeValidator, Field, model_validator

from registry.platform import audit, clock
from registry.platform.db import transaction
from registry.platform.documents import Upload
from registry.platform.errors import (
    Conflict,
    FieldError,
    FieldsInvalid,
    NotFound,
    of_unique_index,
)
from registry.platform.fields import Day, Flag, Input, Plain, halfwidth
from registry.platform.i18n import N_
from registry.platform.permissions import OFFICERS
from registry.tables import (
    Account,
    Document,
    Education,
    Employment,
    ProfessionalTitle,
    TechnologyContract,
)
from registry.words import ContractRole, Degree, TitleLevel

FEN = 100
MOST_ENTRIES = 60
"""Of one kind for one person: more than any career, less than a flood."""


class EntryIn(Input):
    """What every entry may carry."""

    evidence: UUID | None = Field(default=None, description="A file of the caller's, uploaded.")


class EducationIn(EntryIn):
    """A degree."""

    school: str = Field(min_length=1, max_length=200)
    degree: Degree
    subject: str = Field(min_length=1, max_length=200)
    graduated_on: Day


class EmploymentIn(EntryIn):
    """A post; `ended_on` stays empty while it lasts."""

    employer: str = Field(min_length=1, max_length=200)
    post: str = Field(min_length=1, max_length=200)
    technology_transfer: Flag
    began_on: Day
    ended_on: Day | None = None


class TitleIn(EntryIn):
    """A professional title."""

    title: str = Field(min_length=1, max_length=200)
    level: TitleLevel
    granted_by: str = Field(min_length=1, max_length=200)
    granted_on: Day


def _amount(value: Any) -> Any:
    text = halfwidth(value)
    return text.replace(",", "") if isinstance(text, str) else text


class ContractIn(EntryIn):
    """A registered technology contract; the amount is in yuan, as on the certificate of record."""

    registration_number: Plain = Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z\-]{5,39}$")
    title: str = Field(min_length=1, max_length=200)
    role: ContractRole
    amount_yuan: Annotated[Decimal, BeforeValidator(_amount)] = Field(
        gt=0, max_digits=15, decimal_places=2
    )
    signed_on: Day
    parties: str = Field(min_length=1, max_length=1000)

    @model_validator(mode="after")
    def _capitals(self) -> "ContractIn":
        object.__setattr__(self, "registration_number", self.registration_number.upper())
        return self


class ContractTaken(Conflict):
    """This person has entered this contract already."""


KINDS: dict[str, tuple[type[Table], type[EntryIn]]] = {
    "education": (Education, EducationIn),
    "employment": (Employment, EmploymentIn),
    "titles": (ProfessionalTitle, TitleIn),
    "contracts": (TechnologyContract, ContractIn),
}
"""The parts of a profile by the name routes and pages give them."""
ORDER = {"education": "graduated_on", "employment": "began_on", "titles": "granted_on"}
NOT_LATER_THAN_TODAY = ("graduated_on", "began_on", "granted_on", "signed_on")


async def entries(kind: str, person: UUID) -> list[Any]:
    """The entries of one part of a profile that stand, newest first."""
    return await entries_of(kind, [person])


async def entries_of(kind: str, people: Sequence[UUID]) -> list[Any]:
    """The same of many people; each row says whose it is."""
    table: Any = KINDS[kind][0]
    newest = getattr(table, ORDER.get(kind, "signed_on"))
    found: list[Any] = await (
        table.objects()
        .where(table.person.is_in([*people]), table.removed_at.is_null())
        .order_by(newest, ascending=False)
    )
    return found


async def add(
    kind: str, asked: EntryIn, *, by: Account, on: date, file: Upload | None = None
) -> UUID:
    """Add an entry to the caller's own profile; return its id. `file` is new evidence for it.

    Raises:
        FieldsInvalid: a day lies in the future, the end before the beginning, or the part is full.
        ContractTaken: the contract is there already.
    """
    table: Any = KINDS[kind][0]
    if faults := _faults(asked, on):
        raise FieldsInvalid(faults)
    values = asked.model_dump()
    if "amount_yuan" in values:
        values["amount_fen"] = int(values.pop("amount_yuan") * FEN)
    try:
        async with transaction():
            present = await table.count().where(
                table.person == by.person, table.removed_at.is_null()
            )
            if present >= MOST_ENTRIES:
                full = FieldError("", "full", N_("这一类最多 {most} 条。"), {"most": MOST_ENTRIES})
                raise FieldsInvalid([full])
            if file is not None:
                values["evidence"] = await keep(file, by=by)
            elif asked.evidence is not None:
                await document(asked.evidence, by=by)
            row = table(id=uuid4(), person=by.person, **values)
            await row.save()
            await audit.record(f"profile.add-{kind}", f"person:{by.person}", entry=row.id)
    except Exception as error:
        if of_unique_index(error, "technology_contract"):
            message = N_("这份合同（登记编号相同）已填写过。")
            taken = FieldError("registration_number", "taken", message)
            raise ContractTaken(message, errors=[taken]) from None
        raise
    identifier: UUID = row.id
    return identifier


def _faults(asked: EntryIn, on: date) -> list[FieldError]:
    given = asked.model_dump()
    found = [
        FieldError(name, "in-future", N_("日期不能晚于今天。"))
        for name in NOT_LATER_THAN_TODAY
        if name in given and given[name] > on
    ]
    ended = given.get("ended_on")
    if ended is not None and ended < given["began_on"]:
        found.append(FieldError("ended_on", "before-start", N_("结束日期不能早于开始日期。")))
    return found


async def keep(file: Upload, *, by: Account, of: UUID | None = None) -> UUID:
    """Keep a file uploaded as evidence about the caller, or `of` somebody; return its id."""
    async with transaction():
        row = Document(
            id=uuid4(),
            person=of or by.person,
            name=file.name,
            media_type=file.media_type,
            size=len(file.content),
            sha256=file.sha256,
            content=file.content,
            uploaded_by=by.id,
            uploaded_at=clock.now(),
        )
        await row.save()
        await audit.record("document.upload", f"document:{row.id}", sha256=file.sha256)
    identifier: UUID = row.id
    return identifier


async def document(identifier: UUID, *, by: Account) -> Document:
    """Return a file the caller may see: their own, or anybody's for an officer, who is noted.

    Raises:
        NotFound: there is none, or not for this caller.
    """
    seen = Document.id.is_not_null() if by.role in OFFICERS else Document.person == by.person
    async with transaction():
        found: Document | None = (
            await Document.objects().where(seen, Document.id == identifier).first()
        )
        if found is None:
            raise NotFound(N_("没有这个文件。"))
        if by.role in OFFICERS:
            await audit.record("document.read", f"document:{identifier}")
    return found


async def withdraw(kind: str, entry: UUID, *, by: Account) -> None:
    """Take an entry out of the caller's own profile; it stays on file.

    Raises:
        NotFound: no such part, no such entry of theirs, or it is out already.
    """
    gone = NotFound(N_("没有这一条，或已经删除。"))
    if kind not in KINDS:
        raise gone
    table: Any = KINDS[kind][0]
    async with transaction():
        taken = await (
            table.update({table.removed_at: clock.now()})
            .where(table.id == entry, table.person == by.person, table.removed_at.is_null())
            .returning(table.id)
        )
        if not taken:
            raise gone
        await audit.record(f"profile.withdraw-{kind}", f"person:{by.person}", entry=entry)


async def whole(person: UUID) -> dict[str, list[Any]]:
    """Every part of a profile, by its name."""
    return {kind: await entries(kind, person) for kind in KINDS}
