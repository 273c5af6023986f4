"""What goes over the wire about accounts, people and profiles."""

from datetime import date
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from registry.platform.fields import Input
from registry.tables import Account, Person
from registry.words import ContractRole, Degree, IdentityKind, TitleLevel


class Out(BaseModel):
    """Base of what goes out."""

    model_config = ConfigDict(from_attributes=True)


class SignIn(Input):
    """What somebody types at the door."""

    login: str = Field(min_length=1, max_length=254)
    password: SecretStr = Field(min_length=1, max_length=128)
    code: str | None = Field(default=None, max_length=20, description="One-time code, for staff.")


class AccountOut(Out):
    """The account somebody is signed in with."""

    login: str
    role: str
    display_name: str
    person: UUID | None
    organisation: UUID | None

    @classmethod
    def of(cls, account: Account) -> Self:
        """As its owner sees it."""
        return cls.model_validate(account)


class PersonOut(Out):
    """A person, with the identity number masked."""

    id: UUID
    number: str
    name: str | None
    identity_kind: IdentityKind | None
    identity_masked: str
    born_on: date | None
    nationality: str | None
    identity_recorded_on: date | None

    @classmethod
    def of(cls, person: Person, masked: str) -> Self:
        """As they see themselves, and as officers see them."""
        values: dict[str, Any] = {name: getattr(person, name, None) for name in cls.model_fields}
        return cls.model_validate({**values, "identity_masked": masked})


class EntryOut(Out):
    """What every entry of a profile has."""

    id: UUID
    evidence: UUID | None


class EducationOut(EntryOut):
    """A degree."""

    school: str
    degree: Degree
    subject: str
    graduated_on: date


class EmploymentOut(EntryOut):
    """A post."""

    employer: str
    post: str
    technology_transfer: bool
    began_on: date
    ended_on: date | None


class TitleOut(EntryOut):
    """A professional title."""

    title: str
    level: TitleLevel
    granted_by: str
    granted_on: date


class ContractOut(EntryOut):
    """A technology contract."""

    registration_number: str
    title: str
    role: ContractRole
    amount_fen: int
    signed_on: date
    parties: str


class ProfileOut(Out):
    """Everything a person has entered about themselves."""

    person: PersonOut
    education: list[EducationOut]
    employment: list[EmploymentOut]
    titles: list[TitleOut]
    contracts: list[ContractOut]


class CreatedOut(Out):
    """The id of what has been added."""

    id: UUID


class RevealIn(Input):
    """Why somebody wants to see a whole identity number."""

    reason: str = Field(min_length=1, max_length=500)


class RevealOut(Out):
    """A whole identity number."""

    number: str
