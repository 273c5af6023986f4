"""People: who somebody is, proven by a document, kept so that few can read it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field

from registry import identity
from registry.identity import masked
from registry.platform import audit
from registry.platform.db import among, as_uuid, rows, transaction
from registry.platform.errors import (
    Conflict,
    FieldError,
    FieldsInvalid,
    NotFound,
    RuleNotMet,
    of_unique_index,
)
from registry.platform.fields import Day, Input, halfwidth
from registry.platform.i18n import N_
from registry.platform.permissions import OFFICERS
from registry.platform.vault import Vault
from registry.tables import Account, Person
from registry.words import IdentityKind

NAME_LENGTH = 100
RESIDENT_NATIONALITY = "CHN"
REGISTRY_NUMBER = re.compile(r"P-[0-9]+", re.ASCII | re.IGNORECASE)


class IdentityIn(Input):
    """What somebody gives to say who they are."""

    kind: IdentityKind
    number: str = Field(min_length=1, max_length=40)
    name: Annotated[str, BeforeValidator(halfwidth)] = Field(
        min_length=1, max_length=NAME_LENGTH, description="As on the document."
    )
    born_on: Day | None = Field(default=None, description="May be left out where the number says.")
    nationality: str | None = Field(
        default=None, pattern=r"^[A-Za-z]{3}$", description="ISO 3166-1 alpha-3; CHN for residents."
    )


class IdentityTaken(Conflict):
    """Somebody in the registry has this document already."""


class IdentityFixed(RuleNotMet):
    """An identity on record is changed by the office, not by the person."""


@dataclass(frozen=True)
class Learner:
    """Whom a training base means."""

    id: UUID
    number: str
    name: str


def visible(to: Account) -> Any:
    """Second gate: the condition on `Person` rows that an account may see."""
    if to.role in OFFICERS:
        return Person.id.is_not_null()
    return Person.id == to.person


async def named(person: UUID) -> dict[str, str]:
    """Name and number of somebody, for those who may see the case they are in."""
    row = await Person.objects().get(Person.id == person)
    assert row is not None, "foreign keys hold people in place"
    return {"name": row.name or "", "number": row.number}


async def find(person: UUID, *, by: Account) -> Person:
    """Return one person the caller may see.

    Raises:
        NotFound: there is none, or not for this caller; they cannot tell which.
    """
    row = await Person.objects().where(visible(by), Person.id == person).first()
    if row is None:
        raise NotFound(N_("没有这个人的登记。"))
    return row


async def by_number(typed: str, *, by: Account) -> Person:
    """Find a person the caller may see by registry number, as people type it.

    Raises:
        FieldsInvalid: nobody on record has it.
    """
    number = halfwidth(typed).upper()
    row: Person | None = await Person.objects().where(visible(by), Person.number == number).first()
    if row is None:
        message = N_("登记中没有这个登记号。请核对，例如 P-000123。")
        raise FieldsInvalid([FieldError("number", "unknown-person", message)])
    return row


async def row(person: UUID) -> Person:
    """A person known to be on record, for the house's own use: no caller is asked about."""
    found = await Person.objects().get(Person.id == person)
    assert found is not None, "foreign keys hold people in place"
    return found


async def record_identity(asked: IdentityIn, *, by: Account, on: date, vault: Vault) -> Person:
    """Put the caller's own identity on record, once.

    Raises:
        FieldsInvalid: the number, the birth date or the nationality cannot be right.
        IdentityTaken: the document belongs to somebody on record.
        IdentityFixed: the caller has an identity on record already.
    """
    number = identity.normalise(asked.number)
    faults = identity.faults(asked.kind, number, asked.born_on, on)
    resident = asked.kind is IdentityKind.RESIDENT
    if not resident and asked.nationality is None:
        faults.append(FieldError("nationality", "required", N_("请填写国籍。")))
    if faults:
        raise FieldsInvalid(faults)
    try:
        async with transaction():
            person = await find(by.person, by=by)
            changed = await (
                Person.update(
                    {
                        Person.name: asked.name,
                        Person.identity_kind: asked.kind,
                        Person.identity_sealed: vault.seal(number, _place(person.id)),
                        Person.identity_index: vault.index(f"{asked.kind}:{number}"),
                        Person.born_on: asked.born_on or identity.birth_date(number),
                        Person.nationality: (
                            RESIDENT_NATIONALITY
                            if resident or asked.nationality is None
                            else asked.nationality.upper()
                        ),
                        Person.identity_recorded_on: on,
                    }
                )
                .where(Person.id == person.id, Person.identity_index.is_null())
                .returning(Person.id)
            )
            if not changed:
                raise IdentityFixed(N_("身份信息已登记；如需更正，请联系登记机构。"))
            await Account.update({Account.display_name: asked.name}).where(Account.id == by.id)
            await audit.record("person.identity", f"person:{person.id}", kind=asked.kind)
    except Exception as error:
        if of_unique_index(error, "person", "identity_index"):
            message = N_("这个证件已在登记中；如非本人操作，请联系登记机构。")
            taken = FieldError("number", "taken", message)
            raise IdentityTaken(message, errors=[taken]) from None
        raise
    return await find(by.person, by=by)


async def correct_name(person: UUID, name: str) -> None:
    """Change the name on record, after two officers have decided so. Call inside a transaction."""
    await Person.update({Person.name: name}).where(Person.id == person)
    await Account.update({Account.display_name: name}).where(Account.person == person)
    await audit.record("person.correct-name", f"person:{person}")


def _place(person: UUID) -> str:
    return f"person:{person}:identity"


def masked_identity(person: Person, vault: Vault) -> str:
    """A person's identity number as it is shown to anybody, themselves included."""
    if person.identity_sealed is None:
        return ""
    return masked(vault.unseal(person.identity_sealed, _place(person.id)))


async def reveal_identity(person: UUID, *, reason: str, by: Account, vault: Vault) -> str:
    """Show an officer the whole identity number, for a reason that stays on record.

    Raises:
        FieldsInvalid: no reason is given.
        NotFound: no such person, or no identity on record.
    """
    if not reason.strip():
        raise FieldsInvalid([FieldError("reason", "required", N_("请写明查看完整号码的理由。"))])
    async with transaction():
        row = await find(person, by=by)
        if row.identity_sealed is None:
            raise NotFound(N_("没有这个人的登记。"))
        await audit.record("person.reveal-identity", f"person:{person}", reason=reason.strip())
    return vault.unseal(row.identity_sealed, _place(row.id))


async def find_learner(text: str, *, vault: Vault) -> Person:
    """Find the person a training base means, by registry number or whole identity number.

    A registry number written with its hyphen is nothing else. What could mean two people, such as
    a passport number that looks like a registry number, means nobody.

    Raises:
        FieldsInvalid: nobody on record has it, or has no name on record yet.
    """
    plain = identity.normalise(text)
    meant: Any = Person.number == f"P-{plain.removeprefix('P')}"
    if not REGISTRY_NUMBER.fullmatch(halfwidth(text)):
        indexes = [vault.index(f"{kind}:{plain}") for kind in IdentityKind]
        meant = meant | Person.identity_index.is_in(indexes)
    found: list[Person] = await Person.objects().where(meant)
    row = found[0] if len(found) == 1 else None
    if row is None or row.name is None:
        message = N_("登记中没有这个人。请核对登记号或证件号码；本人须先登记身份。")
        raise FieldsInvalid([FieldError("person", "unknown-person", message)])
    return row


async def find_learners(texts: Iterable[str], *, vault: Vault) -> dict[str, Learner]:
    """Find whom each of many texts means, as `find_learner` does for one; others are left out."""
    numbers: dict[str, set[str]] = {}
    indexes: dict[str, set[str]] = {}
    for text in set(texts):
        plain = identity.normalise(text)
        numbers.setdefault(f"P-{plain.removeprefix('P')}", set()).add(text)
        if not REGISTRY_NUMBER.fullmatch(halfwidth(text)):
            for kind in IdentityKind:
                indexes.setdefault(vault.index(f"{kind}:{plain}"), set()).add(text)
    meant: dict[str, list[Learner]] = {}
    for column, wanted in (("number", numbers), ("identity_index", indexes)):
        condition, argument = among(column, wanted)
        for row in await rows(
            f"SELECT id, number, name, {column} AS found_by FROM person"  # noqa: S608 -- own names
            f" WHERE {condition} AND name IS NOT NULL",
            argument,
        ):
            learner = Learner(as_uuid(row["id"]), row["number"], row["name"])
            for text in wanted[row["found_by"]]:
                meant.setdefault(text, []).append(learner)
    return {text: found[0] for text, found in meant.items() if len(set(found)) == 1}
